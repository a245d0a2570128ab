"""Translations found by the vectors of sentences: the nearest of each, or the pairs that mining keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xeval.formats.features import Feature, Format
from xeval.formats.lengths import measure
from xeval.formats.retrieval import prepared
from xeval.learning.reading import Output, Reader, outputs_of
from xeval.learning.tokenised import encoded
from xeval.phases import phase
from xeval.scores.mining import Mined, Side, above, best_threshold, mine_texts
from xeval.tuning import Retrieval, Training
from xeval.values import Example, Prediction, SentencePair


def found(
    reader: Reader,
    of: Format,
    batches: Sequence[Sequence[Example]],
    settings: Training,
    how: tuple[Retrieval, Sequence[float]],
) -> list[list[Prediction]]:
    """What the translations of each list find in it; translations that lists share are embedded once."""
    retrieval, thresholds = how
    kept: dict[tuple[bytes, ...], list[Output]] = {}
    predictions = []
    for examples, least in zip(batches, thresholds, strict=True):
        with phase("tokenise"):
            features = encoded(of, examples, reader.subwords, settings, ())
            measure(examples, features, reader.subwords, settings)
        with phase("compute"):
            outputs = sides_of(reader, features, retrieval.centre, kept)
            if retrieval.search == "mined":
                predictions.append(mined_pairs(examples, outputs, least))
            else:
                predictions.append(of.decode(examples, features, outputs, settings, ()))
    return predictions


def sides_of(
    reader: Reader, features: Sequence[Feature], centre: bool, kept: dict[tuple[bytes, ...], list[Output]]
) -> list[Output]:
    """Vectors of sentences and translations in turn; those of translations are `kept` for the next list."""
    outputs: list[Output] = [None] * len(features)
    outputs[0::2] = vectors_of(reader, features[0::2], centre)
    key = tuple(feature.sequences[0].tobytes() for feature in features[1::2])
    if key not in kept:
        kept[key] = vectors_of(reader, features[1::2], centre)
    outputs[1::2] = kept[key]
    return outputs


def vectors_of(reader: Reader, features: Sequence[Feature], centre: bool) -> list[Output]:
    """Sentence vectors of one language at length 1; equal inputs are computed once."""
    inputs = [feature.sequences[0].tobytes() for feature in features]
    distinct = dict(zip(inputs, features, strict=True))
    vectors = dict(zip(distinct, outputs_of(reader, list(distinct.values())), strict=True))
    return list(prepared(np.stack([vectors[ids] for ids in inputs]), centre)) if vectors else []


def threshold(
    reader: Reader, of: Format, examples: Sequence[Example], settings: Training, retrieval: Retrieval
) -> float:
    """The score from which mined pairs are best kept; 0, which keeps all, without examples to tune it on."""
    if not examples:
        return 0.0
    features = encoded(of, examples, reader.subwords, settings, ())
    outputs: list[Output] = [None] * len(features)
    outputs[0::2] = vectors_of(reader, features[0::2], retrieval.centre)
    outputs[1::2] = vectors_of(reader, features[1::2], retrieval.centre)
    gold = {
        (row, row) for row, one in enumerate(examples) if isinstance(one, SentencePair) and one.text and one.translation
    }
    return best_threshold(candidates_of(examples, outputs)[0], gold)


def mined_pairs(examples: Sequence[Example], outputs: Sequence[Output], least: float) -> list[Prediction]:
    """For each sentence, the uid of the translation that it is mined with at a score of `least` or more, or None."""
    candidates, uids = candidates_of(examples, outputs)
    partner = {pair.source: uids[pair.target] for pair in above(candidates, least)}
    return [Prediction(example.uid, partner.get(number)) for number, example in enumerate(examples)]


def candidates_of(examples: Sequence[Example], outputs: Sequence[Output]) -> tuple[list[Mined], list[str]]:
    """Pairs of rows mined among the sentences and the translations that there are, best first, and the rows' uids."""
    pairs = [example for example in examples if isinstance(example, SentencePair)]
    here = [row for row, pair in enumerate(pairs) if pair.text]
    there = [row for row, pair in enumerate(pairs) if pair.translation]
    texts = Side([pairs[row].text for row in here], np.stack([outputs[2 * row] for row in here]))
    translations = Side([pairs[row].translation for row in there], np.stack([outputs[2 * row + 1] for row in there]))
    found = mine_texts(texts, translations)
    return [Mined(here[pair.source], there[pair.target], pair.score) for pair in found], [pair.uid for pair in pairs]
