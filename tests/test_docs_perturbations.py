"""What docs/perturbations.md shows is true: its commands run, and it names what the noise family offers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from xeval.cli import cli
from xeval.running.discovery import discover

PAGE = (Path(__file__).parent.parent / "docs" / "perturbations.md").read_text(encoding="utf-8")
SHOWN = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_runs_or_could_be_run(line: str, tmp_path: Path) -> None:
    command, *words = shlex.split(line)[1:]
    planned = ["plan", *words, "--store", str(tmp_path)] if command == "run" else [command, *words]
    result = CliRunner().invoke(cli, planned)

    assert result.exit_code == 0, result.output
    assert len(result.stdout) > 50


def test_every_kind_of_noise_is_described() -> None:
    assert all(f"`{name}`" in PAGE for name in discover().perturbations.of("noise"))
