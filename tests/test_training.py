from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch
from transformers import XLMRobertaForMaskedLM

from xeval.errors import BadValue
from xeval.hashing import file_digest
from xeval.learning.models import open_encoder, open_tokenizer, read_head
from xeval.learning.optimising import autocast, optimizer_of, warmed
from xeval.learning.training import TrainingSet, train
from xeval.tuning import Compute, Progress, Training
from xeval.values import (
    Answer,
    Document,
    Example,
    FormatName,
    LabelledText,
    MultipleChoice,
    Question,
    SentencePair,
    TaggedTokens,
)

TEXT = "the small cat sat on old mat a black dog chased two cats in park garden today"
WORDS = TEXT.split()
SETTINGS = Training(learning_rate=3e-3, batch_size=8, epochs=1.5, max_length=48, stride=8)


def sentence(rng: Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length))


def example(of: FormatName, number: int) -> Example:
    rng = Random(number)
    text, uid = sentence(rng, rng.randint(3, 9)), str(number)
    if of == "classification":
        return LabelledText(uid, "en", (text, "cat" if number % 2 else "dog"), "yes" if number % 2 else "no")
    if of == "tagging":
        tokens = tuple(text.split())
        return TaggedTokens(uid, "en", tokens, tuple("B-X" if "a" in token else "O" for token in tokens))
    if of == "span_qa":
        context = f"{text} Berlin {sentence(rng, 5)}"
        return Question(uid, "en", "where", context, (Answer("Berlin", context.index("Berlin")),))
    if of == "multiple_choice":
        return MultipleChoice(uid, "en", text, ("cat", "dog", "park"), 1)
    return Document(uid, "en", (text, sentence(rng, 4)))


def training_set(of: FormatName, count: int = 40) -> TrainingSet:
    labels = {"classification": ("yes", "no"), "tagging": ("O", "B-X")}.get(of, ())
    return TrainingSet(of, labels, [example(of, number) for number in range(count)])


TRAINED: list[FormatName] = ["classification", "tagging", "span_qa", "multiple_choice", "masked_lm"]


def ignore(progress: Progress) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("of", TRAINED)
def test_every_format_learns(of: FormatName, tiny_model: Path, tmp_path: Path) -> None:
    settings = Training(learning_rate=5e-3, batch_size=8, epochs=6, max_length=48, stride=8)

    report = train(tiny_model, [training_set(of)], settings, 0, Compute(), tmp_path, ignore)

    head = read_head(tmp_path)
    assert report.losses[-1] < 0.8 * report.losses[0]
    assert report.notes == ()
    assert head is not None
    assert (head.format, head.labels) == (of, training_set(of).labels)


@pytest.mark.parametrize("of", TRAINED)
def test_the_same_arguments_give_the_same_bytes(of: FormatName, tiny_model: Path, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        torch.rand(7)  # what anybody else draws changes nothing
        train(tiny_model, [training_set(of)], SETTINGS, 3, Compute(), tmp_path / name, ignore)
        digests.append([file_digest(tmp_path / name / f"{part}.safetensors") for part in ("model", "head")])

    assert digests[0] == digests[1]


def test_another_seed_gives_another_model(tiny_model: Path, tmp_path: Path) -> None:
    for seed in (0, 1):
        train(tiny_model, [training_set("tagging")], SETTINGS, seed, Compute(), tmp_path / str(seed), ignore)

    one, other = (file_digest(tmp_path / str(seed) / "model.safetensors") for seed in (0, 1))
    assert one != other


def test_dropout_is_drawn_from_the_seed_and_nobody_elses_luck_is_touched(tiny_model: Path, tmp_path: Path) -> None:
    folder = with_dropout(tiny_model, tmp_path / "model")
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)

    for name in ("one", "two"):
        train(folder, [training_set("tagging", 16)], SETTINGS, 0, Compute(), tmp_path / name, ignore)

    assert torch.equal(torch.rand(3), expected)
    assert file_digest(tmp_path / "one/model.safetensors") == file_digest(tmp_path / "two/model.safetensors")


def with_dropout(model: Path, folder: Path) -> Path:
    encoder = open_encoder(model)
    encoder.config.hidden_dropout_prob = 0.3
    encoder.save_pretrained(folder)
    open_tokenizer(model).save_pretrained(folder)
    return folder


def test_threads_do_not_change_a_small_encoder(tiny_model: Path, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            train(tiny_model, [training_set("tagging")], SETTINGS, 0, Compute(), tmp_path / str(threads), ignore)
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)

    assert file_digest(tmp_path / "1/model.safetensors") == file_digest(tmp_path / "2/model.safetensors")


# --------------------------------------------------------------------------------------------------- the loop


def test_the_report_tells_what_was_done(tiny_model: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []

    report = train(tiny_model, [training_set("classification", 50)], SETTINGS, 0, Compute(), tmp_path, seen.append)

    assert (report.steps, report.examples) == (11, 75)  # 50 in 7 batches, then 25 in 4
    assert len(report.losses) == 11
    assert 0 <= report.padding < 0.4
    assert (seen[-1].done, seen[-1].total, seen[-1].tokens) == (11, 11, report.tokens)


def test_losses_are_told_in_twenty_means(tiny_model: Path, tmp_path: Path) -> None:
    settings = Training(batch_size=2, epochs=3, max_length=48)

    report = train(tiny_model, [training_set("tagging", 30)], settings, 0, Compute(), tmp_path, ignore)

    assert len(report.losses) == 20


def test_frozen_embeddings_stay_as_they_are(tiny_model: Path, tmp_path: Path) -> None:
    settings = Training(learning_rate=1e-2, batch_size=8, epochs=1, max_length=48, freeze_embeddings=True)

    train(tiny_model, [training_set("tagging")], settings, 0, Compute(), tmp_path, ignore)

    before, after = open_encoder(tiny_model).state_dict(), open_encoder(tmp_path).state_dict()
    assert all(torch.equal(before[k], after[k]) for k in before if k.startswith("embeddings."))
    assert not torch.equal(before["encoder.layer.0.output.dense.weight"], after["encoder.layer.0.output.dense.weight"])


def test_long_inputs_are_cut_to_what_the_encoder_has_places_for(tiny_model: Path, tmp_path: Path) -> None:
    long = LabelledText("1", "en", ("the cat sat on the old mat " * 40,), "yes")
    settings = Training(batch_size=1, epochs=1, max_length=512)

    report = train(
        tiny_model, [TrainingSet("classification", ("yes", "no"), [long])], settings, 0, Compute(), tmp_path, ignore
    )

    assert report.tokens == 68  # of 70 positions, XLM-R uses all but the first two


def test_the_schedule_rises_then_falls_to_nothing() -> None:
    rates = [warmed(step, 10, 0.2) for step in range(10)]

    assert rates == pytest.approx([0.5, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8])
    assert [warmed(step, 2, 0.0) for step in range(2)] == [1, 0.5]
    assert warmed(0, 1, 1.0) == 1


def test_biases_and_norms_do_not_decay(tiny_model: Path) -> None:
    decayed, spared = optimizer_of([open_encoder(tiny_model)], Training(weight_decay=0.1)).param_groups

    assert (decayed["weight_decay"], spared["weight_decay"]) == (0.1, 0)
    assert all(parameter.ndim > 1 for parameter in decayed["params"])
    assert all(parameter.ndim == 1 for parameter in spared["params"])


def test_several_sets_take_turns_each_with_its_own_head(tiny_model: Path, tmp_path: Path) -> None:
    sets = [training_set("classification", 40), training_set("tagging", 24), training_set("masked_lm", 8)]
    settings = Training(learning_rate=3e-3, batch_size=8, epochs=2, max_length=48)

    report = train(tiny_model, sets, settings, 0, Compute(), tmp_path, ignore)

    head = read_head(tmp_path)
    assert (report.steps, report.examples) == (2 * (5 + 3 + 1), 2 * 72)
    assert head is not None
    assert head.format == "classification"


def test_a_masked_lm_head_goes_on_from_the_last_one(tiny_model: Path, tmp_path: Path) -> None:
    still = Training(learning_rate=0.0, batch_size=8, epochs=1, max_length=48)
    train(tiny_model, [training_set("masked_lm")], SETTINGS, 0, Compute(), tmp_path / "one", ignore)

    train(tmp_path / "one", [training_set("masked_lm")], still, 1, Compute(), tmp_path / "two", ignore)

    one, two = read_head(tmp_path / "one"), read_head(tmp_path / "two")
    assert one is not None
    assert two is not None
    assert all(torch.equal(one.weights[name], two.weights[name]) for name in one.weights)


def test_a_masked_lm_head_is_taken_from_a_checkpoint_that_carries_one(tiny_model: Path, tmp_path: Path) -> None:
    model = XLMRobertaForMaskedLM(open_encoder(tiny_model).config)
    model.save_pretrained(tmp_path / "hub")
    open_tokenizer(tiny_model).save_pretrained(tmp_path / "hub")
    still = Training(learning_rate=0.0, batch_size=8, epochs=1, max_length=48)

    train(tmp_path / "hub", [training_set("masked_lm")], still, 0, Compute(), tmp_path / "out", ignore)

    head = read_head(tmp_path / "out")
    assert head is not None
    assert torch.equal(head.weights["dense.weight"], model.lm_head.dense.weight)


def test_a_training_that_learns_nothing_says_so(tiny_model: Path, tmp_path: Path) -> None:
    rng = Random(0)
    examples = [LabelledText(str(i), "en", (sentence(rng, 5),), rng.choice(("yes", "no"))) for i in range(64)]
    settings = Training(learning_rate=1e-6, batch_size=8, epochs=1, max_length=48)

    report = train(
        tiny_model, [TrainingSet("classification", ("yes", "no"), examples)], settings, 0, Compute(), tmp_path, ignore
    )

    assert "nothing learned" in report.notes[0]


# ----------------------------------------------------------------------------------------------------- errors


def test_retrieval_has_nothing_to_train(tiny_model: Path, tmp_path: Path) -> None:
    pairs = TrainingSet("retrieval", (), [SentencePair("1", "de", "der", "the")])

    with pytest.raises(BadValue, match="Retrieval has nothing to train"):
        train(tiny_model, [pairs], SETTINGS, 0, Compute(), tmp_path, ignore)


def test_an_empty_training_set_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="empty"):
        train(tiny_model, [training_set("tagging", 0)], SETTINGS, 0, Compute(), tmp_path, ignore)


def test_a_training_that_diverges_fails_and_writes_nothing(tiny_model: Path, tmp_path: Path) -> None:
    settings = Training(learning_rate=1e30, batch_size=8, epochs=2, max_length=48, clip=1e30)

    with pytest.raises(BadValue, match="diverged"):
        train(tiny_model, [training_set("classification")], settings, 0, Compute(), tmp_path / "out", ignore)

    assert not (tmp_path / "out").exists()


def test_a_training_in_bf16_goes_forward_with_the_weights_that_it_has_changed() -> None:
    """Autocast that keeps its casts would not see them: shown on a processor, since the rule is the same."""
    layer = torch.nn.Linear(4, 1, bias=False)
    inputs = torch.ones(2, 4)

    with autocast("cpu", mixed=True):
        before = layer(inputs)
        with torch.no_grad():
            layer.weight.add_(1.0)
        after = layer(inputs)

    assert torch.allclose((after - before).float(), torch.full((2, 1), 4.0), atol=0.1)
