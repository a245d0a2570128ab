from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from transformers import XLMRobertaModel

from xeval.errors import BadValue
from xeval.formats.retrieval import prepared
from xeval.formats.table import format_of
from xeval.learning import reading
from xeval.learning.layout import Way
from xeval.learning.models import open_encoder, open_tokenizer
from xeval.learning.predicting import predict
from xeval.learning.reading import opened, outputs_of
from xeval.learning.training import TrainingSet, train
from xeval.scores.metrics import metric, metrics_of, scored
from xeval.tuning import Compute, Retrieval, Training
from xeval.values import Answer, Example, FormatName, LabelledText, MultipleChoice, Question, SentencePair, TaggedTokens

TEXT = "the small cat sat on old mat a black dog chased two cats in park garden today"
WORDS = TEXT.split()
LABELS: dict[FormatName, tuple[str, ...]] = {"classification": ("yes", "no"), "tagging": ("O", "B-X")}
FORMATS: list[FormatName] = ["classification", "tagging", "span_qa", "multiple_choice", "retrieval"]
SETTINGS = Training(learning_rate=5e-3, batch_size=8, epochs=6, max_length=40, stride=8, pooling="match")


def sentence(rng: Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length))


def example(of: FormatName, number: int) -> Example:
    rng = Random(number)
    text, uid = sentence(rng, rng.randint(3, 12)), str(number)
    if of == "classification":
        return LabelledText(uid, "en", (text, "cat" if number % 2 else "dog"), "yes" if number % 2 else "no")
    if of == "tagging":
        tokens = tuple(text.split())
        return TaggedTokens(uid, "en", tokens, tuple("B-X" if "a" in token else "O" for token in tokens))
    if of == "span_qa":
        context = f"{text} Berlin {sentence(rng, rng.randint(3, 30))}"
        return Question(uid, "en", "where", context, (Answer("Berlin", context.index("Berlin")),))
    if of == "multiple_choice":
        choices = ("Berlin", sentence(rng, 2), sentence(rng, rng.randint(1, 4)))
        return MultipleChoice(uid, "en", text, choices, 0)
    return SentencePair(uid, "de", text, text)


def examples(of: FormatName, count: int, first: int = 0) -> list[Example]:
    return [example(of, number) for number in range(first, first + count)]


@pytest.fixture(scope="module")
def states(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[FormatName, Path]:
    """A state trained for each format; retrieval needs none."""
    found = {"retrieval": tiny_model}
    for of in FORMATS[:-1]:
        found[of] = tmp_path_factory.mktemp(of)
        sets = [TrainingSet(of, LABELS.get(of, ()), examples(of, 80))]
        train(tiny_model, sets, SETTINGS, 0, Compute(), found[of], lambda progress: None)
    return found


def said(state: Path, of: FormatName, lists: list[list[Example]], **compute: int) -> list[list[object]]:
    predictions = predict(state, of, LABELS.get(of, ()), lists, SETTINGS, Retrieval(), Compute(**compute))
    return [[prediction.value for prediction in one] for one in predictions]


@pytest.mark.parametrize("of", FORMATS)
def test_what_was_trained_is_predicted(of: FormatName, states: dict[FormatName, Path]) -> None:
    test = examples(of, 40, first=100)
    headline = metric(metrics_of(of)[0])

    (predictions,) = predict(states[of], of, LABELS.get(of, ()), [test], SETTINGS, Retrieval(), Compute())

    score = float(headline.score(scored(headline, test, predictions).sum(axis=0)))
    assert score > (0.9 if of != "span_qa" else 0.7)


@pytest.mark.parametrize("of", FORMATS)
def test_a_list_is_answered_alike_whatever_else_is_asked(of: FormatName, states: dict[FormatName, Path]) -> None:
    lists = [examples(of, count, first) for count, first in ((30, 0), (1, 500), (17, 40))]

    together = outputs(states[of], of, lists)
    alone = [outputs(states[of], of, [one])[0] for one in lists]

    assert all(np.array_equal(a, b) for x, y in zip(together, alone, strict=True) for a, b in zip(x, y, strict=True))


def outputs(state: Path, of: FormatName, lists: list[list[Example]]) -> list[list[np.ndarray]]:
    """Raw outputs of one sweep, as `predict` makes them."""
    form = format_of(of)
    reader = opened(state, form, LABELS.get(of, ()), Retrieval(), Compute())
    with torch.inference_mode():
        return [outputs_of(reader, form.encode(one, reader.subwords, SETTINGS, reader.labels)) for one in lists]


@pytest.mark.parametrize("of", FORMATS)
def test_lists_come_back_in_order_even_empty_ones(of: FormatName, states: dict[FormatName, Path]) -> None:
    lists = [examples(of, 5), [], examples(of, 3, 50)]

    predictions = predict(states[of], of, LABELS.get(of, ()), lists, SETTINGS, Retrieval(), Compute())

    assert [[p.uid for p in one] for one in predictions] == [[e.uid for e in one] for one in lists]
    assert said(states[of], of, lists) == [[p.value for p in one] for one in predictions]


@pytest.mark.parametrize("of", FORMATS[:-1])
def test_padding_changes_nothing(of: FormatName, states: dict[FormatName, Path]) -> None:
    many = examples(of, 25)
    form = format_of(of)
    reader = opened(states[of], form, LABELS.get(of, ()), Retrieval(), Compute())
    features = form.encode(many, reader.subwords, SETTINGS, reader.labels)

    with torch.inference_mode():
        together = outputs_of(reader, features)
        alone = [outputs_of(reader, [feature])[0] for feature in features]

    assert len({feature.length for feature in features}) > 3
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(together, alone, strict=True))


@pytest.mark.parametrize("of", FORMATS)
@pytest.mark.parametrize("waste", [0, 10_000])
def test_blocks_and_padding_give_the_same_outputs(
    of: FormatName, waste: int, states: dict[FormatName, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To 1e-6 of the largest output, example by example: no way to lay inputs out changes a score."""
    many = examples(of, 40)

    def laid_out(way: Way) -> list[np.ndarray]:
        monkeypatch.setattr(reading, "way_of", lambda *_: way)
        return outputs(states[of], of, [many])[0]

    expected = laid_out("padded")
    monkeypatch.setattr(reading, "waste_of", lambda *_: waste)
    found = laid_out("blocks")

    largest = max(float(np.abs(one).max()) for one in expected)
    assert all(np.allclose(a, b, rtol=0, atol=1e-6 * max(1, largest)) for a, b in zip(expected, found, strict=True))


def test_a_small_budget_gives_the_same_answers(states: dict[FormatName, Path]) -> None:
    lists = [examples("tagging", 30)]

    assert said(states["tagging"], "tagging", lists, batch_tokens=64) == said(states["tagging"], "tagging", lists)


# ---------------------------------------------------------------------------------------------------- retrieval


@pytest.mark.parametrize("layer", [0, 1, 2, -1])
def test_sentence_vectors_are_means_of_the_layers_own_states(layer: int, tiny_model: Path) -> None:
    texts = ("the cat", "a black dog chased two cats in the park")
    form = format_of("retrieval")
    reader = opened(tiny_model, form, (), Retrieval(layer=layer), Compute())
    pairs = [SentencePair(str(i), "de", text, text) for i, text in enumerate(texts)]

    with torch.inference_mode():
        vectors = outputs_of(reader, form.encode(pairs, reader.subwords, Training(), ()))[::2]
        expected = [mean_state(open_encoder(tiny_model).eval(), tiny_model, text, layer) for text in texts]

    assert np.allclose(np.stack(vectors), np.stack(expected), atol=1e-6)


def mean_state(encoder: XLMRobertaModel, folder: Path, text: str, layer: int) -> np.ndarray:
    inputs = open_tokenizer(folder)(text, return_tensors="pt")
    states = encoder(**inputs, output_hidden_states=True).hidden_states[layer]
    return states[0].mean(dim=0).numpy()


def test_a_sentence_finds_itself_however_it_is_pooled(tiny_model: Path) -> None:
    pairs = examples("retrieval", 30)
    for how in (Retrieval(), Retrieval(layer=1, pooling="cls"), Retrieval(layer=0, centre=True)):
        (found,) = predict(tiny_model, "retrieval", (), [pairs], SETTINGS, how, Compute())

        right = np.mean([p.value == p.uid for p in found])
        assert right > (0.95 if how.pooling == "mean" else 0.5)


def test_centring_takes_the_mean_of_each_language_off(tiny_model: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)

    assert np.allclose(
        prepared(vectors, centre=True), prepared(vectors - vectors.mean(axis=0), centre=False), atol=1e-6
    )


def test_a_layer_that_is_not_there_is_refused(tiny_model: Path) -> None:
    with pytest.raises(BadValue, match="hidden states 0 to 2, not 7"):
        predict(tiny_model, "retrieval", (), [examples("retrieval", 2)], SETTINGS, Retrieval(layer=7), Compute())


# ------------------------------------------------------------------------------------------------------- errors


def test_a_state_without_the_head_that_is_asked_for_is_refused(
    tiny_model: Path, states: dict[FormatName, Path]
) -> None:
    for state, labels in ((tiny_model, ("yes", "no")), (states["tagging"], ("yes", "no"))):
        with pytest.raises(BadValue, match="needs one"):
            predict(state, "classification", labels, [examples("classification", 2)], SETTINGS, Retrieval(), Compute())


def test_labels_keep_the_order_that_the_head_learned_them_in(states: dict[FormatName, Path]) -> None:
    test = [examples("classification", 20, first=100)]

    one, other = (
        predict(states["classification"], "classification", labels, test, SETTINGS, Retrieval(), Compute())
        for labels in (("yes", "no"), ("no", "yes"))
    )

    assert one == other


def test_pairs_are_mined_both_ways_if_that_is_what_is_asked_for(tiny_model: Path) -> None:
    words = ("cat", "dog", "garden", "Berlin", "the old mat")
    pairs = [SentencePair(str(n), "de", word, word) for n, word in enumerate(words)]
    again = [*pairs, SentencePair("twice", "de", "cat", "park")]

    def said(examples: list[SentencePair]) -> list[object]:
        how = Retrieval(search="mined")
        (found,) = predict(tiny_model, "retrieval", (), [examples], Training(), how, Compute())
        return [one.value for one in found]

    assert said(pairs) == [pair.uid for pair in pairs]
    assert said(again)[0] is None  # a sentence that stands twice is no pair's
