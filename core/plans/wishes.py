"""What a user asks for, before anything of it is known to exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

from xeval.errors import BadValue
from xeval.perturbation import Policy
from xeval.plans.recipe import Recipe
from xeval.plans.settings import Setting, merged


@dataclass(frozen=True)
class Wishes:
    """What a user asked for, on the command line or in a file; empty means not said."""

    suite: str = ""
    plugins: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    intermediates: tuple[str, ...] = ()
    recipes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    fewshots: tuple[int, ...] = ()
    adapters: tuple[str, ...] = ()
    translator: str = ""
    seeds: tuple[int, ...] = ()
    limit: int | None = None
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    policy: Policy = "protect"  # what may become of contexts that hold answers
    levels: tuple[float, ...] = ()
    settings: tuple[Setting, ...] = ()

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise BadValue(f"limit is {self.limit}; it is a number of rows, 1 or more")

    def over(self, other: Wishes) -> Wishes:
        """These wishes, and where they are silent, the other's."""
        empty = Wishes()
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(empty, f.name)}
        settings = merged(self.settings, other.settings)
        return Wishes(**{f.name: getattr(other, f.name) for f in fields(other)} | said | {"settings": settings})


def entry_points_in(wishes: Wishes) -> set[str]:
    """The entry points that the wishes name, so that their code may be imported: `typo` in `typo.swap@0.1`."""
    in_recipes = names_in((*wishes.recipes, *wishes.intermediates))
    named = [*wishes.targets, *wishes.orders, *wishes.perturbations, *in_recipes]
    named += [setting.plugin for setting in wishes.settings]
    return set(wishes.plugins) | {name.split("@")[0].split(".")[0] for name in named} | set(named)


def names_in(texts: Iterable[str]) -> list[str]:
    """The tasks, orders, corpora and perturbations that recipes name."""
    steps = [step for text in texts for step in Recipe.parse(text).steps]
    parts = [part for step in steps for part in step.parts]
    noises = [part.augment.noise.name for part in parts if part.augment]
    beside = [step.beside.corpus for step in steps if step.beside]
    return [*(part.task for part in parts), *(part.order for part in parts if part.order), *noises, *beside]
