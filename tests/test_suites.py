"""A suite over the sample of the hub: a task whose data are there has a score, the others are holes with a reason."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from xeval.cli import main

HUB = Path(__file__).parents[2] / "shared" / "hub"


@pytest.mark.slow
@pytest.mark.skipif(not HUB.is_dir(), reason=f"no sample of the hub at {HUB}")
@pytest.mark.parametrize("suite", ["xtreme", "xtreme-r"])
def test_every_task_has_a_score_or_a_hole_with_its_reason(
    suite: str, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wishes = ["--suite", suite, "--language", "en", "--language", "de", "--language", "sw", "--limit", "20"]
    where = ["--model", str(tiny_model), "--hub", str(HUB), "--offline", "--json", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["xeval", "run", *wishes, *where])

    with pytest.raises(SystemExit) as end:
        main()
    out, err = capfd.readouterr()
    cells = json.loads(out)["cells"]

    assert end.value.code == 0, err
    assert {cell["state"] for cell in cells} == {"done", "not-offered"}
    assert all(cell["reason"] for cell in cells if cell["state"] == "not-offered")
    done = {cell["target"] for cell in cells if cell["state"] == "done"}
    absent = {"xtreme": {"bucc2018"}, "xtreme-r": {"xcopa", "lareqa", "mewslix"}}
    assert {cell["target"] for cell in cells} - done == absent[suite]
