from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from xeval.formats.features import Feature, collated
from xeval.learning.inputs import hidden_states, inputs_of
from xeval.learning.models import open_encoder, open_model
from xeval.learning.profiling import profiled, stepped
from xeval.learning.telemetry import BOTH_WAYS, FORWARD, flop, peak, settle, told
from xeval.learning.training import TrainingSet, train
from xeval.phases import phase, recorded
from xeval.running.spending import sentences, together
from xeval.tuning import Compute, Training
from xeval.values import LabelledText

EXAMPLES = [
    LabelledText(str(n), "en", ("the cat sat on the mat " * (1 + n % 4),), "yes" if n % 2 else "no") for n in range(40)
]
SETTINGS = Training(batch_size=8, epochs=2, max_length=48)


def test_parts_are_counted_only_where_somebody_records() -> None:
    with phase("data"):
        pass
    with recorded() as record:
        with phase("data"):
            sum(range(100_000))
        with phase("data"), recorded() as other, phase("score"):
            pass

    assert set(record.wall) == set(record.cpu) == {"data"}
    assert set(other.wall) == {"score"}
    assert record.cpu["data"] > 0


def test_flop_are_those_that_torch_counts(tiny_model: Path) -> None:
    encoder, width = open_encoder(tiny_model).eval(), 24
    ids = torch.randint(5, 100, (3, width))
    with FlopCounterMode(display=False) as counter, torch.inference_mode(), sdpa_kernel(SDPBackend.MATH):
        encoder(input_ids=ids)

    assert flop(encoder, 3 * width, 3 * width**2, FORWARD) == pytest.approx(counter.get_total_flops(), rel=1e-3)


def test_what_is_computed_is_counted_without_padding_and_with(tiny_model: Path) -> None:
    encoder, _, subwords = open_model(tiny_model)
    features = [Feature(0, (np.arange(5, 5 + n, dtype=np.int32),)) for n in (3, 7)]
    batch = collated(features, subwords, "vector", "mean")
    with recorded() as record:
        hidden_states(encoder, inputs_of(batch, "cpu", "padded"))
        settle(encoder, BOTH_WAYS)

    assert (record.tokens, record.rows, record.squares) == (10, 14, 58)
    assert record.flop == flop(encoder, 10, 58, 3)


def test_a_training_tells_where_its_time_went(tiny_model: Path, tmp_path: Path) -> None:
    with recorded() as record:
        sets = [TrainingSet("classification", ("yes", "no"), EXAMPLES)]
        report = train(tiny_model, sets, SETTINGS, 0, Compute(), tmp_path, lambda progress: None)
    said = told(record, Compute())

    assert {"tokenise", "compute", "write"} <= set(said["seconds"])
    assert said["tokens"] == report.tokens
    assert 0 <= said["padding"] < 0.5
    assert said["flop_per_second"] == pytest.approx(said["flop"] / record.wall["compute"])
    assert said["utilisation"] is None  # nobody knows a processor's best
    assert said["memory"] > 50e6
    json.dumps(said, allow_nan=False)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("NVIDIA H200", 989.5e12),
        ("NVIDIA H100 80GB HBM3", 989.5e12),
        ("NVIDIA H100 PCIe", 756.5e12),
        ("NVIDIA A100-SXM4-80GB", 312e12),
        ("NVIDIA GeForce RTX 3090", None),
        ("cpu", None),
    ],
)
def test_the_best_of_known_gpus_is_known(device: str, expected: float | None) -> None:
    assert peak(device) == expected


# ------------------------------------------------------------------------------------------------------- of a whole run


def job(compute: float, tokens: int, utilisation: float | None) -> dict[str, object]:
    seconds = {"compute": compute, "data": 1.0}
    shares = {"utilisation": utilisation, "memory": 1000 * tokens}
    return {"seconds": seconds, "tokens": tokens, "rows": 2 * tokens, "flop": 1e12 * compute, **shares}


def test_jobs_are_added_up() -> None:
    spent = together([job(1.0, 100, 0.2), {}, job(3.0, 500, 0.6)])

    assert spent["seconds"] == {"compute": 4.0, "data": 2.0}
    assert (spent["jobs"], spent["tokens"], spent["tokens_per_second"], spent["padding"]) == (2, 600, 150.0, 0.5)
    assert (spent["flop_per_second"], spent["memory"]) == (1e12, 500_000)
    assert spent["utilisation"] == pytest.approx(0.5)
    assert list(sentences(spent)) == [
        "seconds of workers: compute 4.0, data 2.0",
        "600 sub-words at 150/s a worker, 50.0% padding, 1.0 TFLOP/s (50% of the GPU's best), 0.0 GiB at most",
    ]


def test_nothing_is_said_of_a_run_that_computed_nothing_or_of_a_best_that_is_not_known() -> None:
    assert list(sentences(together([]))) == list(sentences(together([{}]))) == []
    assert together([job(1.0, 1, 0.5), job(1.0, 1, None)])["utilisation"] is None


# -------------------------------------------------------------------------------------------------------- profiles


def test_a_profile_holds_some_steps_of_a_training(tmp_path: Path, tiny_model: Path) -> None:
    compute = Compute(profile=str(tmp_path / "profiles"))
    with profiled(compute, "one"):
        sets = [TrainingSet("classification", ("yes", "no"), EXAMPLES)]
        train(tiny_model, sets, SETTINGS, 0, compute, tmp_path / "state", lambda progress: None)

    events = json.loads((tmp_path / "profiles/one.json").read_text())["traceEvents"]
    assert sum(event["name"].startswith("ProfilerStep") for event in events) == 4
    assert any(event["name"] == "aten::linear" for event in events)


def test_without_a_profile_nothing_is_written(tmp_path: Path) -> None:
    with profiled(Compute(), "one"):
        assert list(stepped(iter([1, 2, 3]))) == [1, 2, 3]
    assert not list(tmp_path.iterdir())
