"""What a batch writes: outputs, the last value of each key it touched, and where the input stands."""

from collections.abc import Iterable, Sequence

from workers.runtime.contract import Delta, Output, Stage
from workers.runtime.position import encode_position
from workers.runtime.state import POSITION_KEY


def records_for(
    stage: Stage,
    partition: int,
    deltas: Sequence[Delta],
    next_offset: int | None,
    told: int | None = None,
    of: int | None = None,
    held: Iterable[str] = (),
) -> list[Output]:
    """Everything that one transaction writes: outputs in the order of the deltas, then the changelogs.

    A stage without tables has no changelog; its position is only the group's committed offset. `told` is what
    the group knows of the position once this is committed, `of` how many partitions the source has, `held` the tables
    that hold something or once did.
    """
    outputs = [output for delta in deltas for output in delta.outputs]
    for number, table in enumerate(stage.tables):
        entries: dict[bytes, bytes | None] = {}
        for delta in deltas:
            entries.update(delta.writes.get(table.name, {}))
        if number == 0 and next_offset is not None:
            entries[POSITION_KEY] = encode_position(stage.source, next_offset, told, of, held)
        outputs += [Output(table.topic, key, value, partition=partition) for key, value in entries.items()]
    return outputs
