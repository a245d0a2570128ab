"""What `xeval perturb preview` shows: a text before and after."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text as Line

from xeval.errors import UnknownName
from xeval.faces.listings import console, printable
from xeval.faces.perturbing import check_covers, found, guarded
from xeval.faces.sentences import sentence_in
from xeval.text.pieces import Damage, NewText, Text, damaged, is_kept
from xeval.text.severity import checked_level
from xeval.values import Language, Piece

OLD, NEW = "bold red", "bold green"
RIGHT_TO_LEFT, APART, END = "\u2067", "\u2068", "\u2069"  # isolates of UAX #9


@dataclass(frozen=True)
class Asked:
    """Which text is damaged, and how; without a text it is a bundled sentence."""

    language: str
    level: float
    text: str
    seed: int
    registry: tuple[Path, ...] = ()
    settings: tuple[str, ...] = ()


def preview(name: str, wished: Asked) -> int:
    """Damage one text and show it."""
    by, registry, _ = found(name, wished.registry, wished.settings)
    code = wished.language
    if code not in registry.languages:
        raise UnknownName("language", code, registry.languages)
    language = registry.languages[code]
    check_covers(by, language, registry.languages)
    text = wished.text or sentence_in(language)
    damage = Damage(guarded(by), checked_level(name, wished.level), language, wished.seed)
    (new,) = damaged([Text(text, "preview", "text")], damage)
    show(text, new, language, console())
    return 0


def show(text: str, new: NewText, language: Language, on: Console) -> None:
    """Before, after, and each change in words."""
    on.print(_line("before", text, spans_before(text, new.pieces), OLD, on))
    on.print(_line("after ", new.text, spans_after(text, new.pieces), NEW, on))
    share = f"{100 * new.units_changed / new.units:.0f}% of them, " if new.units else ""
    on.print(
        f"\n{new.units_changed} of {new.units} eligible units changed, {share}in {language.name}:", highlight=False
    )
    for old, became in told(text, new.pieces):
        on.print(Line("  ").append(_apart(old, on), OLD).append(" -> ").append(_apart(became, on), NEW))


def _line(label: str, text: str, spans: Sequence[tuple[int, int]], style: str, on: Console) -> Line:
    """A text under its label; its changed stretches widened to whole words, for joined letters are drawn together."""
    line = Line(printable(text, on))
    for start, end in spans:
        line.stylize(style, start, end)
    if right_to_left(text):
        line = Line(RIGHT_TO_LEFT).append_text(line).append(END)
    return Line(f"{label}  ", style="dim").append_text(line)


def spans_before(text: str, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """The stretches of the old text that are no longer there, or no longer in their place."""
    spans, done = [], 0
    for piece in pieces:
        if is_kept(piece, text) and piece.start >= done:
            spans.append((done, piece.start))
            done = piece.end
    return [(start, end) for start, end in (*spans, (done, len(text))) if end > start]


def spans_after(text: str, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """The stretches of the new text that were not there, or not in that place."""
    spans, at, done = [], 0, 0
    for piece in pieces:
        if is_kept(piece, text) and piece.start >= done:
            done = piece.end
        elif piece.text:
            spans.append((at, at + len(piece.text)))
        at += len(piece.text)
    return spans


def told(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """What became what; a stretch that is gone became nothing."""
    done, at = 0, 0
    for piece in (*pieces, Piece("", len(text), len(text))):
        if piece.start > done:
            yield text[done : piece.start], ""
        if piece.text != text[piece.start : piece.end]:
            yield text[piece.start : piece.end], piece.text
        done, at = max(done, piece.end), at + len(piece.text)


def _apart(text: str, on: Console) -> str:
    """A text that does not turn round what stands beside it; nothing, and blanks, so that they are seen."""
    text = printable(text, on)
    if not text.strip():
        return repr(text) if text else "(nothing)"
    return f"{APART}{text}{END}" if right_to_left(text) else text


def right_to_left(text: str) -> bool:
    """Whether a text runs from right to left: by its first letter that runs anywhere (UAX #9, P2)."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
