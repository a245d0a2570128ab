"""From options and a settings file to wishes and places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xeval.app import Where
from xeval.errors import BadValue
from xeval.experiment import Wishes
from xeval.overlays import overlays
from xeval.schema import read_record
from xeval.yamlfile import Problems, read_yaml, refuse

LISTS = ("plugins", "models", "intermediates", "targets", "languages", "orders", "perturbations")


def read_settings(options: Mapping[str, Any]) -> tuple[Wishes, Where]:
    """What is wished, and where it is done. What the command line says goes before what the file says."""
    wishes = Wishes(
        suite=options["suite"],
        **{name: tuple(part for value in options[name] for part in value) for name in LISTS},
        recipes=tuple(options["recipes"]),
        scales=tuple(options["scales"]),
        seeds=tuple(options["seeds"]),
        limit=options["limit"],
        precision=options["precision"],
    )
    config: Path | None = options["config"]
    where = Where(
        store=options["store"],
        overlays=overlays(options["registry"]),
        hub=hub_folder(options["hub"]),
        offline=options["offline"],
        device=options["device"],
        executor=options["executor"],
        workers=options["workers"],
    )
    return (wishes.over(read_wishes(config)) if config else wishes), where


def read_wishes(path: Path) -> Wishes:
    """The wishes in a YAML file; raises BadFile with every mistake in it."""
    if not path.is_file():
        raise BadValue(f"The file {path} is not there.", hint="Check --config.")
    problems: Problems = []
    wishes = read_record(Wishes, read_yaml(path), problems)
    refuse(str(path), problems)
    found: Wishes = wishes
    return found


def hub_folder(path: Path | None) -> Path | None:
    """The folder of local data sets, which must be there if it is named."""
    if path is not None and not path.is_dir():
        raise BadValue(f"The hub folder {path} is not there.", hint="Check --hub or XEVAL_HUB.")
    return path
