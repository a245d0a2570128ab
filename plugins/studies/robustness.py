"""Whose transfer survives noise: no intermediate task, an English one, or a multilingual one?"""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import BadValue, Design, Findings, PerturbationRef, Planned, Results, Selection, hookimpl
from xeval.plugins.studies.common import (
    ENGLISH,
    MANY,
    NOTHING,
    limits,
    multilingual,
    seeds_of,
    trained_targets,
)

LEVELS = (0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Robustness:
    """Curves over noise levels, and differences in differences between recipes."""

    name: str = "robustness"
    version: str = "2"
    question: str = "English or multilingual intermediate tasks: whose transfer survives which level of input noise?"
    contrasts: tuple[Planned, ...] = (
        Planned(
            "english",
            "Change under noise after an intermediate task in the source language, minus that after none",
            words=(
                "After an intermediate task in the source language, transfer loses less under noise than after none",
                "After an intermediate task in the source language, transfer loses more under noise than after none",
                "An intermediate task in the source language changes nothing that matters in what noise costs",
            ),
        ),
        Planned(
            "multilingual",
            "Change under noise after an intermediate task in several languages, minus that after none",
            words=(
                "After one in several languages, transfer loses less under noise than after none",
                "After one in several languages, transfer loses more under noise than after none",
                "One in several languages changes nothing that matters in what noise costs",
            ),
        ),
        Planned(
            "between",
            "Change under noise after an intermediate task in several languages, minus that after the same in one",
            words=(
                "Several languages lose less under noise than the source language alone",
                "Several languages lose more under noise than the source language alone",
                "Several languages lose as much under noise as the source language alone",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """None, and each intermediate task in its source language and in several; every level, three seeds."""
        tasks = selection.intermediates
        if not tasks:
            raise BadValue(
                "Robustness compares intermediate tasks, and none is named.", hint="Add --intermediate mnli."
            )
        roles, warnings = {"none": NOTHING}, list(limits(selection))
        for task in tasks:
            roles[task.name] = ENGLISH
            recipe = multilingual(task, selection)
            if recipe:
                roles[recipe] = MANY
            else:
                warnings.append(f"{task.name} has one language, so nothing is said of multilingual intermediate tasks.")
        return Design(
            recipes=tuple(roles),
            targets=trained_targets(selection),
            languages=tuple(selection.languages),
            seeds=seeds_of(selection),
            perturbations=noise_of(selection),
            warnings=tuple(warnings),
            roles=roles,
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: differences in differences over all levels. Explored: languages, areas, flips, matched drops."""
        from xeval.plugins.studies.robustness_read import read

        return read(self.contrasts, results)


def noise_of(selection: Selection) -> tuple[PerturbationRef, ...]:
    """What the user said, or the plain noise at three levels."""
    if selection.perturbations:
        return selection.perturbations
    if not selection.noise:
        raise BadValue("There is no perturbation at hand.", hint="Name one with --perturb NAME@LEVEL.")
    name = "noise" if "noise" in selection.noise else selection.noise[0]
    return tuple(PerturbationRef(name, level) for level in LEVELS)


@hookimpl
def xeval_studies() -> list[Robustness]:
    """Robustness to input noise."""
    return [Robustness()]
