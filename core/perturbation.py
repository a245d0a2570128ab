"""A perturbation as it is asked for: its name, its level, and what it may do to a context that holds answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xeval.errors import BadValue

Policy = Literal["protect", "remap", "question-only"]  # what a perturbation may do to a context that holds answers
POLICIES: tuple[Policy, ...] = ("protect", "remap", "question-only")
BY_CHRF = "@chrf"  # what a perturbation's name ends in where its levels are shares of chrF lost


@dataclass(frozen=True)
class PerturbationRef:
    """A perturbation by name, at a level: the share of eligible units that it changes, 0 to 1.

    With `chrf`, the level is what leaves the texts of a language at that chrF (0 to 100), which is to be found out;
    until then `level` is the share of chrF that is lost, so that both kinds of level rise with the damage.
    """

    name: str
    level: float
    chrf: float | None = None
    policy: Policy = "protect"

    def __post_init__(self) -> None:
        # 1 and 1.0 are equal in Python and different in JSON; 0.1 + 0.2 is not 0.3. One level, one key.
        object.__setattr__(self, "level", round(float(self.level), 6))
        if not 0.0 <= self.level <= 1.0:
            raise BadValue(
                f"Perturbation {self.name!r} got level {self.level:g}; a level is a share between 0 and 1.",
                hint=f"Write {self.name}@0.2 to change 20% of the units.",
            )

    def __str__(self) -> str:
        return f"{self.name}@{self.level:g}" if self.chrf is None else f"{self.name}@chrf={self.chrf:g}"

    @property
    def kind(self) -> str:
        """What its cells call it: levels of one kind are steps of one scale."""
        return self.name if self.chrf is None else f"{self.name}{BY_CHRF}"

    @classmethod
    def parse(cls, text: str) -> PerturbationRef:
        """Read NAME@LEVEL or NAME@chrf=VALUE.

        >>> str(PerturbationRef.parse("noise.swap@0.20")), str(PerturbationRef.parse("noise@chrf=80"))
        ('noise.swap@0.2', 'noise@chrf=80')
        """
        name, at, level = text.partition("@")
        wanted = level.strip().removeprefix("chrf=")
        try:
            number = float(wanted)
        except ValueError:
            problem = f"level {level!r} is not a number" if at else "it has no level"
            hint = "Write noise@0.2, or noise@chrf=80, for example."
            raise BadValue(f"{text!r} is not NAME@LEVEL: {problem}.", hint=hint) from None
        return cls(name.strip(), number) if wanted == level.strip() else cls.at_chrf(name.strip(), number)

    @classmethod
    def at_chrf(cls, name: str, wanted: float) -> PerturbationRef:
        """A perturbation at the level that leaves texts at a chrF."""
        if not 0.0 < wanted < 100.0:
            raise BadValue(
                f"Perturbation {name!r} got chrF {wanted:g}; it lies between 0 and 100, and 100 is unchanged.",
                hint=f"Write {name}@chrf=80, for example.",
            )
        return cls(name, 1 - wanted / 100, round(wanted, 4))
