"""The plugins at hand, by kind and name, and who offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from xeval.contracts import (
    IntermediateTask,
    LanguageOrder,
    Observer,
    OrderFamily,
    Perturbation,
    Study,
    TargetTask,
    Task,
)
from xeval.errors import BadPlugin, UnknownName

T = TypeVar("T")


@dataclass(frozen=True)
class PluginEntry:
    """An installed entry point, known without importing it."""

    name: str
    module: str
    distribution: str
    version: str
    shipped: bool
    code: str = ""  # a digest of its files, of one that does not ship with xeval and is loaded
    unfit: str = ""  # why it cannot be used with this xeval


@dataclass(frozen=True)
class Offer(Generic[T]):
    """What an entry point offers under a name."""

    name: str
    entry: PluginEntry
    plugin: T


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """All offers of one kind. `aside` says why installed entry points are not on it: broken, or not loaded."""

    kind: str
    offers: Mapping[str, Offer[T]]
    aside: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> T:
        return self.offer(name).plugin

    def __contains__(self, name: str) -> bool:
        return name in self.offers

    def __iter__(self) -> Iterator[str]:
        return iter(self.offers)

    def offer(self, name: str) -> Offer[T]:
        """The offer of that name; raises UnknownName, or BadPlugin if its plugin is set aside."""
        if name in self.offers:
            return self.offers[name]
        entry = name if name in self.aside else name.split(".")[0]
        if entry in self.aside:
            raise BadPlugin(f"The plugin {entry!r} cannot be used: {self.aside[entry]}.", hint=_look(entry))
        broken = [f"{plugin} ({why})" for plugin, why in self.aside.items() if "broken" in why]
        hint = f"It may be in a plugin that is set aside: {'; '.join(broken)}." if broken else ""
        raise UnknownName(self.kind, name, [*self.offers, *self.aside], hint=hint)

    def of(self, entry: str) -> list[str]:
        """The names that one entry point offers, in the order it offers them."""
        return [name for name, offer in self.offers.items() if offer.entry.name == entry]


@dataclass(frozen=True)
class Catalogue:
    """Everything that is loaded, and what is installed."""

    perturbations: Shelf[Perturbation]
    orders: Shelf[LanguageOrder]
    intermediates: Shelf[IntermediateTask]
    targets: Shelf[TargetTask]
    entries: tuple[PluginEntry, ...]
    aside: Mapping[str, str]
    studies: Shelf[Study] = field(default_factory=lambda: Shelf("study", {}))
    observers: Shelf[Observer] = field(default_factory=lambda: Shelf("observer", {}))

    def task(self, name: str) -> Task:
        """A task by name, of either kind: what a target trains on may be an intermediate task."""
        if name in self.targets:
            return self.targets[name]
        if name in self.intermediates:
            return self.intermediates[name]
        raise UnknownName("task", name, [*self.targets, *self.intermediates])

    def order(self, name: str) -> LanguageOrder:
        """A language order by name, or by the name of one that takes a parameter: `random-1`. Raises UnknownName."""
        for base in sorted(self.orders, key=len, reverse=True):
            family = self.orders[base]
            if name not in self.orders and name.startswith(f"{base}-") and isinstance(family, OrderFamily):
                return family.with_parameter(name.removeprefix(f"{base}-"))
        return self.orders[name]

    def broken(self, name: str) -> str:
        """Why an entry point that was tried cannot be used; empty if it can, or was not tried."""
        reason = self.aside.get(name, "")
        return reason if " is broken: " in reason else ""

    def entry(self, name: str) -> PluginEntry:
        """An installed entry point by name; raises UnknownName, or BadPlugin if it is set aside."""
        if name in self.aside:
            raise BadPlugin(f"The plugin {name!r} cannot be used: {self.aside[name]}.", hint=_look(name))
        found = [entry for entry in self.entries if entry.name == name]
        if not found:
            raise UnknownName("plugin", name, [entry.name for entry in self.entries])
        return found[0]


def _look(entry: str) -> str:
    return f"See: xeval plugins info {entry}"
