"""Made examples whose lengths are those of real tasks, a tokenizer of 32,000 sub-words, and random encoders."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

ASKED = 5  # questions on a context
WORDS, SUBWORDS, BIG = 50_000, 32_000, 250_002  # the last is the number of XLM-R's embeddings
LENGTHENED = {"en": 1.0, "de": 1.15, "sw": 1.3, "zh": 0.85, "th": 1.55, "ru": 1.2, "hi": 1.35, "es": 1.1, "ar": 1.2}
LENGTHENED |= {"bg": 1.15, "el": 1.4, "fr": 1.2, "tr": 1.05, "ur": 1.3, "vi": 1.1}
LANGUAGES = tuple(LENGTHENED)
NLI, TAGS = ("contradiction", "entailment", "neutral"), ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
MARKS = slice(20_000, 20_120)  # words that decide labels, in every language
SIZES = {  # layers, hidden, heads, inner
    "tiny": (4, 128, 2, 512),
    "small": (6, 256, 4, 1024),
    "base": (12, 768, 12, 3072),
    "large": (24, 1024, 16, 4096),
}
Row = dict[str, Any]
Draw = Callable[[int], list[str]]


@functools.cache
def words() -> list[str]:
    """Distinct made words; short ones are common."""
    rng = Random(1)
    onsets = [*"bdfgklmnprstvz", "br", "ch", "sh", "st", "tr"]
    nuclei = [*"aeiou", "ai", "ea", "ou"]
    made: dict[str, None] = {}
    while len(made) < WORDS:
        syllables = rng.choices((1, 2, 3, 4), (2, 38, 40, 20))[0]
        word = "".join(rng.choice(onsets) + rng.choice(nuclei) for _ in range(syllables))
        made[word + rng.choice(("", "", "n", "s", "r"))] = None
    return sorted(made, key=lambda word: len(word) + 4 * rng.random())


def drawing(language: str, rng: np.random.Generator) -> Draw:
    """A function that draws words of a language by Zipf's law; each language ranks them in its own way."""
    ranks = np.arange(WORDS)
    if language != "en":
        own = np.random.default_rng(LANGUAGES.index(language))
        ranks = np.argsort(ranks + own.normal(0, WORDS / 15, WORDS))
    chances = np.cumsum(1 / (np.arange(WORDS) + 3.7))
    table = words()

    def draw(count: int) -> list[str]:
        places = np.searchsorted(chances, rng.random(count) * chances[-1])
        return [table[ranks[place]] for place in places]

    return draw


def counts(rng: np.random.Generator, mean: float, spread: float, least: int, most: int, n: int) -> npt.NDArray[np.int_]:
    """Log-normal numbers of words with that mean."""
    drawn = rng.lognormal(np.log(mean) - spread**2 / 2, spread, n)
    return np.clip(np.rint(drawn), least, most).astype(int)


def nli(language: str, n: int, rng: np.random.Generator) -> list[Row]:
    """Pairs as long as MultiNLI's: about 19 words and 10. A mark in the second text gives the label away."""
    draw, longer = drawing(language, rng), LENGTHENED[language]
    firsts, seconds = counts(rng, 19 * longer, 0.62, 3, 200, n), counts(rng, 9.7 * longer, 0.38, 3, 60, n)
    rows = []
    for number, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        label, hypothesis = int(rng.integers(3)), draw(second)
        hypothesis[int(rng.integers(second))] = words()[MARKS][40 * label + int(rng.integers(40))]
        rows.append({"id": str(number), "texts": [" ".join(draw(first)), " ".join(hypothesis)], "label": label})
    return rows


def names(language: str, n: int, rng: np.random.Generator) -> list[Row]:
    """Sentences as long as PAN-X's, about 9 tokens, with names of one to three tokens from three lists."""
    draw, rows = drawing(language, rng), []
    for number, count in enumerate(counts(rng, 9.5 * LENGTHENED[language], 0.6, 2, 90, n)):
        tokens, tags, place = draw(count), [0] * int(count), int(rng.integers(3))
        while place < count:
            kind, stop = int(rng.integers(3)), min(count, place + int(rng.integers(1, 4)))
            for here in range(place, stop):
                tokens[here] = words()[30_000 + 400 * kind + int(rng.integers(400))]
                tags[here] = 1 + 2 * kind + (here > place)
            place = stop + int(rng.integers(2, 9))
        rows.append({"id": str(number), "tokens": tokens, "tags": tags})
    return rows


def questions(language: str, n: int, rng: np.random.Generator) -> list[Row]:
    """Contexts as long as SQuAD's, about 128 words with a long tail, and five questions on each, as it has.

    SQuAD asks 87,599 questions on 18,896 paragraphs, XQuAD 1,190 on 240. An answer is one to four marks.
    """
    draw, longer, rows = drawing(language, rng), LENGTHENED[language], []
    asked, read = counts(rng, 10.5 * longer, 0.33, 4, 30, n), counts(rng, 128 * longer, 0.45, 25, 620, -(-n // ASKED))
    for count, words_read in zip(np.split(asked, range(ASKED, n, ASKED)), read, strict=True):
        said = draw(words_read)
        places = [int(rng.integers(words_read - 4)) for _ in count]
        for place in places:
            said[place] = words()[MARKS][int(rng.integers(120))]
        context = " ".join(said)
        for question, place in zip(count, places, strict=True):
            answer, before = " ".join(said[place : place + int(rng.integers(1, 5))]), len(" ".join(said[:place]))
            row = {"id": str(len(rows)), "question": " ".join(draw(question)), "context": context}
            rows.append(row | {"answer": answer, "start": before + (place > 0)})
    return rows


MAKERS: dict[str, Callable[[str, int, np.random.Generator], list[Row]]] = {"nli": nli, "ner": names, "qa": questions}


def rows_of(work: Path, job: str, split: str, language: str, n: int) -> list[Row]:
    """The first `n` rows of a split, made once and kept as JSON."""
    file = work / f"{job}-{split}-{language}-{n}.json"
    if not file.exists():
        seed = [list(MAKERS).index(job), split == "train", LANGUAGES.index(language)]
        file.write_text(json.dumps(MAKERS[job](language, n, np.random.default_rng(seed))))
    rows: list[Row] = json.loads(file.read_text())
    return rows


def tokenizer_of(work: Path) -> Any:
    """A Unigram tokenizer in the layout of XLM-R's, learned from the made words once."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import AutoTokenizer, XLMRobertaTokenizer

    folder = work / "tokenizer"
    if not folder.exists():
        draw = drawing("en", np.random.default_rng(5))
        texts = [" ".join(draw(200)) for _ in range(5000)] + [" ".join(words()[i::250]) for i in range(250)]
        learned = Tokenizer(models.Unigram())
        learned.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
        )
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        trainer = trainers.UnigramTrainer(
            vocab_size=SUBWORDS, special_tokens=special, unk_token="<unk>", show_progress=False
        )
        learned.train_from_iterator(texts, trainer)
        pieces = [tuple(piece) for piece in json.loads(learned.to_str())["model"]["vocab"]]
        XLMRobertaTokenizer(vocab=pieces, model_max_length=512).save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)


def model_of(work: Path, size: str, big: bool, dropout: float) -> Path:
    """A folder with a random encoder of the XLM-R architecture and the tokenizer."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    folder = work / f"{size}-{'big' if big else 'own'}-{dropout}"
    if not folder.exists():
        tokenizer = tokenizer_of(work)
        layers, hidden, heads, inner = SIZES[size]
        config = XLMRobertaConfig(
            vocab_size=BIG if big else len(tokenizer),
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=514,
            type_vocab_size=1,
            layer_norm_eps=1e-5,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )
        torch.manual_seed(0)
        XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder
