"""Learn a sub-word tokenizer from running text, for any script, and the same one every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from xeval.hashing import seed_of
from xeval.values import Document

START, PAD, END, UNKNOWN, MASK = range(5)  # the numbers that XLM-R gives them
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
ROLES = {
    "bos_token": SPECIAL[START],
    "cls_token": SPECIAL[START],
    "pad_token": SPECIAL[PAD],
    "eos_token": SPECIAL[END],
    "sep_token": SPECIAL[END],
    "unk_token": SPECIAL[UNKNOWN],
    "mask_token": SPECIAL[MASK],
}
SAMPLE = 10_000  # documents, at most, that the tokenizer is learnt from
EVENNESS = 0.3  # a language of n documents is drawn in proportion to n to this power, as in XLM (1901.07291)
LETTERS = 0.5  # share of the vocabulary that single characters may take; text in rarer ones is unknown


def learn_tokenizer(documents: Sequence[Document], size: int, length: int, seed: int) -> PreTrainedTokenizerFast:
    """Byte-pair encoding of `size` sub-words, in the layout of XLM-R: <s> a </s></s> b </s>, at most `length` long.

    Words are what stands between spaces, punctuation apart; text that is written without spaces is one long word, which
    costs nothing but pairs that cross a word.
    """
    texts = _sample(documents, seed)
    letters = _letters(texts, int(size * LETTERS))
    tokenizer = _untrained()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=letters,
        limit_alphabet=len(letters),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=length, **ROLES)  # type: ignore[no-untyped-call]


def _untrained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN], fuse_unk=True))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", START), ("</s>", END)]
    )
    return tokenizer


def sampling_weights(languages: Sequence[str], evenness: float) -> npt.NDArray[np.float64]:
    """The chance of each document, a language of n documents being drawn in proportion to n ** `evenness`."""
    counts = Counter(languages)
    weights = np.array([counts[language] ** (evenness - 1) for language in languages], dtype=float)
    chances: npt.NDArray[np.float64] = weights / weights.sum()
    return chances


def _sample(documents: Sequence[Document], seed: int) -> list[str]:
    chances = sampling_weights([document.language for document in documents], EVENNESS)
    rng = np.random.default_rng(seed_of("vocabulary", seed))
    drawn = rng.choice(len(documents), min(SAMPLE, len(documents)), p=chances)
    return [" ".join(documents[number].texts) for number in drawn]


def _letters(texts: Sequence[str], most: int) -> list[str]:
    """The commonest characters; the trainer would break ties among the rare ones by chance."""
    normal = normalizers.NFKC().normalize_str
    counts = Counter(letter for text in texts for letter in normal(text) if not letter.isspace())
    counts["▁"] = len(texts)  # what Metaspace puts before a word
    return [letter for letter, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]
