"""A head on vectors as bytes and back: one npz without pickle, the same head always the same bytes."""

import io
import json
from typing import Any

import numpy as np

from classifiers.meaning.head import VectorHead

_FORMAT = 1
_ARRAYS = ("weights", "bias", "landmarks", "whitening")


def head_to_bytes(head: VectorHead) -> bytes:
    """Arrays in half precision, and a JSON description."""
    facts = {
        "format": _FORMAT,
        "name": head.name,
        "labels": head.labels,
        "exclusive": head.exclusive,
        "threshold": head.threshold,
        "version": head.version,
        "encoder": head.encoder,
        "gamma": head.gamma,
        "taught": head.taught,
    }
    stream = io.BytesIO()
    arrays = {name: getattr(head, name).astype(np.float16) for name in _ARRAYS}
    np.savez_compressed(stream, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), **arrays)
    return stream.getvalue()


def head_from_bytes(value: bytes) -> VectorHead:
    """Read `head_to_bytes()`; raises ValueError for another format."""
    with np.load(io.BytesIO(value), allow_pickle=False) as stored:
        facts: dict[str, Any] = json.loads(stored["facts"].tobytes())
        if facts.pop("format") != _FORMAT:
            raise ValueError("head of another format; train it again")
        arrays = {name: stored[name].astype(np.float32) for name in _ARRAYS}
    lists = {name: tuple(facts.pop(name)) for name in ("labels", "taught")}
    return VectorHead(**(facts | lists | arrays))
