"""What the books say: how many came to which end, and what does not add up, by id."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workers.reconcile.ledger import Ledger
from workers.reconcile.retention import Removed

FINAL = ("opened", "joined", "quarantined", "no_message", "edited", "erased", "orphan", "withdrawn")
"""Events that are the one end of a message. A further copy ends as `duplicate`, beside the first one's end."""
DUPLICATE = "duplicate"
OUTCOMES = frozenset({*FINAL, DUPLICATE})
DEAD_LETTER, DISCARDED = "dead_letter", "discarded"
_FINAL = ",".join(f"'{word}'" for word in FINAL)
_HERE = "at >= :since AND at < :until"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Deliveries logged from `since` to before `until` are judged; numbers are complete from `complete` on."""

    since: int = 0
    until: int = 1 << 62
    complete: int = 0

    def given(self) -> dict[str, int]:
        """For the questions."""
        return {"since": self.since, "until": self.until, "complete": max(self.since, self.complete)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not add up. `delivery_id` is the first of them where it is a row of numbers."""

    kind: str
    delivery_id: str
    says: str


@dataclass(frozen=True, slots=True)
class Account:
    """The result. Every delivery is in exactly one of the numbers, or in a difference.

    `synthetic` are those among the outcomes that the house made itself: they must add up as everything else. `removed`
    are records, not deliveries: what retention took before a stage had read it.
    """

    deliveries: int
    repeated: int
    messages: int
    outcomes: dict[str, int]
    dead_letters: int
    discarded: int
    in_flight: int
    spooled: int
    synthetic: int = 0
    removed: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """In = out."""
        return not self.differences


def account(
    books: Ledger,
    bounds: Bounds,
    counts: Mapping[tuple[str, str], int],
    losses: Iterable[tuple[str, int]] = (),
    gone: Sequence[Removed] = (),
) -> Account:
    """Close the books. `counts`: (instance, boot) → how many its collector says it has made durable. `losses`: files
    that tell how many confirmed deliveries a spool's disk did not keep. `gone`: what retention took before a stage
    had read it, whatever the bounds: nobody knows any more when it came."""
    given = bounds.given()
    total = f"SELECT count(*) FROM deliveries WHERE copies > 0 AND {_HERE}"
    ended = (
        "SELECT type, count(*) FROM outcomes JOIN deliveries ON deliveries.id = outcomes.delivery"
        f" WHERE {_HERE} GROUP BY type ORDER BY type"
    )
    messages = f"SELECT count(*) FROM messages JOIN deliveries ON id = delivery WHERE {_HERE}"
    laid = (
        "SELECT count(DISTINCT delivery || ' ' || identity) FROM laid_down JOIN deliveries ON id = delivery"
        f" WHERE word = :word AND {_HERE}"
    )
    return Account(
        deliveries=books.one(total, **given),
        repeated=books.one(f"SELECT sum(copies - 1) FROM deliveries WHERE copies > 0 AND {_HERE}", **given),
        messages=books.one(messages, **given),
        outcomes={str(word): int(count) for word, count in books.ask(ended, **given)},
        dead_letters=books.one(laid, word=DEAD_LETTER, **given),
        discarded=books.one(laid, word=DISCARDED, **given),
        in_flight=books.one(_IN_FLIGHT, **given),
        spooled=books.one("SELECT count(*) FROM deliveries WHERE copies = 0"),
        synthetic=books.one(
            "SELECT count(*) FROM outcomes JOIN deliveries ON deliveries.id = outcomes.delivery"
            f" WHERE synthetic = 1 AND {_HERE}",
            **given,
        ),
        removed=sum(one.count for one in gone),
        differences=[
            *_lost(books, given),
            *_doubled(books, given),
            *_gaps(books, given),
            *_short(books, given, counts),
            *_unanswered(books, given),
            *(_unkept(file, count) for file, count in losses),
            *map(_removed, gone),
        ],
    )


_UNANSWERED = f"""
SELECT outcomes.delivery, outcomes.reference FROM outcomes JOIN deliveries ON deliveries.id = outcomes.delivery
WHERE outcomes.type = 'opened' AND outcomes.synthetic = 0 AND {_HERE}
  AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.reference = outcomes.reference)
"""
"""What the house wrote to itself is forgotten after two days, its letters with it."""
_IN_FLIGHT = f"""
SELECT count(*) FROM deliveries WHERE copies > 0 AND {_HERE} AND (
  (unread = 1 AND NOT EXISTS (SELECT 1 FROM messages WHERE delivery = id)
              AND NOT EXISTS (SELECT 1 FROM laid_down WHERE laid_down.delivery = id))
  OR EXISTS (SELECT 1 FROM messages WHERE delivery = id AND waiting = 1 AND NOT EXISTS (
      SELECT 1 FROM outcomes WHERE outcomes.identity = messages.identity AND outcomes.delivery = id)))
"""
_LOST_DELIVERIES = f"""
SELECT id FROM deliveries WHERE copies > 0 AND unread = 0 AND {_HERE}
  AND NOT EXISTS (SELECT 1 FROM messages WHERE delivery = id)
  AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.delivery = id)
  AND NOT EXISTS (SELECT 1 FROM laid_down WHERE laid_down.delivery = id)
"""
_LOST_MESSAGES = f"""
SELECT id, messages.identity FROM messages JOIN deliveries ON id = messages.delivery
WHERE waiting = 0 AND {_HERE}
  AND NOT EXISTS (SELECT 1 FROM outcomes
                  WHERE outcomes.identity = messages.identity AND outcomes.delivery = messages.delivery)
  AND NOT EXISTS (SELECT 1 FROM laid_down WHERE laid_down.delivery = messages.delivery
                  AND laid_down.identity IN ('', messages.identity))
"""
_DOUBLED = f"""
SELECT min(delivery), identity, group_concat(type || ' ' || reference, ', ') FROM outcomes
WHERE type IN ({_FINAL}) GROUP BY identity HAVING count(*) > 1 AND count(*) > sum(type = 'no_message')
"""
"""What holds no message ends where it is read, each copy by itself: nothing can come of it twice."""
_GAPS = """
SELECT instance, boot, sequence + 1, next - 1 FROM (
  SELECT instance, boot, sequence, at, lead(sequence) OVER numbers AS next, lead(at) OVER numbers AS next_at
  FROM deliveries WHERE sequence IS NOT NULL
  WINDOW numbers AS (PARTITION BY instance, boot ORDER BY sequence))
WHERE next > sequence + 1 AND at >= :complete AND next_at < :until
"""
_SETTLED = "SELECT number FROM settled WHERE instance = :instance AND boot = :boot"
_FIRST = """
SELECT instance, boot, min(sequence), min(at) FROM deliveries WHERE sequence IS NOT NULL
GROUP BY instance, boot HAVING min(sequence) > 1 AND min(at) < :until
"""


def _lost(books: Ledger, given: dict[str, int]) -> Iterator[Difference]:
    for (delivery,) in books.ask(_LOST_DELIVERIES, **given):
        yield Difference("lost", delivery, "was read, but became no message and no dead letter")
    for delivery, identity in books.ask(_LOST_MESSAGES, **given):
        yield Difference("lost", delivery, f"its message {identity} was read, but has no outcome")


def _doubled(books: Ledger, given: dict[str, int]) -> Iterator[Difference]:
    here = f"SELECT count(*) FROM deliveries WHERE id = :delivery AND {_HERE}"
    for delivery, identity, words in books.ask(_DOUBLED):
        if books.one(here, delivery=delivery, **given):
            yield Difference("doubled", delivery, f"the message {identity} has several outcomes: {words}")


def _gaps(books: Ledger, given: dict[str, int]) -> Iterator[Difference]:
    for instance, boot, first, last in list(books.ask(_GAPS, **given)):
        yield from _confirmed(books, instance, boot, first, last)
    for instance, boot, number, _ in list(books.ask(_FIRST, **given)):
        if _began(boot) >= given["complete"]:
            yield from _confirmed(books, instance, boot, 1, number - 1)


def _confirmed(books: Ledger, instance: str, boot: str, first: int, last: int) -> Iterator[Difference]:
    """The part of a gap that is a loss. What a door had not finished when it was killed, nobody was promised; who
    does not tell what it had finished (a collector) has finished all."""
    for (number,) in books.ask(_SETTLED, instance=instance, boot=boot):
        last = min(last, number)
    if first <= last:
        yield _missing(instance, boot, first, last)


def _short(
    books: Ledger, given: dict[str, int], counts: Mapping[tuple[str, str], int]
) -> Iterator[Difference]:
    highest = "SELECT max(sequence) FROM deliveries WHERE instance = :instance AND boot = :boot"
    for (instance, boot), count in counts.items():
        there = books.one(highest, instance=instance, boot=boot)
        if there < count and (there or _began(boot) >= given["complete"]):
            yield _missing(instance, boot, there + 1, count)


def _unanswered(books: Ledger, given: dict[str, int]) -> Iterator[Difference]:
    for delivery, reference in books.ask(_UNANSWERED, **given):
        yield Difference(
            "unanswered",
            delivery,
            f"its case {reference} has no letter: none was sent, none waits, none was given up",
        )


def _unkept(file: str, count: int) -> Difference:
    says = f"{count} confirmed deliveries were lost from the spool; remove the file when they are seen to"
    return Difference("unkept", file, says)


def _removed(one: Removed) -> Difference:
    rest = f"and the {one.count - 1} after it were" if one.count > 1 else "was"
    says = (
        f"{rest} removed by retention before {one.stage} had read it. See that {one.stage} runs and keeps up, and raise"
        f" retention.ms of {one.topic}; what mailboxes, networks or senders still have must be taken in again"
    )
    return Difference("removed", f"{one.topic}/{one.partition}/{one.begin}", says)


def _missing(instance: str, boot: str, first: int, last: int) -> Difference:
    how_many = last - first + 1
    says = "was numbered, but is nowhere" if how_many == 1 else f"and the {how_many - 1} after it are nowhere"
    return Difference("gap", f"{instance}-{boot}-{first}", says)


def _began(boot: str) -> int:
    try:
        return int(boot, 16)
    except ValueError:
        return 0
