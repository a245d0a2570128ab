"""Installed plugins: listed without importing, imported only when asked for, shipped or allowed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from inspect import get_annotations
from typing import Any, Protocol, get_type_hints

import pluggy

from xeval import hookspecs
from xeval.contracts import IntermediateTask, LanguageOrder, Perturbation, Study, TargetTask
from xeval.errors import BadPlugin, nearest
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf

GROUP = "xeval"
OURS = "xeval-harness"
KINDS: Mapping[str, tuple[str, type]] = {
    "xeval_perturbations": ("perturbation", Perturbation),
    "xeval_language_orders": ("language order", LanguageOrder),
    "xeval_intermediate_tasks": ("intermediate task", IntermediateTask),
    "xeval_target_tasks": ("target task", TargetTask),
    "xeval_studies": ("study", Study),
}


def installed() -> list[PluginEntry]:
    """Every installed entry point of the group, by name; nothing is imported."""
    found = [_plugin_entry(entry) for entry in entry_points(group=GROUP)]
    return sorted(found, key=lambda entry: (entry.name, entry.distribution))


def _plugin_entry(entry: EntryPoint) -> PluginEntry:
    name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("?", "?")
    return PluginEntry(entry.name, entry.value, name, version, shipped=name.lower() == OURS)


def discover(asked: Iterable[str] = (), allowed: Iterable[str] = ()) -> Catalogue:
    """Load what is shipped, what is asked for by entry-point name, and what an allowed distribution offers.

    An entry point that fails is set aside with its reason, since the run may not need it. Two claimants of one
    entry-point name are set aside together; two claimants of one offered name raise BadPlugin.
    """
    asked, allowed = set(asked), set(allowed)
    entries = installed()
    aside = _claimed_twice(entries)
    offers: dict[str, dict[str, Offer[Any]]] = {hook: {} for hook in KINDS}
    for entry in entries:
        if entry.name in aside:
            continue
        if not (entry.shipped or entry.name in asked or entry.distribution in allowed):
            aside[entry.name] = f"{entry.distribution} is installed, but its code is imported only when asked for"
            continue
        try:
            found = offered(entry)
        except Exception as error:  # noqa: BLE001 - foreign code may raise anything; the reader gets it on request
            aside[entry.name] = f"{entry.distribution} is broken: {_reason(error)}"
            continue
        for hook, offer in found:
            _shelve(offers[hook], hook, offer)
    return _catalogue(offers, entries, aside)


def offered(entry: PluginEntry) -> list[tuple[str, Offer[Any]]]:
    """Import one entry point and ask it what it offers, as (hook, offer)."""
    module = importlib.import_module(entry.module.split(":")[0])
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(module, name=entry.name)
    _check_hook_names(module)
    found: list[tuple[str, Offer[Any]]] = []
    for hook, (kind, contract) in KINDS.items():
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            ask: Callable[[], Iterable[Any]] = implementation.function
            found.extend((hook, Offer(_checked(plugin, kind, contract).name, entry, plugin)) for plugin in ask())
    if not found:
        raise BadPlugin(f"{entry.module} offers nothing", hint=f"Implement one of {', '.join(KINDS)}.")
    return found


def _checked(plugin: Any, kind: str, contract: type) -> Any:
    """Raise BadPlugin if the plugin lacks a member of its Protocol."""
    missing = [member for member in members(contract) if not hasattr(plugin, member)]
    if missing:
        raise BadPlugin(f"{type(plugin).__name__} is no {kind}: it lacks {', '.join(missing)}")
    wrong = [
        m for m, hint in get_type_hints(contract).items() if hint is str and not isinstance(getattr(plugin, m), str)
    ]
    if wrong:
        raise BadPlugin(f"{type(plugin).__name__} is no {kind}: {', '.join(wrong)} must be text")
    return plugin


def members(contract: type) -> list[str]:
    """What a Protocol and those it extends ask for."""
    asking = [base for base in contract.__mro__ if getattr(base, "_is_protocol", False) and base is not Protocol]
    named = {name for base in asking for name in (*get_annotations(base), *vars(base))}
    return sorted(name for name in named if not name.startswith("_"))


def _check_hook_names(module: Any) -> None:
    """A misspelt hook would be silently ignored: refuse any function named like one that is none."""
    for name in vars(module):
        if name.startswith("xeval_") and callable(getattr(module, name)) and name not in KINDS:
            close = nearest(name, KINDS)
            raise BadPlugin(
                f"{module.__name__} implements {name}, which is no hook" + (f" ({close} is)" if close else "")
            )


def _shelve(shelf: dict[str, Offer[Any]], hook: str, offer: Offer[Any]) -> None:
    other = shelf.setdefault(offer.name, offer)
    if other is not offer:
        raise BadPlugin(
            f"Two plugins offer the {KINDS[hook][0]} {offer.name!r}: {other.entry.distribution} (entry point "
            f"{other.entry.name!r}) and {offer.entry.distribution} (entry point {offer.entry.name!r}).",
            hint="Uninstall one of them, or ask its author to rename it.",
        )


def _claimed_twice(entries: Iterable[PluginEntry]) -> dict[str, str]:
    claims: dict[str, list[str]] = {}
    for entry in entries:
        claims.setdefault(entry.name, []).append(entry.distribution)
    return {
        name: f"it is claimed by {' and by '.join(distributions)}; uninstall one of them"
        for name, distributions in claims.items()
        if len(distributions) > 1
    }


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(". ")


def _catalogue(
    offers: Mapping[str, Mapping[str, Offer[Any]]], entries: list[PluginEntry], aside: dict[str, str]
) -> Catalogue:
    shelves = {hook: Shelf(KINDS[hook][0], found, aside) for hook, found in offers.items()}
    return Catalogue(
        perturbations=shelves["xeval_perturbations"],
        orders=shelves["xeval_language_orders"],
        intermediates=shelves["xeval_intermediate_tasks"],
        targets=shelves["xeval_target_tasks"],
        entries=tuple(entries),
        aside=aside,
        studies=shelves["xeval_studies"],
    )
