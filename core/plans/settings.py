"""Settings of plugins: a plugin that is a frozen dataclass with a field `settings` can be set by a user."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from xeval.errors import BadValue, UnknownName
from xeval.facts.schema import read_partly
from xeval.facts.yamlfile import Node, Problems, complain, parse_yaml, refuse
from xeval.hashing import file_digest
from xeval.plans.catalogue import Catalogue, Shelf
from xeval.values import Json

SHELVES = ("perturbations", "orders", "intermediates", "targets")


@dataclass(frozen=True)
class Setting:
    """A value for one setting of a plugin, as a user wrote it, and where."""

    plugin: str  # an entry point, which means all that it offers, or one offered name
    name: str
    node: Node

    def __str__(self) -> str:
        return f"{self.plugin}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> Setting:
        """Read PLUGIN.NAME=VALUE, the value as YAML.

        >>> setting = Setting.parse("adversarial.candidates=3")
        >>> str(setting), setting.node.value
        ('adversarial.candidates', 3)
        """
        path, equals, value = text.partition("=")
        plugin, dot, name = path.strip().rpartition(".")
        if not (equals and dot and plugin and name and value.strip()):
            raise BadValue(f"{text!r} is not PLUGIN.SETTING=VALUE.", hint="Write --set adversarial.candidates=16")
        return cls(plugin, name, replace(parse_yaml(value, "--set"), key=path.strip()))


def settings_in(tree: Node, problems: Problems) -> tuple[Setting, ...]:
    """The settings under `settings` in a user's file: plugin to setting to value."""
    section = tree.get("settings")
    if section is None:
        return ()
    found = []
    for plugin, node in _entries(section, problems):
        found += [Setting(plugin, name, child) for name, child in _entries(node, problems)]
    return tuple(found)


def _entries(node: Node, problems: Problems) -> Iterable[tuple[str, Node]]:
    if isinstance(node.value, dict):
        return node.value.items()
    complain(problems, node, "is not a mapping, such as {adversarial: {candidates: 16}}")
    return ()


def merged(first: Sequence[Setting], then: Sequence[Setting]) -> tuple[Setting, ...]:
    """All settings, those of `first` where both speak of the same."""
    return tuple({str(setting): setting for setting in (*then, *first)}.values())


def with_settings(catalogue: Catalogue, settings: Sequence[Setting]) -> Catalogue:
    """The catalogue with plugins set up as a user wishes.

    Raises UnknownName for a plugin that is not there, BadValue for one without settings, and BadFile, with file and
    line, for values that cannot be.
    """
    new: dict[int, Any] = {}  # one object may stand on two shelves, and must be one afterwards
    problems: Problems = []
    for name in dict.fromkeys(setting.plugin for setting in settings):
        wanted = [setting for setting in settings if setting.plugin == name]
        for plugin in _settable(catalogue, name):
            new[id(plugin)] = _set(new.get(id(plugin), plugin), wanted, problems)
    refuse(problems[0].file if problems else "", problems)
    shelves: dict[str, Any] = {shelf: _replaced(getattr(catalogue, shelf), new) for shelf in SHELVES} if new else {}
    return replace(catalogue, **shelves)


def _replaced(shelf: Shelf[Any], new: dict[int, Any]) -> Shelf[Any]:
    offers = {
        name: replace(offer, plugin=new.get(id(offer.plugin), offer.plugin)) for name, offer in shelf.offers.items()
    }
    return replace(shelf, offers=offers)


def _settable(catalogue: Catalogue, name: str) -> list[Any]:
    """What a plugin offers, or what goes by a name, as far as it has settings."""
    shelves: list[Shelf[Any]] = [getattr(catalogue, shelf) for shelf in SHELVES]
    offers = [offer for shelf in shelves for offer in shelf.offers.values()]
    meant = [offer for offer in offers if offer.entry.name == name] or [o for o in offers if o.name == name]
    have = sorted({offer.entry.name for offer in offers if has_settings(offer.plugin)})
    if not meant:
        if name in catalogue.aside:
            catalogue.entry(name)
        raise UnknownName("plugin with settings", name, have)
    found = [offer.plugin for offer in meant if has_settings(offer.plugin)]
    if not found:
        raise BadValue(f"{name} has no settings.", hint=f"These have: {', '.join(have) or 'none'}.")
    return found


def has_settings(plugin: Any) -> bool:
    """Whether a plugin can be set."""
    return is_dataclass(plugin) and is_dataclass(getattr(plugin, "settings", None))


def _set(plugin: Any, wanted: Iterable[Setting], problems: Problems) -> Any:
    nodes = {setting.name: setting.node for setting in wanted}
    before = len(problems)
    first = next(iter(nodes.values()))
    values = read_partly(type(plugin.settings), Node(nodes, first.file, first.line), problems)
    if len(problems) > before:
        return plugin
    try:
        return replace(plugin, settings=replace(plugin.settings, **values))
    except BadValue as error:
        complain(problems, first, str(error))
        return plugin


def set_up(plugin: Any) -> dict[str, Json]:
    """What a key says of a plugin's settings: those that differ from their defaults, a file by what is in it."""
    settings = dict(_said(plugin)) if has_settings(plugin) else {}
    return {"settings": settings} if settings else {}


def set_as_said(catalogue: Catalogue, said: Iterable[Mapping[str, Json]]) -> Catalogue:
    """The catalogue with plugins set up as keys say of them; raises BadValue for a file, known by its digest alone."""
    wanted = [(each["name"], name, value) for each in said for name, value in each.get("settings", {}).items()]
    for plugin, name, value in wanted:
        if isinstance(value, dict):
            raise BadValue(
                f"{plugin} was set up with a file, {name}, which is not kept.",
                hint="Leave out what it damaged: xeval leaderboard --filter, or show another cell.",
            )
    return with_settings(catalogue, [Setting.parse(f"{p}.{n}={json.dumps(v)}") for p, n, v in wanted])


def _said(plugin: Any) -> Iterator[tuple[str, Json]]:
    settings = plugin.settings
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value != field.default:
            yield field.name, _plain(value)


def _plain(value: Any) -> Json:
    if isinstance(value, Path):
        return {"file": file_digest(value)}
    return list(map(_plain, value)) if isinstance(value, tuple) else value
