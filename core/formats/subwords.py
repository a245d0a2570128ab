"""Sub-words of texts: every distinct text is tokenised once, and inputs are put together from its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from xeval.errors import BadValue

Ids = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int32]
KEPT = 200_000  # texts whose pieces are kept at most
KEPT_PLACES = 20_000  # the same of long ones, contexts, with the places of their pieces: some 50 MB
AT_ONCE = 10_000  # texts given to the tokenizer at a time: what it returns of each is hundreds of times its sub-words


@dataclass(frozen=True)
class Subwords:
    """A fast tokenizer, and the special sub-words that it puts around one text and between two.

    One text is read as `start`, text, `end`; a pair as `start`, first, `middle`, second, `end`. `typed` says that the
    second text of a pair has a type of its own (BERT), `size` is the length of the vocabulary.
    """

    backend: Any  # a tokenizers.Tokenizer; the library itself is opened in models
    start: tuple[int, ...]
    middle: tuple[int, ...]
    end: tuple[int, ...]
    padding: int
    unknown: int
    mask: int | None
    special: frozenset[int]
    size: int
    typed: bool = False
    name: str = ""  # what the tokenizer is known by: the same name, the same sub-words; empty if nobody said
    kept: dict[str, Ids] = field(default_factory=dict, repr=False, compare=False)
    placed: dict[str, tuple[Ids, Offsets]] = field(default_factory=dict, repr=False, compare=False)

    def pieces(self, texts: Iterable[str]) -> list[Ids]:
        """The sub-words of each text, without special ones. They are shared between callers: do not write to them."""
        wanted = list(texts)
        if len(self.kept) > KEPT:
            self.kept.clear()
        new = [text for text in dict.fromkeys(wanted) if text not in self.kept]
        for first in range(0, len(new), AT_ONCE):
            part = new[first : first + AT_ONCE]
            for text, encoding in zip(
                part, self.backend.encode_batch_fast(part, add_special_tokens=False), strict=True
            ):
                self.kept[text] = np.array(encoding.ids, dtype=np.int32)
        return [self.kept[text] for text in wanted]

    def pieces_with_offsets(self, texts: Iterable[str]) -> list[tuple[Ids, Offsets]]:
        """The sub-words of each text, and the characters (first, one past the last) that each stands for: (T, 2).

        They are shared between callers: do not write to them.
        """
        wanted = list(texts)
        if len(self.placed) > KEPT_PLACES:
            self.placed.clear()
        new = [text for text in dict.fromkeys(wanted) if text not in self.placed]
        for first in range(0, len(new), AT_ONCE):
            part = new[first : first + AT_ONCE]
            for text, encoding in zip(part, self.backend.encode_batch(part, add_special_tokens=False), strict=True):
                offsets = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
                self.placed[text] = (np.array(encoding.ids, dtype=np.int32), offsets)
        return [self.placed[text] for text in wanted]

    def single(self, text: Ids) -> Ids:
        """An input of one text, already cut."""
        start, _, end = self.around
        return np.concatenate((start, text, end))

    def pair(self, first: Ids, second: Ids) -> Ids:
        """An input of two texts, already cut."""
        start, middle, end = self.around
        return np.concatenate((start, first, middle, second, end))

    @cached_property
    def around(self) -> tuple[Ids, Ids, Ids]:
        """Start, middle and end as arrays."""
        start, middle, end = (np.array(part, dtype=np.int32) for part in (self.start, self.middle, self.end))
        return start, middle, end

    def room(self, max_length: int, texts: int) -> int:
        """How many sub-words are left for one or two texts. Raises BadValue if there are none."""
        taken = len(self.start) + len(self.end) + (len(self.middle) if texts > 1 else 0)
        if max_length < taken + 2 * texts:
            raise BadValue(
                f"max_length {max_length} leaves no room for text.", hint="Give training.max_length 32 or more."
            )
        return max_length - taken


def subwords_of(tokenizer: Any, name: str = "") -> Subwords:
    """Read off a Hugging Face fast tokenizer what the formats need of it; its own cutting and padding is turned off."""
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    start, middle, end, typed = template(backend)
    padding = tokenizer.pad_token_id
    unknown = tokenizer.unk_token_id
    return Subwords(
        backend=backend,
        start=start,
        middle=middle,
        end=end,
        padding=0 if padding is None else padding,
        unknown=0 if unknown is None else unknown,
        mask=tokenizer.mask_token_id,
        special=frozenset(tokenizer.all_special_ids),
        size=len(tokenizer),
        typed=typed,
        name=name,
    )


def template(backend: Any) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool]:
    """What the tokenizer puts before, between and after two texts, seen from a pair that it encodes itself."""
    probe = probe_text(backend)
    encoding = backend.encode(probe, probe)
    sides, ids = encoding.sequence_ids, encoding.ids
    first, second = ([i for i, side in enumerate(sides) if side == which] for which in (0, 1))
    start, middle = ids[: first[0]], ids[first[-1] + 1 : second[0]]
    typed = encoding.type_ids[second[0]] != encoding.type_ids[first[0]]
    return tuple(start), tuple(middle), tuple(ids[second[-1] + 1 :]), typed


def probe_text(backend: Any) -> str:
    """Some text that this tokenizer has sub-words for; a vocabulary of another script may have none for `a`."""
    known = (str(token).strip("▁#Ġ </>[]") for token in sorted(backend.get_vocab()))
    for text in ("a", *known):
        if text and backend.encode(text, add_special_tokens=False).ids:
            return text
    raise BadValue("The tokenizer knows no sub-word at all.", hint="Give a model folder with its own tokenizer.json.")
