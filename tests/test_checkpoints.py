"""A training that is killed goes on from its checkpoint to the same bits; a checkpoint that is no use is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import torch

from xeval.errors import BadValue
from xeval.hashing import file_digest
from xeval.learning.checkpoints import seen
from xeval.learning.models import open_encoder, open_tokenizer
from xeval.learning.pretraining import pretrain
from xeval.learning.training import TrainingSet, train
from xeval.running.store import Store
from xeval.tuning import Compute, Pretraining, Progress, Report, Training
from xeval.values import Document, Example, LabelledText

ALWAYS = Compute(checkpoint_minutes=1e-9)
SETTINGS = Training(learning_rate=3e-3, batch_size=8, epochs=2, max_length=48)
WORDS = ("the", "small", "cat", "sat", "on", "old", "mat", "a", "black", "dog", "chased", "two", "park", "today")


class Killed(BaseException):
    """Stands for a kill: nothing that xeval catches."""


def killed_at(step: int) -> Callable[[Progress], None]:
    def watch(progress: Progress) -> None:
        if progress.done >= step:
            raise Killed

    return watch


def ignore(progress: Progress) -> None:
    """Nobody watches."""


@pytest.fixture(autouse=True)
def told_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xeval.learning.ledger.BETWEEN_LOOKS", 0.0)


@pytest.fixture(scope="session")
def chancy_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with dropout, so that generators matter."""
    folder = tmp_path_factory.mktemp("chancy")
    encoder = open_encoder(tiny_model)
    encoder.config.hidden_dropout_prob = 0.3
    encoder.save_pretrained(folder)
    open_tokenizer(tiny_model).save_pretrained(folder)
    return folder


def text(number: int) -> str:
    return " ".join(Random(number).choices(WORDS, k=4 + number % 5))


def sets() -> list[TrainingSet]:
    """Two sets that take turns; the second draws what it hides anew at every step."""
    labelled: list[Example] = [LabelledText(f"l{i}", "en", (text(i),), ("yes", "no")[i % 2]) for i in range(40)]
    documents: list[Example] = [Document(f"d{i}", "en", (text(i),)) for i in range(24)]
    return [TrainingSet("classification", ("yes", "no"), labelled), TrainingSet("masked_lm", (), documents)]


def trained(model: Path, folder: Path, compute: Compute = ALWAYS, watch: Callable[[Progress], None] = ignore) -> Report:
    return train(model, sets(), SETTINGS, 0, compute, folder / "out", watch, folder / "unfinished")


def weights(folder: Path) -> list[str]:
    return [file_digest(folder / "out" / f"{part}.safetensors") for part in ("model", "head")]


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "unfinished").glob("step-*.safetensors"))


def kill(model: Path, folder: Path, step: int = 9) -> None:
    with pytest.raises(Killed):
        trained(model, folder, watch=killed_at(step))


@pytest.fixture(scope="session")
def undisturbed(chancy_model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Report]:
    folder = tmp_path_factory.mktemp("undisturbed")
    report = trained(chancy_model, folder, Compute(checkpoint_minutes=0))
    assert not kept(folder)
    return weights(folder), report


def test_a_training_that_was_killed_ends_in_the_same_bits(
    chancy_model: Path, tmp_path: Path, undisturbed: tuple[list[str], Report]
) -> None:
    for step in (3, 9, 13):
        kill(chancy_model, tmp_path, step)
    torch.rand(5)  # what anybody else draws in between changes nothing

    report = trained(chancy_model, tmp_path)

    assert weights(tmp_path) == undisturbed[0]
    assert report.remarks == ("went on from the checkpoint after step 12",)
    assert replace(report, seconds=0.0, remarks=()) == replace(undisturbed[1], seconds=0.0)


def test_only_the_newest_checkpoint_is_kept(chancy_model: Path, tmp_path: Path) -> None:
    kill(chancy_model, tmp_path)

    assert [path.name[:14] for path in kept(tmp_path)] == ["step-000000008"]
    assert len(list((tmp_path / "unfinished").iterdir())) == 1


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def bend(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, bend])
def test_a_damaged_checkpoint_is_told_and_the_training_begins_anew(
    damage: Callable[[Path], None], chancy_model: Path, tmp_path: Path, undisturbed: tuple[list[str], Report]
) -> None:
    kill(chancy_model, tmp_path)
    damage(kept(tmp_path)[0])

    report = trained(chancy_model, tmp_path)

    assert "was not used: it is damaged" in report.remarks[0]
    assert weights(tmp_path) == undisturbed[0]


def test_the_whole_one_is_used_where_a_newer_one_is_damaged(
    chancy_model: Path, tmp_path: Path, undisturbed: tuple[list[str], Report]
) -> None:
    kill(chancy_model, tmp_path)
    shutil.copy(kept(tmp_path)[0], tmp_path / "unfinished" / f"step-000000010-{'0' * 24}.safetensors")

    report = trained(chancy_model, tmp_path)

    assert ["was not used" in remark for remark in report.remarks] == [True, False]
    assert weights(tmp_path) == undisturbed[0]


def test_a_checkpoint_of_another_torch_is_told_and_not_gone_on_from(
    chancy_model: Path, tmp_path: Path, undisturbed: tuple[list[str], Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(torch, "__version__", "2.0.0")
        kill(chancy_model, tmp_path)

    report = trained(chancy_model, tmp_path)

    assert "made with another torch (2.0.0; now" in report.remarks[0]
    assert weights(tmp_path) == undisturbed[0]


def test_a_checkpoint_of_another_model_is_told_and_the_training_begins_anew(chancy_model: Path, tmp_path: Path) -> None:
    """A library that names weights otherwise, or has more of them, makes another model of the same files."""
    encoder = open_encoder(chancy_model)
    encoder.encoder.layer = encoder.encoder.layer[:1]
    encoder.config.num_hidden_layers = 1
    encoder.save_pretrained(tmp_path / "smaller")
    open_tokenizer(chancy_model).save_pretrained(tmp_path / "smaller")
    whole = trained(tmp_path / "smaller", tmp_path / "whole", Compute(checkpoint_minutes=0))
    kill(chancy_model, tmp_path)

    report = trained(tmp_path / "smaller", tmp_path)

    assert "was not used: it went meanwhile, or is of another model" in report.remarks[0]
    assert weights(tmp_path) == weights(tmp_path / "whole")
    assert report.losses == whole.losses


def test_a_checkpoint_that_another_run_took_away_is_none(tmp_path: Path) -> None:
    assert seen(tmp_path / f"step-000000004-{'0' * 24}.safetensors", {}) == ({}, {})


def test_a_full_disk_stops_no_training(
    chancy_model: Path, tmp_path: Path, undisturbed: tuple[list[str], Report]
) -> None:
    (tmp_path / "unfinished").write_text("a file where the folder should be: nothing can be written")

    report = trained(chancy_model, tmp_path)

    assert len(report.remarks) == 1
    assert "could not be written" in report.remarks[0]
    assert weights(tmp_path) == undisturbed[0]


def test_a_training_that_diverges_names_step_examples_and_the_last_good_checkpoint(
    tiny_model: Path, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, learning_rate=1e30, warmup=1.0, clip=1e30)
    examples = sets()[0]

    with pytest.raises(BadValue, match=r"at step \d+ of 10, on the examples l\d+, .*8 in all") as error:
        train(tiny_model, [examples], settings, 0, ALWAYS, tmp_path / "out", ignore, tmp_path / "unfinished")

    assert [str(path) in error.value.message for path in kept(tmp_path)] == [True]
    assert not (tmp_path / "out").exists()


# -------------------------------------------------------------------------------------------------------- pretraining

MADE = Pretraining("text", ("mlm",), hidden=16, layers=1, heads=2, feed_forward=32, vocabulary=200, steps=12)


def pretrained(folder: Path, watch: Callable[[Progress], None] = ignore, settings: Pretraining = MADE) -> Report:
    documents = [Document(str(i), "en", (text(i),)) for i in range(60)]
    return pretrain(documents, settings, 0, ALWAYS, folder / "out", watch, folder / "unfinished")


def test_a_pretraining_that_was_killed_ends_in_the_same_bits(tmp_path: Path) -> None:
    whole = pretrained(tmp_path / "whole")
    with pytest.raises(Killed):
        pretrained(tmp_path / "killed", killed_at(7))

    report = pretrained(tmp_path / "killed")

    one, other = (file_digest(tmp_path / name / "out/model.safetensors") for name in ("whole", "killed"))
    assert one == other
    assert report.remarks == ("went on from the checkpoint after step 6",)
    assert (report.losses, report.tokens, report.padding) == (whole.losses, whole.tokens, whole.padding)


def test_a_pretraining_whose_last_step_overflows_is_not_kept(tmp_path: Path) -> None:
    """The loss is that before the step: no later one shows what became of the weights."""
    with pytest.raises(BadValue, match=r"diverged: .* at step 1 of 1"):
        pretrained(tmp_path, settings=replace(MADE, steps=1, learning_rate=1e39))

    assert not (tmp_path / "out").exists()


def test_a_pretraining_that_diverges_says_where(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"diverged: .* of 12, on documents in en\."):
        pretrained(tmp_path, settings=replace(MADE, learning_rate=1e30))


# ----------------------------------------------------------------------------------------------------- the whole way

COMMAND = (
    *("run", "--target", "mini-pos", "--model", "random-init", "--language", "qen", "--limit", "200", "--json"),
    *("--executor", "inline"),
)


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XEVAL_")}
    command = [sys.executable, "-m", "xeval", *COMMAND, *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def trained_weights(folder: Path) -> dict[str, str]:
    """The checksum of the weights of each training, by its key."""
    manifests = [json.loads(path.read_text()) for path in (folder / ".xeval/artifacts").glob("*/*/manifest.json")]
    return {m["key"]: m["files"]["model.safetensors"] for m in manifests if m["kind"] in ("train", "pretrain")}


@pytest.mark.slow
def test_the_same_command_goes_on_after_a_kill_in_the_middle_of_a_training(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    out, err = start(whole, "--checkpoint-minutes", "0").communicate(timeout=120)
    reference = json.loads(out)
    victim = start(killed, "--checkpoint-minutes", "0.00001")
    store = Store(killed / ".xeval")
    while not list(store.root.glob("unfinished/*/step-00000001*")) and victim.poll() is None:
        time.sleep(0.002)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert list(store.root.glob("unfinished/*/step-*")), "it was not killed in the middle of a training"

    out, err = start(killed, "--checkpoint-minutes", "0.00001").communicate(timeout=120)

    assert "went on from the checkpoint after step" in err
    assert trained_weights(killed) == trained_weights(whole)
    assert json.loads(out)["cells"] == reference["cells"]
    assert not list(store.root.glob("unfinished/*"))
    assert not list(store.root.glob("artifacts/*/.*"))
