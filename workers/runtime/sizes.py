"""How large a record is on the wire: checked before anything is sent, so that no record can stop a batch."""

from workers.runtime.contract import Delta, Output

_RECORD_OVERHEAD = 100


def size_of(output: Output) -> int:
    """Bytes a record takes, a little over. Raises TypeError for a part that is not bytes."""
    size = _RECORD_OVERHEAD + _bytes(output.key) + _bytes(output.value)
    for name, value in output.headers:
        size += len(name.encode()) + _bytes(value)
    return size


def largest(delta: Delta) -> int:
    """Bytes of the largest record that the delta would write."""
    outputs = max((size_of(output) for output in delta.outputs), default=0)
    entries = (
        _RECORD_OVERHEAD + len(key) + _bytes(value)
        for writes in delta.writes.values()
        for key, value in writes.items()
    )
    return max(outputs, max(entries, default=0))


def _bytes(part: bytes | None) -> int:
    return 0 if part is None else memoryview(part).nbytes
