"""Pretraining on the spot: the layout of what it saves, what a strategy means, and the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from xeval.errors import BadValue
from xeval.learning import maskedstep
from xeval.learning.bertlike import states_of
from xeval.learning.masking import Corpus, Masked, habits, masked_batch
from xeval.learning.models import open_encoder, open_tokenizer
from xeval.learning.pretraining import encoded, pretrain
from xeval.learning.vocabulary import MASK, PAD, SPECIAL, learn_tokenizer, sampling_weights
from xeval.tuning import Compute, Pretraining, Progress, Report
from xeval.values import Document

SMALL = Pretraining("text", hidden=16, layers=1, heads=2, feed_forward=32, vocabulary=300, steps=8, batch_size=8)
WORDS = {
    "en": ["the", "small", "cat", "sees", "a", "dog", "in", "house"],
    "ru": ["малый", "кот", "видит", "собаку", "в", "доме"],
}
DOCUMENTS = [
    Document(f"{language}{i}", language, texts[: 1 + i % 2], partner)
    for language, words in WORDS.items()
    for i in range(60)
    for partner in ["en" if language == "ru" and i % 5 == 0 else ""]
    for texts in [(" ".join(words[i % 3 :]) + ".", " ".join(WORDS["en" if partner else language][: 3 + i % 2]) + "?")]
]
CHINESE = [Document(f"zh{i}", "zh", ("我们今天在北京看见三只猫。" * (1 + i % 3),)) for i in range(30)]


def made(folder: Path, documents: list[Document] = DOCUMENTS, **changes: object) -> Report:
    settings = replace(SMALL, **changes)
    return pretrain(documents, settings, 0, Compute(), folder, lambda progress: None)


def test_two_pretrainings_give_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        made(tmp_path / name)

    for file in sorted(path.name for path in (tmp_path / "one").iterdir()):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_what_is_predicted_is_read_as_the_library_reads_it(tmp_path: Path):
    made(tmp_path, layers=2)
    encoder = open_encoder(tmp_path).eval()
    corpus = encoded(DOCUMENTS, open_tokenizer(tmp_path), SMALL.max_length)
    masked = masked_batch(
        corpus, np.arange(len(corpus.sequences)), 0.3, encoder.config.vocab_size, np.random.default_rng(0)
    )
    ids = torch.from_numpy(masked.inputs)

    with torch.no_grad():
        ours = states_of(encoder, maskedstep.rows_of(masked, encoder, "cpu"), 2)
        theirs = encoder(input_ids=ids, attention_mask=ids != PAD).last_hidden_state[torch.from_numpy(masked.chosen)]

    assert len(set((masked.inputs != PAD).sum(axis=1))) > 2
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_the_state_opens_as_any_encoder_does(tmp_path: Path):
    made(tmp_path)
    encoder, tokenizer = open_encoder(tmp_path), open_tokenizer(tmp_path)

    inputs = tokenizer([["the", "cat."]], is_split_into_words=True, return_tensors="pt")
    assert encoder(**inputs).last_hidden_state.shape == (1, inputs["input_ids"].shape[1], 16)
    assert encoder.config.model_type == "xlm-roberta"
    assert len(tokenizer) == encoder.config.vocab_size
    assert tokenizer.model_max_length == SMALL.max_length


def test_the_tokenizer_has_the_layout_of_xlm_r_and_knows_where_words_stand():
    tokenizer = learn_tokenizer(DOCUMENTS, 300, 80, 0)
    both = tokenizer("the cat", "a dog.", return_offsets_mapping=True)

    assert tuple(tokenizer.convert_ids_to_tokens(range(5))) == SPECIAL
    assert [tokenizer.convert_ids_to_tokens(i) for i in both["input_ids"]].count("</s>") == 3
    assert tokenizer.mask_token_id == MASK
    assert tokenizer.pad_token_id == PAD
    assert [("a dog."[a:b]) for a, b in both["offset_mapping"]][-2] == "."


@pytest.mark.parametrize("text", ["我们今天看见猫。", "малый кот", "the cat"])
def test_no_script_is_lost(text: str):
    tokenizer = learn_tokenizer([*DOCUMENTS, *CHINESE], 300, 80, 0)
    tokens = tokenizer.convert_ids_to_tokens(tokenizer(text)["input_ids"])

    assert "<unk>" not in tokens
    assert "".join(tokens[1:-1]).replace("▁", "") == text.replace(" ", "")


def test_a_letter_that_was_never_seen_is_unknown_and_keeps_its_place():
    tokenizer = learn_tokenizer(DOCUMENTS, 300, 80, 0)
    found = tokenizer("cat ლ dog", return_offsets_mapping=True)

    assert (4, 5) in found["offset_mapping"]
    assert tokenizer.unk_token_id in found["input_ids"]


def test_a_strategy_trains_on_its_own_documents_alone(tmp_path: Path):
    monolingual = [document for document in DOCUMENTS if not document.partner]
    bilingual = [document for document in DOCUMENTS if document.partner]

    assert made(tmp_path / "none", strategy=()).steps == 0
    assert made(tmp_path / "warm", strategy=("warm-start",)).steps == 0
    assert made(tmp_path / "mlm", strategy=("mlm",)).steps == SMALL.steps
    assert "tlm" in made(tmp_path / "missing", monolingual, strategy=("tlm",)).notes[0]
    assert "mlm" in made(tmp_path / "other", bilingual, strategy=("mlm",)).notes[0]


def test_warm_start_sets_the_words_and_leaves_the_rest(tmp_path: Path):
    made(tmp_path / "cold", strategy=())
    made(tmp_path / "warm", strategy=("warm-start",))
    cold, warm = (load_file(tmp_path / name / "model.safetensors") for name in ("cold", "warm"))
    changed = {name for name in cold if not torch.equal(cold[name], warm[name])}

    assert changed == {"embeddings.word_embeddings.weight"}
    deviation = warm["embeddings.word_embeddings.weight"][MASK + 1 :].std().item()
    assert deviation == pytest.approx(SMALL.initializer_range, rel=0.1)


def test_training_brings_the_loss_down_and_is_watched(tmp_path: Path):
    seen: list[Progress] = []
    settings = replace(SMALL, steps=60, learning_rate=1e-2)
    report = pretrain(DOCUMENTS, settings, 0, Compute(), tmp_path, seen.append)

    assert report.losses[-1] < 0.8 * report.losses[0]
    assert [progress.done for progress in seen] == list(range(1, 61))
    assert (report.steps, report.examples, report.tokens) == (60, 480, seen[-1].tokens)
    assert 0 <= report.padding < 0.5


def test_a_long_document_is_cut_in_parts_and_no_word_is_lost():
    long = Document("long", "en", (" ".join(WORDS["en"] * 9),))
    tokenizer = learn_tokenizer(DOCUMENTS, 300, 12, 0)
    parts = encoded([long], tokenizer, 12).sequences

    assert max(map(len, parts)) == 12
    assert [int(n) for part in parts for n in part[1:-1]] == tokenizer(long.texts[0])["input_ids"][1:-1]


def test_no_text_and_unknown_strategies_are_refused(tmp_path: Path):
    with pytest.raises(BadValue, match="no text"):
        made(tmp_path, [])
    with pytest.raises(BadValue, match="'mlmm'"):
        made(tmp_path, strategy=("mlmm",))


# ------------------------------------------------------------------------------------------------------------- masking


CORPUS = Corpus(
    sequences=[np.arange(5, 5 + n) % 40 + 5 for n in (3, 9, 20)],
    languages=["en", "en", "ru"],
    bilingual=np.array([False, False, False]),
    groups=np.array([0, 0, 1]),
)


def test_what_is_predicted_is_what_stood_there_and_special_marks_never_are():
    batch = masked_batch(CORPUS, np.array([0, 1, 2] * 50), 0.2, 50, np.random.default_rng(0))
    original = np.full_like(batch.inputs, PAD)
    for i, number in enumerate([0, 1, 2] * 50):
        original[i, : len(CORPUS.sequences[number])] = CORPUS.sequences[number]

    np.testing.assert_array_equal(batch.answers, original[batch.chosen])
    np.testing.assert_array_equal(batch.inputs[~batch.chosen], original[~batch.chosen])
    assert (batch.answers > MASK).all()
    assert batch.chosen.sum() / (original > MASK).sum() == pytest.approx(0.2, abs=0.04)
    assert (batch.inputs[batch.chosen] == MASK).mean() == pytest.approx(0.8, abs=0.08)


def test_at_least_one_sub_word_is_predicted():
    assert masked_batch(CORPUS, np.array([0]), 1e-9, 50, np.random.default_rng(0)).chosen.sum() == 1


def test_cross_entropy_and_its_gradient_are_those_of_torch():
    scores = torch.randn(7, 11, generator=torch.Generator().manual_seed(0), requires_grad=True)
    answers = torch.arange(7)
    expected = torch.nn.functional.cross_entropy(scores, answers)
    expected.backward()
    loss, gradient = maskedstep.cross_entropy(scores.detach().clone(), answers, len(answers))

    assert loss == pytest.approx(expected.item(), rel=1e-5)
    torch.testing.assert_close(gradient, scores.grad)


def test_habits_are_chances_in_each_language():
    logarithms = habits(CORPUS, 50)

    np.testing.assert_allclose(np.exp(logarithms).sum(axis=1), 1, rtol=1e-4)
    assert logarithms[1, 20] > logarithms[0, 20]


def test_languages_with_little_text_are_drawn_more_often_than_their_share():
    weights = sampling_weights(["en"] * 90 + ["ru"] * 10, 0.5)

    assert weights.sum() == pytest.approx(1)
    assert weights[90:].sum() == pytest.approx(10**0.5 / (90**0.5 + 10**0.5))


# ------------------------------------------------------------------------------------------------------ out of memory


def on_card(monkeypatch: pytest.MonkeyPatch, documents: int) -> list[int]:
    """Compute from here on with memory for so many documents at once; how many each attempt had is noted."""
    seen: list[int] = []
    way_back = maskedstep.way_back

    def limited(learner: maskedstep.Learner, masked: Masked, total: int) -> float:
        seen.append(len(masked.inputs))
        found = way_back(learner, masked, total)  # its gradients are there when memory runs out
        if len(masked.inputs) > documents:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return found

    monkeypatch.setattr(maskedstep, "way_back", limited)
    return seen


@pytest.mark.parametrize("documents", [3, 1])
def test_a_pretraining_that_runs_out_of_memory_goes_on_in_parts_to_the_same_weights(
    documents: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(tmp_path / "whole")
    seen = on_card(monkeypatch, documents)

    report = made(tmp_path / "parts")

    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "parts"))
    assert max(seen) == SMALL.batch_size
    assert max(seen[-2:]) <= documents  # it has learned what fits
    # The gradient of a key's bias is 0 but for rounding, which AdamW makes a step of; it changes no attention.
    assert all(torch.allclose(one[name], other[name], atol=1e-4) for name in one if not name.endswith("key.bias"))
    assert report.losses == pytest.approx(whole.losses, rel=1e-4)
    assert whole.remarks == ()
    assert "out of memory: each step was computed in parts of at most" in report.remarks[0]


def test_one_document_that_does_not_fit_ends_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_card(monkeypatch, documents=0)

    with pytest.raises(BadValue, match=r"one document of \d+ sub-words does not fit .* Lower the model's pretraining"):
        made(tmp_path)
