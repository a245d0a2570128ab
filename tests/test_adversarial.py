from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from toys import Toys, ToyTask

from xeval.cell import Cell
from xeval.contracts import SearchingPerturbation
from xeval.errors import BadFile, BadValue, MissingData
from xeval.plans.experiment import resolve
from xeval.plans.wishes import Wishes
from xeval.plugins.perturbations.adversarial import Budget, Worst, xeval_perturbations
from xeval.plugins.perturbations.noise import xeval_perturbations as noises
from xeval.plugins.perturbations.ocr import Misreading
from xeval.running import workbench
from xeval.running.evaluating import write_evaluation
from xeval.running.evidence import evidence_in
from xeval.running.examining import examine
from xeval.running.jobs import Setup
from xeval.running.keptruns import open_run
from xeval.running.rescoring import rescored
from xeval.running.results import RunRecord, save_run
from xeval.running.store import Store
from xeval.running.workbench import Evaluated, Workbench, lay_out, set_up_for
from xeval.running.worst import worst_of
from xeval.scores.metrics import metric
from xeval.sources.rows import Place, fingerprint
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


def test_damaged_copies_are_kept_as_far_as_they_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "MOST_KEPT", 100)  # two copies of 48 examples
    at, table = {"language": "qen", "split": "test", "limit": None}, bench(tmp_path, NOISE)

    def asked(level: float) -> Evaluated:
        how = {"name": NOISE.name, "level": level, "seed": 0, "policy": "protect"}
        return table.evaluated(TASK, at | {"perturbation": how})

    first, second, third = asked(0.1), asked(0.2), asked(0.3)

    assert asked(0.2) is second
    assert asked(0.3) is third
    assert asked(0.1) is not first
    assert asked(0.1).examples == first.examples


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


# ------------------------------------------------------------------------------------------ what was stored, again


def dropped(bench: Workbench) -> dict[str, Any]:
    """Tagging under the worst of three tries at leaving words out: every try has sentences and tags of its own."""
    task = bench.catalogue.targets["mini-pos"]
    how = {
        "name": "adversarial.words.drop",
        "level": 0.4,
        "seed": 0,
        "policy": "protect",
        "settings": {"candidates": 3},
    }
    return {
        "task": {"shelf": "target", "name": "mini-pos", "version": task.version},
        "data": fingerprint(task.data("test", "qaa"), Place()),
        "split": "test",
        "language": "qaa",
        "limit": 12,
        "perturbation": how | {"version": bench.catalogue.perturbations["adversarial.words.drop"].version},
    }


def stored(folder: Path, wrong: int = 1) -> tuple[Workbench, Cell]:
    """A run with one evaluation, in whose last try alone so many first tags of each sentence are said wrong."""
    bench = lay_out(Setup(folder, plugins=("mini", "adversarial")))
    params, task, key = dropped(bench), bench.catalogue.targets["mini-pos"], "c" * 24
    ways = set_up_for(bench, params).evaluated(task, params)
    said = [[Prediction(e.uid, list(e.tags)) for e in one.examples] for one in ways.tries]  # type: ignore[union-attr]
    said[2] = [Prediction(p.uid, ["X"] * wrong + p.value[wrong:]) for p in said[2]]  # type: ignore[index]
    found, answers = worst_of(metric("token_accuracy"), ways, said, HERE)
    with bench.store.writing(key) as (path, manifest):
        write_evaluation(path, task, found, answers)
        manifest["params"] = params
    right = sum(len(p.value) - wrong for p in answers) / sum(len(p.value) for p in answers)  # type: ignore[arg-type]
    where = ("mini", "none", "mini-pos", "qaa", "qen", "adversarial.words.drop", 0.4, 0, "token_accuracy")
    cell = Cell(*where, right, 0.0, 1.0, 12, "done", key=key)
    save_run(bench.store, RunRecord("ab" * 12, 1.0, {}, (cell,), {}, (), (), "", {}), evidence_in(bench.store, [cell]))
    return bench, cell


def here(task: Any, params: Any) -> Any:
    return fingerprint(task.data(params["split"], params["language"]), Place())


def test_scores_are_made_again_from_the_tries_that_counted(tmp_path: Path) -> None:
    bench, cell = stored(tmp_path)
    kept = open_run("abab", bench.store)

    again = rescored(kept, bench, here).evidence[cell.key]

    assert (again.statistics == kept.evidence[cell.key].statistics).all()
    forged = replace(kept, record=replace(kept.record, cells=(replace(cell, score=0.99),)))
    with pytest.raises(BadFile, match=r"0\.99 is written, the predictions give"):
        rescored(forged, bench, here)


def test_the_examples_behind_a_score_are_those_that_counted(tmp_path: Path) -> None:
    bench, cell = stored(tmp_path)
    params = dropped(bench)
    last = set_up_for(bench, params).evaluated(bench.task(params["task"]), params).tries[2]

    looked = examine(cell, bench)

    assert [one.texts[0][1] for one in looked] == [" ".join(e.tokens) for e in last.examples]  # type: ignore[union-attr]
    assert not any(one.is_right for one in looked)


def test_an_evaluation_that_does_not_say_which_try_counted_is_not_guessed_at(tmp_path: Path) -> None:
    bench, cell = stored(tmp_path)
    path = bench.store.path(cell.key) / "predictions.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["try"]), path)

    with pytest.raises(MissingData, match="which of 3 tries counted"):
        examine(cell, bench)
