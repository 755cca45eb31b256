"""A loaded pack at work: texts in, assessments out, a batch at a time, in bounded memory."""

from collections.abc import Iterable, Sequence
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.category import SHOWN, choices_of, threshold_of
from classifiers.contract import Text
from classifiers.document import entered
from classifiers.kind import GRIEVANCE, POST_HEAD, KindEvidence, is_post, is_short, kind_of
from classifiers.money import largest_sum
from classifiers.pack import PackFacts
from classifiers.priority import RULES as PRIORITY_RULES
from classifiers.priority import Signals, judge
from classifiers.reading import Reading, read
from classifiers.reasons import Sources, reasons_of
from schemas.assessment import Assessment, Safety
from schemas.names import PRIORITIES, ComplaintKind, Priority, Severity

BATCH = 128
_LEVELS: tuple[Severity, ...] = ("low", "medium", "high")
_GAP = "\n\n"
_NO_DANGER = Safety()
_SURE_PRAISE = 0.8
"""Below it a text that passes for praise may still be a complaint, and its severity counts."""


class PackClassifier:
    """Implements `classifiers.contract.Classifier` for one pack."""

    def __init__(self, facts: PackFacts, nlp: Language) -> None:
        self.pack = facts.name
        self.facts = facts
        self.nlp = nlp
        self._rules = f"{facts.name}-rules-{facts.version}"

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        """Assess in order. Never raises for a text; one without words is `other` and abstained."""
        stream = iter(texts)
        answers: list[Assessment] = []
        while batch := list(islice(stream, BATCH)):
            with self.nlp.memory_zone():
                docs = self.nlp.pipe(map(self._doc, batch), batch_size=BATCH)
                answers.extend(
                    self._assessed(text, self._read(text, doc)) for text, doc in zip(batch, docs, strict=True)
                )
        return answers

    def _doc(self, text: Text) -> Doc:
        whole = f"{text.subject}{_GAP}{text.text}" if text.subject else text.text
        return entered(self.nlp, whole, text.language, is_short(text.text))

    def _read(self, text: Text, doc: Doc) -> Reading:
        return read(doc, self.facts, is_short(text.text))

    def _assessed(self, text: Text, reading: Reading) -> Assessment:
        kind, sure = kind_of(_kind_evidence(text, reading))
        choices = choices_of(reading, self.facts)
        judgement = judge(self._signals(text, reading, kind, sure))
        category_head = reading.decisions.get("category")
        sources = Sources(len(text.subject) + len(_GAP) if text.subject else 0, self._rules, PRIORITY_RULES)
        return Assessment(
            kind=kind,
            kind_confidence=round(sure, 4),
            category=choices[0].label,
            confidence=choices[0].confidence,
            abstained=choices[0].confidence < threshold_of(reading),
            alternatives=[one._asdict() for one in choices[1:SHOWN]],  # type: ignore[misc]
            priority=judgement.priority,
            severity=judgement.severity,
            safety=_danger(reading) if reading.safety else _NO_DANGER,
            complexity=judgement.complexity,
            impact=judgement.impact,
            immediate_action=judgement.immediate_action,
            language=reading.language,
            unknown=_unknown(reading),
            reasons=reasons_of(reading, choices[0].label, judgement.because, sources),  # type: ignore[arg-type]
            pack=self.pack,
            model=category_head.version if category_head else "",
            rules=self._rules,
        )

    def _signals(self, text: Text, reading: Reading, kind: ComplaintKind, sure: float) -> Signals:
        cues = reading.cue_counts
        hazards = [self.facts.hazards[one.group] for one in reading.safety]
        return Signals(
            kind=kind,
            hazard_priority=_highest_priority([one.priority for one in hazards]),
            hazard_severity=_highest_severity([one.severity for one in hazards]),
            model_severity=None if kind == "praise" and sure >= _SURE_PRAISE else _modelled(reading),
            vulnerable=cues["vulnerable"] > 0,
            deadline=cues["deadline"] > 0,
            legal=cues["legal"] > 0,
            many_people=cues["many"] > 0,
            repeated=cues["repeated"] > 0,
            largest_sum=largest_sum(text.text) if cues["money"] else 0.0,
            money_lost=cues["money"] > 0,
            problem_types=len({one.group for one in reading.types}),
            characters=len(text.text),
        )


def _unknown(reading: Reading) -> float | None:
    head = reading.decisions.get("category") or reading.decisions.get("kind")
    return None if head is None else round(1 - head.known, 4)


def _kind_evidence(text: Text, reading: Reading) -> KindEvidence:
    head, tone, polarity = (reading.decisions.get(name) for name in ("kind", POST_HEAD, "polarity"))
    return KindEvidence(
        head.by_label if head else {},
        tone.by_label[GRIEVANCE] if tone else None,
        is_post(text.text, text.channel),
        reading.cue_counts,
        len({one.group for one in reading.types}),
        polarity.by_label if polarity else {},
        "?" in text.text,
        bool(reading.safety),
    )


def _danger(reading: Reading) -> Safety:
    return Safety(hit=True, hazards=sorted({one.group for one in reading.safety}))


def _highest_priority(found: Sequence[Priority]) -> Priority | None:
    return max(found, key=PRIORITIES.index, default=None)


def _highest_severity(found: Sequence[Severity]) -> Severity | None:
    return max(found, key=_LEVELS.index, default=None)


def _modelled(reading: Reading) -> Severity | None:
    head = reading.decisions.get("severity")
    if head is None or head.confidence < head.threshold:
        return None
    return next(level for level in _LEVELS if level == head.label)
