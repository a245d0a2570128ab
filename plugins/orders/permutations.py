"""Language orders without a reason, to hold the others against: one language after the other, drawn or as listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xeval.api import BadValue, Language, Phase, hookimpl, seed_of
from xeval.plugins.orders.order import Order


@dataclass(frozen=True)
class Random:
    """The languages in an order drawn by the number that its name ends in: `random-1`, `random-2`."""

    name: str = "random"
    seed: str = ""
    version: str = "1"

    def with_parameter(self, value: str) -> Random:
        """The order drawn by a number."""
        if not value.isdecimal():
            raise BadValue(f"{value!r} is no number.", hint=f"Write @{self.name}-1, @{self.name}-2.")
        return replace(self, name=f"{self.name}-{value}", seed=value)

    def phases(self, languages: Sequence[Language], source: Language) -> list[Phase]:
        """One language after the other."""
        if not self.seed:
            raise BadValue("Which random order is not said.", hint="Write @random-1, @random-2.")
        drawn = sorted(languages, key=lambda language: seed_of("order", self.seed, language.code))
        return Order(self.name, lambda those, _: [[language] for language in drawn]).phases(languages, source)


@dataclass(frozen=True)
class Listed:
    """The languages one after the other as its name lists them: `listed-en.sw.de`; others are left out."""

    name: str = "listed"
    codes: tuple[str, ...] = ()
    version: str = "1"

    def with_parameter(self, value: str) -> Listed:
        """The order of some codes."""
        codes = tuple(value.split("."))
        if len(set(codes)) < len(codes) or not all(codes):
            raise BadValue(f"{value!r} is no list of languages, each once.", hint="Write @listed-en.sw.de.")
        return replace(self, name=f"{self.name}-{value}", codes=codes)

    def phases(self, languages: Sequence[Language], source: Language) -> list[Phase]:
        """One language after the other."""
        by_code = {language.code: language for language in languages}
        strangers = [code for code in self.codes if code not in by_code]
        if strangers or not self.codes:
            problem = f"lists {strangers[0]!r}" if strangers else "lists no language"
            raise BadValue(f"The order {self.name!r} {problem}.", hint=f"The languages are: {', '.join(by_code)}.")
        return Order(self.name, lambda those, _: [[by_code[code]] for code in self.codes]).phases(languages, source)


@hookimpl
def xeval_language_orders() -> list[Random | Listed]:
    """Drawn, and as listed."""
    return [Random(), Listed()]
