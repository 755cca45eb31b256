"""The stateless part of a batch, isolated: one record that breaks `prepare` does not break the batch."""

from collections.abc import Sequence

from schemas.errors import StageFault, Unavailable, Unreadable, Unsupported, place_of
from workers.runtime.contract import Record, Stage


def prepare_all(stage: Stage, records: Sequence[Record]) -> Sequence[object]:
    """`stage.prepare` for a batch; when it raises, record by record, so that only the culprits suffer.

    Raises Unavailable and Unsupported; every other failure is a result.
    """
    try:
        results = stage.prepare(records)
    except (Unavailable, Unsupported, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - it becomes the dead letter of the culprit
        if len(records) == 1:
            return [as_unreadable(error)]
    else:
        if len(results) == len(records):
            return results
        if len(records) == 1:
            return [StageFault(f"prepare answered {len(results)} results for one record")]
    return [prepare_all(stage, [record])[0] for record in records]


def as_unreadable(error: Exception) -> Unreadable:
    """The error itself, or a StageFault that names the place in our code and not the content."""
    if isinstance(error, Unreadable):
        return error
    return StageFault(place_of(error))
