"""What `xeval perturb stats` shows: what a perturbation really did to the texts of tasks, language by language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from xeval.contracts import Perturbation, TargetTask
from xeval.data import MadeData
from xeval.errors import BadValue, MissingData, UnknownName
from xeval.faces.listings import console, listing
from xeval.faces.perturbing import Part, check_covers, guarded, said_at_hand, taught
from xeval.faces.perturbing import found as found_perturbation
from xeval.faces.sentences import SENTENCES
from xeval.facts.registry import Registry
from xeval.perturbation import Policy
from xeval.plans.catalogue import Catalogue
from xeval.sources.athand import evaluated, look
from xeval.sources.examples import examples_of
from xeval.sources.rows import Place
from xeval.text.change import Changed, changed_all
from xeval.text.severity import checked_level, severity
from xeval.values import Example, Json, LabelledText, Language

Shatter = Callable[[Sequence[Example], Sequence[Example], Language], dict[str, float]]


@dataclass(frozen=True)
class Asked:
    """Which texts are measured, and how they are damaged."""

    level: float
    tasks: tuple[tuple[str, ...], ...]
    languages: tuple[tuple[str, ...], ...]
    model: str
    limit: int
    policy: Policy
    seed: int
    plugins: tuple[str, ...]
    registry: tuple[Path, ...]
    hub: Path | None
    settings: tuple[str, ...]
    as_json: bool


@dataclass(frozen=True)
class Texts:
    """The clean examples of a row of the table: of one task in one language, or of several."""

    tasks: tuple[str, ...]
    language: Language
    examples: tuple[tuple[Example, ...], ...] = field(repr=False)
    parts: tuple[Part, ...] = ()  # of which task and split each of the examples are; none of bundled sentences


def stats(name: str, asked: Asked) -> int:
    """Measure a perturbation and print a row for each language."""
    plain, registry, catalogue = found_perturbation(name, asked.registry, asked.settings, asked.plugins)
    level = checked_level(name, asked.level)
    found = [(texts, known(texts, plain, registry.languages)) for texts in texts_asked(asked, registry, catalogue)]
    covered = [(texts, ways) for texts, ways in found if all(by.covers(texts.language) for by in ways)]
    if not covered:
        check_covers(plain, found[0][0].language, registry.languages)
    shatter = shatter_of(asked, registry)
    rows = [measured(texts, ways, replace(asked, level=level), shatter) for texts, ways in covered]
    there = {texts.language.code for texts, _ in covered}
    left = [code for code in dict.fromkeys(texts.language.code for texts, _ in found) if code not in there]
    if asked.as_json:
        about = {"perturbation": name, "version": plain.version, "level": level, "policy": asked.policy}
        document = {"schema": "xeval.perturb-stats/1", **about, "not_covered": left, "rows": rows}
        click.echo(json.dumps(document, indent=1))
        return 0
    console().print(listing(f"{name} at level {level:g}: what it really did", *table(rows)))
    if left:
        click.echo(f"note: {name} has no meaning, or no table, in {', '.join(left)}.", err=True)
    return 0


def known(texts: Texts, by: Perturbation, languages: Mapping[str, Language]) -> list[Perturbation]:
    """What damages each of the examples of a row, after it has learned from their translations if it must."""
    if not texts.parts:
        return [guarded(by)] * len(texts.examples)
    return [
        guarded(taught(by, examples, part, languages))
        for examples, part in zip(texts.examples, texts.parts, strict=True)
    ]


def measured(texts: Texts, ways: Sequence[Perturbation], asked: Asked, shatter: Shatter | None) -> dict[str, Json]:
    """What became of the texts of a row, each of the examples damaged in its way."""
    changes: list[Changed] = []
    for examples, by in zip(texts.examples, ways, strict=True):
        changes += changed_all(examples, by, asked.level, texts.language, asked.seed, asked.policy)
    clean = [example for examples in texts.examples for example in examples]
    about = {"tasks": list(texts.tasks), "language": texts.language.code, "script": texts.language.script}
    found = {**about, **severity(clean, changes, texts.language)}
    return found | shatter(clean, [one.example for one in changes], texts.language) if shatter else found


def table(rows: Sequence[dict[str, Json]]) -> tuple[list[str], list[list[str]]]:
    """The heads and the texts of the rows."""
    heads = ["language", "script", "of", "examples", "changed %", "skipped", "units", "changed %", "chrF", "BLEU"]
    lines = [
        [
            row["language"],
            row["script"],
            ", ".join(row["tasks"]),
            str(row["examples"]),
            f"{100 * row['examples_changed'] / row['examples']:.1f}",
            str(row["skipped"]),
            str(row["units"]),
            f"{100 * row['units_changed']:.2f}",
            f"{row['chrf']:.1f}",
            f"{row['bleu']:.1f}",
            *(f"{row[key]:.2f}" for key in ("tokens_per_word", "tokens_per_word_after") if key in row),
        ]
        for row in rows
    ]
    shattered = ["tokens/word", "after"] if rows and "tokens_per_word" in rows[0] else []
    return [*heads, *shattered], lines


# ------------------------------------------------------------------------------------------------------ whose texts


def texts_asked(asked: Asked, registry: Registry, catalogue: Catalogue) -> Iterator[Texts]:
    """The texts of each task and language asked for; without tasks all at hand, by language; without data sentences."""
    names = [name for group in asked.tasks for name in group]
    codes = [code for group in asked.languages for code in group]
    for code in codes:
        if code not in registry.languages:
            raise UnknownName("language", code, registry.languages)
    place = Place(asked.hub, offline=True, sources=registry.sources)
    if names:
        for name in names:
            yield from of_task(catalogue.targets[name], codes, asked.limit, place, registry)
        return
    found: dict[str, Texts] = {}
    for task in at_hand(catalogue, asked.hub):
        for texts in of_task(task, codes, asked.limit, place, registry, strict=False):
            before = found.get(texts.language.code, Texts((), texts.language, ()))
            both = before.examples + texts.examples, before.parts + texts.parts
            joined = Texts(before.tasks + texts.tasks, texts.language, *both)
            found[texts.language.code] = joined
    yield from found.values() if found else bundled(codes, registry)


def of_task(
    task: TargetTask, codes: Sequence[str], limit: int, place: Place, registry: Registry, strict: bool = True
) -> Iterator[Texts]:
    """The examples of a task in each language; if `strict`, a language that is asked for must be there."""
    for code in codes if strict and codes else ():
        if code not in task.languages:
            raise BadValue(f"{task.name} has no data in {code!r}.", hint=f"It has: {', '.join(task.languages)}.")
    parts = [part for part in evaluated(task) if not codes or part.language in codes]
    there = [part for part in look(parts, place) if not part.lacking]
    if strict and not there:
        lacking = next((part.lacking for part in look(parts, place)), f"{task.name} has no such texts.")
        raise MissingData(lacking, hint=said_at_hand(task, task.evaluates_on, place))
    for one in there:
        part = Part(task, one.split, registry.languages[one.language], place)
        examples = examples_of(task, part.split, one.language, place, limit)
        yield Texts((task.name,), part.language, (tuple(examples),), (part,))


def at_hand(catalogue: Catalogue, hub: Path | None) -> Iterator[TargetTask]:
    """The tasks that read a folder of data sets, if there is one; what tasks make themselves is to be named."""
    for task in (offer.plugin for offer in catalogue.targets.offers.values()):
        if hub is not None and not isinstance(task.data(task.evaluates_on, task.languages[-1]), MadeData):
            yield task


def bundled(codes: Sequence[str], registry: Registry) -> Iterator[Texts]:
    """The bundled sentences, fifty times each, for as many draws of luck."""
    for code in codes or SENTENCES:
        if code in SENTENCES and code in registry.languages:
            examples = [LabelledText(str(number), code, (SENTENCES[code],), "") for number in range(50)]
            yield Texts(("a bundled sentence, 50 times",), registry.languages[code], (tuple(examples),))


def shatter_of(asked: Asked, registry: Registry) -> Shatter | None:
    """How words fall into sub-words, by a model's tokenizer; none, if no model is named."""
    if not asked.model:
        return None
    from xeval.learning.modelfolders import find_model
    from xeval.learning.shattering import shattering, subwords_in
    from xeval.plans.reading import named_model

    entry = named_model(asked.model, registry)
    if not entry.repository:
        raise BadValue(f"The model {asked.model!r} is made in runs and has no tokenizer yet.", hint="Name a folder.")
    subwords = subwords_in(find_model(entry.repository, entry.revision, asked.hub, offline=True))
    return lambda clean, new, language: shattering(subwords, clean, new, language)
