"""Does the similarity of intermediate and target task predict the gain?"""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import Design, Findings, Planned, Probe, Results, Selection, hookimpl
from xeval.plugins.studies.common import (
    NOTHING,
    few_tasks,
    limits,
    require_arms,
    seeds_of,
    single_languages,
    trained_targets,
)


@dataclass(frozen=True)
class Similarity:
    """Task embeddings and cheap baselines against gains, and as a way to choose."""

    name: str = "similarity"
    version: str = "2"
    question: str = (
        "Does the semantic similarity of intermediate and target task predict the gain, language by language?"
    )
    contrasts: tuple[Planned, ...] = (
        Planned(
            "text",
            "Similarity of texts (TextEmb) against the gain, within targets (rank correlation)",
            words=(
                "The more alike the texts are, the larger the gain",
                "The more alike the texts are, the smaller the gain",
                "",
            ),
        ),
        Planned(
            "text, size fixed",
            "Similarity of texts (TextEmb) against the gain, with the number of intermediate examples held fixed",
            words=(
                "Among tasks of one size, the gain is larger the more alike they are",
                "Among tasks of one size, the gain is smaller the more alike they are",
                "",
            ),
        ),
        Planned(
            "task",
            "Similarity of tasks (TaskEmb) against the gain, within targets (rank correlation)",
            words=(
                "The more alike the tasks are, the larger the gain",
                "The more alike the tasks are, the smaller the gain",
                "",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """None, and each intermediate task in one language after the other; embeddings of all."""
        arms = single_languages(selection)
        require_arms(len(arms), 4, "similarity")
        warnings = [*limits(selection), *few_tasks(arms)]
        return Design(
            recipes=("none", *arms),
            targets=trained_targets(selection),
            languages=tuple(selection.languages),
            seeds=seeds_of(selection),
            probes=(*probes_of_arms(selection), *probes_of_targets(selection)),
            warnings=tuple(warnings),
            roles={"none": NOTHING} | {recipe: f"{task.name} {code}" for recipe, (task, code) in arms.items()},
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: text and task embeddings. Explored: baselines, languages, and what choosing by each would cost."""
        from xeval.plugins.studies.similarity_read import read

        return read(self.contrasts, results)


def probes_of_arms(selection: Selection) -> list[Probe]:
    """Texts and Fisher information of every intermediate arm."""
    arms = single_languages(selection)
    texts = [Probe("profile", task.name, code) for task, code in arms.values()]
    return [*texts, *(Probe("fisher", task.name, code, recipe) for recipe, (task, code) in arms.items())]


def probes_of_targets(selection: Selection) -> list[Probe]:
    """Texts of every target in every language, and Fisher information of those that are fine-tuned."""
    texts = [
        Probe("profile", task.name, code, shelf="target")
        for task in selection.targets
        for code in selection.languages
        if code in task.languages
        and (task.format not in ("retrieval", "ranking") or code != task.source)
        and task.format != "ranking"
    ]
    return [*texts, *(Probe("fisher", t.name, t.source, shelf="target") for t in selection.targets if t.trained)]


@hookimpl
def xeval_studies() -> list[Similarity]:
    """Similarity of tasks."""
    return [Similarity()]
