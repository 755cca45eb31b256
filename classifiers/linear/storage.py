"""A head as bytes and back: one npz without pickle, the same head always the same bytes."""

import io
import json
from typing import Any

import numpy as np

from classifiers.linear.calibration import Calibrator
from classifiers.linear.features import SLOT_BITS
from classifiers.linear.head import Head, Weights

_FORMAT = 1


def head_to_bytes(head: Head) -> bytes:
    """Compressed arrays and a JSON description; slots go as differences, which compress to half."""
    facts = {
        "format": _FORMAT,
        "slot_bits": SLOT_BITS,
        "name": head.name,
        "labels": head.labels,
        "fields": head.fields,
        "threshold": head.threshold,
        "version": head.version,
        "longest": head.longest,
    }
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
        steps=np.diff(head.weights.slots, prepend=np.uint32(0)),
        idf=head.weights.idf,
        weights=head.weights.bytes,
        scales=head.weights.scales,
        bias=head.weights.bias,
        calibrator=head.calibrator.weights,
        calibrator_bias=head.calibrator.bias,
    )
    return stream.getvalue()


def head_from_bytes(value: bytes) -> Head:
    """Read `head_to_bytes()`; raises ValueError for another format or hash space."""
    with np.load(io.BytesIO(value), allow_pickle=False) as arrays:
        facts: dict[str, Any] = json.loads(arrays["facts"].tobytes())
        if (facts["format"], facts["slot_bits"]) != (_FORMAT, SLOT_BITS):
            raise ValueError(
                f"head of format {facts['format']} with {facts['slot_bits']} slot bits; train it again"
            )
        weights = Weights(
            np.cumsum(arrays["steps"], dtype=np.uint32),
            arrays["idf"],
            arrays["weights"],
            arrays["scales"],
            arrays["bias"],
        )
        calibrator = Calibrator(arrays["calibrator"], arrays["calibrator_bias"])
    labels, fields = tuple(facts["labels"]), tuple(facts["fields"])
    return Head(
        facts["name"],
        labels,
        fields,
        weights,
        calibrator,
        facts["threshold"],
        facts["version"],
        facts.get("longest", 0),
    )
