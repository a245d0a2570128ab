"""Names made of content: canonical JSON and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
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


def seeds_of(first: Sequence[object], others: Iterable[str]) -> list[int]:
    """`seed_of` of the same first parts and what comes after them in each of several texts.

    >>> seeds_of([0, "swap"], ["a/text", "b/text"]) == [seed_of(0, "swap", uid, "text") for uid in "ab"]
    True
    """
    begun = hashlib.blake2b("".join(f"{part}/" for part in first).encode(), digest_size=8)
    found = []
    for text in others:
        own = begun.copy()
        own.update(text.encode())
        found.append(int.from_bytes(own.digest()) >> 1)
    return found
