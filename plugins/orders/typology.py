"""Language orders by how far languages are from each other: from one of them, or each from the one before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from xeval.api import BadValue, Language, Phase, hookimpl
from xeval.plugins.orders.order import Groups, Order

Distance = Callable[[Language, Language], float]
FAMILY, BRANCH = 1.0, 0.5  # how far apart two families are, and two branches of one


def distance_among(languages: Sequence[Language]) -> Distance:
    """How far two languages are apart: by the first measure of the user's that knows all pairs of them.

    Without one, by the family tree alone: 0 in one branch, 0.5 in one family, 1 otherwise; and a little more, where the
    scripts differ.
    """
    codes = {language.code for language in languages}
    for measure in languages[0].apart if languages else ():
        if all(codes <= {*language.apart.get(measure, {}), language.code} for language in languages):
            return lambda one, other: 0.0 if one == other else one.apart[measure][other.code]
    return by_family_tree


def by_family_tree(one: Language, other: Language) -> float:
    """How far two languages are apart in the tree of families, with a little more for another script."""
    if one.family == other.family:
        apart = 0.0
    else:
        apart = BRANCH if one.family.split(":")[0] == other.family.split(":")[0] else FAMILY
    return apart + (0.1 if one.script != other.script else 0.0)


def nearest_next(languages: Sequence[Language], source: Language) -> Groups:
    """The source language, or what is nearest to it; then always the one nearest to the last, ties by code."""
    apart, left, path = distance_among([*languages, source]), list(languages), [source]
    while left:
        path.append(nearest(path[-1], left, apart))
        left.remove(path[-1])
    return [[language] for language in path[1:]]


def nearest(last: Language, left: Sequence[Language], apart: Distance) -> Language:
    """The language nearest to the last: itself, if it is there."""
    return min(left, key=lambda language: (language != last, apart(last, language), language.code))


def by_script(languages: Sequence[Language], source: Language) -> Groups:
    """One script after another, that of the source language first, the others by name."""
    scripts = sorted({language.script for language in languages}, key=lambda one: (one != source.script, one))
    return [[language for language in languages if language.script == script] for script in scripts]


@dataclass(frozen=True)
class About:
    """An order about one language, which its name ends in: `nearest-to-sw`, `towards-sw`."""

    name: str
    farthest_first: bool
    centre: str = ""
    version: str = "1"

    @property
    def about(self) -> str:
        """What it does, and how it is written."""
        way = "From the farthest to" if self.farthest_first else "Away from"
        return f"{way} the language that its name ends in: {self.name}-sw."

    def with_parameter(self, value: str) -> About:
        """The order about the language of that code."""
        return replace(self, name=f"{self.name}-{value}", centre=value)

    def phases(self, languages: Sequence[Language], source: Language) -> list[Phase]:
        """Languages of equal distance from the centre share a phase; the centre itself need not be among them."""
        if not self.centre:
            raise BadValue(f"The order {self.name!r} is about one language.", hint=f"Write @{self.name}-sw.")
        centre = next((one for one in (*languages, source) if one.code == self.centre), None)
        if centre is None:
            raise BadValue(
                f"The order {self.name!r} is about {self.centre!r}, which is not among the languages to order.",
                hint=f"They are: {', '.join(sorted(language.code for language in languages))}.",
            )
        return Order(self.name, lambda those, _: self.groups(those, centre)).phases(languages, source)

    def groups(self, languages: Sequence[Language], centre: Language) -> Groups:
        """Languages by their distance from the centre."""
        apart = distance_among([*languages, centre])
        steps = sorted({apart(centre, language) for language in languages}, reverse=self.farthest_first)
        return [[language for language in languages if apart(centre, language) == step] for step in steps]


@hookimpl
def xeval_language_orders() -> list[Order | About]:
    """From one language to the next, about one language, by script."""
    return [
        Order("nearest-next", nearest_next),
        Order("by-script", by_script),
        About("nearest-to", farthest_first=False),
        About("towards", farthest_first=True),
    ]
