"""What `xeval perturb list` shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from xeval.contracts import Perturbation
from xeval.faces.listings import console, listing
from xeval.facts.overlays import overlays
from xeval.facts.registry import load_registry
from xeval.guests import visiting
from xeval.plans.catalogue import Offer
from xeval.sources.declared import load_catalogue
from xeval.values import Json, Language

TRANSLATED = "where a task has translations"


def list_perturbations(asked: Sequence[str], files: Sequence[Path], as_json: bool) -> int:
    """Every perturbation at hand: what it does, its units, and where it means anything."""
    registry = load_registry(overlays(files))
    catalogue = load_catalogue(asked, registry)
    found = [_facts(offer, registry.languages.values()) for offer in catalogue.perturbations.offers.values()]
    if as_json:
        click.echo(json.dumps({"schema": "xeval.perturbations/1", "perturbations": found}, indent=1))
        return 0
    rows = [[str(one[name]) for name in ("name", "what", "units", "covers")] for one in folded(found)]
    console().print(listing("Perturbations", ["name", "what it does", "units", "languages of the registry"], rows))
    aside = {name: why for name, why in catalogue.perturbations.aside.items() if "broken" in why}
    for name, why in aside.items():
        click.echo(f"note: the plugin {name!r} is set aside: {why}", err=True)
    return 0


def folded(found: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """For people: kinds that apply another perturbation, such as `adversarial.noise`, are one row for all of them."""
    names = {one["name"] for one in found}
    plain, made = [], {}
    for one in found:
        plugin, kind = one["plugin"], one["name"].removeprefix(one["plugin"] + ".")
        if kind != one["name"] and kind in names:
            made[plugin] = one | {"name": f"{plugin}.KIND", "units": "as KIND", "covers": "as KIND"}
        else:
            plain.append(one)
    return sorted([*plain, *made.values()], key=lambda one: str(one["plugin"]))


def _facts(offer: Offer[Perturbation], languages: Iterable[Language]) -> dict[str, Json]:
    by = offer.plugin
    known = [language for language in languages if not language.constructed]
    with visiting(by, by.covers, "covers"):
        covered = [language for language in known if by.covers(language)]
        said, unit, learns = what(by), str(getattr(by, "unit", "words")), bool(getattr(by, "learns", False))
    return {
        "name": by.name,
        "what": said,
        "units": unit,
        "covers": TRANSLATED if learns and not covered else _spoken(covered, known),
        "languages": [language.code for language in covered],
        "scripts": sorted({language.script for language in covered}),
        "version": by.version,
        "plugin": offer.entry.name,
    }


def what(by: Perturbation) -> str:
    """What a perturbation does: what it says of itself, or the first line of its documentation."""
    said: str = getattr(by, "about", "") or (type(by).__doc__ or "").strip().split("\n")[0]
    return said


def _spoken(covered: Sequence[Language], known: Sequence[Language]) -> str:
    """`all`; `all but ja, ko`; or those covered."""
    if not covered:
        return "none without settings"
    left = [language.code for language in known if language not in covered]
    if not left:
        return "all"
    codes = [language.code for language in covered]
    return f"all but {', '.join(left)}" if len(left) < len(codes) else ", ".join(codes)
