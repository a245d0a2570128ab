"""Letters misread by a machine: each becomes one that looks like it.

What looks alike is measured, not remembered: `ocr.tsv` holds, for each script, the letters whose glyphs, drawn in Noto
Sans (WenQuanYi Micro Hei for ideographs and kana, UnDotum for Hangul) and slightly blurred, have a cosine of 0.82 or
more. benchmarks/lookalikes.py makes the table. Of ideographs and Hangul it holds the first level of the national
standards: GB 2312, Big5, JIS X 0208, KS X 1001.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from xeval.api import Language, hookimpl
from xeval.plugins.perturbations.many import Replacing
from xeval.plugins.perturbations.tables import rows


@dataclass(frozen=True)
class Misreading(Replacing):
    """A letter or digit becomes one that looks like it, in a share of those that have look-alikes; its marks stay."""

    name: str = "ocr"
    version: str = "2"
    unit: str = "graphemes"

    def covers(self, language: Language) -> bool:
        """The languages whose script was measured."""
        return language.script in look_alikes()

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """The look-alikes of a grapheme."""
        return partial(readings, script=language.script)


@cache
def look_alikes() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Script to letter to what it may be taken for, the most alike first.

    >>> look_alikes()["Hebr"]["ד"]
    ('ר', 'ב')
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for script, line in rows("ocr"):
        letter, *alike = line.split(" ")
        found.setdefault(script, {})[letter] = tuple(alike)
    return found


@lru_cache(maxsize=1 << 16)
def readings(grapheme: str, script: str) -> tuple[str, ...]:
    """What a grapheme may be read as: another first letter, the same marks; nothing that is not normalised (NFC)."""
    options = (new + grapheme[1:] for new in look_alikes().get(script, {}).get(grapheme[0], ()))
    return tuple(new for new in options if unicodedata.is_normalized("NFC", new))


@hookimpl
def xeval_perturbations() -> list[Misreading]:
    """One kind."""
    return [Misreading()]
