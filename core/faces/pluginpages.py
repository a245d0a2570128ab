"""Pages about plugins: what is installed, what it offers, and whether it can be used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import click

from xeval.faces.listings import console, listing
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.plans.settings import has_settings
from xeval.running.discovery import UNASKED, discover


def list_plugins(as_json: bool) -> int:
    """Every installed plugin, what it offers, and whether it can be used."""
    catalogue = discover()
    found = [_plugin_facts(entry, catalogue) for entry in catalogue.entries]
    if as_json:
        click.echo(json.dumps({"schema": "xeval.plugins/1", "plugins": found}, indent=1))
        return 0
    rows = [[p["name"], f"{p['distribution']} {p['version']}", _offers_line(p), _state(p)] for p in found]
    console().print(listing("Plugins", ["name", "from", "offers", "state"], rows))
    return 0


def show_plugin(name: str) -> int:
    """What one plugin offers, in detail."""
    catalogue = discover([name])
    entry = catalogue.entry(name)
    console().print(f"{entry.name}: {entry.distribution} {entry.version}, module {entry.module}", highlight=False)
    for shelf in _shelves(catalogue):
        offers = [offer for offer in shelf.offers.values() if offer.entry == entry]
        if offers:
            rows = [[offer.name, offer.plugin.version, _about(offer)] for offer in offers]
            console().print(listing(plural(shelf.kind).capitalize(), ["name", "version", "what it is"], rows))
    rows = settings_rows(catalogue, entry)
    if rows:
        console().print(listing("Settings: --set NAME=VALUE", ["name", "type", "default", "meaning"], rows))
    return 0


def settings_rows(catalogue: Catalogue, entry: PluginEntry) -> list[list[str]]:
    """What of a plugin can be set, under the entry point's name: each setting once."""
    offers = [offer for shelf in _shelves(catalogue) for offer in shelf.offers.values() if offer.entry == entry]
    kinds = dict.fromkeys(type(offer.plugin.settings) for offer in offers if has_settings(offer.plugin))
    return [
        [f"{entry.name}.{one.name}", _type_name(one.type), str(one.default), one.metadata.get("help", "")]
        for kind in kinds
        for one in fields(kind)
    ]


def _type_name(hint: Any) -> str:
    return hint if isinstance(hint, str) else str(getattr(hint, "__name__", hint))


def _shelves(catalogue: Catalogue) -> tuple[Shelf[Any], ...]:
    ours = (catalogue.perturbations, catalogue.orders, catalogue.intermediates, catalogue.targets)
    return (*ours, catalogue.studies, catalogue.observers)


def _plugin_facts(entry: PluginEntry, catalogue: Catalogue) -> dict[str, Any]:
    offers = {shelf.kind: shelf.of(entry.name) for shelf in _shelves(catalogue)}
    return {
        **asdict(entry),
        "state": catalogue.aside.get(entry.name, "ready"),
        "offers": {kind: names for kind, names in offers.items() if names},
    }


def _state(facts: Mapping[str, Any]) -> str:
    """Why a plugin is set aside; in a few words where that is as it should be."""
    state: str = facts["state"]
    return "imported when named" if UNASKED in state else state


def _offers_line(facts: Mapping[str, Any]) -> str:
    return "; ".join(_counted(kind, names) for kind, names in facts["offers"].items())


def _counted(kind: str, names: Sequence[str]) -> str:
    return f"{kind} {names[0]}" if len(names) == 1 else f"{len(names)} {plural(kind)}"


def plural(kind: str) -> str:
    """What several of a kind are called.

    >>> [plural(kind) for kind in ("target task", "study")]
    ['target tasks', 'studies']
    """
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _about(offer: Offer[Any]) -> str:
    said: str = getattr(offer.plugin, "about", "") or (type(offer.plugin).__doc__ or "").strip().split("\n")[0]
    return said
