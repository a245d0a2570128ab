"""Does the complexity of an intermediate task decide what it is worth?"""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import Design, Findings, Planned, Probe, Results, Selection, hookimpl
from xeval.plugins.studies.common import (
    NOTHING,
    few_tasks,
    limits,
    mild_noise,
    require_arms,
    seeds_of,
    single_languages,
    trained_targets,
)


@dataclass(frozen=True)
class Complexity:
    """Measures of intermediate data against gains, clean and under noise, in low-resource languages above all."""

    name: str = "complexity"
    version: str = "2"
    question: str = (
        "Does the complexity of the intermediate task decide how robust transfer to low-resource languages is?"
    )
    contrasts: tuple[Planned, ...] = (
        Planned(
            "robustness",
            "Description length against robustness to noise in low-resource languages (rank correlation)",
            words=(
                "The longer the description of its labels, the more robust a task makes low-resource languages",
                "The longer the description of its labels, the less robust a task makes low-resource languages",
                "",
            ),
        ),
        Planned(
            "gain",
            "Description length against the gain in low-resource languages (rank correlation)",
            words=(
                "The longer the description of its labels, the more a task gains in low-resource languages",
                "The longer the description of its labels, the less a task gains in low-resource languages",
                "",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """None, and each intermediate task in one language after the other, clean and under mild noise."""
        arms = single_languages(selection)
        require_arms(len(arms), 4, "complexity")
        warnings = [*limits(selection), *few_tasks(arms)]
        if not mild_noise(selection):
            warnings.append("No perturbation is at hand, so nothing is said of robustness.")
        return Design(
            recipes=("none", *arms),
            targets=trained_targets(selection),
            languages=tuple(selection.languages),
            seeds=seeds_of(selection),
            perturbations=mild_noise(selection),
            probes=tuple(Probe("profile", task.name, code) for task, code in arms.values()),
            warnings=tuple(warnings),
            roles={"none": NOTHING} | {recipe: f"{task.name} {code}" for recipe, (task, code) in arms.items()},
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: description length. Explored: every measure against every outcome."""
        from xeval.plugins.studies.complexity_read import read

        return read(self.contrasts, results)


@hookimpl
def xeval_studies() -> list[Complexity]:
    """Complexity of intermediate tasks."""
    return [Complexity()]
