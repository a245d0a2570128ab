"""A plan holds every cell that is asked for, and every stage they need, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from toys import TINY, Order, Toys, ToyTask, ToyText

from xeval.data import Data, MadeData
from xeval.errors import BadPlugin, BadValue, MissingData, UnknownName, XevalError
from xeval.facts.registry import ModelEntry
from xeval.plans.absence import Absence, remarks
from xeval.plans.assuming import Lacking, assumed, unknown_keys
from xeval.plans.experiment import resolve
from xeval.plans.plan import Plan, World, pipelines
from xeval.plans.planning import plan
from xeval.plans.recipe import Recipe
from xeval.plans.wishes import Wishes
from xeval.tuning import Training
from xeval.values import Phase

TOYS = Toys()
WORLD = World(lambda data: {"name": data.name, "params": dict(data.params)}, lambda entry: {"revision": "1"})


def planned(wishes: Wishes, toys: Toys = TOYS, world: World = WORLD) -> Plan:
    registry, catalogue = toys.registry(), toys.catalogue()
    return plan(resolve(wishes, registry, catalogue), registry, catalogue, world)


def kinds(found: Plan) -> Counter[str]:
    return Counter(stage.kind for stage in found.stages)


def keys(found: Plan) -> set[str]:
    return {stage.key for stage in found.stages}


def test_a_pipeline_is_pretrained_fine_tuned_and_evaluated_in_every_language() -> None:
    found = planned(Wishes(models=("tiny",)))

    assert kinds(found) == {"pretrain": 1, "train": 1, "evaluate": 3}
    assert [p.cell.language for p in found.cells] == ["qen", "qaa", "qda"]


def test_a_recipe_comes_between() -> None:
    found = planned(Wishes(models=("tiny",), recipes=("toy-first>toy-first*0.5",)))
    evaluate = found.cells[0].stage
    assert evaluate

    chain = [evaluate]
    while chain[-1].inputs:
        chain.append(chain[-1].inputs[0])

    assert [s.params["task"]["name"] for s in chain if s.kind == "train"] == ["toy", "toy-first", "toy-first"]


def test_controls_go_through_the_empty_recipe_only() -> None:
    found = planned(Wishes(intermediates=("toy-first",)))

    assert {(p.cell.model, p.cell.recipe) for p in found.cells} == {
        ("blank", "none"),
        ("tiny", "none"),
        ("tiny", "toy-first"),
    }


def test_recipes_that_begin_alike_share_their_beginnings() -> None:
    alone = [planned(Wishes(models=("tiny",), recipes=(r,))) for r in ("toy-first", "toy-first>toy-first")]
    together = planned(Wishes(models=("tiny",), recipes=("toy-first", "toy-first>toy-first")))

    assert len(together.stages) < sum(len(found.stages) for found in alone)
    assert keys(together) == keys(alone[0]) | keys(alone[1])


def test_noise_only_evaluates() -> None:
    clean = planned(Wishes(models=("tiny",)))
    noisy = planned(Wishes(models=("tiny",), perturbations=("shout@0.5", "shout@1")))

    assert keys(clean) < keys(noisy)
    assert {s.kind for s in noisy.stages if s.key not in keys(clean)} == {"evaluate"}


def test_two_targets_that_train_on_the_same_task_share_the_training() -> None:
    toys = Toys(
        targets=(
            ToyTask(name="one", trains_on=("toy-first",)),
            ToyTask(name="two", trains_on=("toy-first",)),
        )
    )

    found = planned(Wishes(models=("tiny",), targets=("one", "two"), suite="mini"), toys)

    assert kinds(found) == {"pretrain": 1, "train": 1, "evaluate": 6}


def test_a_target_that_trains_on_nothing_is_evaluated_as_it_is() -> None:
    found = planned(Wishes(models=("tiny",)), Toys(targets=(ToyTask(trains_on=()),)))

    assert kinds(found) == {"pretrain": 1, "evaluate": 3}


def test_adding_to_an_experiment_keeps_every_key_there_was() -> None:
    small = planned(Wishes(models=("tiny",), seeds=(0,)))
    large = planned(
        Wishes(models=("tiny", "blank"), seeds=(0, 1), intermediates=("toy-first",), perturbations=("shout@0.5",))
    )

    assert keys(small) < keys(large)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"},
        {"training": Training(learning_rate=1e-3)},
        {"size": 10},
        {"labels": ("bad", "good")},
    ],
)
def test_what_decides_a_result_is_in_the_key(change: dict[str, Any]) -> None:
    before = planned(Wishes(models=("tiny",)))
    after = planned(Wishes(models=("tiny",)), Toys(targets=(replace(ToyTask(), **change),)))

    evaluations = [{s.key for s in found.stages if s.kind == "evaluate"} for found in (before, after)]
    assert not evaluations[0] & evaluations[1]


def test_steps_in_parts_are_trainings_of_their_own_on_the_same_pretraining() -> None:
    whole, parts = (
        planned(Wishes(models=("tiny",)), world=replace(WORLD, manner=manner)) for manner in ({}, {"micro_tokens": 512})
    )

    assert keys(whole) == keys(planned(Wishes(models=("tiny",))))
    assert {s.kind for s in whole.stages if s.key in keys(parts)} == {"pretrain"}


def test_a_limit_and_a_precision_are_in_every_key() -> None:
    found = [
        planned(Wishes(models=("tiny",))),
        planned(Wishes(models=("tiny",), limit=5)),
        planned(Wishes(models=("tiny",)), world=replace(WORLD, precision="bf16")),
    ]

    assert len(set.union(*map(keys, found))) == sum(len(keys(f)) for f in found)


def test_a_model_folder_is_named_by_the_identity_of_its_weights() -> None:
    wishes = Wishes(models=("./encoder",))
    other = replace(WORLD, identity=lambda entry: {"revision": "2"})

    assert not keys(planned(wishes)) & keys(planned(wishes, world=other))
    assert kinds(planned(wishes)) == {"train": 1, "evaluate": 3}


def test_the_same_cells_have_the_same_name_in_whatever_order() -> None:
    one = planned(Wishes(models=("tiny", "blank"), languages=("qen", "qda")))
    two = planned(Wishes(models=("blank", "tiny"), languages=("qda", "qen")))

    assert one.key == two.key != planned(Wishes(models=("tiny",))).key


# ---------------------------------------------------------------------------------------------------------------- holes


def test_the_plans_of_two_studies_have_names_of_their_own_though_their_cells_are_the_same() -> None:
    made = planned(Wishes(models=("tiny",), recipes=("none",)), TWO_TASKS)
    names = {replace(made, study=study).key for study in ("", "first", "second")}

    assert len(names) == 3
    assert {stage.key for stage in replace(made, study="first").stages} == keys(made)


def test_a_language_that_a_task_lacks_is_a_hole_with_its_reason() -> None:
    toys = Toys(targets=(ToyTask(languages=("qen",)),))

    found = planned(Wishes(models=("tiny",), languages=("qen", "qaa")), toys)

    assert [(p.cell.language, p.cell.state, bool(p.stage)) for p in found.cells] == [
        ("qen", "not-run", True),
        ("qaa", "not-offered", False),
    ]
    assert "no data in 'qaa'" in found.cells[1].cell.reason


def test_noise_without_a_meaning_in_a_language_is_a_hole_and_not_a_clean_score() -> None:
    found = planned(Wishes(models=("tiny",), perturbations=("shout@0.5",), languages=("qda",)))

    assert [(p.cell.perturbation, p.cell.state) for p in found.cells] == [(None, "not-run"), ("shout", "not-offered")]


# ------------------------------------------------------------------------------------------------------------- orders


def test_the_phases_of_an_order_are_trained_one_after_the_other() -> None:
    found = planned(Wishes(models=("tiny",), recipes=("toy-first[qen,qaa,qda]@source-first",)))

    phases = [s.params["shares"] for s in found.stages if s.kind == "train" and s.params["task"]["name"] == "toy-first"]
    assert phases == [{"qen": 0.5}, {"qaa": 0.25, "qda": 0.25}]


def test_orders_that_begin_alike_share_their_first_phase() -> None:
    orders = (
        Order((Phase(("qen",), 0.5), Phase(("qaa",), 0.5)), name="one"),
        Order((Phase(("qen",), 0.5), Phase(("qen", "qaa"), 0.5)), name="two"),
    )
    recipes = tuple(f"toy-first[qen,qaa]@{order.name}" for order in orders)

    found = planned(Wishes(models=("tiny",), recipes=recipes), Toys(orders=orders))

    assert sum(s.kind == "train" and s.params["task"]["name"] == "toy-first" for s in found.stages) == 3


@pytest.mark.parametrize(
    ("phases", "problem"),
    [
        ((Phase(("qen",), 0.5),), "add up to 0.5"),
        ((Phase(("qen", "qxx"), 1.0),), "'qxx' was not among"),
        ((Phase((), 1.0),), "not lawful"),
        ((Phase(("qen",), 1.5), Phase(("qaa",), -0.5)), "not lawful"),
    ],
)
def test_an_order_with_unlawful_phases_is_refused(phases: tuple[Phase, ...], problem: str) -> None:
    with pytest.raises(BadPlugin, match=problem):
        planned(Wishes(models=("tiny",), recipes=("toy-first[qen,qaa]@told",)), Toys(orders=(Order(phases),)))


# ------------------------------------------------------------------------------------------------------------ sharing


def test_what_sharing_saves_is_counted() -> None:
    found = planned(Wishes(models=("tiny",), recipes=("none", "toy-first", "toy-first>toy-first")))

    assert sum(s.kind != "evaluate" for s in found.stages) == 6  # a pretraining, two steps, three fine-tunings
    assert sorted(map(len, pipelines(found))) == [2, 3, 4]


def test_a_corpus_is_taken_in_the_languages_in_which_it_is_there() -> None:
    def fingerprint(data: Data) -> Any:
        assert isinstance(data, MadeData)
        if data.name == "toy-text" and dict(data.params)["language"] == "qda":
            raise MissingData("not there")
        return dict(data.params)

    found = planned(Wishes(models=("tiny",)), world=replace(WORLD, fingerprint=fingerprint))

    assert list(found.stages[0].params["data"]) == ["qen", "qaa"]
    assert "there in qen, qaa only" in " ".join(found.notes)


# --------------------------------------------------------------------------------------------------------- resolution


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        (Wishes(plugins=("toyz",)), "No plugin is called 'toyz'. Did you mean 'toys'"),
        (Wishes(targets=("toi",), suite="mini"), "No target task is called 'toi'. Did you mean 'toy'"),
        (Wishes(languages=("qdaa",)), "No language is called 'qdaa'. Did you mean 'qda'"),
        (Wishes(models=("tinny",)), "No model is called 'tinny'. Did you mean 'tiny'"),
        (Wishes(suite="minni"), "No suite is called 'minni'. Did you mean 'mini'"),
        (Wishes(perturbations=("shoot@0.5",)), "No perturbation is called 'shoot'. Did you mean 'shout'"),
        (Wishes(intermediates=("toy-fist",)), "No intermediate task is called 'toy-fist'. Did you mean 'toy-first'"),
        (Wishes(recipes=("toy-first[qen,qaa]@sauce-first",)), "No language order is called 'sauce-first'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(wishes: Wishes, problem: str) -> None:
    with pytest.raises(UnknownName, match=problem):
        planned(wishes)


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        (Wishes(perturbations=("shout@1.5",)), "level 1.5; a level is a share between 0 and 1"),
        (Wishes(perturbations=("shout",)), "has no level"),
        (Wishes(perturbations=("shout@loud",)), "'loud' is not a number"),
        (Wishes(orders=("source-first",)), "needs an intermediate task"),
        (Wishes(recipes=("toy-first[qen,en]@source-first",)), "has no training data in 'en'"),
        (Wishes(orders=("source-first",), intermediates=("toy-first",), languages=("qen",)), "in two languages or"),
    ],
)
def test_a_wish_that_means_nothing_is_refused(wishes: Wishes, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        planned(wishes)


def test_a_named_plugin_brings_its_noise_at_the_levels_of_the_suite_and_its_orders() -> None:
    toys = Toys()
    found = resolve(Wishes(plugins=("toys",), intermediates=("toy-first",)), toys.registry(), toys.catalogue())

    assert [str(ref) for ref in found.perturbations] == ["shout@0.5"]
    assert Recipe.parse("toy-first[qen,qaa,qda]@source-first") in found.recipes


def test_the_command_line_goes_before_the_file() -> None:
    merged = Wishes(models=("tiny",)).over(Wishes(models=("blank",), limit=5))

    assert merged == Wishes(models=("tiny",), limit=5)


# ------------------------------------------------------------------------------------------------------ data not there


def without(*absent: tuple[str, str, str]) -> World:
    """A world in which the data of some (task, split, language) are not there."""

    def fingerprint(data: Data) -> Any:
        assert isinstance(data, MadeData)
        about = dict(data.params)
        if (data.name, about["split"], about["language"]) in absent:
            raise MissingData(f"There is no {data.name} in {about['language']}.", hint="Fetch it.")
        return about

    return replace(WORLD, fingerprint=fingerprint)


def test_evaluation_data_that_are_not_there_are_a_hole_of_that_language_with_the_reason() -> None:
    found = planned(Wishes(models=("tiny",)), world=without(("toy", "test", "qaa")))

    states = {p.cell.language: (p.cell.state, bool(p.stage)) for p in found.cells}
    assert states == {"qen": ("not-run", True), "qaa": ("not-offered", False), "qda": ("not-run", True)}
    assert found.cells[1].cell.reason == "Not at hand: There is no toy in qaa. Fetch it."
    assert any(
        note.startswith("toy is not scored in qaa. Not at hand: There is no toy in qaa.") for note in found.notes
    )


def test_a_target_whose_training_data_are_not_there_is_all_holes_and_the_others_are_run() -> None:
    toys = Toys(targets=(ToyTask(name="toy", size=40), ToyTask(name="lost", trains_on=("lost",))))
    wishes = Wishes(models=("tiny",), targets=("lost", "toy"), suite="mini")

    found = planned(wishes, toys, without(("lost", "train", "qen")))

    assert {p.cell.target: bool(p.stage) for p in found.cells} == {"lost": False, "toy": True}
    assert kinds(found)["train"] == 1


def test_an_intermediate_task_that_is_not_there_makes_holes_of_what_comes_after_it() -> None:
    found = planned(
        Wishes(models=("tiny",), intermediates=("toy-first",)), world=without(("toy-first", "train", "qen"))
    )

    assert {p.cell.recipe: bool(p.stage) for p in found.cells} == {"none": True, "toy-first": False}
    assert any(note.startswith("Not scored: toy after toy-first. Not at hand:") for note in found.notes)


def test_it_is_an_error_if_nothing_at_all_can_be_run() -> None:
    with pytest.raises(MissingData, match="There is no toy in qen"):
        planned(Wishes(models=("tiny",)), world=without(("toy", "train", "qen")))


def test_remarks_on_what_is_not_there_do_not_repeat_themselves() -> None:
    lost, gone = MissingData("No files.", hint="Get them."), MissingData("No rows.")
    absences = [
        *(Absence(lost, target, "ccg") for target in ("xnli", "xquad")),
        *(Absence(gone, "xquad", recipe, code) for recipe in ("none", "mnli") for code in ("el", "ru")),
        *(Absence(gone, "xcopa", recipe) for recipe in ("none", "mnli")),
    ]

    assert list(remarks(absences)) == [
        "xquad is not scored in el, ru. Not at hand: No rows.",
        "Not scored: all after ccg. Not at hand: No files. Get them.",
        "Not scored: xcopa. Not at hand: No rows.",
    ]


def test_two_models_with_the_same_weights_are_trained_as_each_says() -> None:
    entries = {name: ModelEntry(name, pretraining=TINY, training={"epochs": n}) for name, n in (("one", 1), ("two", 2))}

    found = planned(Wishes(models=("one", "two")), Toys(models={"tiny": entries["one"], **entries}))

    assert kinds(found) == {"pretrain": 1, "train": 2, "evaluate": 6}


def test_noise_is_known_by_the_script_that_it_is_made_in() -> None:
    wishes = Wishes(models=("tiny",), perturbations=("shout@0.5",), languages=("qen",))
    before = planned(wishes)
    toys = Toys()
    registry = toys.registry()
    languages = {**registry.languages, "qen": replace(registry.languages["qen"], script="Cyrl")}
    other = replace(registry, languages=languages)

    after = plan(resolve(wishes, other, toys.catalogue()), other, toys.catalogue(), WORLD)

    assert before.cells[0].stage == after.cells[0].stage
    assert before.cells[1].stage != after.cells[1].stage


def test_whole_recipes_and_parts_of_recipes_are_not_mixed() -> None:
    with pytest.raises(BadValue, match="Whole recipes are given, and intermediates beside them"):
        planned(Wishes(models=("tiny",), recipes=("none",), intermediates=("toy-first",)))


# ------------------------------------------------------------------------------------------------------------ recipes

TWO_TASKS = Toys(intermediates=(ToyTask(name="toy-first"), ToyTask(name="toy-other"), ToyText()))


def trainings(recipe: str, toys: Toys = TWO_TASKS, **wishes: Any) -> list[Any]:
    """The parameters of the trainings of one pipeline in one language."""
    asked = Wishes(models=("tiny",), recipes=(recipe,), languages=wishes.pop("languages", ("qen",)), **wishes)
    return [stage.params for stage in planned(asked, toys).stages if stage.kind == "train"]


def test_tasks_together_are_one_training_in_whatever_order_they_are_named() -> None:
    one, other = (
        planned(Wishes(models=("tiny",), recipes=(r,)), TWO_TASKS)
        for r in ("toy-other+toy-first", "toy-first+toy-other")
    )

    assert one.key == other.key
    assert keys(one) == keys(other)
    assert kinds(one)["train"] == 2


@pytest.mark.parametrize(
    "recipe",
    [
        "toy-first+toy-other",
        "toy-first+toy-other%uniform",
        "toy-first*0.5+toy-other",
        "toy-first^2",
        "toy-first*0.5^2",
        "toy-first&mlm",
        "toy-first&mlm:0.3",
        "toy-first&mlm[qen]",
        "toy-first~shout@0.5",
        "toy-first~shout@0.5:1",
        "toy-first~shout@0.1",
        "toy-first adapter=lora",
        "toy-first adapter=lora:4",
    ],
)
def test_what_is_said_of_a_training_is_in_its_key(recipe: str) -> None:
    plain = planned(Wishes(models=("tiny",), recipes=("toy-first",)), TWO_TASKS)
    others = planned(Wishes(models=("tiny",), recipes=("toy-first", recipe)), TWO_TASKS)

    added = [stage for stage in others.stages if stage.kind == "train" and stage.key not in keys(plain)]
    assert len(added) == 2
    assert len({stage.key for stage in others.stages}) == len(others.stages)


def test_a_share_of_the_data_gone_through_more_often_takes_as_many_steps_as_all() -> None:
    (first, *_), (other, *_) = (trainings(recipe) for recipe in ("toy-first", "toy-first*0.25^4"))

    assert other["shares"]["qen"] * other["training"]["epochs"] == first["shares"]["qen"] * first["training"]["epochs"]


def test_a_default_that_is_written_out_is_no_other_key() -> None:
    written, silent = (
        planned(Wishes(models=("tiny",), recipes=(r,)), TWO_TASKS)
        for r in ("toy-first~shout@0.5:0.5&mlm:0.1", "toy-first*1^1~shout@0.5&mlm")
    )

    assert keys(written) == keys(silent)
    assert written.key == silent.key


def test_the_text_beside_is_that_of_the_model_in_the_languages_asked_for() -> None:
    beside = trainings("toy-first&mlm[qaa,qda]:0.25")[0]["beside"]

    assert (beside["task"]["name"], sorted(beside["data"]), beside["share"]) == ("toy-text", ["qaa", "qda"], 0.25)


def test_the_languages_beside_are_no_other_training_in_another_order() -> None:
    one, other = (trainings(f"toy-first&mlm[{codes}]")[0]["beside"] for codes in ("qaa,qda", "qda,qaa"))

    assert list(one["data"]) == list(other["data"])  # a key does not know their order, so there is but one


def test_text_beside_in_a_language_that_the_corpus_lacks_is_refused() -> None:
    with pytest.raises(BadValue, match="'toy-text' has no text in 'de'"):
        trainings("toy-first&mlm[qaa,de]")


def test_a_head_goes_on_to_what_has_its_format_and_labels_and_to_nothing_else() -> None:
    kept, fresh = trainings("toy-first!"), trainings("toy-first")

    assert kept[0] == fresh[0]
    assert [params.get("goes_on") for params in kept] == [None, "toy"]
    assert [params.get("goes_on") for params in fresh] == [None, None]


def test_a_head_that_does_not_fit_changes_no_key() -> None:
    toys = Toys(intermediates=(ToyTask(name="toy-first", labels=("bad", "good")), ToyText()))

    assert trainings("toy-first!", toys) == trainings("toy-first", toys)


def test_a_head_goes_on_through_the_phases_of_an_order() -> None:
    found = trainings("toy-first![qen,qaa]@source-first")

    assert [params.get("goes_on") for params in found] == [None, "toy-first", "toy"]


def test_few_examples_of_a_language_come_last_and_none_of_the_source() -> None:
    found = planned(Wishes(models=("tiny",), recipes=("none fewshot=5",), perturbations=("shout@0.5",)))
    few = [stage for stage in found.stages if "count" in stage.params]

    assert [list(stage.params["shares"]) for stage in few] == [["qaa"], ["qda"]]
    assert {(s.params["count"], s.params["goes_on"], s.params["training"]["batch_size"]) for s in few} == {
        (5, "toy", 5)
    }
    assert {p.cell.recipe for p in found.cells} == {"none fewshot=5"}


def test_few_shot_adds_to_what_zero_shot_needs() -> None:
    zero = planned(Wishes(models=("tiny",), recipes=("toy-first",)))
    both = planned(Wishes(models=("tiny",), recipes=("toy-first",), fewshots=(0, 5)))

    assert keys(zero) < keys(both)
    assert {p.cell.recipe for p in both.cells} == {"toy-first", "toy-first fewshot=5"}


def test_adapters_and_few_shot_are_axes_of_the_grid() -> None:
    wishes = Wishes(models=("tiny",), intermediates=("toy-first",), adapters=("none", "lora"), fewshots=(0, 5))

    assert [str(r) for r in resolve(wishes, TOYS.registry(), TOYS.catalogue()).recipes] == [
        "none",
        "none adapter=lora",
        "none fewshot=5",
        "none fewshot=5 adapter=lora",
        "toy-first",
        "toy-first adapter=lora",
        "toy-first fewshot=5",
        "toy-first fewshot=5 adapter=lora",
    ]


def test_whole_recipes_may_be_the_intermediates_of_a_grid() -> None:
    wishes = Wishes(models=("tiny",), intermediates=("toy-first[qen,qaa]@source-first", "toy-first+toy-other*0.1&mlm"))
    found = resolve(wishes, TWO_TASKS.registry(), TWO_TASKS.catalogue())

    assert list(map(str, found.recipes)) == ["none", *wishes.intermediates]


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("toy-firts+toy-other", r"(?s)No intermediate task is called 'toy-firts'.*Did you mean 'toy-first'\?.*\n  \^"),
        ("toy-first&toy-txt", "Did you mean 'toy-text'"),
        ("toy-first&toy-text[en]", "has no text in 'en'"),
        ("toy-first~shuot@0.1", "Did you mean 'shout'"),
        ("toy-first%uniform", "samples from one task"),
        ("toy-first[qen,en]", "(?s)no training data in 'en'.*Three ways out"),
    ],
)
def test_a_name_in_a_recipe_that_nobody_knows_is_shown_where_it_stands(recipe: str, message: str) -> None:
    with pytest.raises(XevalError, match=message):
        planned(Wishes(models=("tiny",), recipes=(recipe,)), TWO_TASKS)


def test_only_what_rests_on_a_placeholder_has_an_unknown_key() -> None:
    def fingerprint(data: Data) -> dict[str, Any]:
        assert isinstance(data, MadeData)
        if data.name != "toy-text" and dict(data.params)["language"] == "qda":
            raise MissingData(f"There is no {data.name}.", hint="Get it.")
        return {"name": data.name, "params": dict(data.params)}

    world, lacking = replace(WORLD, fingerprint=fingerprint), Lacking()
    with_holes = planned(Wishes(models=("tiny",)), world=world)
    found = planned(Wishes(models=("tiny",)), world=assumed(world, lacking))
    scored = {one.cell.language: one.stage for one in found.cells}

    assert keys(with_holes) < keys(found)
    assert scored["qda"]
    assert unknown_keys(found.stages) == {scored["qda"].key} == keys(found) - keys(with_holes)
    assert len(list(lacking.notes())) == 1
    assert "Get it." in next(lacking.notes())


def test_a_seed_trains_the_same_beside_other_seeds_as_alone_also_from_a_model_that_exists() -> None:
    toys = replace(TOYS, models={"given": ModelEntry("given", repository="org/given")})
    wishes = Wishes(models=("given",), recipes=("toy-first",), seeds=(0, 1))

    both, alone = planned(wishes, toys), planned(replace(wishes, seeds=(1,)), toys)

    assert keys(alone) < keys(both)
    assert kinds(both)["train"] == 2 * kinds(alone)["train"] == 4


def test_a_model_that_is_made_on_the_spot_is_made_for_each_seed() -> None:
    one, other = (planned(Wishes(seeds=(seed,))) for seed in (0, 1))

    assert kinds(planned(Wishes(seeds=(0, 1))))["pretrain"] == 2 * kinds(one)["pretrain"] > 0
    assert not keys(one) & keys(other)
