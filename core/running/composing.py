"""What a training is of: the examples of each of its tasks, damaged ones among them, and the text beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from xeval.contracts import Perturbation
from xeval.errors import BadValue
from xeval.guests import asked, watched
from xeval.hashing import seed_of
from xeval.learning import mixing
from xeval.learning.training import TrainingSet
from xeval.plans.recipeparts import Sampling
from xeval.running.preflight import is_made
from xeval.running.translations import read_examples
from xeval.running.workbench import Workbench
from xeval.text.change import changed_all
from xeval.text.parallel import parallel_texts
from xeval.tuning import Training
from xeval.values import Example, Json

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Composition:
    """What a training is of, and what the manifest says of it."""

    name: str  # of its tasks together; decides chance
    sets: list[TrainingSet]
    settings: Training  # of the optimiser
    told: list[Json]


def composed(params: Params, bench: Workbench) -> Composition:
    """The training sets of a stage, that whose head is kept first, text for masked LM last."""
    lots = sorted(params.get("lots", [params]), key=lambda lot: lot["task"]["name"] != params.get("leads"))
    settings = Training(**params["training"])
    taken = [taken_of(lot, params, bench) for lot in lots]
    sets, told = [one for one, _ in taken], [about for _, about in taken]
    if len(sets) > 1:
        sets = in_turns(sets, Sampling(*params.get("sampling", ())), settings)
    if "beside" in params:
        text, about = text_beside(params, sets, settings, bench)
        sets, told = [*sets, text], [*told, about]
    for one, about in zip(sets, told, strict=True):
        about["epochs"] = round((one.settings or settings).epochs, 6)
    return Composition("+".join(lot["task"]["name"] for lot in lots), sets, settings, told)


def taken_of(lot: Params, params: Params, bench: Workbench) -> tuple[TrainingSet, dict[str, Json]]:
    """What is taken of one task, with settings of its own if it has company."""
    task = bench.task(lot["task"])
    examples = chosen_examples(lot, params, bench)
    about: dict[str, Json] = {"task": task.name, "examples": count_by_language(examples)}
    if "augment" in lot:
        examples, damage = with_noise(examples, lot, params, bench)
        about |= damage
    own = Training(**lot["training"]) if "lots" in params or "beside" in params else None
    goes_on = params.get("goes_on") == task.name
    return TrainingSet(task.format, task.labels, examples, own, goes_on), about


def chosen_examples(lot: Params, params: Params, bench: Workbench) -> list[Example]:
    """Each language's share of the budget: the first of its examples in an order that the seed decides.

    So a larger share holds a smaller one, and no order of languages sees more examples than another. A lot with a count
    has so many of each language.
    """
    task, seed = bench.task(lot["task"]), params["seed"]
    splits = {code: examples_in(code, lot, params["limit"], bench) for code in lot["data"]}
    budget = min(Training(**lot["training"]).max_examples or 10**12, *map(len, splits.values()))
    chosen: list[Example] = []
    for code, share in lot["shares"].items():
        count = lot.get("count", max(1, round(share * budget)))
        if len(splits[code]) < count:  # of data that a task makes itself; of others it is found before a run
            raise BadValue(
                f"{task.name} has {len(splits[code])} examples in {code!r}, and {count} are asked for.",
                hint="Ask for fewer with --fewshot, or leave the language out.",
            )
        chosen.extend(shuffled(splits[code], seed, "subset", task.name)[:count])
    return chosen


def examples_in(code: str, lot: Params, limit: int | None, bench: Workbench) -> list[Example]:
    """The examples of a lot's task in a language: as they are, or as a stage before this one has translated them."""
    task, data = bench.task(lot["task"]), lot["data"][code]
    if is_made(data):
        return read_examples(bench.store.path(data["translated"]), task)
    return bench.examples(task, lot.get("split", "train"), code, limit)


def shuffled(examples: Sequence[Example], *seed: object) -> list[Example]:
    """Examples in an order that a seed and their names decide."""
    return sorted(examples, key=lambda example: seed_of(*seed, example.uid))


def count_by_language(examples: Sequence[Example]) -> dict[str, int]:
    """How many examples there are in each language."""
    codes = [example.language for example in examples]
    return {code: codes.count(code) for code in dict.fromkeys(codes)}


# -------------------------------------------------------------------------------------------------------------- noise


def with_noise(
    examples: Sequence[Example], lot: Params, params: Params, bench: Workbench
) -> tuple[list[Example], dict[str, Json]]:
    """The examples with a share of them damaged, each by its own chance; and how many were, and could not be.

    Which ones is drawn once for all shares, so that a larger one damages those of a smaller one too. A language that
    the noise has no meaning in stays clean. What must learn from translations learns from those in each partner apart,
    and chance decides which partner an example has.
    """
    augment, seed = lot["augment"], params["seed"]
    order = sorted(range(len(examples)), key=lambda i: seed_of(seed, "augment", examples[i].language, examples[i].uid))
    hit = order[: round(augment["share"] * len(examples))]
    found, changed_count, units = list(examples), 0, 0
    with_partner = {i: (examples[i].language, partner_of(examples[i], augment["noise"], seed)) for i in hit}
    for code, partner in dict.fromkeys(with_partner.values()):
        how, language = augment["noise"][code], bench.registry.languages[code]
        own = [i for i in hit if with_partner[i] == (code, partner)]
        by = taught(how, (code, partner), lot, params, bench)
        if by.covers(language):
            luck = seed_of(seed, "augment")
            changes = changed_all([examples[i] for i in own], by, how["level"], language, luck, how["policy"])
            for i, change in zip(own, changes, strict=True):
                found[i], units = change.example, units + change.units_changed
                changed_count += change.example != examples[i]
    return found, {"noisy": changed_count, "left_clean": len(hit) - changed_count, "units_changed": units}


def partner_of(example: Example, noise: Params, seed: int) -> str:
    """The language whose words get into an example, of those that there are translations in; "" if none is needed."""
    partners = noise[example.language].get("learned", [])
    return partners[seed_of(seed, "partner", example.uid) % len(partners)] if partners else ""


def taught(how: Params, languages: tuple[str, str], lot: Params, params: Params, bench: Workbench) -> Perturbation:
    """What damages training data in the first language: if there is a second, learned from translations in that."""
    by = bench.catalogue.perturbations[how["name"]]
    if languages[1]:
        examples, others = (examples_in(one, lot, params["limit"], bench) for one in languages)
        spoken = [bench.registry.languages[one] for one in languages]
        by = asked(by, "learned", parallel_texts(examples, others), *spoken)
    mine: Perturbation = watched(by)
    return mine


# ------------------------------------------------------------------------------------------------------------- mixing


def in_turns(sets: Sequence[TrainingSet], sampling: Sampling, joint: Training) -> list[TrainingSet]:
    """Sets that are trained on together, each for as many epochs as the sampling gives it, in batches of one size."""
    full = [one for one in sets if one.examples]
    own = [one.settings or joint for one in full]
    passes = [len(one.examples) * settings.epochs for one, settings in zip(full, own, strict=True)]
    factors = mixing.mixed(passes, [len(one.examples) for one in full], sampling)
    return [
        replace(one, settings=replace(settings, epochs=settings.epochs * factor, batch_size=joint.batch_size))
        for one, settings, factor in zip(full, own, factors, strict=True)
    ]


def text_beside(
    params: Params, sets: Sequence[TrainingSet], joint: Training, bench: Workbench
) -> tuple[TrainingSet, dict[str, Json]]:
    """Documents for masked LM beside the tasks, as many of each language as there are, until they are enough."""
    beside, seed = params["beside"], params["seed"]
    corpus = bench.task(beside["task"])
    passes = sum(len(one.examples) * (one.settings or joint).epochs for one in sets)
    wanted = mixing.beside(passes, beside["share"])
    each = [
        shuffled(bench.examples(corpus, "train", code, params["limit"]), seed, "beside", corpus.name)
        for code in beside["data"]
    ]
    in_turn = [document for row in zip_longest(*each) for document in row if document is not None]
    documents = in_turn[: max(1, round(wanted))]
    if not documents:
        raise BadValue(f"The corpus {corpus.name!r} is empty.", hint="Name another after &.")
    settings = Training(**beside["training"])
    own = replace(settings, epochs=wanted / len(documents), batch_size=joint.batch_size)
    about: dict[str, Json] = {"task": corpus.name, "examples": count_by_language(documents)}
    return TrainingSet(corpus.format, corpus.labels, documents, own), about
