"""What `xeval perturb apply` does: a perturbed copy of a data set, for use elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from xeval.contracts import Perturbation, Task
from xeval.errors import BadValue
from xeval.faces.perturbing import Part, check_covers, clean_examples, found, guarded, taught
from xeval.facts.registry import Registry
from xeval.perturbation import PerturbationRef, Policy
from xeval.sources.rows import Place
from xeval.sources.writing import check_output, write_examples
from xeval.text.calibrating import calibrated
from xeval.text.change import changed_all
from xeval.text.severity import severity
from xeval.values import Example, Json, Language, Split


@dataclass(frozen=True)
class Asked:
    """Whose data are perturbed, and how."""

    task: str
    language: str
    split: Split | None
    force: bool
    limit: int | None
    policy: Policy
    seed: int
    plugins: tuple[str, ...]
    registry: tuple[Path, ...]
    hub: Path | None
    settings: tuple[str, ...]


def apply(text: str, output: Path, asked: Asked) -> int:
    """Perturb a split and write it; one line says what was done."""
    ref = PerturbationRef.parse(text)
    by, registry, catalogue = found(ref.name, asked.registry, asked.settings, asked.plugins)
    task = catalogue.task(asked.task)
    language = perturbed_language(by, task, asked.language, registry)
    check_output(output, asked.force)
    scored: Split = getattr(task, "evaluates_on", "train")
    split = asked.split or scored
    of = Part(task, split, language, Place(asked.hub, offline=True, sources=registry.sources))
    clean = clean_examples(of, asked.limit)
    by = taught(by, clean, of, registry.languages)
    check_covers(by, language, registry.languages)
    level = ref.level if ref.chrf is None else level_at(ref, clean, guarded(by), language, asked)
    changes = changed_all(clean, guarded(by), level, language, asked.seed, asked.policy)
    change = severity(clean, changes, language)
    about = {"task": task.name, "split": split, "language": asked.language}
    how = {"perturbation": str(ref), "level": level, "version": by.version, "seed": asked.seed, "policy": asked.policy}
    write_examples(output, [change.example for change in changes], {**about, **how, "change": change})
    click.echo(f"{output}: {said(change)}")
    return 0


def perturbed_language(by: Perturbation, task: Task, code: str, registry: Registry) -> Language:
    """The language of a task that is perturbed; raises BadValue if there is none, or labels would be broken."""
    if code not in task.languages:
        raise BadValue(f"{task.name} has no data in {code!r}.", hint=f"It has: {', '.join(task.languages)}.")
    language = registry.languages[code]
    if task.format == "tagging" and getattr(by, "adds_words", False):
        raise BadValue(
            f"{by.name} adds words, and nobody knows the tags of new words in {task.name}.",
            hint="Choose one that adds none; see: xeval perturb list",
        )
    return language


def level_at(
    ref: PerturbationRef, clean: Sequence[Example], by: Perturbation, language: Language, asked: Asked
) -> float:
    """The level at which the texts have the chrF that is asked for; raises BadValue if there is none."""
    found = calibrated(clean, by, language, ref.chrf or 0.0, asked.seed, asked.policy)
    if not found.reaches(ref.chrf or 0.0):
        raise BadValue(
            f"{ref} cannot be reached in {language.code}: the nearest is chrF {found.chrf:.1f}.",
            hint=f"Ask for that, or for {by.name}@{found.level:g}.",
        )
    return found.level


def said(found: dict[str, Json]) -> str:
    """What was done to the examples, in a sentence."""
    skipped = f", {found['skipped']} left alone, for their labels would not be true" if found["skipped"] else ""
    return (
        f"{found['examples_changed']} of {found['examples']} examples changed{skipped}; "
        f"{100 * found['units_changed']:.2f}% of {found['units']} units; chrF {found['chrf']:.1f}."
    )
