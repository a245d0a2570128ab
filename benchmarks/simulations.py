"""What the analyses of the studies say of results whose truth is known: coverage of 95% intervals, false positives.

    python benchmarks/simulations.py [--repeats 1000] [--output benchmarks/results/simulations.json]

Each simulation makes results with a planted effect, and with none, and asks how often the interval holds the truth and
how often p is below 5% where there is nothing. Coverage should lie in 93 to 97%, false positives at 5% or below; with
1,000 repeats the standard error of either is 0.7 points. It prints a table, and says of each line whether it holds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from xeval.studies.continual import order_variance
from xeval.studies.correlation import correlation, within_targets
from xeval.studies.estimating import effect
from xeval.studies.findings import Effect
from xeval.studies.mixed import mixed
from xeval.studies.robust import matched_drop
from xeval.studies.scaling import fit, interval
from xeval.studies.testing import equivalence, holm

SAMPLES, ITEMS = 400, 200
Outcome = tuple[bool | None, bool | None]  # whether the interval holds the truth; whether nothing was called something
Rng = np.random.Generator


def drawn(rng: Rng, items: int = ITEMS) -> np.ndarray:
    """Weights (1 + samples, items) of one draw of all resamples, shared by all repeats as a study shares them."""
    return np.vstack(
        [np.full((1, items), 1 / items), rng.multinomial(items, np.full(items, 1 / items), SAMPLES) / items]
    )


def contrast(rng: Rng, weights: np.ndarray, seeds: int, between: float, truth: float) -> Effect:
    """A difference of two systems: items, seeds, and what the two do together."""
    items = rng.normal(0, 0.4, (ITEMS, 1)) + rng.normal(0, 0.3, (ITEMS, seeds)) + rng.normal(0, between, (1, seeds))
    return effect(weights @ (truth + items), ITEMS)


def judged(of: Effect, truth: float) -> Outcome:
    """Coverage, and a false positive if there is nothing."""
    return of.low <= truth <= of.high, of.p < 0.05 if truth == 0 else None


def contrasts(seeds: int, between: float, truth: float) -> Callable[[Rng], Outcome]:
    """A contrast over seeds and items."""
    weights = drawn(np.random.default_rng(7))
    return lambda rng: judged(contrast(rng, weights, seeds, between, truth), truth)


def binary(truth: float) -> Callable[[Rng], Outcome]:
    """Paired accuracies of two systems on the same items, three seeds: differences of zeros and ones."""
    weights = drawn(np.random.default_rng(8))

    def once(rng: Rng) -> Outcome:
        hard = rng.uniform(0.2, 0.8, (ITEMS, 1))
        first, second = (rng.random((ITEMS, 3)) < hard + rng.normal(0, 0.01, (1, 3)) + add for add in (truth, 0.0))
        return judged(effect(weights @ (first.astype(float) - second), ITEMS), truth)

    return once


def slopes(truth: float) -> Callable[[Rng], Outcome]:
    """The interval of a log-linear slope, three seeds by five sizes."""

    def once(rng: Rng) -> Outcome:
        sizes = [0.0625, 0.125, 0.25, 0.5, 1.0]
        scores = 0.5 + truth * np.log(sizes) + rng.normal(0, 0.02, (3, 1)) + rng.normal(0, 0.01, (3, 5))
        low, high = interval("log-linear", sizes, scores)
        return low <= truth <= high, (not low <= 0 <= high) if truth == 0 else None

    return once


def exponents(rng: Rng) -> Outcome:
    """The profile-likelihood interval of a power law's exponent, three seeds by six sizes."""
    sizes = np.array([50, 100, 200, 400, 800, 1600.0])
    scores = 0.9 - 2.0 * sizes**-0.5 + rng.normal(0, 0.02, (3, 1)) + rng.normal(0, 0.005, (3, 6))
    low, high = interval("power", list(sizes), scores)
    return low <= 0.5 <= high, None


def laws(rng: Rng) -> Outcome:
    """A flat curve called a law, by the slope that its log-linear interval leaves out of zero."""
    sizes = [0.0625, 0.125, 0.25, 0.5, 1.0]
    scores = 0.5 + rng.normal(0, 0.01, (3, 5))
    low, high = interval("log-linear", sizes, scores)
    return None, not low <= fit("constant", sizes, scores).slope <= high


def correlations(rho: float, n: int) -> Callable[[Rng], Outcome]:
    """Spearman's rho of n independent pairs of a bivariate normal."""
    truth = 6 / np.pi * np.arcsin(rho / 2)

    def once(rng: Rng) -> Outcome:
        x = rng.normal(size=n)
        y = rho * x + np.sqrt(1 - rho**2) * rng.normal(size=n)
        return judged(correlation(x, y), float(truth))

    return once


def families(rng: Rng) -> Outcome:
    """Eight families of three whose members are alike in both: no correlation between families."""
    names = [str(n) for n in range(8) for _ in range(3)]
    x, y = (np.repeat(rng.normal(size=8), 3) + 0.3 * rng.normal(size=24) for _ in range(2))
    return judged(correlation(x, y, groups=names), 0.0)


def similarity(rng: Rng) -> Outcome:
    """A predictor that says nothing of gains that are alike within a task and between targets."""
    names = [str(n) for n in range(6) for _ in range(2)]
    gains = np.repeat(rng.normal(size=6), 2) + 0.5 * rng.normal(size=(4, 12))
    predicted = np.repeat(rng.normal(size=6), 2) + 0.2 * rng.normal(size=(4, 12))
    return None, within_targets(predicted, gains, names).p < 0.05


def mixed_mean(truth: float) -> Callable[[Rng], Outcome]:
    """The mean gain over languages, tasks and seeds, all drawn again."""
    names = [(f"l{i}", f"t{j}", f"s{k}") for i in range(8) for j in range(5) for k in range(3)]
    groups = {name: [one[place] for one in names] for place, name in enumerate(("language", "task", "seed"))}

    def once(rng: Rng) -> Outcome:
        parts = {
            name: dict(zip(sorted(set(labels)), rng.normal(0, 0.02, 9), strict=False))
            for name, labels in groups.items()
        }
        y = [
            truth + sum(parts[name][labels[n]] for name, labels in groups.items()) + rng.normal(0, 0.02)
            for n in range(len(names))
        ]
        return judged(mixed(y, {}, groups).effects["mean"], truth)

    return once


def orders(rng: Rng) -> Outcome:
    """Six orders that do not differ, three seeds."""
    return None, order_variance(rng.normal(0, 0.01, (3, 6)) + rng.normal(0, 0.03, (3, 1)))[1] < 0.05


def family_wise(rng: Rng) -> Outcome:
    """Any of three planned contrasts without effect called separable."""
    weights = drawn(np.random.default_rng(9))
    return None, min(holm([contrast(rng, weights, 3, 0.03, 0.0).p for _ in range(3)])) < 0.05


def equivalences(rng: Rng) -> Outcome:
    """A difference as large as the margin called none."""
    weights = drawn(np.random.default_rng(10))
    return None, equivalence(contrast(rng, weights, 3, 0.02, 0.1), 0.1) < 0.05


def matched(rng: Rng) -> Outcome:
    """Drops that the clean score explains, after two recipes that start apart: ten languages, three seeds."""
    weights, treated = drawn(np.random.default_rng(11)), np.arange(20) % 2 == 0
    level = 0.6 + 0.05 * treated + np.repeat(rng.normal(0, 0.15, 10), 2)  # of each language, after either recipe
    true = level[None, :] + rng.normal(0, 0.02, (3, 20))
    clean = np.stack([weights @ (one + rng.normal(0, 0.4, (ITEMS, 20))) for one in true], axis=1)
    drops = np.stack([weights @ (0.3 * one + rng.normal(0, 0.4, (ITEMS, 20))) for one in true], axis=1)
    return judged(effect(matched_drop(clean, drops, treated), ITEMS), 0.0)


SIMULATIONS: dict[str, Callable[[Rng], Outcome]] = {
    "contrast, 3 seeds, seeds matter, none": contrasts(3, 0.05, 0.0),
    "contrast, 3 seeds, seeds matter, planted": contrasts(3, 0.05, 0.1),
    "contrast, 3 seeds, seeds matter much, none": contrasts(3, 0.3, 0.0),
    "contrast, 3 seeds, seeds do not matter, none": contrasts(3, 0.0, 0.0),
    "contrast, 5 seeds, seeds matter, planted": contrasts(5, 0.05, 0.1),
    "contrast, 1 seed, seeds do not matter, none": contrasts(1, 0.0, 0.0),
    "paired accuracies, 3 seeds, none": binary(0.0),
    "paired accuracies, 3 seeds, planted": binary(0.05),
    "log-linear slope, none": slopes(0.0),
    "log-linear slope, planted": slopes(0.02),
    "power-law exponent, planted": exponents,
    "flat curve called a law": laws,
    "rank correlation, 12 pairs, none": correlations(0.0, 12),
    "rank correlation, 30 pairs, planted": correlations(0.6, 30),
    "rank correlation, 8 families of 3, none": families,
    "similarity within targets, 6 tasks, none": similarity,
    "mixed model, 8 languages, 5 tasks, 3 seeds, none": mixed_mean(0.0),
    "mixed model, 8 languages, 5 tasks, 3 seeds, planted": mixed_mean(0.05),
    "differences between orders, none": orders,
    "three planned contrasts, none, Holm": family_wise,
    "equivalence at the margin": equivalences,
    "drop at matched clean scores, none": matched,
}


def simulated(repeats: int, only: str) -> Iterator[dict[str, object]]:
    """A line for each simulation that has a word in its name: shares in percent, None where it does not apply."""
    for name, once in ((name, once) for name, once in SIMULATIONS.items() if only in name):
        rng = np.random.default_rng(len(name))
        outcomes = [once(rng) for _ in range(repeats)]
        covered = [one for one, _ in outcomes if one is not None]
        false = [one for _, one in outcomes if one is not None]
        yield {
            "simulation": name,
            "coverage": round(100 * float(np.mean(covered)), 1) if covered else None,
            "false positives": round(100 * float(np.mean(false)), 1) if false else None,
        }


def holds(line: dict[str, object]) -> bool:
    """Coverage within 93 to 97%; false positives within two standard errors of 5%."""
    coverage, false = line["coverage"], line["false positives"]
    return (coverage is None or 93 <= float(str(coverage)) <= 97) and (false is None or float(str(false)) <= 6.4)


def main() -> None:
    """Run all simulations, print them, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--only", default="", help="those with this in their names; the others are kept")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/simulations.json"))
    given = parser.parse_args()
    before = json.loads(given.output.read_text())["simulations"] if given.only else []
    lines = {line["simulation"]: line for line in before}
    for line in simulated(given.repeats, given.only):
        name = str(line["simulation"])
        lines[name] = line | {"holds": holds(line)}
        coverage, false = ("" if line[name] is None else line[name] for name in ("coverage", "false positives"))
        print(f"{line['simulation']:<56} {coverage:>6} {false:>6}  {lines[name]['holds']}", flush=True)
        kept = [lines[name] for name in SIMULATIONS if name in lines]
        given.output.write_text(json.dumps({"repeats": given.repeats, "simulations": kept}, indent=1) + "\n")


if __name__ == "__main__":
    main()
