"""Estimates that allow for other items and other trainings, many comparisons, equivalence, power."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW

from xeval.boards.statistics import Evidence
from xeval.cell import Cell
from xeval.studies.claiming import meaning, planned_claims, sentence
from xeval.studies.estimating import degrees, effect, paired_t, with_t
from xeval.studies.findings import Planned
from xeval.studies.panels import panels_of, unscored
from xeval.studies.testing import benjamini_hochberg, detectable, equivalence, holm, power, sign_flips


def draws(scores: np.ndarray, samples: int = 2000, seed: int = 0) -> np.ndarray:
    """Means over items (n, seeds) in every resample, the observed ones first."""
    n = len(scores)
    rows = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), samples) / n
    return np.vstack([np.full((1, n), 1 / n), rows]) @ scores


def test_with_one_seed_the_interval_is_the_t_interval_of_the_items():
    items = np.random.default_rng(1).normal(0.3, 1, (80, 1))
    low, high = stats.ttest_1samp(items[:, 0], 0).confidence_interval(0.95)
    found = effect(draws(items, 20_000), 80)
    assert found.value == pytest.approx(items.mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    assert found.p == pytest.approx(stats.ttest_1samp(items[:, 0], 0).pvalue, abs=0.01)


def test_where_only_seeds_differ_the_interval_is_the_t_interval_of_the_seeds():
    seeds = np.array([[0.1, 0.5, 0.3]])
    low, high = stats.ttest_1samp(seeds[0], 0).confidence_interval(0.95)
    found = effect(np.repeat(seeds, 101, axis=0), 500)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_what_an_item_and_a_seed_do_together_is_not_counted_twice():
    rng = np.random.default_rng(2)
    errors = []
    for _ in range(300):
        items = rng.normal(0, 1, (60, 4))  # all of it is the two together
        errors.append(effect(draws(items, 200), 60).error)
    assert 1 / (60 * 4) < np.mean(np.square(errors)) < 1.4 / (60 * 4)  # no variance is taken for less than nothing


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("between", [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0])
def test_intervals_cover_whatever_share_of_the_variance_is_the_seeds(seeds: int, between: float):
    """Coverage over all that few seeds may show: items have the variance 1, seeds that of `between`."""
    chances = (np.arange(1000) + 0.5) / 1000
    shown = between * stats.chi2.ppf(chances, seeds - 1) / (seeds - 1)
    reach = [stats.t.ppf(0.975, degrees(1.0, 299, one, seeds - 1)) * math.sqrt(1.0 + one) for one in shown]
    coverage = np.mean(1 - 2 * stats.norm.sf(np.array(reach) / math.sqrt(1.0 + between)))
    assert 0.943 < coverage < 0.968


def test_degrees_are_those_of_seeds_or_of_items_where_the_other_does_nothing():
    assert degrees(0.0, 299, 0.5, 2) == pytest.approx(2)
    assert degrees(0.5, 299, 0.0, 2) == pytest.approx(299)


def test_more_seeds_narrow_an_interval_that_seeds_widen():
    rng = np.random.default_rng(3)
    widths = [
        np.mean([(e := effect(draws(rng.normal(0, 0.1, (50, 1)) + rng.normal(0, 1, (1, k)), 50), 50)).high - e.low
                 for _ in range(50)])
        for k in (3, 6)
    ]  # fmt: skip
    assert widths[1] < 0.6 * widths[0]


def test_a_score_that_is_missing_gives_no_estimate():
    found = effect(np.full((5, 2), np.nan), 10)
    assert math.isnan(found.value)
    assert math.isnan(found.low)


def test_paired_differences_are_students():
    found = paired_t([0.1, 0.3, 0.2, 0.4])
    low, high = stats.ttest_1samp([0.1, 0.3, 0.2, 0.4], 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize(("ours", "theirs"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_adjusted_p_agree_with_statsmodels(ours, theirs):
    p = np.random.default_rng(4).uniform(0, 0.2, 17)
    assert ours(list(p)) == pytest.approx(multipletests(p, method=theirs)[1])


def test_a_comparison_without_p_is_not_counted():
    assert holm([0.01, math.nan, 0.04])[::2] == pytest.approx([0.02, 0.04])


def test_equivalence_agrees_with_statsmodels():
    values = np.random.default_rng(5).normal(0.002, 0.01, 12)
    of = paired_t(list(values))
    assert equivalence(of, 0.01) == pytest.approx(DescrStatsW(values).ttost_mean(-0.01, 0.01)[0])


def test_power_agrees_with_statsmodels():
    expected = TTestPower().power(effect_size=0.6, nobs=12, alpha=0.05)
    assert power(0.6, 1 / math.sqrt(12), 11) == pytest.approx(expected, abs=1e-4)


def test_what_is_detectable_has_a_power_of_four_fifths():
    for df in (1, 1.5, 4.2, 40):
        found = detectable(0.01, df) / 0.01
        assert 1 - stats.nct.cdf(stats.t.ppf(0.975, df), df, found) == pytest.approx(0.8, abs=2e-3)


def test_sign_flips_are_exact_for_few_and_keep_families_together():
    assert sign_flips(np.array([1.0, 2.0, 3.0])) == pytest.approx(2 / 8)
    assert sign_flips(np.array([1.0, 2.0, 3.0]), ["a", "a", "b"]) == pytest.approx(2 / 4)


def test_one_observation_shows_no_equivalence():
    (claim,) = planned_claims([Planned("a", "a")], {"a": paired_t([0.001])})

    assert claim.verdict == "undecided"
    assert math.isnan(equivalence(paired_t([0.001]), 0.01))


def test_no_difference_is_said_only_after_an_equivalence_test():
    contrasts = (Planned("a", "A"), Planned("b", "B"), Planned("c", "C"))
    effects = {
        "a": with_t(0.03, 0.004, 10, 3, 100),
        "b": with_t(0.001, 0.002, 10, 3, 100),
        "c": with_t(0.001, 0.02, 10, 3, 100),
    }
    claims = planned_claims(contrasts, effects)
    assert [claim.verdict for claim in claims] == ["higher", "equivalent", "undecided"]
    assert "8 of 10" in meaning(claims[2])
    assert "Holm over 3" in sentence(claims[0])


def cell(recipe: str, seed: int, key: str, language: str = "sw", level: float = 0.0) -> Cell:
    noise = "noise" if level else None
    return Cell("m", recipe, "t", language, "en", noise, level, seed, "accuracy", 0.5, 0.4, 0.6, 4, "done", key)


def test_a_panel_holds_the_observed_scores_and_draws_items_jointly():
    uids = ("1", "2", "3", "4")
    right = {"a": [1, 1, 0, 0], "b": [1, 1, 1, 0]}
    evidence = {key: Evidence.of([(float(hit), 1.0) for hit in hits], uids, [""] * 4) for key, hits in right.items()}
    scores = {"accuracy": lambda sums: sums[..., 0] / sums[..., 1]}
    (panel,) = panels_of([cell("none", 0, "a"), cell("mnli", 0, "b")], evidence, scores, samples=200)
    assert panel.units == 4
    assert panel.at("mnli", ["sw"])[0, 0] == 0.75
    gains = panel.gain("mnli", "none", ["sw"])[:, 0]
    assert gains[0] == 0.25
    assert gains.min() >= 0  # paired: on no draw of items can the better one lose


def test_a_language_that_lacks_a_score_is_left_out_of_every_mean():
    evidence = {"a": Evidence.of([(1.0, 1.0)], ["1"], [""])}
    cells = [cell("none", 0, "a"), cell("mnli", 0, "a"), cell("none", 0, "a", "fi")]
    (panel,) = panels_of(cells, evidence, {"accuracy": lambda s: s[..., 0] / s[..., 1]}, samples=5)
    assert panel.zero_shot() == ("sw",)


def test_a_recipe_without_any_score_leaves_the_others_compared_and_is_named():
    evidence = {"a": Evidence.of([(1.0, 1.0)], ["1"], [""])}
    lacking = replace(cell("squad[en,de]", 0, ""), state="not-offered", reason="squad in de is not at hand")
    cells = [cell("none", 0, "a"), cell("mnli", 0, "a"), lacking]
    (panel,) = panels_of(cells, evidence, {"accuracy": lambda s: s[..., 0] / s[..., 1]}, samples=5)

    assert panel.zero_shot() == ("sw",)
    assert panel.gain("mnli", "none", ["sw"])[0, 0] == 0
    assert np.isnan(panel.at("squad[en,de]", ["sw"])).all()
    assert unscored(cells) == [
        "squad[en,de] has no score on t, so nothing there is compared with it: squad in de is not at hand."
    ]
