"""From options and a settings file to wishes and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xeval.errors import BadValue
from xeval.faces.recipefiles import with_lines
from xeval.faces.where import Where
from xeval.facts.overlays import overlays
from xeval.facts.schema import read_as, read_record
from xeval.facts.yamlfile import Node, Problems, complain, read_yaml, refuse
from xeval.plans.settings import Setting, settings_in
from xeval.plans.wishes import Wishes
from xeval.tuning import Compute

COMPUTING = ("checkpoint_minutes", "micro_tokens", "gradient_checkpointing", "compile", "processes", "shard")
LISTS = ("plugins", "models", "intermediates", "targets", "languages", "orders", "perturbations", "adapters")
NUMBERS = ("scales", "levels", "fewshots", "seeds")


def read_settings(options: Mapping[str, Any]) -> tuple[Wishes, Where]:
    """What is wished, and where it is done. What the command line says goes before what the file says."""
    config: Path | None = options["config"]
    from_file, named = read_config(config) if config else (Wishes(), ())
    said = {name: options[name] for name in ("policy", "precision") if options[name]}  # their defaults can be meant
    return replace(wishes_in(options).over(from_file), **said), where_in(options, named)


def wishes_in(options: Mapping[str, Any]) -> Wishes:
    """What the command line wishes."""
    return Wishes(
        suite=options["suite"],
        **{name: tuple(part for value in options[name] for part in value) for name in (*LISTS, *NUMBERS)},
        recipes=tuple(options["recipes"]),
        translator=options["translator"],
        limit=options["limit"],
        policy=options["policy"] or "protect",
        precision=options["precision"] or "auto",
        settings=tuple(Setting.parse(text) for text in options["settings"]),
    )


def where_in(options: Mapping[str, Any], registries: Sequence[Path]) -> Where:
    """Where and how it is done; `registries` are those that a settings file names."""
    return Where(
        store=options["store"],
        overlays=overlays((*registries, *options["registry"])),
        hub=options["hub"],
        track=tuple(options["track"]),
        compute=Compute(**{name: options[name] for name in COMPUTING}),
        **{name: options[name] for name in ("offline", "device", "executor", "workers", "profile")},
    )


def read_config(path: Path) -> tuple[Wishes, tuple[Path, ...]]:
    """The wishes in a YAML file, and the registry files it names; raises BadFile with every mistake in it."""
    if not path.is_file():
        raise BadValue(f"The file {path} is {'a folder' if path.is_dir() else 'not there'}.", hint="Check --config.")
    problems: Problems = []
    tree = read_yaml(path)
    if tree.value == {}:
        raise BadValue(f"The file {path} says nothing.", hint="Leave --config out to mean the defaults.")
    named = registries(tree, problems)
    settings = settings_in(tree, problems)
    refuse_empty(tree, problems)
    tree = with_lines(without(without(tree, "registry"), "settings"), problems)
    wishes: Wishes = read_record(Wishes, tree, problems)
    refuse(str(path), problems)
    return replace(wishes, settings=settings), named


def refuse_empty(tree: Node, problems: Problems) -> None:
    """Complain of lists that hold nothing: what is left out has a default, and nothing is not it."""
    for node in tree.value.values() if isinstance(tree.value, dict) else ():
        if node.value == []:
            complain(problems, node, "it is empty; leave it out to mean the default")


def registries(tree: Node, problems: Problems) -> tuple[Path, ...]:
    """The files under `registry`, one or a list; their paths are from where the file itself is."""
    node = tree.get("registry")
    if node is None:
        return ()
    named = node.value if isinstance(node.value, list) else [node]
    files = [Path(one.file).parent / str(read_as(str, one, problems)) for one in named]
    for one, file in zip(named, files, strict=True):
        if not file.is_file():
            complain(problems, one, f"there is no file {file}")
    return tuple(files)


def without(tree: Node, name: str) -> Node:
    """A mapping without one of its keys."""
    if not isinstance(tree.value, dict):
        return tree
    return replace(tree, value={key: child for key, child in tree.value.items() if key != name})
