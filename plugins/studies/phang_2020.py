"""The grid of Phang et al. 2020: English intermediate tasks before zero-shot transfer."""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import Design, Findings, Planned, Results, Selection, hookimpl
from xeval.plugins.studies.common import ENGLISH, NOTHING, labelled, limits, seeds_of, trained_targets


@dataclass(frozen=True)
class Phang2020:
    """Every intermediate task before every target task, as in the paper's main table."""

    name: str = "phang-2020"
    version: str = "2"
    question: str = "Does intermediate training in the source language improve zero-shot transfer (Phang et al. 2020)?"
    contrasts: tuple[Planned, ...] = (
        Planned(
            "mean",
            "Mean gain of all intermediate tasks over all target tasks",
            words=(
                "Yes, on the mean of all intermediate and target tasks, it improves scores",
                "No, on the mean of all intermediate and target tasks, it lowers scores",
                "On the mean of all intermediate and target tasks, it changes nothing that matters",
            ),
        ),
        Planned(
            "best",
            "Gain of the best intermediate task for each target, chosen on other seeds",
            words=(
                "The best intermediate task for each target, chosen on other seeds, improves them",
                "Even the best intermediate task for each target, chosen on other seeds, lowers them",
                "Even the best intermediate task for each target, chosen on other seeds, changes nothing that matters",
            ),
        ),
        Planned(
            "retrieval",
            "Mean gain on retrieval, the targets without fine-tuning",
            words=(
                "On retrieval it improves scores",
                "On retrieval it lowers scores",
                "On retrieval it changes nothing that matters",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """None, and each intermediate task in its source language."""
        tasks = labelled(selection)
        roles = {"none": NOTHING} | {task.name: ENGLISH for task in tasks}
        warnings = list(limits(selection))
        if len(seeds_of(selection)) == 1:
            warnings.append("One seed: the best task cannot be chosen on other seeds, so its gain is not estimated.")
        return Design(
            recipes=tuple(roles),
            targets=trained_targets(selection),
            languages=tuple(selection.languages),
            seeds=seeds_of(selection),
            warnings=tuple(warnings),
            roles=roles,
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: the mean gain, the best for each target, and retrieval. Explored: every cell of the grid."""
        from xeval.plugins.studies.phang_2020_read import read

        return read(self.contrasts, results)


@hookimpl
def xeval_studies() -> list[Phang2020]:
    """The grid of Phang et al. 2020."""
    return [Phang2020()]
