"""Mistakes that people made, from a file of yours: words are replaced by how somebody really misspelt them.

Three kinds of files are read: a table of `typo TAB correct [TAB language]`; Wikipedia's list for machines, with
`typo->correct` in a line; and Mitton's corpora (Birkbeck, Holbrook, Aspell), where `$correct` stands before its typos.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from xeval.api import BadFile, Language, hookimpl, read_text
from xeval.plugins.perturbations.many import Replacing

Typos = Mapping[str, tuple[str, ...]]  # of each word


@dataclass(frozen=True)
class Pairs:
    """Which mistakes are replayed."""

    pairs: Path | None = field(default=None, metadata={"help": "file of typos: typo TAB correct [TAB language]"})
    language: str = field(default="en", metadata={"help": "the language of pairs that name none"})


@dataclass(frozen=True)
class Natural(Replacing):
    """A word becomes one of its recorded misspellings, in a share of the words that have any."""

    settings: Pairs = Pairs()
    name: str = "natural"
    version: str = "2"
    unit: str = "words"

    def covers(self, language: Language) -> bool:
        """The languages of the pairs in the file; none without a file."""
        return bool(self.typos(language))

    def missing(self, language: Language) -> str:
        """What a user can do where it does not cover a language."""
        if self.settings.pairs is None:
            return "no file of typos is set; use --set natural.pairs=FILE"
        codes = sorted(read_typos(self.settings.pairs, self.settings.language))
        return f"{self.settings.pairs} has no pair in {language.code!r}, but in {', '.join(codes) or 'no language'}"

    def options(self, language: Language) -> Callable[[str], Sequence[str]]:
        """The recorded misspellings of a word, with its capital."""
        return partial(known, typos=self.typos(language))

    def typos(self, language: Language) -> Typos:
        """The pairs in a language."""
        path = self.settings.pairs
        return read_typos(path, self.settings.language).get(language.code, {}) if path else {}


def known(word: str, typos: Typos) -> tuple[str, ...]:
    """The misspellings of a word as it stands, or else of it in small letters, with its capitals."""
    found = typos.get(word) or tuple(as_written(new, word) for new in typos.get(word.lower(), ()))
    return tuple(new for new in found if new != word)


def as_written(new: str, old: str) -> str:
    """A new word with the capitals of the old one."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


@cache
def read_typos(path: Path, language: str) -> Mapping[str, Typos]:
    """Language to word to typos. Raises BadFile with every row that is no pair."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    problems: list[str] = []
    correct = ""
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        if line.startswith("$"):
            correct = line[1:].strip()
            continue
        rows = list(_pairs(line, correct))
        reason = next((why for typo, right, _ in rows if (why := _wrong(typo, right))), "") if rows else _no_pair(line)
        if reason:
            problems.append(f"{path}:{number}: {reason}")
            continue
        for typo, right, code in rows:
            found.setdefault(code or language, {}).setdefault(right, {})[typo] = None
    if problems:
        raise BadFile(str(path), problems, hint="A row is: typo TAB correct [TAB language].")
    return {code: {word: tuple(typos) for word, typos in of.items()} for code, of in found.items()}


def _pairs(line: str, correct: str) -> Iterator[tuple[str, str, str]]:
    if correct:
        yield line.split()[0].replace("_", " "), correct.replace("_", " "), ""
    elif "->" in line:
        typo, _, rights = line.partition("->")
        yield from ((typo.strip(), right.strip(), "") for right in rights.strip().removesuffix(",").split(","))
    elif 2 <= len(parts := [part.strip() for part in line.split("\t")]) <= 3:
        yield (parts[0], parts[1], parts[2] if len(parts) == 3 else "")


def _no_pair(line: str) -> str:
    return f"{line[:40]!r} is no pair: it has {line.count(chr(9)) + 1} columns, not 2 or 3"


def _wrong(typo: str, correct: str) -> str:
    if not typo or not correct:
        return "the typo is empty" if not typo else "the correct word is empty"
    return f"{typo!r} is spelt like the correct word" if typo == correct else ""


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file, normalised (NFC). Raises BadFile."""
    return iter(unicodedata.normalize("NFC", read_text(path)).splitlines())


@hookimpl
def xeval_perturbations() -> list[Natural]:
    """One kind; it covers nothing until a file is set."""
    return [Natural()]
