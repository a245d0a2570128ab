"""Names are completed in the shell, and no heavy library is loaded for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "datasets", "numpy")
SCRIPT = f"""
import sys
from click.shell_completion import BashComplete
from xeval.cli import cli
line, begun = sys.argv[1].split(), sys.argv[2]
found = BashComplete(cli, {{}}, "xeval", "_XEVAL_COMPLETE").get_completions(line, begun)
print(" ".join(item.value for item in found))
print([name for name in {HEAVY} if name in sys.modules])
"""


@pytest.mark.parametrize(
    ("line", "begun", "expected"),
    [
        ("run --plugins", "no", "noise"),
        ("run --plugins", "noise,ord", "noise,order"),
        ("run --target", "xq", "xquad"),
        ("plan --intermediate", "hella", "hellaswag"),
        ("run --order", "english-f", "english-first"),
        ("run --perturb", "noise.sw", "noise.swap"),
        ("run --language", "sw", "sw"),
        ("run --suite", "xtreme-", "xtreme-r"),
        ("plugins check", "typo", "typology"),
        ("tasks info", "pawsx", "pawsx"),
        ("run --model", "xlm-roberta-l", "xlm-roberta-large"),
        ("plugins new", "pert", "perturbation"),
    ],
)
def test_names_are_completed_without_heavy_libraries(line: str, begun: str, expected: str) -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, line, begun], capture_output=True, text=True, check=True)

    names, heavy = ended.stdout.splitlines()
    assert expected in names.split()
    assert heavy == "[]"


def test_the_shell_gets_a_script() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from xeval.cli import cli; cli(prog_name='xeval')"],
        env=os.environ | {"_XEVAL_COMPLETE": "zsh_source"},
        capture_output=True,
        text=True,
    )

    assert "#compdef xeval" in ended.stdout
