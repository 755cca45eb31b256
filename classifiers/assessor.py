"""A loaded pack at work: texts in, assessments out, a batch at a time, in bounded memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.category import SHOWN, Likely, choices_of, threshold_of
from classifiers.contract import Text
from classifiers.danger import with_aside
from classifiers.document import entered
from classifiers.kind import GRIEVANCE, POST_HEAD, KindEvidence, is_post, is_short, may_sell
from classifiers.meaning.component import Meaning
from classifiers.money import largest_sum
from classifiers.opinion import FAMILIAR, Opinion, by_words, of_two, to_a_person, weight_of
from classifiers.pack import PackFacts
from classifiers.priority import RULES as PRIORITY_RULES
from classifiers.priority import Signals, judge
from classifiers.reading import Reading, read
from classifiers.reasons import Sources, reasons_of
from schemas.assessment import Assessment, Safety
from schemas.names import PRIORITIES, Priority, Severity

BATCH = 128
_LEVELS: tuple[Severity, ...] = ("low", "medium", "high")
_GAP = "\n\n"
_NO_DANGER = Safety()
KIND_HEAD, SOURCE_HEAD = "kind", "source"
"""Heads on meaning: what kind a text is, and whether it is of a kind of source that heads on words have learnt."""
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
                readings = [self._read(text, doc) for text, doc in zip(batch, docs, strict=True)]
                whole = self._with_asides(batch, readings)
                answers.extend(self._assessed(text, one) for text, one in zip(batch, whole, strict=True))
        return answers

    def _with_asides(self, batch: Sequence[Text], readings: Sequence[Reading]) -> Iterator[Reading]:
        """The readings with the dangers that what was set aside from their texts tells of."""
        asides = [text for text in batch if text.aside.strip()]
        docs = (entered(self.nlp, text.aside, text.language, post=False) for text in asides)
        found = (read(doc, self.facts, short=False).danger for doc in self.nlp.pipe(docs, batch_size=BATCH))
        for text, reading in zip(batch, readings, strict=True):
            if not text.aside.strip():
                yield reading
            else:
                yield replace(reading, danger=with_aside(reading.danger, next(found)))

    def _doc(self, text: Text) -> Doc:
        whole = f"{text.subject}{_GAP}{text.text}" if text.subject else text.text
        return entered(self.nlp, whole, text.language, is_short(text.text))

    def _read(self, text: Text, doc: Doc) -> Reading:
        return read(doc, self.facts, is_short(text.text))

    def _assessed(self, text: Text, reading: Reading) -> Assessment:
        opinion = self._opinion(text, reading)
        choices = choices_of(reading, self.facts)
        judgement = judge(self._signals(text, reading, opinion))
        category_head = reading.decisions.get("category")
        sources = Sources(len(text.subject) + len(_GAP) if text.subject else 0, self._rules, PRIORITY_RULES)
        return Assessment(
            kind=opinion.kind,
            kind_confidence=round(opinion.sure, 4),
            category=choices[0].label,
            confidence=choices[0].confidence,
            abstained=self._abstains(opinion, choices[0], reading),
            alternatives=[one._asdict() for one in choices[1:SHOWN]],  # type: ignore[misc]
            priority=judgement.priority,
            severity=judgement.severity,
            safety=_safety(reading),
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

    def _opinion(self, text: Text, reading: Reading) -> Opinion:
        evidence = _kind_evidence(text, reading)
        meaning = reading.meaning
        if meaning is None or KIND_HEAD not in meaning.heads or _by_words_alone(reading, meaning):
            return by_words(evidence)
        familiar = _familiar(reading, meaning)
        weight = weight_of(familiar, evidence.post and evidence.grievance is not None, reading.tokens)
        # Where heads on words know the source, the one for posts has nothing to add.
        words = by_words(replace(evidence, post=False) if familiar >= FAMILIAR else evidence)
        shares = dict(meaning.heads[KIND_HEAD])
        if not evidence.selling:
            shares["spam"] = 0.0
        found = of_two(words, shares, weight, reading.danger.hit)
        return to_a_person(found) if self._untaught(reading) else found

    def _untaught(self, reading: Reading) -> bool:
        taught = reading.meaning.taught if reading.meaning else ()
        known = (*taught, *self.facts.languages)
        return bool(reading.language) and reading.language not in known and KIND_HEAD not in reading.decisions

    def _abstains(self, opinion: Opinion, choice: Likely, reading: Reading) -> bool:
        """The category of what is no complaint is asked of nobody."""
        if opinion.unread or reading.meaning is None or self._untaught(reading):
            return opinion.unread or choice.confidence < threshold_of(reading) or self._untaught(reading)
        return opinion.kind == "complaint" and choice.confidence < threshold_of(reading)

    def _signals(self, text: Text, reading: Reading, opinion: Opinion) -> Signals:
        cues = reading.cue_counts
        hazards = [self.facts.hazards[one] for one in reading.danger.hazards]
        harmless = opinion.kind == "praise" and opinion.sure >= _SURE_PRAISE
        return Signals(
            kind=opinion.kind,
            unread=opinion.unread,
            hazard_priority=_highest_priority([one.priority for one in hazards]),
            hazard_severity=_highest_severity([one.severity for one in hazards]),
            model_severity=None if harmless else _modelled(reading),
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


def _by_words_alone(reading: Reading, meaning: Meaning) -> bool:
    """Whether heads on words read a language that those on meaning were not taught in."""
    read = bool({KIND_HEAD, POST_HEAD, "polarity"} & set(reading.decisions))
    return read and reading.language not in meaning.taught


def _familiar(reading: Reading, meaning: Meaning) -> float:
    """The weight of heads on words: none where they do not read the language."""
    if not ({KIND_HEAD, POST_HEAD, "polarity"} & set(reading.decisions)):
        return 0.0
    return meaning.heads.get(SOURCE_HEAD, {}).get("familiar", 0.0)


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
        reading.danger.hit,
        may_sell(text.text, reading.cue_counts),
    )


def _safety(reading: Reading) -> Safety:
    return Safety(hit=True, hazards=list(reading.danger.hazards)) if reading.danger.hit else _NO_DANGER


def _highest_priority(found: Sequence[Priority]) -> Priority | None:
    return max(found, key=PRIORITIES.index, default=None)


def _highest_severity(found: Sequence[Severity]) -> Severity | None:
    return max(found, key=_LEVELS.index, default=None)


def _modelled(reading: Reading) -> Severity | None:
    head = reading.decisions.get("severity")
    if head is not None:
        sure = head.confidence >= head.threshold
        return next((level for level in _LEVELS if level == head.label), None) if sure else None
    shares = reading.meaning.heads.get("severity") if reading.meaning else None
    if not shares:
        return None
    best = max(_LEVELS, key=lambda level: shares[level])
    return best if shares[best] >= reading.meaning.thresholds["severity"] else None  # type: ignore[union-attr]
