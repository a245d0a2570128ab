"""What the order of the intermediate languages changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from xeval.api import BadValue, Design, Findings, Planned, Probe, Results, Selection, TaskFacts, hookimpl
from xeval.plugins.studies.common import NOTHING, limits, seeds_of, spread, trained_targets

FIRST, LATER, PART, MIXED = "source first", "source later", "part of an order", "all at once"
CANDIDATES = ("classification", "multiple_choice")  # formats whose answers are ranked among a few
LANGUAGES = 3  # so that all orders of them can be run


@dataclass(frozen=True)
class LanguageOrderStudy:
    """All orders of a few languages, hop by hop, on one budget."""

    name: str = "language-order"
    version: str = "2"
    question: str = "English-first or non-English-first: what does the order of the intermediate languages change?"
    contrasts: tuple[Planned, ...] = (
        Planned(
            "first",
            "Zero-shot scores of orders that begin with the source language, minus those that do not",
            words=(
                "Orders that begin with the source language transfer better than those that do not",
                "Orders that begin with the source language transfer worse than those that do not",
                "It makes no difference that matters whether an order begins with the source language",
            ),
        ),
        Planned(
            "untouched",
            "Zero-shot scores in languages that no hop trains on: source language first, minus later",
            words=(
                "In languages that no hop trains on, they transfer better",
                "In languages that no hop trains on, they transfer worse",
                "In languages that no hop trains on, it makes no difference that matters",
            ),
        ),
        Planned(
            "mixed",
            "Zero-shot scores of all languages at once, minus the mean of all orders",
            words=(
                "All languages at once transfer better than one after the other",
                "All languages at once transfer worse than one after the other",
                "All languages at once transfer as well as one after the other",
            ),
        ),
    )

    def design(self, selection: Selection) -> Design:
        """All orders of three languages of one intermediate task and what they begin with, the mix, and none."""
        task = task_with_languages(selection)
        codes = spread(selection, task.languages, LANGUAGES)
        share = round(1 / len(codes), 6)  # of the budget, for each hop
        roles = {"none": NOTHING, f"{task.name}[{','.join(codes)}]": MIXED}
        for order in permutations(codes):
            hops = [f"{task.name}[{code}]*{share:g}" for code in order]
            for count in range(1, len(hops)):
                roles[">".join(hops[:count])] = PART
            roles[">".join(hops)] = FIRST if order[0] == selection.source else LATER
        warnings = list(limits(selection))
        if len(codes) < LANGUAGES:
            warnings.append(f"{task.name} has {len(codes)} of the languages: there are only two orders to compare.")
        return Design(
            recipes=tuple(roles),
            targets=trained_targets(selection),
            languages=tuple(dict.fromkeys((*selection.languages, *codes))),
            seeds=seeds_of(selection),
            probes=tuple(probes_of(selection, roles)),
            warnings=tuple(warnings),
            roles=roles,
        )

    def analyse(self, results: Results) -> Findings:
        """Planned: source first against later, there and elsewhere, and the mix. Explored: measures of each order."""
        from xeval.plugins.studies.language_order_read import read

        return read(self.contrasts, results)


def task_with_languages(selection: Selection) -> TaskFacts:
    """The first intermediate task that has the source language and another. Raises BadValue if none has."""
    for task in selection.intermediates:
        if selection.source in task.languages and len(spread(selection, task.languages, LANGUAGES)) > 1:
            return task
    named = ", ".join(task.name for task in selection.intermediates) or "none"
    raise BadValue(
        f"A study of language orders needs an intermediate task with training data in two of the languages: {named}.",
        hint="Name another with --intermediate, or more languages with --language; see: xeval tasks list",
    )


def probes_of(selection: Selection, roles: dict[str, str]) -> list[Probe]:
    """After each whole recipe: how well translations are aligned, and how alike a task is answered in two languages.

    Of the first target that is fit for either, in the languages nearest to the source and farthest from it.
    """
    ends = spread(selection, tuple(selection.languages), LANGUAGES)[1:]
    whole = [recipe for recipe, role in roles.items() if role != PART]
    pairs = [task for task in selection.targets if task.format == "retrieval"][:1]
    choices = [task for task in selection.targets if task.format in CANDIDATES][:1]
    places = [(code, recipe) for code in ends for recipe in whole]
    return [
        *(Probe("alignment", t.name, code, r, "target") for t in pairs for code, r in places if code in t.languages),
        *(
            Probe("consistency", t.name, code, r, "target")
            for t in choices
            for code, r in places
            if code in t.languages
        ),
    ]


@hookimpl
def xeval_studies() -> list[LanguageOrderStudy]:
    """Orders of languages."""
    return [LanguageOrderStudy()]
