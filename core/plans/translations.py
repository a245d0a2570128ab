"""The stages that translate a task's training data into the languages it lacks."""

from __future__ import annotations

from collections.abc import Iterable

from xeval.contracts import Task
from xeval.errors import BadValue
from xeval.facts.registry import ModelEntry, Registry
from xeval.facts.translators import TranslatorEntry, named_translator
from xeval.plans.recipe import Recipe
from xeval.plans.stage import Stage, model_stage
from xeval.plans.trainings import Ground, task_params
from xeval.values import FormatName, Json

TRANSLATABLE: tuple[FormatName, ...] = ("classification", "multiple_choice", "span_qa", "masked_lm")


def translator_of(name: str, registry: Registry) -> TranslatorEntry:
    """A translator of the registry, or a folder; raises UnknownName."""
    return named_translator(name, registry.translators)


TRANSLATES = "translator"  # the family of what is no encoder


def as_model(entry: TranslatorEntry) -> ModelEntry:
    """A translator as what has weights somewhere."""
    return ModelEntry(entry.name, repository=entry.repository, revision=entry.revision, family=TRANSLATES)


def translators_in(recipes: Iterable[Recipe], registry: Registry) -> list[ModelEntry]:
    """The weights of the translators that recipes name, and of those that go back."""
    there = [translator_of(recipe.translator, registry) for recipe in recipes if recipe.translator]
    back = [translator_of(one.back, registry) for one in there if one.back]
    return [as_model(one) for one in dict.fromkeys((*there, *back))]


def check_translatable(task: Task) -> None:
    """Raise BadValue for a task whose labels do not follow a translation."""
    if task.format not in TRANSLATABLE:
        raise BadValue(
            f"{task.name!r} cannot be translated: in {task.format}, labels belong to words.",
            hint="Leave the language out, or give data of your own, as a task in a registry.yaml (docs/tasks.md).",
        )


def translations(ground: Ground, task: Task, codes: Iterable[str], translator: str) -> dict[str, Stage]:
    """A stage for each of some languages that the task lacks: its training data, made from those of its source."""
    lacking = [code for code in codes if code not in task.languages]
    if not lacking:
        return {}
    check_translatable(task)
    return {code: translate_stage(ground, task, code, translator_of(translator, ground.registry)) for code in lacking}


def translate_stage(ground: Ground, task: Task, code: str, by: TranslatorEntry) -> Stage:
    """The training data of a task translated into a language, and, where a way back is known, how well."""
    source, inputs = task.source_language, [weights(ground, by)]
    params: dict[str, Json] = {
        "task": task_params(ground.catalogue, task),
        "data": {source: ground.data.of(task, "train", source)},
        "language": code,
        "asked": asked_of(by, source, code),
        "most": by.most,
        "limit": ground.limit,
        "precision": ground.world.precision,
    }
    back = translator_of(by.back, ground.registry) if by.back else by if source in by.names else None
    if back:
        params["back"] = asked_of(back, code, source)
        inputs.append(weights(ground, back))
    return Stage("translate", params, tuple(inputs), label=f"{task.name} from {source} to {code} by {by.name}")


def weights(ground: Ground, by: TranslatorEntry) -> Stage:
    """The weights of a translator."""
    return model_stage(by.name, ground.world.identity(as_model(by)))


def asked_of(by: TranslatorEntry, source: str, target: str) -> dict[str, Json]:
    """How a translator is asked; the size of its batches is in it, since padding moves the last bits."""
    names = {"source": by.spoken(source), "target": by.spoken(target)}
    searched = {"max_length": by.max_length, "beams": by.beams, "batch_size": by.batch_size}
    prefix = by.prefix.replace("{source}", names["source"]).replace("{target}", names["target"])
    return names | {"prefix": prefix} | searched
