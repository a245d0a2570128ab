"""What code points are to words and graphemes: one table of flags, filled block by block as scripts are met."""

from __future__ import annotations

from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from xeval.text.segmentation import BETWEEN_DIGITS, BETWEEN_LETTERS, DEPENDENT, EXTEND, LINKERS, UNSPACED

Codes = NDArray[np.uint32]  # code points
Flags = NDArray[np.uint32]  # what they are

LETTER, NUMBER, EXTENDS, INSIDE, MID_LETTER, MID_NUMBER, NO_SPACES, HEBREW = (1 << bit for bit in range(8))
GOES_ON, LINKS, LOOSE, SOFT, ODD, ANY_LETTER, ANY_NUMBER, BOUND, MIXES = (1 << bit for bit in range(8, 17))

SPREADS = r"\p{GCB=Extend}\p{GCB=SpacingMark}"  # what a grapheme cluster takes in after its base
CLASSES = {
    LETTER: rf"[\p{{L}}--[{UNSPACED}]]",
    NUMBER: rf"[\p{{N}}--[{UNSPACED}]]",
    EXTENDS: rf"[{EXTEND}]",
    INSIDE: rf"[{EXTEND}[[\p{{L}}\p{{N}}_]--[{UNSPACED}]]]",
    MID_LETTER: rf"[{BETWEEN_LETTERS}]",
    MID_NUMBER: rf"[{BETWEEN_DIGITS}]",
    NO_SPACES: rf"[{UNSPACED}]",
    HEBREW: r"\p{Hebrew}",
    GOES_ON: rf"[\p{{M}}{SPREADS}]",
    LINKS: rf"[{LINKERS}]",
    LOOSE: rf"[\p{{M}}--[{SPREADS}]]",  # marks that the default rules leave alone
    SOFT: rf"[[{SPREADS}]--\p{{M}}]",  # letters that go with the one before: Thai sara am, half-width voiced marks
    # What only the whole rules of UAX #29 know how to join: such words are left to `regex`.
    ODD: r"[\p{GCB=Prepend}\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=RI}\p{GCB=Control}\p{ExtPict}\u200C\u200D]",
    ANY_LETTER: r"\p{L}",
    ANY_NUMBER: r"\p{N}",
    BOUND: DEPENDENT,  # no word of BudouX begins with it
    MIXES: r"[\P{NFC_QC=Y}\P{ccc=0}]",  # a text without any is normalised (UAX #15, 9: Detecting Normalization Forms)
}
PATTERNS = {flag: regex.compile(rf"(?V1){what}+") for flag, what in CLASSES.items()}

BITS = 8
BLOCK = 1 << BITS
_table: Flags = np.zeros(0x110000, np.uint32)
_filled: NDArray[np.bool_] = np.zeros(0x110000 // BLOCK, np.bool_)


def codes_of(text: str) -> Codes:
    """The code points of a text; a lone surrogate is one too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def flags_of(codes: Codes) -> Flags:
    """The flags of code points, (n,)."""
    blocks = codes >> BITS
    if not _filled[blocks].all():
        for block in np.unique(blocks[~_filled[blocks]]):
            _fill(int(block))
    found: Flags = _table[codes]
    return found


def _fill(block: int) -> None:
    first = block * BLOCK
    text = "".join(map(chr, range(first, first + BLOCK)))
    for flag, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            _table[first + match.start() : first + match.end()] |= flag
    _filled[block] = True


def is_any(flags: Flags, wanted: int) -> NDArray[np.bool_]:
    """Which of some flags have at least one of those wanted."""
    found: NDArray[Any] = (flags & wanted) != 0
    return found
