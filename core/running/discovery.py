"""Installed plugins: listed without importing, imported only when asked for, shipped or allowed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points
from inspect import get_annotations
from typing import Any, Protocol, get_type_hints

import pluggy

from xeval import hookspecs
from xeval.contracts import IntermediateTask, LanguageOrder, Observer, Perturbation, Study, TargetTask
from xeval.errors import BadPlugin, UnknownName, nearest
from xeval.guests import Hangs, limited, patience
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.running.plugincode import OURS, code_digest, incompatible

GROUP = "xeval"
UNASKED = "its code is imported only when asked for"
LISTS = ("labels", "languages", "trains_on")
KINDS: Mapping[str, tuple[str, type]] = {
    "xeval_perturbations": ("perturbation", Perturbation),
    "xeval_language_orders": ("language order", LanguageOrder),
    "xeval_intermediate_tasks": ("intermediate task", IntermediateTask),
    "xeval_target_tasks": ("target task", TargetTask),
    "xeval_studies": ("study", Study),
    "xeval_observers": ("observer", Observer),
}


def installed() -> list[PluginEntry]:
    """Every installed entry point of the group, by name; nothing is imported."""
    fits: dict[str, str] = {}
    found = [_plugin_entry(entry, fits) for entry in entry_points(group=GROUP)]
    return sorted(found, key=lambda entry: (entry.name, entry.distribution))


def find_entry(name: str) -> PluginEntry:
    """An installed entry point by name. Raises UnknownName, or BadPlugin for one that does not fit this xeval."""
    entries = installed()
    found = next((entry for entry in entries if entry.name == name), None)
    if found is None:
        raise UnknownName("plugin", name, [entry.name for entry in entries])
    if found.unfit:
        raise BadPlugin(f"The plugin {name!r} is incompatible: {found.unfit}.", hint="Install another version of it.")
    return found


def _plugin_entry(entry: EntryPoint, fits: dict[str, str]) -> PluginEntry:
    name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("?", "?")
    shipped = name.lower() == OURS
    if entry.dist and not shipped and name not in fits:
        fits[name] = incompatible(entry.dist)
    return PluginEntry(entry.name, entry.value, name, version, shipped=shipped, unfit=fits.get(name, ""))


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
            aside[entry.name] = f"{entry.distribution} is installed, but {UNASKED}"
            continue
        if entry.unfit:
            aside[entry.name] = f"{entry.unfit}: it is incompatible"
            continue
        try:
            found = offered(entry)
        except (Exception, SystemExit, Hangs) as error:  # noqa: BLE001 - foreign code may raise anything
            aside[entry.name] = f"{entry.distribution} is broken: {_reason(error)}"
            continue
        for hook, offer in found:
            _shelve(offers[hook], hook, offer)
    return _catalogue(offers, entries, aside)


def offered(entry: PluginEntry) -> list[tuple[str, Offer[Any]]]:
    """Import one entry point and ask it what it offers, as (hook, offer). Raises whatever its code does, and Hangs."""
    with limited(0 if entry.shipped else patience()):
        module = importlib.import_module(entry.module.split(":")[0])
        return _offers_of(module, entry if entry.shipped else replace(entry, code=code_of(entry)))


def code_of(entry: PluginEntry) -> str:
    """A digest of the files behind an entry point; see plugincode."""
    try:
        return code_digest(entry.module, distribution(entry.distribution))
    except PackageNotFoundError:
        return code_digest(entry.module)


def _offers_of(module: Any, entry: PluginEntry) -> list[tuple[str, Offer[Any]]]:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(module, name=entry.name)
    _check_hook_names(module)
    found: list[tuple[str, Offer[Any]]] = []
    for hook, (kind, contract) in KINDS.items():
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            ask: Callable[[], Any] = implementation.function
            plugins = _listed(hook, ask())
            found.extend((hook, Offer(_checked(plugin, kind, contract).name, entry, plugin)) for plugin in plugins)
    if not found:
        raise BadPlugin(f"{entry.module} offers nothing", hint=f"Implement one of {', '.join(KINDS)}.")
    return found


def _listed(hook: str, given: Any) -> list[Any]:
    """Raise BadPlugin if a hook gives anything but a list, or what can be made one."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise BadPlugin(f"{hook} returns {type(given).__name__}; it is to return a list")
    return list(given)


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
    if isinstance(plugin, type):
        raise BadPlugin(f"{plugin.__name__} is a class; offer an object: {plugin.__name__}()")
    if not plugin.name.strip():
        raise BadPlugin(f"{type(plugin).__name__} is no {kind}: its name is empty")
    tuples = [m for m in LISTS if m in get_type_hints(contract) and not _is_texts(getattr(plugin, m))]
    if tuples:
        raise BadPlugin(f"{type(plugin).__name__} is no {kind}: {', '.join(tuples)} must be tuples of text")
    return plugin


def _is_texts(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(one, str) for one in value)


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


def _reason(error: BaseException) -> str:
    if isinstance(error, Hangs):
        return f"it {error}, at import or in a hook"
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
        observers=shelves["xeval_observers"],
    )
