"""Planning as if all data and weights were at hand: a placeholder for what is not, and what must be got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from xeval.data import Data, FileData, JoinedData, MadeData
from xeval.errors import MissingData
from xeval.facts.registry import ModelEntry
from xeval.plans.plan import World
from xeval.plans.stage import Stage, in_order
from xeval.values import Json

MARK = "not at hand"  # stands in the parameters of a stage for what identifies data or weights


@dataclass
class Lacking:
    """What was asked for and is not there: the errors by what they are about, each part of a data set by itself."""

    errors: dict[tuple[str, str], MissingData] = field(default_factory=dict)

    def or_placeholder(self, source: str, part: str, ask: Callable[[], Json]) -> Json:
        """What is known of data or weights, or a placeholder; the same part is asked for until it is not there."""
        name = (source, part)
        if name not in self.errors:
            try:
                return ask()
            except MissingData as error:
                self.errors[name] = error
        return {MARK: part}

    def notes(self) -> Iterator[str]:
        """A sentence for each source: what it lacks, and how to get it."""
        found: dict[str, list[MissingData]] = {}
        for (source, _), error in self.errors.items():
            found.setdefault(source, []).append(error)
        for source, errors in found.items():
            parts = f" ({len(errors)} parts of {source})" if len(errors) > 1 else ""
            yield f"Not at hand{parts}: {errors[0]}"


def assumed(world: World, lacking: Lacking) -> World:
    """A world in which all data and weights are there; what is not is remembered in `lacking`."""

    def fingerprint(data: Data) -> Json:
        return lacking.or_placeholder(source_of(data), str(data), lambda: world.fingerprint(data))

    def identity(entry: ModelEntry) -> Json:
        name = f"model {entry.repository or entry.name}"
        return lacking.or_placeholder(name, name, lambda: world.identity(entry))

    return replace(world, fingerprint=fingerprint, identity=identity)


def source_of(data: Data) -> str:
    """The data set that some rows are of."""
    if isinstance(data, JoinedData):
        return source_of(data.parts[0])
    return data.name if isinstance(data, FileData | MadeData) else data.repository


def unknown_keys(stages: Iterable[Stage]) -> frozenset[str]:
    """The keys of stages that rest on a placeholder: they will be others once all is at hand."""
    found: set[str] = set()
    for stage in in_order(stages):
        if mentions(stage.params) or any(need.key in found for need in stage.inputs):
            found.add(stage.key)
    return frozenset(found)


def mentions(params: Json) -> bool:
    """Whether a placeholder stands anywhere in some parameters."""
    if isinstance(params, Mapping):
        return MARK in params or any(map(mentions, params.values()))
    return isinstance(params, list | tuple) and any(map(mentions, params))
