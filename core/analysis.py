"""What the author of a study imports beside `xeval.api`: everything here is kept stable."""

from __future__ import annotations

from xeval.studies.agreement import agreement, kappa, rank_consistency
from xeval.studies.alignment import cosine, linear_cka, retrieval_accuracy
from xeval.studies.choosing import ndcg, rank_of_best, regret, regret_of_chance
from xeval.studies.claiming import (
    apart,
    brief,
    explored,
    grid_table,
    meaning,
    p_value,
    planned_claims,
    points,
    sentence,
    shown,
)
from xeval.studies.continual import (
    backward_transfer,
    backward_transfer_by_hop,
    final_average,
    forgetting,
    forward_transfer,
    order_sensitivity,
    order_variance,
    zero_shot,
)
from xeval.studies.correlation import correlation, partial_spearman, smallest_found, spearman, within_targets
from xeval.studies.design import Design, Probe, Selection, TaskFacts
from xeval.studies.estimating import effect, mean_of, paired_t
from xeval.studies.findings import Chart, Claim, Effect, Entry, Findings, Planned, Point, Series, Table, Unit
from xeval.studies.mixed import MixedFit, mixed
from xeval.studies.panel import CLEAN, FloatArray, Noise, Panel, condition
from xeval.studies.results import PublishedScore, Results
from xeval.studies.robust import area, difference_in_differences, drop, flips, matched_drop, relative_drop, worst
from xeval.studies.scaling import Fit, data_multiplier, fit, fits, held_out_error, interval
from xeval.studies.testing import benjamini_hochberg, detectable, equivalence, holm, power, sign_flips, verdict

__all__ = [
    "CLEAN",
    "Chart",
    "Claim",
    "Design",
    "Effect",
    "Entry",
    "Findings",
    "Fit",
    "FloatArray",
    "MixedFit",
    "Noise",
    "Panel",
    "Planned",
    "Point",
    "Probe",
    "PublishedScore",
    "Results",
    "Selection",
    "Series",
    "Table",
    "TaskFacts",
    "Unit",
    "agreement",
    "apart",
    "area",
    "backward_transfer",
    "backward_transfer_by_hop",
    "benjamini_hochberg",
    "brief",
    "condition",
    "correlation",
    "cosine",
    "data_multiplier",
    "detectable",
    "difference_in_differences",
    "drop",
    "effect",
    "equivalence",
    "explored",
    "final_average",
    "fit",
    "fits",
    "flips",
    "forgetting",
    "forward_transfer",
    "grid_table",
    "held_out_error",
    "holm",
    "interval",
    "kappa",
    "linear_cka",
    "matched_drop",
    "mean_of",
    "meaning",
    "mixed",
    "ndcg",
    "order_sensitivity",
    "order_variance",
    "p_value",
    "paired_t",
    "partial_spearman",
    "planned_claims",
    "points",
    "power",
    "rank_consistency",
    "rank_of_best",
    "regret",
    "regret_of_chance",
    "relative_drop",
    "retrieval_accuracy",
    "sentence",
    "shown",
    "sign_flips",
    "smallest_found",
    "spearman",
    "verdict",
    "within_targets",
    "worst",
    "zero_shot",
]
