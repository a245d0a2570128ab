"""What a user types: every mistake has its exit code, its one message and its remedy, and writes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from xeval.cli import cli, main
from xeval.running.results import RunRecord, save_run
from xeval.running.store import Store

HEAVY = ("torch", "transformers", "datasets", "tokenizers", "pandas")


@dataclass(frozen=True)
class Ending:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ending]


@pytest.fixture
def xeval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    for name in ("XEVAL_HUB", "XEVAL_STORE", "XEVAL_OFFLINE"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str) -> Ending:
        monkeypatch.setattr(sys, "argv", ["xeval", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        assert isinstance(end.value.code, int)
        return Ending(end.value.code, out, err)

    return command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--plugins", "nosie"], "No plugin is called 'nosie'.\nDid you mean 'noise'?"),
        (["run", "--target", "xquat"], "No target task is called 'xquat'.\nDid you mean 'xquad'?"),
        (["run", "--language", "qann"], "No language is called 'qann'."),
        (["run", "--model", "xlm-roberta-bass"], "Did you mean 'xlm-roberta-base'?"),
        (["run", "--suite", "xtrem"], "Did you mean 'xtreme'?"),
        (["run", "--perturb", "noise@1.5"], "a level is a share between 0 and 1"),
        (["run", "--perturb", "noise@-0.1"], "a level is a share between 0 and 1"),
        (["run", "--scale", "2"], "a scale is a share above 0"),
        (["run", "--order", "english-frist"], "Did you mean 'english-first'?"),
        (["run", "--device", "tpu"], "'tpu' is not one of 'auto', 'cpu', 'cuda'"),
        (["run", "--limit", "0"], "0 is not in the range"),
        (["run", "--hub", "nowhere"], "The hub folder nowhere is not there."),
        (["run", "--config", "nowhere.yaml"], "The file nowhere.yaml is not there."),
        (["run", "--registry", "nowhere.yaml"], "The registry file nowhere.yaml is not there."),
        (["run", "--model", "./nowhere", "--offline"], "The model folder ./nowhere is not there."),
        (["run", "--model", "nowhere"], "For a folder, write --model ./nowhere"),
        (["run", "--limit", "1" + "0" * 24], "is not in the range 1<=x<="),
        (["run", "--seed", "0,x"], "'x' is not a valid integer"),
        (["run", "--checkpoint-minutes", "nan"], "nan is no finite number"),
        (["run", "--config", "."], "The file . is a folder."),
        (["run", "--registry", "."], "The registry file . is a folder."),
        (["run", "--target", "xquad", "--scale", "0.5"], "Scales are shares of the data of an intermediate task"),
        (["plan", "--plugins", "nosie"], "Did you mean 'noise'?"),
        (["plugins", "info", "nosie"], "Did you mean 'noise'?"),
        (["tasks", "info", "xquat"], "Did you mean 'xquad'?"),
        (["leaderboard"], "holds no run yet"),
        (["runn"], "error: No such command 'runn'.\nDid you mean 'run'? See: xeval --help"),
        (["run", "--plugin", "noise"], "error: No such option '--plugin'.\nDid you mean '--plugins'? See: xeval run -"),
        (["run", "--limit"], "error: Option '--limit' requires an argument.\nSee: xeval run --help"),
        (["store", "import"], "error: Missing argument 'BUNDLES...'.\nSee: xeval store import --help"),
        (["store", "export", "one", "two"], "extra argument (two)\nSee: xeval store export --help"),
        (["perturb", "preview"], "\nSee: xeval perturb preview --help"),
    ],
)
def test_a_mistake_ends_with_2_one_message_and_nothing_written(
    xeval: Command, tmp_path: Path, arguments: list[str], message: str
) -> None:
    ending = xeval(*arguments)

    assert ending.code == 2
    assert message in ending.err
    assert "Traceback" not in ending.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_be_written_is_refused(xeval: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ending = xeval("run", "--store", "file/store", "--target", "mini-pos")

    assert (ending.code, ending.out) == (2, "")
    assert "The store file/store cannot be written" in ending.err


def test_a_model_folder_without_safetensors_is_refused(xeval: Command, tmp_path: Path) -> None:
    (tmp_path / "pickled").mkdir()
    (tmp_path / "pickled" / "config.json").write_text("{}")
    (tmp_path / "pickled" / "pytorch_model.bin").touch()

    ending = xeval("run", "--model", "./pickled", "--target", "mini-pos")

    assert ending.code == 2
    assert "pickled has no model.safetensors" in ending.err
    assert not (tmp_path / ".xeval").exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("languges:\n  xx: {}\n", "registry.yaml:1: languges: is not a known key. Did you mean 'languages'?"),
        ("languages:\n  no: {name: 5, family: IE, script: Latn}\n", "registry.yaml:2: languages.no.name:"),
        ("suites: {}\nsuites: {}\n", "registry.yaml:2: suites"),
        ("suites: [\n", "registry.yaml"),
    ],
)
def test_a_registry_with_a_mistake_is_refused_with_its_place(
    xeval: Command, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "registry.yaml").write_text(text)

    ending = xeval("run")

    assert ending.code == 2
    assert problem in ending.err
    assert not (tmp_path / ".xeval").exists()


def test_no_is_norwegian(xeval: Command, tmp_path: Path) -> None:
    (tmp_path / "registry.yaml").write_text(
        "languages:\n  no: {name: Norwegian, family: Germanic, script: Latn, resource: 1}\n"
    )
    (tmp_path / "wishes.yaml").write_text("targets: [xnli]\nmodels: [small]\nlanguages: [no, en]\n")

    ending = xeval("languages", "list")
    plan = xeval("plan", "--config", "wishes.yaml", "--offline", "--json", "--hub", ".")

    assert "Norwegian" in ending.out
    assert "No language" not in plan.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("suite: mini\ntargets:\n  - mini-pos\n  - mini-poss\n", "wishes.yaml:4: targets[1]: No target task is called"),
        ("recipes: [none, 'mini-mc>mini-nlii']\n", "wishes.yaml:1: recipes[1]: No intermediate task is called"),
        ("plugins: [nosie]\n", "wishes.yaml:1: plugins[0]: No plugin is called 'nosie'.\nDid you mean 'noise'?"),
        ("perturbations: [noise.swp@0.1]\n", "wishes.yaml:1: perturbations[0]: No perturbation is called 'noise.swp'"),
        ("suite: minni\n", "wishes.yaml:1: suite: No suite is called 'minni'"),
    ],
)
@pytest.mark.parametrize("command", [["plan"], ["run"], ["fetch", "--dry-run"]])
def test_an_unknown_name_in_a_file_of_wishes_has_its_place(
    xeval: Command, tmp_path: Path, command: list[str], text: str, problem: str
) -> None:
    (tmp_path / "wishes.yaml").write_text(text)

    ending = xeval(*command, "--config", "wishes.yaml")

    assert ending.code == 2
    assert problem in ending.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "suites:\n  ours: {description: x, targets: [mini-poss]}\n",
            "registry.yaml:2: suites.ours.targets[0]: No target",
        ),
        ("sets:\n  a: [mini-mcc]\n", "registry.yaml:2: sets.a[0]: No intermediate task is called 'mini-mcc'"),
    ],
)
def test_an_unknown_name_in_a_registry_has_its_place(xeval: Command, tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "registry.yaml").write_text(text)

    ending = xeval("plan", *(["--suite", "ours"] if "suites" in text else ["--target", "mini-pos", "--recipe", "a"]))

    assert ending.code == 2
    assert problem in ending.err


def test_a_file_of_wishes_says_what_is_wrong_in_it_all_at_once(xeval: Command, tmp_path: Path) -> None:
    (tmp_path / "wishes.yaml").write_text("target: [mini-pos]\nseeds: [one]\nlimit: 1.5\nrecipes: []\n")

    ending = xeval("run", "--config", "wishes.yaml")

    assert ending.code == 2
    for problem in (
        "wishes.yaml:1: target",
        "'targets'",
        "wishes.yaml:2: seeds",
        "wishes.yaml:3: limit",
        "recipes: it is empty",
    ):
        assert problem in ending.err


def test_plan_writes_nothing_and_counts_what_sharing_saves(xeval: Command, tmp_path: Path) -> None:
    ending = xeval("plan", "--plugins", "noise,order", "--json")
    document = json.loads(ending.out)

    assert ending.code == 0
    assert document["schema"] == "xeval.plan/1"
    assert {stage["state"] for stage in document["stages"]} == {"to run"}
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_at_hand_is_planned_as_if_it_were_and_never_run(xeval: Command, tmp_path: Path) -> None:
    wishes = ["--target", "xquad", "--target", "mlqa", "--recipe", "none", "--recipe", "mini-nli"]
    wishes += ["--model", "xlm-roberta-large", "--offline", "--hub", ".", "--seed", "0", "--seed", "1"]

    page, dry, run = xeval("plan", *wishes), xeval("run", "--dry-run", *wishes), xeval("run", *wishes)

    assert page.code == dry.code == 0
    assert page.out == dry.out
    said = " ".join(page.out.split())
    assert "cells from 6 trainings; a script that shares nothing between pipelines would need 12." in said
    assert "This cannot be run yet." in said
    assert "The model 'FacebookAI/xlm-roberta-large' is neither" in said
    assert "There is no rajpurkar/squad" in said
    assert run.code == 2
    assert "The model 'FacebookAI/xlm-roberta-large' is neither" in run.err
    assert list(tmp_path.iterdir()) == []


def test_keys_that_rest_on_what_is_not_at_hand_are_called_unknown(xeval: Command) -> None:
    lacking = json.loads(
        xeval("plan", "--target", "mini-nli", "--model", "xlm-roberta-large", "--offline", "--json").out
    )
    whole = json.loads(xeval("plan", "--target", "mini-nli", "--offline", "--json").out)

    assert lacking["run"] is None
    assert not any(stage["known"] for stage in lacking["stages"])
    assert len(lacking["lacking"]) == 1
    assert whole["run"]
    assert all(stage["known"] for stage in whole["stages"])
    assert whole["lacking"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["plugins", "list"],
        ["plugins", "info", "noise"],
        ["tasks", "list"],
        ["tasks", "info", "xquad"],
        ["tasks", "info", "mini-nli"],
        ["models", "list"],
        ["languages", "list"],
        ["suites", "list"],
        ["plan", "--plugins", "noise,order"],
        ["run", "--dry-run", "--plugins", "noise,order"],
        ["--help"],
        ["run", "--help"],
    ],
)
def test_every_page_can_be_read(xeval: Command, arguments: list[str]) -> None:
    ending = xeval(*arguments)

    assert ending.code == 0
    assert ending.out.strip()
    assert "…" not in ending.out


@pytest.mark.parametrize("arguments", [["--help"], ["plugins", "list"]])
def test_light_commands_import_no_heavy_library_and_answer_at_once(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys, resource; sys.argv = ['xeval', *sys.argv[1:]]\n"
        "from xeval.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "print('loaded', loaded, file=sys.stderr)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert found.stderr.strip() == "loaded []"


def test_a_terminal_without_a_letter_gets_its_number(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xeval", "perturb", "preview", "noise", "--text", "a naïve boat я"]

    found = subprocess.run(command, capture_output=True, cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "latin-1"})

    assert found.returncode == 0
    assert b"a na\xefve boat \\u044f" in found.stdout


@pytest.mark.parametrize("typed", ["languages list", "perturb list --json"])
def test_the_reader_of_the_output_may_leave_early(tmp_path: Path, typed: str) -> None:
    command = f"{sys.executable} -m xeval {typed} | true; echo ${{PIPESTATUS[0]}}"

    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=os.environ)

    assert (found.stdout, found.stderr) == ("0\n", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "wishes.yaml says nothing"),
        ("suite: mini\nlimit: -3\n", "wishes.yaml:2: limit: limit is -3"),
        ("suite: mini\n\tlimit: 3\n", "wishes.yaml:2: a tab stands where YAML wants spaces"),
        ("suite: mini\ntargets: [@a]\n", "wishes.yaml:2: '@' cannot begin a value; put the value in quotes"),
        ("suite: mini\ntargets: [a\0]\n", "wishes.yaml:2: the character U+0000 may not stand in YAML"),
        ("suite: mini\ntargets: [\udce9]\n", "wishes.yaml:2: byte 22 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_yaml_is_told_with_its_line_and_what_to_do(
    xeval: Command, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "wishes.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))

    ending = xeval("plan", "--config", "wishes.yaml")

    assert ending.code == 2
    assert problem in ending.err


def test_more_few_shot_examples_than_there_are_is_told_before_anything_is_run(xeval: Command, tmp_path: Path) -> None:
    (tmp_path / "registry.yaml").write_text(
        "tasks:\n  mine:\n    format: classification\n    files: '{language}.{split}.csv'\n"
        "    columns: {text: t, label: l}\n    labels: [no, yes]\n    languages: [en, de]\n"
    )
    for name in ("en.train", "en.test", "de.validation", "de.test"):
        (tmp_path / f"{name}.csv").write_text("t,l\n" + "".join(f"line {n},yes\n" for n in range(4)))

    ending = xeval("run", "--target", "mine", "--model", "random-init", "--fewshot", "0,5")

    assert ending.code == 2
    assert "mine has 4 examples in 'de' (split validation), and fewshot asks for 5." in ending.err
    assert not (tmp_path / ".xeval").exists()


def test_numbers_may_be_parted_by_commas_as_names_are(xeval: Command) -> None:
    wanted = ("plan", "--target", "mini-pos", "--model", "random-init", "--plugins", "noise", "--json")

    commas = xeval(*wanted, "--seed", "0,1", "--level", "0.1, 0.3")
    apart = xeval(*wanted, "--seed", "0", "--seed", "1", "--level", "0.1", "--level", "0.3")

    assert commas.code == 0
    assert commas.out == apart.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--target", ""], "it is empty"),
        (["run", "--language", " , "], "it is empty"),
        (["run", "--recipe", ""], "expected the name of an intermediate task"),
        (["run", "--target", "mini-pos", "--language", "de"], "Nothing can be run: mini-pos has no data in 'de'"),
        (["run", "--target", "mini-pos", "--language", "de"], "See: xeval tasks info mini-pos"),
        (["run", "--recipe", "none", "--intermediate", "mini-mc"], "Whole recipes are given"),
        (["run", "--target", "mini-pos", "--translator", "nobody"], "No translator is called 'nobody'"),
    ],
)
def test_a_wish_for_nothing_is_told_and_not_guessed_at(
    xeval: Command, tmp_path: Path, arguments: list[str], message: str
) -> None:
    ending = xeval(*arguments)

    assert ending.code == 2
    assert message in ending.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("languages: {no: null}\n", "registry.yaml:1: languages.no"),
        ("languages: {no: 3}\n", "registry.yaml:1: languages.no"),
        ("languages: {no: {name: N, family: IE, script: Latin}}\n", "languages.no.script: is 'Latin', and no code"),
        ("suites: {s: {description: x, models: [./enc]}}\n", "name the folder: models: {our-name: {repository: ./enc"),
        ("scores: [{system: a, benchmark: xtrem, source: x, scores: {}}]\n", "did you mean 'xtreme'?"),
        ("scores: [{system: a, benchmark: xtreme, source: x, scores: {xnli: {accuracy: 180}}}]\n", "is 180, outside"),
        ("files: {xquad: 3}\n", "registry.yaml:1: files.xquad"),
        ("models: {m: {repository: a/b, training: {learning_rate: -1}}}\n", "learning_rate is -1"),
        ("models: {m: {repository: a/b, training: {epochs: 0}}}\n", "epochs is 0"),
        ("models: {m: {pretraining: {corpus: mini-text, layers: 0}}}\n", "layers is 0"),
        ("models: {m: {pretraining: {corpus: mini-text, mask: 3}}}\n", "mask is 3"),
        (f"models: {{m: {{repository: a/b, training: {{epochs: {10**400}}}}}}}\n", "too large"),
    ],
)
def test_a_value_that_no_entry_can_have_is_told_with_its_place(
    xeval: Command, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "registry.yaml").write_text(text)

    ending = xeval("models", "list")

    assert ending.code == 2
    assert problem in ending.err


def every_option(command: click.Command, *path: str) -> Iterator[tuple[str, click.Option]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from every_option(inner, *path, name)
    for option in command.params:
        if isinstance(option, click.Option):
            yield " ".join((*path, option.opts[0])), option


def test_every_option_of_every_command_says_what_it_is_for() -> None:
    options = dict(every_option(cli))

    assert {"run --device", "leaderboard --by", "store prune --days"} <= set(options)
    assert [name for name, option in options.items() if not option.help] == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
def test_a_damaged_record_is_named(xeval: Command, tmp_path: Path, text: str) -> None:
    folder = tmp_path / ".xeval" / "runs" / "abc"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(text)

    ending = xeval("leaderboard")

    assert ending.code == 2
    assert "cannot be read" in ending.err


def test_a_damaged_record_is_named_and_the_other_runs_are_listed(xeval: Command, tmp_path: Path) -> None:
    whole = RunRecord("a" * 20, 0.0, {}, (), {}, (), (), "2030-01-01", {})
    save_run(Store(tmp_path / ".xeval"), whole, {})
    broken = tmp_path / ".xeval" / "runs" / "abc"
    broken.mkdir()
    (broken / "run.json").write_text("{")

    ending = xeval("store", "list")
    (broken.parent / whole.run / "run.json").unlink()
    nothing_left = xeval("store", "list")

    assert (ending.code, "aaaaaaaaaaaa" in ending.out) == (0, True)
    assert "runs/abc" in ending.err
    assert "makes it again" in ending.err
    assert nothing_left.code == 2


def test_what_is_damaged_is_told_and_taken_away_only_if_asked_for(xeval: Command, tmp_path: Path) -> None:
    store = Store(tmp_path / ".xeval")
    for key in ("0" * 8, "1" * 8):
        with store.writing(key) as (folder, _):
            (folder / "weights").write_text(key)
    (store.path("1" * 8) / "weights").write_text("bent")

    told, taken, after = xeval("store", "verify"), xeval("store", "verify", "--discard"), xeval("store", "verify")

    assert (told.code, taken.code, after.code) == (2, 0, 0)
    assert "xeval store verify --discard" in told.err
    assert "2 artifacts, 1 of them damaged, and taken away" in taken.err
    assert store.keys() == ["0" * 8]


def test_old_checkpoints_go_and_a_dry_run_takes_nothing_away(xeval: Command, tmp_path: Path) -> None:
    old = tmp_path / ".xeval" / "unfinished" / "0123456789abcdef"
    old.mkdir(parents=True)
    (old / "step-000000001.safetensors").write_bytes(b"x" * 1_000_000)
    (texts := tmp_path / ".xeval" / "tokenised" / "ab" / "ab01-23.arrow").parent.mkdir(parents=True)
    texts.touch()

    young, dry = xeval("store", "prune"), xeval("store", "prune", "--days", "0", "--dry-run")
    assert old.exists()
    wet = xeval("store", "prune", "--days", "0")

    assert "0 checkpoints of unfinished trainings" in young.err
    assert "1 checkpoints of unfinished trainings would go, 1.0 MB" in dry.err
    assert "1 checkpoints of unfinished trainings taken away, 1.0 MB" in wet.err
    assert "1 lists of tokenised texts taken away, 0.0 MB" in wet.err
    assert not old.exists()
    assert not texts.exists()
    assert xeval("store", "prune", "--store", "nowhere").code == 2


def test_the_doctor_looks_and_leaves_nothing_behind(xeval: Command, tmp_path: Path) -> None:
    ending = xeval("doctor")

    assert ending.code == 0
    assert "can be written" in ending.out
    assert list(tmp_path.iterdir()) == []


def test_a_process_ends_with_its_output_written_and_nothing_of_its_libraries_run_after_it() -> None:
    """Where threads of libraries are at work while C++ takes its statics down, a process is aborted."""
    script = """
import atexit, sys
class Static:
    def __del__(self):
        print("taken down", file=sys.__stdout__)
atexit.register(print, "last words")
kept = sys.modules["kept"] = Static()
sys.argv = ["xeval", "run", "--plugins", "nosie"]
from xeval.cli import process
process()
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (2, "last words\n")
    assert "noise" in ended.stderr
