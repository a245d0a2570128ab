"""The options that `run` and `plan` share: what to compare, and where to read, write and compute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from xeval.faces.completing import Names, completes, known, offered, plugins
from xeval.faces.hubfolders import hub_folder
from xeval.faces.optiontypes import CommaSeparated, FiniteRange, Numbers, count
from xeval.perturbation import POLICIES


def folder(**more: Any) -> click.Path:
    """A folder, there or not: what is wrong with it is told by whoever opens it."""
    return click.Path(file_okay=True, path_type=Path, **more)


def local_hub(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """The folder of data sets that a command reads; raises BadValue if it is named and not there."""
    return hub_folder(path)


def named_option(flag: str, wish: str, names: Names, about: str) -> Option:
    """An option that takes names, parted by commas or given several times, and completes them."""
    return click.option(flag, wish, shell_complete=completes(names), type=NAMES, multiple=True, help=about)


Option = Callable[[Callable[..., None]], Callable[..., None]]
NAMES = CommaSeparated()
FLOATS, INTS = Numbers(click.FLOAT), Numbers(click.INT)
STORE = click.option(
    "--store",
    type=folder(),
    default=Path(".xeval"),
    envvar="XEVAL_STORE",
    show_default=True,
    help="Where what was computed is kept.",
)
REGISTRY = click.option(
    "--registry", multiple=True, type=click.Path(path_type=Path), help="A registry file of your own."
)
HUB = click.option(
    "--hub",
    type=folder(),
    envvar="XEVAL_HUB",
    callback=local_hub,
    help="Data sets and models as org/name in this folder.",
)
SET = click.option("--set", "settings", multiple=True, metavar="PLUGIN.SETTING=VALUE", help="Set a plugin up.")
OFFLINE = click.option("--offline", is_flag=True, envvar="XEVAL_OFFLINE", help="Never use the network.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
OPTIONS = (
    click.option(
        "--suite",
        shell_complete=completes(known("suites")),
        default="",
        metavar="NAME",
        help="A named choice of everything below; see `suites list`.",
    ),
    named_option("--plugins", "plugins", plugins, "Plugins that take part, e.g. noise,order; see `plugins list`."),
    named_option("--model", "models", known("models"), "A model, see `models list`, or a folder."),
    named_option(
        "--intermediate",
        "intermediates",
        offered("intermediates"),
        "An intermediate task, see `tasks list`, or a recipe.",
    ),
    click.option("--recipe", "recipes", multiple=True, help="A whole recipe, e.g. 'mnli[en,de]@english-first>squad'."),
    named_option("--target", "targets", offered("targets"), "A target task; see `tasks list`."),
    named_option("--language", "languages", known("languages"), "A language to evaluate in; see `languages list`."),
    named_option("--order", "orders", offered("orders"), "An order of languages; see `plugins info order`."),
    named_option(
        "--perturb", "perturbations", offered("perturbations"), "As noise.swap@0.2, noise@chrf=80; see `perturb list`."
    ),
    click.option("--level", "levels", type=FLOATS, multiple=True, help="A level for the noise of --plugins, 0 to 1."),
    click.option("--policy", type=click.Choice(POLICIES), help="What noise may do to answers; protect if not said."),
    click.option("--scale", "scales", type=FLOATS, multiple=True, help="Share of the intermediate data, 0 to 1."),
    click.option(
        "--fewshot",
        "fewshots",
        type=Numbers(count(0)),
        multiple=True,
        help="Train on so many examples of each language.",
    ),
    click.option(
        "--adapter", "adapters", type=NAMES, multiple=True, help="none, lora or lora:RANK, for all trainings."
    ),
    click.option("--translator", default="", metavar="NAME", help="Makes training data in the languages a task lacks."),
    click.option(
        "--seed", "seeds", type=INTS, multiple=True, help="Seeds; of several, e.g. 0,1,2, all is run with each."
    ),
    click.option("--limit", type=count(), help="At most N rows per split; the run is marked partial."),
    click.option(
        "--precision",
        type=click.Choice(["auto", "fp32", "bf16"]),
        show_default="auto",
        help="Of the products; auto is bf16 on a GPU that has it, else fp32.",
    ),
    SET,
    click.option("--config", type=click.Path(path_type=Path), help="A YAML file with any of the above."),
    REGISTRY,
    HUB,
    OFFLINE,
    STORE,
    click.option("--track", multiple=True, metavar="NAME:WHERE", help="A tracker that follows, e.g. tensorboard:DIR."),
    click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda"]),
        default="auto",
        show_default=True,
        help="Where to compute; auto is every GPU there is, or else processors.",
    ),
    click.option(
        "--executor",
        type=click.Choice(["local", "inline"]),
        default="local",
        show_default=True,
        help="Worker processes, or this very process, for a debugger.",
    ),
    click.option("--workers", type=count(), help="Worker processes; by default as many as pay."),
    click.option(
        "--checkpoint-minutes",
        type=FiniteRange(min=0),
        default=5.0,
        show_default=True,
        help="Between two checkpoints of a training; 0 is never.",
    ),
    click.option("--micro-tokens", type=count(), help="Sub-words of a training step computed at once."),
    click.option(
        "--processes",
        type=count(),
        default=1,
        show_default=True,
        help="Processes that compute one training together, one a GPU.",
    ),
    click.option("--shard", is_flag=True, help="Part each model among its --processes: for one that fits on no GPU."),
    click.option(
        "--compile", is_flag=True, help="Train with torch.compile; try whether it pays, on a CPU it does not."
    ),
    click.option("--profile", is_flag=True, help="Keep a trace of a few steps of each training, for Perfetto."),
    click.option("--gradient-checkpointing", is_flag=True, help="Train in less memory, and about a third slower."),
)


def about_tasks(command: Callable[..., None]) -> Callable[..., None]:
    """Add what decides which tasks there are and where their data may lie."""
    for option in (
        click.option(
            "--plugins", shell_complete=completes(plugins), type=NAMES, default=(), help="Third-party plugins to load."
        ),
        REGISTRY,
        HUB,
    ):
        command = option(command)
    return command


def wish_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add every shared option to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
