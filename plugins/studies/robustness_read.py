"""What the robustness study reads from its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from xeval.analysis import (
    CLEAN,
    Claim,
    Effect,
    Entry,
    FloatArray,
    Noise,
    Panel,
    Table,
    brief,
    difference_in_differences,
    effect,
    explored,
    grid_table,
    matched_drop,
    mean_of,
    planned_claims,
    shown,
)
from xeval.api import Findings, Planned, Results
from xeval.plugins.studies.common import ENGLISH, MANY, NOTHING
from xeval.plugins.studies.noisecurves import chart, curve_table, flip_table, noises
from xeval.plugins.studies.reading import arms_of, basis, estimated, generalised, note_of_languages, units_in

PAIRS = {"english": (ENGLISH, NOTHING), "multilingual": (MANY, NOTHING), "between": (MANY, ENGLISH)}
NAMES = {
    "english": "source language minus none",
    "multilingual": "several languages minus none",
    "between": "several languages minus source language",
}
LEAST = 0.01  # of a score: what noise must cost the baseline, for recipes to be told apart by it
DEFINITIONS = (
    (
        "Change under noise: noisy minus clean score. Its difference between two recipes (difference in differences) "
        "is the mean over levels and target tasks; below 0, the first loses more."
    ),
    (
        "At the same clean score: what is left of that difference once drops are regressed on clean scores over "
        "languages, with an intercept for each target and level. What starts higher has more to lose."
    ),
    "A prediction is all that is said of an item: the tags of a whole sentence, so one changed tag changes it.",
)


def read(contrasts: Sequence[Planned], results: Results) -> Findings:
    """The findings: differences in differences over all levels as planned, the rest explored."""
    panels = [panel for panel in results.panels if noises(panel)]
    found = {contrast: over_targets(panels, results, pair) for contrast, pair in PAIRS.items()}
    effects = {contrast: of for contrast, of in found.items() if of is not None}
    claims = planned_claims(contrasts, effects)
    matched = matched_drops(panels, results)
    return Findings(
        answer=answer(claims, matched, panels),
        claims=claims,
        tables=(
            level_table(panels, results, matched),
            curve_table(panels),
            grid_table(
                "Change under noise minus that after none, by language (below 0: loses more)",
                explored(by_language(panels, results)),
                "language, intermediate task in",
            ),
            flip_table(results),
            generalised(panels, {NAMES[name]: cellwise(results, *pair) for name, pair in PAIRS.items()}),
        ),
        charts=tuple(map(chart, panels)),
        warnings=(*results.design.warnings, *unharmed(panels)),
        notes=(*note_of_languages(panels), *DEFINITIONS),
    )


def unharmed(panels: Sequence[Panel]) -> Iterator[str]:
    """A warning of the targets whose baseline noise hardly touches: there no recipe can lose less."""
    names = [panel.target for panel in panels if "none" in panel.recipes and cost_of_noise(panel) < LEAST]
    if names:
        yield (
            f"On {', '.join(names)} noise costs the baseline less than {100 * LEAST:.0f} point (its scores may be at "
            "chance): recipes cannot be told apart there, and 'no difference' says little."
        )


def cost_of_noise(panel: Panel) -> float:
    """What the hardest noise takes from the zero-shot score without an intermediate task."""
    drops = [panel.at("none", panel.zero_shot(n)) - panel.at("none", panel.zero_shot(n), n) for n in noises(panel)]
    return max(float(drop[0].mean()) for drop in drops)


def losses(panel: Panel, results: Results, pair: tuple[str, str], levels: Sequence[Noise] = ()) -> FloatArray | None:
    """The difference in differences of two roles, (1 + samples, seeds), mean over recipes of a role and levels."""
    first, second = (arms_of(results, role) for role in pair)
    if not first or not second:
        return None
    found = []
    for noise in levels or noises(panel):
        languages = panel.zero_shot(noise)
        treated, treated_clean = (mean_of([panel.at(r, languages, c) for r in first]) for c in (noise, CLEAN))
        control, control_clean = (mean_of([panel.at(r, languages, c) for r in second]) for c in (noise, CLEAN))
        found.append(difference_in_differences(treated, treated_clean, control, control_clean))
    return mean_of(found)


def over_targets(panels: Sequence[Panel], results: Results, pair: tuple[str, str], level: float = 0.0) -> Effect | None:
    """The difference in differences of two roles over all targets, at one level of each noise or at all."""
    found = []
    for panel in panels:
        levels = [noise for noise in noises(panel) if level in (0.0, noise[1])]
        if levels and (value := losses(panel, results, pair, levels)) is not None:
            found.append(value)
    return effect(mean_of(found), units_in(panels)) if found else None


def level_table(panels: Sequence[Panel], results: Results, matched: Mapping[str, Effect]) -> Table:
    """The planned differences level by level, over all levels, and at the same clean score."""
    there = {name: pair for name, pair in PAIRS.items() if over_targets(panels, results, pair) is not None}
    steps = sorted({noise[1] for panel in panels for noise in noises(panel)})
    rows: list[tuple[Entry, ...]] = [
        (f"@{level:g}" if level else "all", *(over_targets(panels, results, pair, level) for pair in there.values()))
        for level in (*steps, 0.0)
    ]
    rows.append(("all, at the same clean score", *(matched.get(name) for name in there)))
    heads = ("level", *(NAMES[name] for name in there))
    title = "Change under noise, between recipes (below 0: the first loses more)"
    return Table(title, heads, tuple(rows), captions=("Explored, but for the mean over all levels.",), signed=True)


def cellwise(results: Results, role: str, base: str) -> Callable[[Panel, str], FloatArray | None]:
    """The difference in differences of two roles in one language, mean over levels."""
    first, second = arms_of(results, role), arms_of(results, base)

    def contrast(panel: Panel, code: str) -> FloatArray | None:
        found = [
            panel.gain(arm, second[0], [code], noise) - panel.gain(arm, second[0], [code])
            for noise in noises(panel)
            if second and code in panel.complete(noise)
            for arm in first
        ]
        return mean_of(found) if found else None

    return contrast


def by_language(panels: Sequence[Panel], results: Results) -> dict[str, Effect]:
    """Each language's difference in differences against none, mean over targets and levels."""
    found = {}
    for role in (ENGLISH, MANY):
        arms, base = arms_of(results, role), arms_of(results, NOTHING)
        for code in results.design.languages if arms and base else ():
            values = [
                panel.gain(arm, base[0], [code], noise) - panel.gain(arm, base[0], [code])
                for panel in panels
                for noise in noises(panel)
                for arm in arms
                if code in panel.complete(noise)
            ]
            if values:
                found[f"{code}, {role}"] = effect(mean_of(values), units_in(panels))
    return found


def matched_drops(panels: Sequence[Panel], results: Results) -> dict[str, Effect]:
    """For each pair of roles, the difference in change under noise at the same clean score, draw by draw."""
    found = {}
    for contrast, (role, base) in PAIRS.items():
        arms = [(arm, True) for arm in arms_of(results, role)] + [(arm, False) for arm in arms_of(results, base)]
        rows = [
            (panel.at(arm, [code]), panel.at(arm, [code], noise), treated, (panel.target, noise))
            for panel in panels
            for noise in noises(panel)
            for code in panel.zero_shot(noise)
            for arm, treated in arms
        ]
        if {treated for _, treated in arms} != {True, False} or not rows:
            continue
        clean, noisy = (np.stack([row[place] for row in rows], axis=-1) for place in (0, 1))
        treated = np.array([row[2] for row in rows])
        found[contrast] = effect(
            -matched_drop(clean, clean - noisy, treated, [row[3] for row in rows]), units_in(panels)
        )
    return estimated(found)


def answer(claims: Sequence[Claim], matched: Mapping[str, Effect], panels: Sequence[Panel]) -> str:
    """The answer in one paragraph."""
    if not claims:
        return "Nothing could be compared: too much was not scored."
    level = "; ".join(f"{NAMES[name]} {shown(of)}" for name, of in matched.items())
    same = f"At the same clean score (explored): {level}." if matched else ""
    return " ".join(filter(None, [*map(brief, claims), same, basis(panels)]))
