from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from xeval.boards.comparing import Difference, adjusted, difference, ranks
from xeval.boards.statistics import Evidence, FloatArray, frame, interval, resampled, seed_shares
from xeval.scores.metrics import f_score, ratio


def answers(right: Sequence[float] | FloatArray, groups: Sequence[str] = (), prefix: str = "item ") -> Evidence:
    """Evidence of an accuracy: 1 for each item that is right."""
    uids = [f"{prefix}{number}" for number in range(len(right))]
    return Evidence.of([(hit, 1.0) for hit in right], uids, groups or [""] * len(right))


def paired_difference(left: Evidence, right: Evidence) -> Difference:
    """Of two systems on the same items, drawn for both at once, as boards draw them."""
    found = resampled(frame([left, right]), [left, right], ratio)
    return difference(found[:, 0], found[:, 1])


def drawn(rng: np.random.Generator, chance: float, count: int) -> FloatArray:
    return (rng.random(count) < chance).astype(np.float64)


# -------------------------------------------------------------------------------------------------------- intervals


def test_about_95_of_100_intervals_hold_the_true_score() -> None:
    rng = np.random.default_rng(1)
    found = [interval(answers(drawn(rng, 0.7, 150)), ratio, samples=300) for _ in range(400)]
    held = np.mean([low <= 0.7 <= high for low, high in found])

    assert 0.92 <= held <= 0.98


def test_questions_of_one_passage_are_drawn_together_or_the_interval_is_too_narrow() -> None:
    rng = np.random.default_rng(2)
    groups = [f"passage {number // 5}" for number in range(200)]
    held = {True: 0, False: 0}
    for _ in range(200):
        right = np.repeat(drawn(rng, 0.7, 40), 5)
        for grouped in held:
            low, high = interval(answers(right, groups if grouped else ()), ratio, samples=300)
            held[grouped] += low <= 0.7 <= high

    assert held[True] >= 0.9 * 200
    assert held[False] <= 0.75 * 200


def test_a_corpus_score_is_made_anew_from_the_sums_of_every_resample() -> None:
    rows = [(1.0, 1.0, 1.0)] * 60 + [(0.0, 2.0, 1.0)] * 40
    evidence = Evidence.of(rows, map(str, range(100)), [""] * 100)
    low, high = interval(evidence, f_score)

    assert low < 2 * 60 / (140 + 100) < high


def test_the_interval_of_one_item_is_all_that_a_score_can_be() -> None:
    assert interval(answers([1.0]), ratio) == (0.0, 1.0)
    assert interval(answers([]), ratio) == (0.0, 1.0)


def test_items_that_are_all_alike_leave_no_doubt_that_a_resample_could_show() -> None:
    assert interval(answers([1.0] * 30), ratio) == (1.0, 1.0)
    assert interval(answers([0.0] * 30), ratio) == (0.0, 0.0)


def test_the_same_evidence_gives_the_same_interval_in_whatever_order_its_items_come() -> None:
    right = drawn(np.random.default_rng(3), 0.4, 80)
    evidence = answers(right)
    turned = Evidence(evidence.statistics[::-1], evidence.uids[::-1], evidence.groups[::-1])

    assert interval(evidence, ratio) == interval(evidence, ratio) == interval(turned, ratio)
    assert (frame([evidence], seed=1).weights != frame([evidence]).weights).any()


def test_many_clusters_are_joined_and_the_error_stays_what_it_is() -> None:
    right = drawn(np.random.default_rng(4), 0.5, 6000)
    by = frame([answers(right)])
    scores = resampled(by, [answers(right)], ratio)

    assert by.weights.shape == (1001, 1000)
    assert scores[1:].std() == pytest.approx(np.sqrt(0.25 / 6000), rel=0.1)


# ---------------------------------------------------------------------------------------------------- joint resamples


def test_row_0_holds_the_observed_scores() -> None:
    evidences = [answers([1, 0, 1, 1]), answers([0, 0, 1, 1])]

    assert resampled(frame(evidences), evidences, ratio)[0].tolist() == [0.75, 0.5]


def test_translations_are_drawn_together() -> None:
    right = drawn(np.random.default_rng(5), 0.5, 100)
    scores = resampled(frame([answers(right), answers(right)]), [answers(right), answers(right)], ratio)

    assert (scores[:, 0] == scores[:, 1]).all()


def test_questions_are_tied_by_a_passage_in_one_language_and_by_their_uid_across_languages() -> None:
    german = Evidence.of([(1.0, 1.0)] * 3, ["q1", "q2", "q3"], ["de p1", "de p1", "de p2"])
    spanish = Evidence.of([(1.0, 1.0)] * 3, ["q2", "q3", "q4"], ["es p1", "es p2", "es p2"])
    units = frame([german, spanish]).units

    assert units["q1"] == units["q2"]
    assert units["q3"] == units["q4"] != units["q1"]


def test_items_that_nothing_ties_vary_on_their_own() -> None:
    rng = np.random.default_rng(6)
    here, there = answers(drawn(rng, 0.5, 300)), answers(drawn(rng, 0.5, 300), prefix="other ")
    scores = resampled(frame([here, there]), [here, there], ratio)

    assert abs(np.corrcoef(scores[1:].T)[0, 1]) < 0.12


def test_a_small_test_set_beside_a_large_one_is_never_scored_on_nothing() -> None:
    small, large = answers([1.0], prefix="only "), answers([0.0] * 50)

    assert (resampled(frame([small, large]), [small, large], ratio)[:, 0] == 1.0).all()


def test_seeds_count_alike_as_observed_and_as_often_as_drawn_in_resamples() -> None:
    shares = seed_shares(3, samples=2000)

    assert shares[0].tolist() == [1 / 3] * 3
    assert np.allclose(shares.sum(axis=1), 1.0)
    assert np.allclose(shares.mean(axis=0), 1 / 3, atol=0.02)
    assert (seed_shares(1) == 1.0).all()


@pytest.mark.parametrize("scores", [[0.4, 0.6], [0.5, 0.6, 0.4], [0.1, 0.5, 0.4, 0.7, 0.9]])
def test_the_mean_over_a_few_seeds_varies_as_much_as_it_should(scores: list[float]) -> None:
    means = seed_shares(len(scores), samples=20_000)[1:] @ np.array(scores)

    assert means.var() == pytest.approx(np.var(scores, ddof=1) / len(scores), rel=0.03)


# -------------------------------------------------------------------------------------------------------- differences


def test_a_paired_difference_turned_round_is_its_own_mirror() -> None:
    rng = np.random.default_rng(7)
    left, right = answers(drawn(rng, 0.6, 120)), answers(drawn(rng, 0.5, 120))
    there, back = paired_difference(left, right), paired_difference(right, left)

    assert (there.value, there.p) == (pytest.approx(-back.value), back.p)
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))


def test_a_system_does_not_differ_from_itself() -> None:
    same = answers([1.0, 0.0, 1.0, 1.0, 0.0] * 20)
    found = paired_difference(same, same)

    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_p_is_never_zero_and_small_for_a_plain_difference() -> None:
    found = paired_difference(answers([1.0] * 90 + [0.0] * 10), answers([1.0] * 30 + [0.0] * 70))

    assert found.p == pytest.approx(2 / 1001)
    assert found.low > 0.4


def test_pairing_sees_a_small_gain_that_two_separate_samples_would_not() -> None:
    right = drawn(np.random.default_rng(8), 0.5, 400)
    better = right.copy()
    better[np.flatnonzero(right == 0)[:12]] = 1.0
    paired = paired_difference(answers(better), answers(right))
    apart = resampled(frame([answers(better)]), [answers(better)], ratio)[:, 0]
    other = resampled(frame([answers(right)], seed=1), [answers(right)], ratio)[:, 0]

    assert paired.low > 0
    assert difference(apart, other).low < 0


# -------------------------------------------------------------------------------------------- many comparisons, ranks


def null_scores(rng: np.random.Generator, systems: int) -> FloatArray:
    evidences = [answers(drawn(rng, 0.6, 120)) for _ in range(systems)]
    return resampled(frame(evidences, samples=400), evidences, ratio)


def test_among_equal_systems_any_false_claim_at_all_is_rare() -> None:
    rng = np.random.default_rng(9)
    first, second = np.triu_indices(8, 1)
    claims = 0
    for _ in range(200):
        scores = null_scores(rng, 8)
        claims += bool((adjusted(scores[:, first] - scores[:, second]) < 0.05).any())

    assert claims <= 0.09 * 200


def test_adjusting_keeps_the_order_of_the_evidence_and_makes_no_p_smaller() -> None:
    rng = np.random.default_rng(10)
    scores = null_scores(rng, 4)
    apart = scores[:, :3] - scores[:, 3:]
    strength = np.abs(apart[0]) / apart[1:].std(axis=0)
    p = adjusted(apart)
    alone = np.array([adjusted(apart[:, [column]])[0] for column in range(3)])

    assert (np.diff(p[np.argsort(-strength)]) >= 0).all()
    assert (p >= alone).all()


def test_systems_far_apart_have_ranks_of_their_own() -> None:
    evidences = [answers([1.0] * hits + [0.0] * (200 - hits)) for hits in (60, 190, 120)]

    assert ranks(resampled(frame(evidences), evidences, ratio)) == [(3, 3), (1, 1), (2, 2)]


def test_systems_that_cannot_be_separated_share_ranks() -> None:
    rng = np.random.default_rng(11)
    evidences = [answers(drawn(rng, chance, 200)) for chance in (0.80, 0.80, 0.30)]

    assert ranks(resampled(frame(evidences), evidences, ratio)) == [(1, 2), (1, 2), (3, 3)]


def test_a_system_alone_is_first() -> None:
    evidences = [answers([1.0, 0.0, 1.0])]

    assert ranks(resampled(frame(evidences), evidences, ratio)) == [(1, 1)]
