"""How transfer grows with the amount of intermediate data."""

from __future__ import annotations

from dataclasses import dataclass

from xeval.api import BadValue, Design, Findings, Planned, Results, Selection, hookimpl
from xeval.plugins.studies.common import ENGLISH, MANY, NOTHING, limits, multilingual, seeds_of, trained_targets

SCALES = (0.0625, 0.125, 0.25, 0.5, 1.0)
FEWEST = 3  # sizes that a slope can be told from a bend with
STEPS = "source language, fixed steps"  # a role: each share gone through until it took as many steps as all


@dataclass(frozen=True)
class DataScaling:
    """Nested shares of an intermediate task's data, in its source language and in several; fixed epochs, and steps."""

    name: str = "data-scaling"
    version: str = "2"
    question: str = "Does more intermediate data help under-resourced languages and other tasks, and by what law?"
    contrasts: tuple[Planned, ...] = (
        Planned(
            "doubling",
            "What each doubling of the source-language data adds to zero-shot scores",
            margin=0.005,
            words=(
                "More source-language data help: each doubling adds to zero-shot scores",
                "More source-language data harm: each doubling takes from zero-shot scores",
                "A doubling of the source-language data adds nothing that matters to zero-shot scores",
            ),
        ),
        Planned(
            "steps",
            "What a doubling adds when every amount is trained on for the same steps",
            margin=0.005,
            words=(
                "It is the data and not the steps: at fixed steps a doubling still adds",
                "At fixed steps, fewer data gone through more often are better: a doubling takes",
                "At fixed steps a doubling adds nothing that matters",
            ),
        ),
        Planned(
            "low-resource",
            "What a doubling adds in low-resource languages, minus what it adds in the others",
            margin=0.005,
            words=(
                "Low-resource languages gain more from a doubling than the others",
                "Low-resource languages gain less from a doubling than the others",
                "Low-resource languages gain as much from a doubling as the others",
            ),
        ),
        Planned(
            "multilingual",
            "What a doubling adds with several languages, minus with the source language alone",
            margin=0.005,
            words=(
                "A doubling adds more with several languages than with the source language alone",
                "A doubling adds less with several languages than with the source language alone",
                "A doubling adds as much with several languages as with the source language alone",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """Each intermediate task at every scale, then in several languages and for fixed steps at three of them."""
        if not selection.intermediates:
            raise BadValue("Scaling needs an intermediate task, and none is named.", hint="Add --intermediate mnli.")
        scales = tuple(sorted({*(selection.scales or SCALES)}))
        if len(scales) < FEWEST:
            raise BadValue(
                f"A law needs {FEWEST} amounts of data or more; named: {len(scales)}.", hint="Add --scale 0.25."
            )
        roles, warnings = {"none": NOTHING}, list(limits(selection))
        few = ends_and_middle(scales)
        for task in selection.intermediates:
            many = multilingual(task, selection)
            roles |= {scaled(task.name, scale): ENGLISH for scale in scales}
            roles |= {scaled(many, scale): MANY for scale in few if many}
            roles |= {f"{scaled(task.name, scale)}^{few[-1] / scale:g}": STEPS for scale in few[:-1]}
        if len(scales) < 4:
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


def ends_and_middle(scales: tuple[float, ...]) -> tuple[float, ...]:
    """The least, the largest and the one between: what a slope needs, at three fifths of the cost of five."""
    return (scales[0], scales[len(scales) // 2], scales[-1])


def scaled(recipe: str, scale: float) -> str:
    """A recipe on a share of its data."""
    return recipe if scale == 1.0 else f"{recipe}*{scale:g}"


@hookimpl
def xeval_studies() -> list[DataScaling]:
    """Amounts of intermediate data."""
    return [DataScaling()]
