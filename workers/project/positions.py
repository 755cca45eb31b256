"""Where the view stands in each partition: moved in the transaction that wrote what was read, or not at all."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, select, update

from schemas.errors import Misconfigured, Unavailable
from workers.project.database import SETTING, insert_new
from workers.project.tables import positions


@dataclass(frozen=True, slots=True)
class Source:
    """One partition as it is on the cluster now. `first` is the offset of its oldest record.

    `birth` is the hash of that record, "" while there is none: a topic that was made anew under the same
    name has another one. (The client in use does not tell topic ids.)
    """

    topic: str
    partition: int
    cluster: str
    birth: str
    first: int


class Moved(Unavailable):
    """Somebody else has moved the position: this process must end, its picture is old."""


def begin(connection: Connection, source: Source) -> int:
    """The offset to go on from; a new partition is entered. Raises Misconfigured when it is another topic."""
    row = connection.execute(select(positions).where(_here(source))).one_or_none()
    if row is None:
        fresh = {"next": source.first, "cluster": source.cluster, "birth": source.birth}
        insert_new(connection, positions, [{"topic": source.topic, "partition": source.partition, **fresh}])
        return source.first
    if row.cluster != source.cluster:
        raise _refusal(source, f"was read from the cluster {row.cluster}, this is {source.cluster}")
    if row.birth and row.birth != source.birth:
        raise _refusal(source, "was made anew, or lost its beginning, since the view read it")
    if row.next < source.first:
        raise _refusal(source, f"has lost the records {row.next} to {source.first} to its retention")
    return int(row.next)


def move(connection: Connection, source: Source, expected: int, after: int) -> None:
    """From `expected` to `after`; raises Moved when it is not there."""
    moved = connection.execute(
        update(positions)
        .where(_here(source), positions.c.next == expected)
        .values(next=after, birth=source.birth)
    )
    if moved.rowcount != 1:
        raise Moved(f"{source.topic}-{source.partition} is no longer at {expected}")


def _here(source: Source) -> ColumnElement[bool]:
    return and_(positions.c.topic == source.topic, positions.c.partition == source.partition)


def _refusal(source: Source, why: str) -> Misconfigured:
    return Misconfigured(
        SETTING,
        f"the case view does not fit {source.topic}: partition {source.partition} {why}; run `gateway view rebuild`",
    )
