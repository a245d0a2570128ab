"""How transfer grows with the amount of intermediate data."""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import BadValue, Design, Findings, Planned, Results, Selection, hookimpl
from xeval.plugins.studies.common import ENGLISH, MANY, NOTHING, limits, multilingual, seeds_of, trained_targets

SCALES = (0.0625, 0.125, 0.25, 0.5, 1.0)
FEWEST = 3  # sizes that a slope can be told from a bend with


@dataclass(frozen=True)
class DataScaling:
    """Nested shares of an intermediate task's data, in its source language and in several."""

    name: str = "data-scaling"
    version: str = "1"
    question: str = "Does more intermediate data help under-resourced languages and other tasks, and by what law?"
    contrasts: tuple[Planned, ...] = (
        Planned("doubling", "What each doubling of the source-language data adds to zero-shot scores", margin=0.005),
        Planned("low-resource", "What a doubling adds in low-resource languages, minus what it adds in the others"),
        Planned("multilingual", "What a doubling adds with several languages, minus with the source language alone"),
    )

    def design(self, selection: Selection) -> Design:
        """Each intermediate task at every scale, alone and multilingual; three seeds."""
        if not selection.intermediates:
            raise BadValue("Scaling needs an intermediate task, and none is named.", hint="Add --intermediate mnli.")
        scales = tuple(sorted(selection.scales or SCALES))
        if len(set(scales)) < FEWEST:
            raise BadValue(
                f"A law needs {FEWEST} amounts of data or more; {len(set(scales))} are named.", hint="Add --scale 0.25."
            )
        roles, warnings = {"none": NOTHING}, list(limits(selection))
        for task in selection.intermediates:
            for recipe, role in ((task.name, ENGLISH), (multilingual(task, selection), MANY)):
                roles |= {scaled(recipe, scale): role for scale in scales if recipe}
        if len(set(scales)) < 4:
            warnings.append("Fewer than four amounts of data: no power law can be told from a logarithm.")
        return Design(
            recipes=tuple(roles),
            targets=trained_targets(selection),
            languages=tuple(selection.languages),
            seeds=seeds_of(selection),
            warnings=tuple(warnings),
            roles=roles,
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: slopes a doubling, by resource class and arm. Explored: laws, target by target."""
        from xeval.plugins.studies.data_scaling_read import read

        return read(self.contrasts, results)


def scaled(recipe: str, scale: float) -> str:
    """A recipe on a share of its data."""
    return recipe if scale == 1.0 else f"{recipe}*{scale:g}"


@hookimpl
def xeval_studies() -> list[DataScaling]:
    """Amounts of intermediate data."""
    return [DataScaling()]
