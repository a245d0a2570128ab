"""Formulas of the studies against cases computed by hand and against independent implementations."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as some
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import auc, cohen_kappa_score, ndcg_score

from xeval.studies import agreement as agreeing
from xeval.studies import coding, continual
from xeval.studies.alignment import linear_cka, retrieval_accuracy
from xeval.studies.choosing import ndcg, rank_of_best, regret, regret_of_chance
from xeval.studies.correlation import correlation, fisher_interval, partial_spearman, spearman
from xeval.studies.labelled import units_in
from xeval.studies.mixed import mixed
from xeval.studies.robust import area, difference_in_differences, flips, matched_drop, relative_drop
from xeval.studies.scaling import data_multiplier, fit, fits, held_out_error, interval
from xeval.values import LabelledText, MultipleChoice, Question, TaggedTokens

# ------------------------------------------------------------------------------------------------ continual learning

# Three hops, on languages 0, 1 and 2, of four; scores in tenths.
R = np.array([[8, 2, 3, 1], [6, 9, 4, 2], [5, 7, 9, 3]]) / 10
TRAINED = (0, 1, 2)


def test_continual_measures_by_hand():
    assert continual.final_average(R) == pytest.approx((0.5 + 0.7 + 0.9 + 0.3) / 4)
    assert continual.backward_transfer(R, TRAINED) == pytest.approx(((0.5 - 0.8) + (0.7 - 0.9)) / 2)
    # after hop 1: 0.6 - 0.8; after hop 2: the mean of 0.5 - 0.8 and 0.7 - 0.9
    assert continual.backward_transfer_by_hop(R, TRAINED) == pytest.approx((-0.2 + (-0.3 - 0.2) / 2) / 2)
    assert continual.forgetting(R, TRAINED) == pytest.approx(((0.8 - 0.5) + (0.9 - 0.7)) / 2)
    before = np.array([0.1, 0.1, 0.2, 0.1])
    assert continual.forward_transfer(R, TRAINED, before) == pytest.approx(((0.2 - 0.1) + (0.4 - 0.2)) / 2)
    assert continual.zero_shot(R, TRAINED) == pytest.approx(0.3)


def test_continual_measures_keep_the_axes_of_draws_and_seeds():
    stacked = np.broadcast_to(R, (5, 2, 3, 4))
    assert continual.forgetting(stacked, TRAINED).shape == (5, 2)


def test_forgetting_counts_the_best_score_ever():
    peaked = np.array([[0.5, 0.2], [0.9, 0.4], [0.6, 0.5]])
    assert continual.forgetting(peaked, (0, 1, 1)) == pytest.approx(((0.9 - 0.6) + (0.4 - 0.5)) / 2)


def test_order_variance_is_a_two_way_analysis_of_variance():
    values = np.random.default_rng(0).normal(size=(3, 5)) + np.arange(5) * 0.5
    table = pd.DataFrame([(s, o, values[s, o]) for s in range(3) for o in range(5)], columns=["s", "o", "y"])
    from statsmodels.stats.anova import anova_lm

    expected = anova_lm(smf.ols("y ~ C(s) + C(o)", table).fit()).loc["C(o)", "PR(>F)"]
    assert continual.order_variance(values)[1] == pytest.approx(expected)


# --------------------------------------------------------------------------------------------------- scaling

SIZES = [50, 100, 200, 400, 800, 1600]


def test_a_power_law_is_found_again():
    n = np.array(SIZES, dtype=float)
    scores = np.stack([0.9 - 2.0 * n**-0.5, 0.88 - 2.0 * n**-0.5])
    found = fit("power", SIZES, scores)
    assert (found.shape, found.slope, found.intercept) == pytest.approx((0.5, 2.0, 0.89), abs=1e-3)
    assert fits(SIZES, scores)[0].law == "power"


def test_a_power_law_agrees_with_scipy():
    n = np.array(SIZES, dtype=float)
    y = 0.8 - 1.5 * n**-0.4 + np.random.default_rng(1).normal(0, 0.005, len(n))
    theirs, _ = optimize.curve_fit(lambda n, c, a, b: c - a * n**-b, n, y, p0=(0.8, 1, 0.5), maxfev=20_000)
    found = fit("power", SIZES, y[None])
    assert found.residual <= float(np.sqrt(np.mean((y - (theirs[0] - theirs[1] * n ** -theirs[2])) ** 2))) + 1e-6
    assert found.shape == pytest.approx(theirs[2], abs=0.01)


def test_a_log_linear_slope_has_the_interval_of_a_regression_with_an_intercept_for_each_seed():
    rng = np.random.default_rng(2)
    scores = 0.3 + 0.05 * np.log(SIZES) + rng.normal(0, 0.01, (3, 6)) + np.array([[0.0], [0.05], [-0.02]])
    table = pd.DataFrame([(s, math.log(n), scores[s, k]) for s in range(3) for k, n in enumerate(SIZES)],
                         columns=["seed", "x", "y"])  # fmt: skip
    theirs = smf.ols("y ~ C(seed) + x", table).fit()
    assert fit("log-linear", SIZES, scores).slope == pytest.approx(theirs.params["x"])
    assert interval("log-linear", SIZES, scores) == pytest.approx(tuple(theirs.conf_int().loc["x"]))


def test_data_that_do_nothing_are_fitted_by_a_constant():
    flat = 0.5 + np.random.default_rng(3).normal(0, 0.01, (3, 6))
    assert fits(SIZES, flat)[0].law == "constant"


def test_too_few_sizes_get_only_the_laws_that_they_can_tell():
    assert {one.law for one in fits([1, 2], np.array([[0.1, 0.2], [0.1, 0.3], [0.2, 0.2]]))} == {"constant"}


def test_the_interval_of_an_exponent_holds_it():
    n = np.array(SIZES, dtype=float)
    scores = 0.9 - 2.0 * n**-0.5 + np.random.default_rng(4).normal(0, 0.004, (3, 6))
    low, high = interval("power", SIZES, scores)
    assert low < 0.5 < high


def test_a_law_that_holds_extrapolates_and_one_that_does_not_is_off():
    n = np.array(SIZES, dtype=float)
    scores = (0.9 - 2.0 * n**-0.5)[None]
    assert abs(held_out_error("power", SIZES, scores)) < 1e-3
    assert held_out_error("log-linear", SIZES, scores) < -0.01  # it grows for ever


def test_twice_the_data_for_the_same_score_is_a_multiplier_of_two():
    first = np.log(np.array(SIZES, dtype=float))
    second = np.log(np.array(SIZES, dtype=float) / 2)
    assert data_multiplier(SIZES, first, second) == pytest.approx(2.0)
    assert data_multiplier(SIZES, second, first) == pytest.approx(0.5)
    assert math.isnan(data_multiplier(SIZES, first, first + 100))


# --------------------------------------------------------------------------------------------------- similarity


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9)), min_size=5, max_size=20))
def test_spearman_agrees_with_scipy(pairs):
    x, y = (np.array(one, dtype=float) for one in zip(*pairs, strict=True))
    if len(set(x)) > 1 and len(set(y)) > 1:
        assert spearman(x, y) == pytest.approx(float(stats.spearmanr(x, y)[0]))


def test_partial_spearman_is_the_formula_of_three_correlations():
    x, y, z = np.random.default_rng(5).normal(size=(3, 25))
    a, b, c = spearman(x, y), spearman(x, z), spearman(y, z)
    assert partial_spearman(x, y, [z]) == pytest.approx((a - b * c) / math.sqrt((1 - b**2) * (1 - c**2)))


def test_permutation_p_agrees_with_scipy_where_all_may_be_exchanged():
    x, y = np.random.default_rng(6).normal(size=(2, 12))
    assert correlation(x, x + 2 * y).p == pytest.approx(float(stats.spearmanr(x, x + 2 * y)[1]), abs=0.03)


def test_families_move_as_one_so_that_they_count_as_one():
    x = np.repeat([1.0, 2.0, 3.0], 4)
    families = list(np.repeat(["a", "b", "c"], 4))
    assert correlation(x, x).p < 0.01
    assert correlation(x, x, groups=families).p > 0.1  # three families are three


def test_too_few_pairs_have_no_interval():
    assert math.isnan(correlation(np.arange(3.0), np.arange(3.0)).low)


def test_ndcg_agrees_with_scikit_learn():
    predicted, gains = np.random.default_rng(7).normal(size=(2, 9))
    expected = ndcg_score([gains - gains.min()], [predicted])
    assert ndcg(predicted, gains) == pytest.approx(expected)
    tied = np.array([1.0, 1, 2, 2, 0, 0, 0, 5, 5])
    assert ndcg(tied, gains) == pytest.approx(ndcg_score([gains - gains.min()], [tied]))


def test_regret_by_hand():
    gains = np.array([0.05, 0.02, 0.10, -0.01])
    predicted = np.array([0.9, 0.8, 0.7, 0.1])
    assert regret(predicted, gains, 1) == pytest.approx(0.05)
    assert regret(predicted, gains, 3) == pytest.approx(0.0)
    assert regret_of_chance(gains, 1) == pytest.approx(0.10 - gains.mean())
    # the best of two: 6 pairs, of which 3 hold 0.10, 2 more 0.05 and 1 more 0.02
    assert regret_of_chance(gains, 2) == pytest.approx(0.10 - (3 * 0.10 + 2 * 0.05 + 0.02) / 6)
    assert rank_of_best(predicted, gains) == 3


# --------------------------------------------------------------------------------------------------- robustness


def test_area_under_a_curve_agrees_with_scikit_learn():
    levels, curve = [0, 0.1, 0.2, 0.4], np.array([0.9, 0.8, 0.5, 0.3])
    assert area(curve, levels) == pytest.approx(auc(levels, curve) / 0.4)


def test_a_relative_drop_is_above_chance():
    assert relative_drop(np.array([0.8, 0.6]), chance=0.3) == pytest.approx([0.4])


def test_difference_in_differences_by_hand():
    values = (np.array(0.6), np.array(0.8), np.array(0.4), np.array(0.7))
    assert difference_in_differences(*values) == pytest.approx(0.1)


def test_flips_count_right_and_wrong_alike():
    assert flips({"1": "a", "2": "b", "3": "c"}, {"1": "a", "2": "c", "3": "b"}) == (2, 3)


def test_a_drop_that_the_clean_score_explains_is_no_difference_in_robustness():
    clean = np.array([0.5, 0.6, 0.7, 0.7, 0.8, 0.9])
    treated = np.array([False, False, False, True, True, True])
    assert matched_drop(clean, 0.5 * clean, treated) == pytest.approx(0, abs=1e-12)
    assert matched_drop(clean, 0.5 * clean - 0.1 * treated, treated) == pytest.approx(-0.1)
    assert math.isnan(matched_drop(np.ones(4), np.ones(4), np.array([True, False, True, False])))


def test_drops_at_matched_scores_agree_with_least_squares_also_with_an_intercept_for_each_stratum():
    rng = np.random.default_rng(12)
    clean, drops, treated = rng.random((2, 3, 24)), rng.random((2, 3, 24)), np.arange(24) % 2 == 0
    strata = [n % 4 // 2 for n in range(24)]
    dummies = np.array([[float(of == kind) for kind in (0, 1)] for of in strata])
    found = matched_drop(clean, drops, treated, strata)
    assert found.shape == (2, 3)
    columns = np.column_stack([dummies, clean[1, 2], treated])
    assert found[1, 2] == pytest.approx(np.linalg.lstsq(columns, drops[1, 2], rcond=None)[0][3])


def test_the_ends_of_a_rank_correlations_interval_are_as_far_as_their_own_errors_say():
    low, high, error = fisher_interval(0.5, 12)
    for end in (low, high):
        own = math.sqrt((1 + end**2 / 2) / 9)
        assert abs(math.atanh(end) - math.atanh(0.5)) == pytest.approx(1.959964 * own, abs=1e-6)
    assert error == pytest.approx(math.sqrt((1 + 0.125) / 9))


# ---------------------------------------------------------------------------------------- agreement and alignment


def test_kappa_agrees_with_scikit_learn():
    rng = np.random.default_rng(8)
    one, other = ({str(n): str(rng.integers(3)) for n in range(40)} for _ in range(2))
    assert agreeing.kappa(one, other) == pytest.approx(
        cohen_kappa_score(list(one.values()), [other[uid] for uid in one])
    )


def test_rank_consistency_is_1_for_equal_rankings_and_by_hand_for_two_candidates():
    assert agreeing.rank_consistency([["a", "b", "c"]], [["a", "b", "c"]]) == pytest.approx(1)
    # swapped: P@1 = 0, P@2 = 1; weights e^-1 and e^-2
    assert agreeing.rank_consistency([["a", "b"]], [["b", "a"]]) == pytest.approx(1 / (1 + math.e))


def test_cka_ignores_rotation_and_scale_and_tells_what_differs():
    x = np.random.default_rng(9).normal(size=(50, 8))
    rotation = np.linalg.qr(np.random.default_rng(10).normal(size=(8, 8)))[0]
    assert linear_cka(x, 3 * x @ rotation) == pytest.approx(1)
    assert linear_cka(x, np.random.default_rng(11).normal(size=(50, 8))) < 0.5


def test_retrieval_accuracy_by_hand():
    assert retrieval_accuracy(np.eye(3), np.eye(3)[[0, 2, 1]]) == pytest.approx(1 / 3)


# --------------------------------------------------------------------------------------------------- complexity


def test_entropy_by_hand():
    assert coding.entropy(Counter({"a": 2, "b": 2})) == pytest.approx(1)
    assert coding.entropy(Counter({"a": 3})) == 0


def test_the_probe_agrees_with_scikit_learn():
    rng = np.random.default_rng(12)
    x, y = rng.normal(size=(200, 5)), rng.integers(3, size=200)
    x[:, 0] += y
    weights = coding.trained(x, y, 3)
    theirs = LogisticRegression(C=1 / (coding.PENALTY * 200), fit_intercept=False, tol=1e-8).fit(x, y)
    assert coding.predicted(weights, x) == pytest.approx(theirs.predict_proba(x), abs=1e-3)


def labelled(noise: float) -> list[coding.Unit]:
    rng = np.random.default_rng(13)
    units = []
    for number in range(400):
        label = number % 2
        said = label if rng.random() >= noise else 1 - label
        units.append(((f"word{said}", f"other{rng.integers(9)}"), str(label)))
    return units


def test_labels_that_words_tell_are_short_to_describe_and_noise_makes_them_longer():
    easy, harder, hardest = (coding.complexity(labelled(noise)) for noise in (0.0, 0.2, 0.5))
    assert easy.description_length < harder.description_length < hardest.description_length
    assert easy.probe_error < 0.02
    assert hardest.probe_error == pytest.approx(0.5, abs=0.12)
    assert easy.description_length < 0.5 < 0.9 < hardest.description_length
    assert easy.entropy == pytest.approx(1)


def test_a_code_of_one_block_is_uniform():
    y = np.array([0, 1])
    assert coding.description_length(np.ones((2, 1)), y, 2) >= 1


def test_units_are_what_is_labelled():
    split = str.split
    text = LabelledText("1", "en", ("a b", "b c"), "yes")
    assert list(units_in(text, split)) == [(("0:a", "0:b", "1:b", "1:c", "shared:5"), "yes")]
    tokens = TaggedTokens("1", "en", ("a", "b"), ("X", "Y"))
    assert [label for _, label in units_in(tokens, split)] == ["X", "Y"]
    choice = MultipleChoice("1", "en", "a b", ("a", "c"), 1)
    assert [label for _, label in units_in(choice, split)] == ["wrong", "right"]
    from xeval.values import Answer

    question = Question("1", "en", "who", "it is a", (Answer("a", 6),))
    assert [label for _, label in units_in(question, split)] == ["rest", "rest", "answer"]


# --------------------------------------------------------------------------------------------------- mixed effects


def test_the_mixed_model_agrees_with_statsmodels():
    rng = np.random.default_rng(14)
    languages, tasks = 12, 5
    rows = [(f"l{i}", f"t{j}", s) for i in range(languages) for j in range(tasks) for s in range(3)]
    by_language, by_task = rng.normal(0, 1.0, languages), rng.normal(0, 0.7, tasks)
    x = rng.normal(size=languages)
    y = [
        0.5 + 0.8 * x[int(a[1:])] + by_language[int(a[1:])] + by_task[int(b[1:])] + rng.normal(0, 0.5)
        for a, b, _ in rows
    ]
    distance = [x[int(a[1:])] for a, _, _ in rows]
    ours = mixed(y, {"distance": distance}, {"language": [a for a, _, _ in rows], "task": [b for _, b, _ in rows]})
    table = pd.DataFrame({"y": y, "x": np.array(distance) - np.mean(distance), "l": [a for a, _, _ in rows],
                          "t": [b for _, b, _ in rows], "one": 1})  # fmt: skip
    theirs = smf.mixedlm(
        "y ~ x", table, groups="one", re_formula="0", vc_formula={"l": "0 + C(l)", "t": "0 + C(t)"}
    ).fit(reml=True)
    assert ours.effects["mean"].value == pytest.approx(theirs.params["Intercept"], abs=1e-3)
    assert ours.effects["distance"].value == pytest.approx(theirs.params["x"], abs=1e-3)
    assert ours.effects["distance"].error == pytest.approx(theirs.bse["x"], rel=0.02)
    assert ours.deviations["language"] ** 2 == pytest.approx(theirs.vcomp[0], rel=0.05)
    assert ours.deviations["task"] ** 2 == pytest.approx(theirs.vcomp[1], rel=0.05)


def test_a_balanced_one_way_model_has_the_t_test_of_the_means():
    values = np.random.default_rng(15).normal(size=(8, 1)) * 2 + np.random.default_rng(16).normal(size=(8, 4)) * 0.1
    found = mixed(values.ravel().tolist(), {}, {"language": [str(i) for i in range(8) for _ in range(4)]})
    low, high = stats.ttest_1samp(values.mean(axis=1), 0).confidence_interval(0.95)
    assert (found.effects["mean"].low, found.effects["mean"].high) == pytest.approx((low, high), rel=0.02)


def test_covariates_that_say_the_same_are_refused():
    with pytest.raises(ValueError, match="say the same"):
        mixed([1, 2, 3, 4.0], {"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, {})
