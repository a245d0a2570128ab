"""From estimates to claims: planned ones corrected by Holm, grids by Benjamini and Hochberg, and said in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from xeval.studies.findings import Claim, Effect, Planned, Table, Unit, Verdict
from xeval.studies.testing import benjamini_hochberg, detectable, holm, verdict

SAID: tuple[Verdict, ...] = ("higher", "lower", "equivalent")  # the verdicts that a study has words for


def planned_claims(
    contrasts: Sequence[Planned], effects: Mapping[str, Effect], units: Mapping[str, Unit] | None = None
) -> tuple[Claim, ...]:
    """A claim for each contrast that a study planned and that could be estimated; p by Holm over them."""
    there = [one for one in contrasts if one.name in effects]
    found, count = [], sum(not math.isnan(effects[one.name].p) for one in there)
    for one, p in zip(there, holm([effects[one.name].p for one in there]), strict=True):
        of, unit = effects[one.name], (units or {}).get(one.name, "points")
        margin = one.margin if unit == "points" else None
        seen = detectable(of.error, of.df) if unit == "points" else None
        how = f"Holm over {count}" if count > 1 else ""
        judged = verdict(of, p, margin)
        said = dict(zip(SAID, one.words, strict=True)).get(judged, "")
        found.append(Claim(one.name, one.statement, of, p, judged, True, unit, how, margin, seen, said))
    return tuple(found)


def explored(effects: Mapping[str, Effect], unit: Unit = "points") -> tuple[Claim, ...]:
    """A claim for each cell of a grid that was not planned; p by Benjamini and Hochberg over it."""
    adjusted = benjamini_hochberg([of.p for of in effects.values()])
    how = f"Benjamini-Hochberg over {sum(not math.isnan(p) for p in adjusted)}"
    return tuple(
        Claim(name, name, of, p, verdict(of, p, None), False, unit, how)
        for (name, of), p in zip(effects.items(), adjusted, strict=True)
    )


def apart(claims: Sequence[Claim]) -> int:
    """How many claims have a direction."""
    return sum(claim.verdict in ("higher", "lower") for claim in claims)


def points(share: float) -> str:
    """A difference of shares in points, with its sign.

    >>> points(0.0312)
    '+3.1'
    """
    return f"{100 * share:+.1f}"


def shown(of: Effect, unit: Unit = "points") -> str:
    """An estimate with its interval.

    >>> shown(Effect(0.031, 0.012, 0.05, 0.001))
    '+3.1 points (95% interval +1.2 to +5.0)'
    """
    if not math.isfinite(of.value):
        return "no estimate"
    name = " points" if unit == "points" else ""
    form = points if unit == "points" else "{:+.2f}".format
    if not math.isfinite(of.low):
        return f"{form(of.value)}{name} (no interval)"
    return f"{form(of.value)}{name} (95% interval {form(of.low)} to {form(of.high)})"


def p_value(p: float) -> str:
    """A p as people write it.

    >>> p_value(0.00001), p_value(0.0312)
    ('p < 0.001', 'p = 0.031')
    """
    return "no p" if math.isnan(p) else "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def sentence(claim: Claim) -> str:
    """A claim in words: what was asked, what was found, and how sure that is."""
    of = claim.effect
    how = f", {claim.adjustment}" if claim.adjustment else ""
    what = "pairs" if claim.unit == "correlation" else "items"
    rests = f"{of.seeds} seed{'s' if of.seeds > 1 else ''}" + (f", {of.items} {what}" if of.items else "")
    found = f"{claim.statement}: {shown(of, claim.unit)}, {p_value(claim.p)}{how}; {rests}."
    return f"{found} {meaning(claim)}"


def brief(claim: Claim) -> str:
    """A claim in a few words, for the answer."""
    sure = {"higher": "separable", "lower": "separable", "equivalent": "no difference that matters"}
    where = ", on one seed" if claim.effect.seeds == 1 else ""
    if claim.said:
        return f"{claim.said}: {shown(claim.effect, claim.unit)}{where}."
    if claim.verdict == "undecided":
        return f"Undecided{where}: {claim.statement}: {shown(claim.effect, claim.unit)}."
    return f"{claim.statement}: {shown(claim.effect, claim.unit)}, {sure[claim.verdict]}{where}."


def grid_table(title: str, claims: Sequence[Claim], head: str = "") -> Table:
    """A grid of explored claims as a table: the estimates, and their p adjusted for the grid."""
    rows = tuple((claim.name, claim.effect, p_value(claim.p), claim.verdict) for claim in claims)
    unit = claims[0].unit if claims else "points"
    captions = (f"Explored; p by {claims[0].adjustment}.",) if claims else ("Nothing could be estimated.",)
    return Table(title, (head, "estimate (95% interval)", "p", "verdict"), rows, unit, captions, signed=True)


def meaning(claim: Claim) -> str:
    """What a claim's verdict means."""
    if claim.verdict == "equivalent":
        return f"No difference as large as {100 * (claim.margin or 0):.0f} point (two one-sided tests)."
    if claim.verdict == "undecided":
        seen = claim.detectable
        if seen is None or math.isnan(seen):
            return "Undecided."
        return f"Undecided: this design finds a true difference of {100 * seen:.1f} points in 8 of 10 runs."
    return "Separable." if claim.effect.seeds > 1 else "Separable, on one seed."
