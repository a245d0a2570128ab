"""What a training is of: as many examples as were asked for, damaged by chance of their own, text beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from toys import Toys, ToyTask, ToyText

from xeval.errors import BadFile, BadValue
from xeval.faces.settings import read_config
from xeval.plans.experiment import resolve
from xeval.plans.plan import World
from xeval.plans.planning import plan
from xeval.plans.recipe import Recipe
from xeval.plans.wishes import Wishes
from xeval.running.composing import Composition, composed
from xeval.running.jobs import Setup
from xeval.running.store import Store
from xeval.running.workbench import Workbench
from xeval.sources.rows import Place
from xeval.tuning import Compute
from xeval.values import LabelledText

TOYS = Toys(intermediates=(ToyTask(name="toy-first"), ToyTask(name="toy-other", size=16), ToyText()))
WORLD = World(lambda data: {"name": data.name, "params": dict(data.params)}, lambda entry: {"revision": "1"})


def composition(recipe: str, folder: Path, number: int = 0, seed: int = 0) -> Composition:
    """Of one training of a recipe's pipeline."""
    wishes = Wishes(models=("tiny",), recipes=(recipe,), seeds=(seed,))
    found = plan(resolve(wishes, TOYS.registry(), TOYS.catalogue()), TOYS.registry(), TOYS.catalogue(), WORLD)
    trainings = [stage for stage in found.stages if stage.kind == "train"]
    bench = Workbench(Setup(folder), Store(folder), TOYS.registry(), TOYS.catalogue(), Place(), Compute())
    return composed(trainings[number].params, bench)


def texts(of: Composition) -> dict[str, str]:
    return {e.uid: e.texts[0] for e in of.sets[0].examples if isinstance(e, LabelledText)}


def told(of: Composition) -> dict[str, Any]:
    return {about["task"]: about for about in of.told}


def test_noise_takes_a_share_and_leaves_the_number_of_examples(tmp_path: Path) -> None:
    clean, half, whole = (
        composition(recipe, tmp_path) for recipe in ("toy-first", "toy-first~shout@0.5:0.5", "toy-first~shout@0.5:1")
    )
    hit = [{uid for uid, text in texts(one).items() if text != texts(clean)[uid]} for one in (half, whole)]

    assert len(texts(half)) == len(texts(clean)) == 48
    assert (len(hit[0]), len(hit[1])) == (24, 48)
    assert hit[0] < hit[1]
    assert told(half)["toy-first"]["noisy"] == 24


def test_a_language_that_the_noise_does_not_cover_stays_clean_and_is_counted(tmp_path: Path) -> None:
    found = composition("toy-first[qen,qda]~shout@1:1", tmp_path)

    assert all((text != text.lower()) == (e.language == "qen") for e in found.sets[0].examples for text in e.texts)  # type: ignore[union-attr]
    assert told(found)["toy-first"]["left_clean"] == 24


def test_another_seed_damages_others(tmp_path: Path) -> None:
    one, other = (composition("toy-first~shout@1", tmp_path, seed=seed) for seed in (0, 1))

    assert texts(one) != texts(other)


@pytest.mark.parametrize(
    ("sampling", "epochs"), [("", (2.0, 2.0)), ("%uniform", (4 / 3, 4.0)), ("%capped:16", (4 / 3, 4.0))]
)
def test_tasks_together_take_turns_as_asked(sampling: str, epochs: tuple[float, float], tmp_path: Path) -> None:
    found = told(composition(f"toy-first+toy-other{sampling}", tmp_path))

    assert (found["toy-first"]["epochs"], found["toy-other"]["epochs"]) == pytest.approx(epochs, rel=1e-5)
    assert sum(about["epochs"] * about["examples"]["qen"] for about in found.values()) == pytest.approx(128, rel=1e-4)


def test_text_beside_is_its_share_of_all_inputs_in_every_language(tmp_path: Path) -> None:
    found = told(composition("toy-first&mlm:0.25", tmp_path))
    text = found["toy-text"]

    assert sum(text["examples"].values()) * text["epochs"] == pytest.approx(0.25 / 0.75 * 48 * 2)
    assert max(text["examples"].values()) - min(text["examples"].values()) <= 1
    assert set(text["examples"]) == {"qen", "qaa", "qda"}


def test_the_task_whose_head_is_kept_comes_first(tmp_path: Path) -> None:
    found = composition("toy-first+toy-other!", tmp_path)

    assert [about["task"] for about in found.told] == ["toy-other", "toy-first"]


def test_a_training_never_has_fewer_examples_than_its_name_says(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"has \d+ examples in '\w+', and 100000 are asked for"):
        composition("none fewshot=100000", tmp_path, 1)


def test_fewer_examples_of_a_language_are_among_more(tmp_path: Path) -> None:
    few, more = (
        {example.uid for example in composition(f"none fewshot={count}", tmp_path, 1).sets[0].examples}
        for count in (3, 8)
    )

    assert (len(few), len(more)) == (3, 8)
    assert few < more


# ------------------------------------------------------------------------------------------------ recipes in a file


def test_a_recipe_in_a_file_is_the_same_as_its_line(tmp_path: Path) -> None:
    (tmp_path / "wishes.yaml").write_text(
        """recipes:
  - a>b
  - steps:
      - tasks: [{task: b, noise: n@0.2}, {task: a, languages: [en, de], scale: 0.5, keep_head: true}]
        sampling: temperature:2
        beside: {corpus: text, languages: [en], share: 0.2}
      - tasks: [{task: c, languages: [en, de], order: english-first}]
    fewshot: 5
    adapter: lora
""",
        encoding="utf-8",
    )
    found = read_config(tmp_path / "wishes.yaml")[0].recipes

    line = "a![en,de]*0.5+b~n@0.2%temperature:2&text[en]:0.2>c[en,de]@english-first fewshot=5 adapter=lora"
    assert found == ("a>b", line)
    assert str(Recipe.parse(line)) == line


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("recipes: [{step: []}]", "recipes\\[0\\].step: is not a known key. Did you mean 'steps'"),
        ("recipes: [{steps: [{tasks: [{task: a, scale: 3}]}]}]", "a scale is a share"),
        ("recipes: [{steps: [{tasks: [{task: a}], sampling: unifrom}]}]", "sampling is none of"),
    ],
)
def test_a_mistake_in_it_has_its_line(text: str, mistake: str, tmp_path: Path) -> None:
    (tmp_path / "wishes.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(BadFile, match=mistake):
        read_config(tmp_path / "wishes.yaml")
