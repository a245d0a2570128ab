"""Names made of content: canonical JSON and its digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

KEY_LENGTH = 24  # hex digits: 96 bits, a collision among 10^9 stages has a chance of 10^-11


def canonical(value: Any) -> bytes:
    """Serialise JSON so that key order and spacing cannot change the bytes.

    Raises TypeError or ValueError for what JSON cannot say (sets, NaN), so that a key never depends on a repr.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """The name of a JSON value: the first 96 bits of the SHA-256 of its canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()[:KEY_LENGTH]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex, whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seed_of(*parts: object) -> int:
    """A 63-bit seed from the texts of `parts`: the same on every machine and under every PYTHONHASHSEED."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) >> 1
