from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from xeval.learning import training, trimming
from xeval.learning.models import open_encoder
from xeval.learning.training import TrainingSet, train
from xeval.learning.trimming import trimmed
from xeval.tuning import Compute, Training
from xeval.values import LabelledText

EXAMPLES = [
    LabelledText(str(n), "en", ("the cat sat" if n % 2 else "a dog",), "yes" if n % 2 else "no") for n in range(24)
]
SETTINGS = Training(learning_rate=1e-2, batch_size=4, epochs=3, max_length=32, weight_decay=0.1)
WORDS = "embeddings.word_embeddings.weight"


def trained(model: Path, out: Path, settings: Training = SETTINGS) -> dict[str, torch.Tensor]:
    sets = [TrainingSet("classification", ("yes", "no"), EXAMPLES)]
    report = train(model, sets, settings, 0, Compute(), out, lambda progress: None)
    assert report.steps == 18
    found: dict[str, torch.Tensor] = open_encoder(out).state_dict()
    return found


def test_weights_are_those_of_a_training_with_all_rows(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = trained(tiny_model, tmp_path / "few")
    monkeypatch.setattr(trimming, "PAYS", 0.0)
    every = trained(tiny_model, tmp_path / "every")

    assert set(few) == set(every)
    assert all(torch.allclose(few[name], every[name], atol=2e-6) for name in few)
    assert not torch.allclose(few[WORDS], open_encoder(tiny_model).state_dict()[WORDS], atol=1e-3)


def test_rows_that_no_example_has_only_decay(tiny_model: Path, tmp_path: Path) -> None:
    before, after = open_encoder(tiny_model).state_dict()[WORDS], trained(tiny_model, tmp_path)[WORDS]
    ratio = (after / before).mean(dim=1)
    unused = torch.isclose(ratio, torch.tensor(trimming.decay(SETTINGS, 18)), rtol=1e-5)

    assert 0.5 < float(unused.float().mean()) < 0.98


def test_the_encoder_has_all_its_rows_again_even_after_a_failure(tiny_model: Path) -> None:
    encoder = open_encoder(tiny_model)
    whole = encoder.get_input_embeddings()

    def fails() -> None:
        with trimmed(encoder, [np.array([0, 1, 5])], SETTINGS, 10):
            assert encoder.get_input_embeddings().weight.shape[0] == 3
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert encoder.get_input_embeddings() is whole


def test_few_rows_answer_as_all_of_them_do(tiny_model: Path) -> None:
    encoder, ids = open_encoder(tiny_model).eval(), torch.tensor([[0, 7, 9, 2, 1, 1]])
    expected = encoder(input_ids=ids).last_hidden_state
    with trimmed(encoder, [ids.numpy()], SETTINGS, 10):
        assert torch.equal(encoder(input_ids=ids).last_hidden_state, expected)


@pytest.mark.parametrize("settings", [Training(freeze_embeddings=True), SETTINGS])
def test_frozen_or_full_vocabularies_are_left_alone(tiny_model: Path, settings: Training) -> None:
    encoder = open_encoder(tiny_model)
    whole = encoder.get_input_embeddings()
    used = np.arange(8 if settings.freeze_embeddings else whole.num_embeddings)
    with trimmed(encoder, [used], settings, 10):
        assert encoder.get_input_embeddings() is whole


def test_a_masked_training_sees_the_whole_vocabulary(tiny_model: Path) -> None:
    from xeval.values import Document

    encoder, _, subwords = training.open_model(tiny_model)
    one = TrainingSet("masked_lm", (), [Document("1", "en", ("the cat sat",))])
    lesson = training.Lesson(
        encoder,
        subwords,
        [training.course(one, encoder, subwords, (), (SETTINGS, 0))],
        SETTINGS,
        0,
        Compute(),
    )
    with training.without_unused(lesson):
        assert encoder.get_input_embeddings().num_embeddings == len(subwords.backend.get_vocab())
