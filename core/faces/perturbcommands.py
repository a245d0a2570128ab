"""The commands of `xeval perturb`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from xeval.faces.options import JSON, NAMES, REGISTRY, SET, about_tasks
from xeval.faces.optiontypes import count
from xeval.perturbation import POLICIES

LEVEL = click.option("--level", type=float, default=0.2, show_default=True, help="Share of eligible units, 0 to 1.")
SEED = click.option("--seed", type=int, default=0, show_default=True, help="Runs use 0.")
POLICY = click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default="protect",
    show_default=True,
    help="What may become of a context that holds answers.",
)
LIMIT = click.option("--limit", type=count(), help="At most N examples.")


@click.group()
def perturb() -> None:
    """What perturbations do to texts, and how much of it."""


@perturb.command("list")
@click.option("--plugins", type=NAMES, default=(), help="Third-party plugins to load.")
@REGISTRY
@JSON
def perturb_list(plugins: tuple[str, ...], registry: tuple[Path, ...], as_json: bool) -> None:
    """List the perturbations, and the languages that they cover."""
    from xeval.faces import perturblist

    sys.exit(perturblist.list_perturbations(plugins, registry, as_json))


@perturb.command()
@click.argument("name")
@click.option("--language", default="en", show_default=True, help="A language of the registry.")
@LEVEL
@click.option("--text", default="", help="A text of your own, instead of a bundled sentence.")
@SEED
@SET
@REGISTRY
def preview(name: str, **asked: Any) -> None:
    """Show a text before and after, with what changed coloured."""
    from xeval.faces import previewpage

    sys.exit(previewpage.preview(name, previewpage.Asked(**asked)))


@perturb.command()
@click.argument("name")
@LEVEL
@click.option("--task", "tasks", type=NAMES, multiple=True, help="Tasks whose texts are measured; else all at hand.")
@click.option("--language", "languages", type=NAMES, multiple=True, help="Languages; else all that a task has.")
@click.option("--model", default="", help="A model, or a folder, by whose tokenizer words are counted in sub-words.")
@click.option("--limit", type=count(), default=200, show_default=True, help="At most N examples of each.")
@POLICY
@SEED
@SET
@about_tasks
@JSON
def stats(name: str, **asked: Any) -> None:
    """Measure what a perturbation really does, in each language.

    Of the tasks at hand, or of bundled sentences: how many of the eligible units and of the examples it changes, how
    many it must leave alone, how far the texts are from what they were (chrF, BLEU), and into how many more sub-words
    their words fall.
    """
    from xeval.faces import perturbstats

    sys.exit(perturbstats.stats(name, perturbstats.Asked(**asked)))


@perturb.command()
@click.argument("ref", metavar="NAME@LEVEL")
@click.option("--task", required=True, help="The task whose data are perturbed.")
@click.option("--language", required=True, help="One of its languages.")
@click.option("--split", type=click.Choice(["train", "validation", "test"]), help="Else the one that is scored.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="A .json, .jsonl, .parquet, .conll."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LIMIT
@POLICY
@SEED
@SET
@about_tasks
def apply(ref: str, output: Path, **asked: Any) -> None:
    """Write a perturbed copy of a data set.

    Labels and answers are in their places. The suffix of --output says how: .parquet and .jsonl hold the fields of each
    example, .conll tokens and tags, .json questions in SQuAD's layout.
    """
    from xeval.faces import applypage

    sys.exit(applypage.apply(ref, output, applypage.Asked(**asked)))
