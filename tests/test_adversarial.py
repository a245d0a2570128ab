from __future__ import annotations

from pathlib import Path

import pytest
from toys import Toys, ToyTask

from xeval.contracts import SearchingPerturbation
from xeval.errors import BadValue
from xeval.plans.experiment import Wishes, resolve
from xeval.plugins.perturbations.adversarial import Budget, Worst, xeval_perturbations
from xeval.plugins.perturbations.noise import xeval_perturbations as noises
from xeval.plugins.perturbations.ocr import Misreading
from xeval.running.jobs import Setup
from xeval.running.store import Store
from xeval.running.workbench import Evaluated, Workbench
from xeval.running.worst import worst_of
from xeval.scores.metrics import metric
from xeval.sources.rows import Place
from xeval.text.change import Changed
from xeval.tuning import Compute
from xeval.values import LabelledText, Language, Prediction, TaggedTokens

NOISE = noises()[0]
HERE = Language("qen", "Toy English", "Toy", "Latn")
TASK = ToyTask()


def bench(folder: Path, *perturbations: object) -> Workbench:
    toys = Toys(perturbations=perturbations)
    return Workbench(Setup(folder), Store(folder), toys.registry(), toys.catalogue(), Place(), Compute())


def evaluated(folder: Path, by: object, level: float = 0.5) -> Evaluated:
    how = {"name": by.name, "level": level, "seed": 0, "policy": "protect"}  # type: ignore[attr-defined]
    params = {"language": "qen", "split": "test", "limit": None, "perturbation": how}
    return bench(folder, by).evaluated(TASK, params)


def test_every_try_is_another_one_and_the_first_is_the_plain_noise(tmp_path: Path) -> None:
    found = evaluated(tmp_path, Worst("adversarial.noise", (NOISE,), Budget(4)))

    assert len(found.tries) == 4
    assert found.tries[0].examples == evaluated(tmp_path, NOISE).examples
    assert len({tuple(one.examples) for one in found.tries}) == 4


def test_several_kinds_take_turns_and_those_that_mean_nothing_are_left_out() -> None:
    by = Worst("adversarial", (NOISE, Misreading()), Budget(5))
    cherokee = Language("chr", "Cherokee", "", "Cher")

    assert [(one.name, luck) for one, luck in by.tries(HERE)] == [
        *(("noise", 0), ("ocr", 0), ("noise", 1), ("ocr", 1), ("noise", 2))
    ]
    assert [(one.name, luck) for one, luck in by.tries(cherokee)] == [("noise", number) for number in range(5)]


def scored(*tries: list[LabelledText | TaggedTokens]) -> Evaluated:
    ways = tuple(Evaluated(list(one), changes=[Changed(e, 4, 1 + n) for e in one]) for n, one in enumerate(tries))
    return Evaluated(list(tries[0]), clean=tries[0], tries=ways)


def test_for_each_example_the_worst_try_counts_and_the_earliest_of_equals() -> None:
    ways = scored(*[[LabelledText(uid, "qen", (f"{uid}{n}",), "good") for uid in "abc"] for n in range(3)])
    said = ["good bad good", "bad bad good", "bad good good"]
    predicted = [[Prediction(uid, label) for uid, label in zip("abc", one.split(), strict=True)] for one in said]

    found, answers = worst_of(metric("accuracy"), ways, predicted, HERE)

    assert [example.texts[0] for example in found.examples] == ["a1", "b0", "c0"]  # type: ignore[union-attr]
    assert [answer.value for answer in answers] == ["bad", "bad", "good"]
    assert found.change is not None
    assert (found.change["tries"], found.change["changed_by_search"]) == (3, 1)
    assert found.change["units_changed"] == pytest.approx((2 + 1 + 1) / 12, abs=1e-6)


def test_a_spurious_entity_counts_though_its_own_example_has_no_f1() -> None:
    old = [TaggedTokens("a", "qen", ("x",), ("O",)), TaggedTokens("b", "qen", ("y",), ("B-PER",))]
    said = [
        [Prediction("a", ["O"]), Prediction("b", ["B-PER"])],
        [Prediction("a", ["B-PER"]), Prediction("b", ["B-PER"])],
    ]

    _, answers = worst_of(metric("f1"), scored(old, old), said, HERE)

    assert [answer.value for answer in answers] == [["B-PER"], ["B-PER"]]


def test_all_families_are_offered_and_a_new_version_of_one_is_a_new_version() -> None:
    names = [by.name for by in xeval_perturbations()]

    assert {"adversarial", "adversarial.noise", "adversarial.ocr", "adversarial.words.drop"} <= {*names}
    assert all(isinstance(by, SearchingPerturbation) for by in xeval_perturbations())
    assert Worst("a", (NOISE,)).version != Worst("a", (NOISE, NOISE)).version
    with pytest.raises(BadValue, match="above 0"):
        Budget(0)


def test_levels_are_for_the_noise_of_plugins() -> None:
    toys = Toys(orders=())

    def levels(**wishes: object) -> list[str]:
        found = resolve(Wishes(**wishes), toys.registry(), toys.catalogue())  # type: ignore[arg-type]
        return [str(ref) for ref in found.perturbations]

    assert levels(plugins=("toys",), levels=(0.2, 0.4)) == ["shout@0.2", "shout@0.4"]
    assert levels(plugins=("toys",)) == ["shout@0.5"]
    with pytest.raises(BadValue, match="beside whole perturbations"):
        levels(perturbations=("shout@0.1",), levels=(0.2,))
    with pytest.raises(BadValue, match="no noise to have them"):
        levels(levels=(0.2,))
    with pytest.raises(BadValue, match="between 0 and 1"):
        levels(plugins=("toys",), levels=(2.0,))
