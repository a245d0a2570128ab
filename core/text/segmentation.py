"""Where words begin and end, in scripts with spaces and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import budoux
import regex

# In scripts with spaces: the default words of UAX #29 (rules WB4 to WB13b), that is letters and digits with their marks
# and joiners, an apostrophe or a middle dot between letters, a comma or a full stop between digits. Scripts without
# spaces are matched in runs, one group for each way of splitting them further.
CJK = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
CLUSTERS = r"\p{Lao}\p{Khmer}"
UNSPACED = rf"{CJK}\p{{Thai}}\p{{Myanmar}}{CLUSTERS}"
EXTEND = r"\p{M}\u200C\u200D\u00AD\u2060"
BETWEEN_LETTERS = "'’‘.․:·՟״‧︓﹕：﹒＇．"  # MidLetter, MidNumLet and Single_Quote
BETWEEN_DIGITS = ",;.'’‘․;։،؍٬⁄︐︔﹐﹔，；．"  # MidNum, MidNumLet and Single_Quote
UNSPACED_GROUPS = rf"""
    (?P<cjk> [{CJK}] [{CJK}{EXTEND}]* )
    | (?P<thai> [\p{{Thai}}&&[\p{{L}}\p{{N}}]] [[\p{{Thai}}{EXTEND}]--[\p{{P}}\p{{S}}]]* )
    | (?P<myanmar> [\p{{Myanmar}}&&[\p{{L}}\p{{N}}]] [[\p{{Myanmar}}{EXTEND}]--[\p{{P}}\p{{S}}]]* )
    | (?P<clusters> [[{CLUSTERS}]&&[\p{{L}}\p{{N}}]] [[{CLUSTERS}{EXTEND}]--[\p{{P}}\p{{S}}]]* )
"""
UNSPACED_RUNS = regex.compile(rf"(?V1)(?x){UNSPACED_GROUPS}")
RUNS = regex.compile(
    rf"""(?V1)(?x)
    (?P<word> [[\p{{L}}\p{{N}}]--[{UNSPACED}]]
        (?: [{EXTEND}[[\p{{L}}\p{{N}}_]--[{UNSPACED}]]]
        | (?<=\p{{L}}[{EXTEND}]*) [{BETWEEN_LETTERS}] (?=[\p{{L}}--[{UNSPACED}]])
        | (?<=\p{{N}}) [{BETWEEN_DIGITS}] (?=\p{{N}})
        | (?<=\p{{Hebrew}}) " (?=\p{{Hebrew}}) )* )
    | {UNSPACED_GROUPS}
    """
)

# A grapheme cluster of UAX #29, and with it what belongs to it on the page: marks that the default rules leave alone
# (Burmese vowel signs), and consonants joined by a virama or a coeng, whatever version of Unicode `regex` knows.
# Viramas that join: Indic_Conjunct_Break=Linker in Unicode 15.1, and the Burmese and Khmer ones.
LINKERS = r"\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D\u1039\u17D2"
GRAPHEME = regex.compile(rf"\X(?:\p{{M}}|(?<=[{LINKERS}]\u200D?)\p{{L}})*")

# An orthographic syllable of Burmese: a new one begins with each letter that is neither stacked under the one before
# (after the virama U+1039), nor stacked upon, nor silenced by an asat (U+103A).
SYLLABLE = regex.compile(r"\p{N}+|\X(?:\p{M}|(?<=\u1039)\p{L}|\p{L}(?=\u1037?\u103A|\u1039))*")

# BudouX cuts between any two characters; before these it must not, for they do not stand alone.
DEPENDENT = r"[\p{M}ำຳﾞﾟ\u200C\u200D]"
BOUND = regex.compile(DEPENDENT)
NO_SPACES = regex.compile(rf"(?V1)[{UNSPACED}]")
CONTENT = regex.compile(r"[\p{L}\p{N}]")
KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
Spans = tuple[tuple[int, int], ...]


@lru_cache(maxsize=1 << 15)  # a text comes again at each level and under each perturbation
def spans_of_words(text: str, script: str) -> Spans:
    """Where the words of a text are, in a language written in `script` (ISO 15924)."""
    return tuple(_spans(text, script))


def _spans(text: str, script: str) -> Iterator[tuple[int, int]]:
    for match in RUNS.finditer(text):
        start, end = match.span()
        if match.lastgroup == "word":
            yield start, end
            continue
        for piece in split_run(match[0], match.lastgroup or "", script):
            yield start, start + len(piece)
            start += len(piece)


def split_run(run: str, group: str, script: str) -> tuple[str, ...]:
    """Split a run of a script without spaces into words, or into the nearest to words that there is."""
    if group == "clusters":
        return tuple(GRAPHEME.findall(run))
    if group == "myanmar":
        return tuple(SYLLABLE.findall(run))
    if group == "thai":
        return _segmented(run, "th")
    return _segmented(run, cjk_model(run, script))


def cjk_model(run: str, script: str) -> str:
    """The model for a run of Chinese characters or kana: by the language's script, or else by what the run shows."""
    if script == "Jpan" or KANA.search(run):
        return "ja_word"
    return "zh-hant" if script == "Hant" else "zh-hans"


@lru_cache(maxsize=1 << 15)
def _segmented(run: str, model: str) -> tuple[str, ...]:
    whole: list[str] = []
    for piece in _parser(model).parse(run):
        if whole and BOUND.match(piece):
            whole[-1] += piece
        else:
            whole.append(piece)
    return tuple(whole)


@cache
def _parser(model: str) -> budoux.Parser:
    """A model of BudouX (Apache-2.0), which is pinned, since another model would find other words."""
    path = Path(budoux.__file__).with_name("models") / f"{model}.json"
    return budoux.Parser(json.loads(path.read_text(encoding="utf-8")))
