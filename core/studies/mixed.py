"""Do gains hold for other languages, tasks and seeds? A linear model with crossed random intercepts, by REML."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xeval.studies.estimating import with_t
from xeval.studies.findings import Effect
from xeval.studies.panel import FloatArray


@dataclass(frozen=True, eq=False)
class MixedFit:
    """Fixed effects by name, and standard deviations: of each random intercept, and of the rest."""

    effects: Mapping[str, Effect]
    deviations: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class _Model:
    """y (n,), fixed X (n, p), one indicator matrix for each grouping, and their products."""

    y: FloatArray
    x: FloatArray
    z: tuple[FloatArray, ...]

    def solved(self, ratios: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """-2 log REML profiled over sigma^2, the coefficients, and their covariance over sigma^2.

        V = I + sum_k ratio_k Z_k Z_k', inverted through the few levels that there are (Woodbury).
        """
        n, p = self.x.shape
        z = np.hstack([math.sqrt(ratio) * one for ratio, one in zip(ratios, self.z, strict=True)])
        inner = np.eye(z.shape[1]) + z.T @ z
        stacked = np.column_stack([self.x, self.y])
        weighted = stacked - z @ np.linalg.solve(inner, z.T @ stacked)
        information = self.x.T @ weighted[:, :p]
        beta = np.linalg.solve(information, self.x.T @ weighted[:, p])
        rss = float(self.y @ weighted[:, p] - beta @ (self.x.T @ weighted[:, p]))
        logs = np.linalg.slogdet(inner)[1] + np.linalg.slogdet(information)[1]
        value = (n - p) * math.log(max(rss, 1e-300) / (n - p)) + float(logs)
        covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
        return value, np.asarray(beta, dtype=np.float64), covariance

    def sigma(self, ratios: FloatArray) -> float:
        """sigma^2 at some ratios."""
        value, _, covariance = self.solved(ratios)
        n, p = self.x.shape
        z = np.hstack([math.sqrt(ratio) * one for ratio, one in zip(ratios, self.z, strict=True)])
        logs = np.linalg.slogdet(np.eye(z.shape[1]) + z.T @ z)[1] - np.linalg.slogdet(covariance)[1]
        return math.exp((float(value) - float(logs)) / (n - p))


def mixed(y: Sequence[float], fixed: Mapping[str, Sequence[float]], groups: Mapping[str, Sequence[str]]) -> MixedFit:
    """y = mean + fixed effects + a random intercept for each grouping (crossed) + rest, by REML.

    `mean` is among the effects: that of all where every covariate is at its mean. Satterthwaite's degrees of freedom,
    as lmerTest has them (Kuznetsova et al. 2017); a grouping of one level is left out. Raises ValueError for fewer
    observations than effects, or covariates that cannot be told apart.
    """
    columns = [np.asarray(one, dtype=np.float64) - np.mean(one) for one in fixed.values()]
    model = _Model(
        np.asarray(y, dtype=np.float64),
        np.column_stack([np.ones(len(y)), *columns]),
        tuple(indicators(one) for one in groups.values() if len(set(one)) > 1),
    )
    if len(y) <= model.x.shape[1] or np.linalg.matrix_rank(model.x) < model.x.shape[1]:
        raise ValueError("there are fewer observations than effects, or two covariates say the same")
    named = [name for name, one in groups.items() if len(set(one)) > 1]
    ratios = fitted(model)
    _, beta, covariance = model.solved(ratios)
    sigma = model.sigma(ratios)
    effects = {}
    for place, name in enumerate(("mean", *fixed)):
        error = math.sqrt(sigma * covariance[place, place])
        effects[name] = with_t(float(beta[place]), error, freedom(model, ratios, sigma, place), items=len(y))
    deviations = {name: math.sqrt(sigma * ratio) for name, ratio in zip(named, ratios, strict=True)}
    return MixedFit(effects, deviations | {"rest": math.sqrt(sigma)})


def indicators(labels: Sequence[str]) -> FloatArray:
    """One column for each level: 1 where it holds."""
    levels = sorted(set(labels))
    return np.array([[float(label == level) for level in levels] for label in labels])


def fitted(model: _Model) -> FloatArray:
    """The ratios of variances that maximise REML; from three starts, since 0 is a wall."""
    from scipy import optimize

    if not model.z:
        return np.zeros(0)
    found = [
        optimize.minimize(
            lambda roots: model.solved(roots**2)[0], np.full(len(model.z), start), bounds=[(0, 1e3)] * len(model.z)
        )
        for start in (0.1, 0.7, 2.0)
    ]
    best = min(found, key=lambda one: float(one.fun))
    return np.asarray(best.x, dtype=np.float64) ** 2


def freedom(model: _Model, ratios: FloatArray, sigma: float, place: int) -> float:
    """Satterthwaite's degrees of freedom of a coefficient: 2 v^2 / var(v), by numeric derivatives of REML.

    Variances at the wall of 0 are taken as known. Never fewer than 1, never more than the residual's.
    """
    n, p = model.x.shape
    kept = [k for k, ratio in enumerate(ratios) if ratio > 1e-6]
    start = np.log(np.array([sigma * ratios[k] for k in kept] + [sigma]))

    def unpacked(logs: FloatArray) -> tuple[FloatArray, float]:
        full, rest = np.zeros(len(ratios)), math.exp(logs[-1])
        full[kept] = np.exp(logs[:-1]) / rest
        return full, rest

    def deviance(logs: FloatArray) -> float:
        full, rest = unpacked(logs)
        profiled, at = model.solved(full)[0], model.sigma(full)
        return float(profiled + (n - p) * (math.log(rest / at) + at / rest - 1))

    def variance(logs: FloatArray) -> float:
        full, rest = unpacked(logs)
        return rest * float(model.solved(full)[2][place, place])

    gradient, hessian = _derivatives(variance, start)[0], _derivatives(deviance, start)[1]
    spread = 2 * np.linalg.pinv(hessian, hermitian=True)
    below = float(gradient @ spread @ gradient)
    return min(float(n - p), max(1.0, 2 * variance(start) ** 2 / below)) if below > 0 else float(n - p)


def _derivatives(
    call: Callable[[FloatArray], float], at: FloatArray, step: float = 1e-3
) -> tuple[FloatArray, FloatArray]:
    """Gradient and Hessian by central differences."""
    unit = np.eye(len(at)) * step

    def value(*moves: FloatArray) -> float:
        return call(at + sum(moves, np.zeros(len(at))))

    gradient = np.array([(value(u) - value(-u)) / (2 * step) for u in unit])
    hessian = np.array(
        [[(value(u, v) - value(u, -v) - value(-u, v) + value(-u, -v)) / (4 * step**2) for v in unit] for u in unit]
    )
    return gradient, hessian
