"""Machine-translation models that a registry names, or folders of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xeval.errors import BadValue, UnknownName
from xeval.tuning import require_above


@dataclass(frozen=True)
class TranslatorEntry:
    """A sequence-to-sequence model, and how it is asked.

    `names` are what it calls languages, where that is not their code: for models that are told the target language by a
    token of their vocabulary. `prefix` goes before every text; in it {source} and {target} stand for those names.
    `back` is the translator that goes the other way, for one that knows one way only. `most` bounds how many examples
    of a training split are translated.
    """

    name: str
    repository: str
    revision: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    prefix: str = ""
    back: str = ""
    max_length: int = 256  # sub-words of a sentence, read and written
    beams: int = 1
    batch_size: int = 32
    most: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        require_above(self, 0, "max_length", "beams", "batch_size")
        if self.most is not None and self.most < 1:
            raise BadValue(f"most is {self.most}; it must be above 0")

    def spoken(self, code: str) -> str:
        """What the model calls a language."""
        return self.names.get(code, code)


def named_translator(name: str, known: Mapping[str, TranslatorEntry]) -> TranslatorEntry:
    """A translator of the registry, or a folder. Raises UnknownName."""
    if name in known:
        return known[name]
    if "/" not in name and not name.startswith("."):
        hint = "" if known else "Name a folder (./FOLDER), or one under translators: in a registry.yaml."
        raise UnknownName("translator", name, known, hint=hint)
    return TranslatorEntry(Path(name).name, name)
