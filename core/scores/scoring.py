"""Scores of prediction files, by the rules of XTREME's own script and under its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xeval.errors import MissingData, UnknownName
from xeval.scores.idpairing import answers, answers_or_none, pairs, rankings, rankings_of_all
from xeval.scores.metrics import Metric, metric
from xeval.scores.noanswers import best_scores
from xeval.scores.pairing import Files, Marked, Pairing, choices, labels, tags
from xeval.scores.submissions import files_in


@dataclass(frozen=True)
class Rules:
    """How a task's files are read, and its metrics: from the reference's name of each to xeval's.

    `more` makes scores that are no metrics, from files beside the predictions; it may make none.
    """

    suffix: str
    pair: Pairing
    metrics: Mapping[str, str]
    known: tuple[str, ...] = ()
    more: Callable[[Files, Sequence[Marked]], dict[str, float]] | None = None


@dataclass(frozen=True)
class Scores:
    """Scores of one system on one task, in percent; `unscored` are languages with predictions and without labels."""

    task: str
    languages: Mapping[str, Mapping[str, float]]
    unscored: tuple[str, ...] = ()

    @property
    def average(self) -> dict[str, float]:
        """The unweighted mean over languages, English among them, as XTREME averages, of what each language has."""
        rows = list(self.languages.values())
        names = [name for name in rows[0] if all(name in row for row in rows)]
        return {name: sum(row[name] for row in rows) / len(rows) for name in names}

    def document(self) -> dict[str, object]:
        """What `xeval score --json` prints."""
        return {"task": self.task, "languages": self.languages, "average": self.average}


ACCURACY = {"accuracy": "accuracy"}
SQUAD = {"exact_match": "squad_em", "f1": "squad_f1"}
NLI = ("entailment", "neutral", "contradiction")
ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
UPOS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"
RULES = {
    "pawsx": Rules("tsv", labels, ACCURACY, ("0", "1")),
    "xnli": Rules("tsv", labels, ACCURACY, NLI),
    "xcopa": Rules("jsonl", choices, ACCURACY),
    "panx": Rules("tsv", tags, {name: name for name in ("f1", "precision", "recall")}, ENTITIES),
    "udpos": Rules(
        "tsv", tags, {name: f"xtreme_{name}" for name in ("f1", "precision", "recall")}, tuple(UPOS.split())
    ),
    "bucc2018": Rules("tsv", pairs, {name: f"mining_{name}" for name in ("f1", "precision", "recall")}),
    "tatoeba": Rules("tsv", labels, ACCURACY),
    "xquad": Rules("json", answers, SQUAD),
    "mlqa": Rules("json", answers, {"exact_match": "mlqa_em", "f1": "mlqa_f1"}),
    "tydiqa": Rules("json", answers, SQUAD),
    "squad2": Rules("json", answers_or_none, {"exact_match": "squad2_em", "f1": "squad2_f1"}, more=best_scores),
    "mewslix": Rules("json", rankings, {"map@20": "map_at_20"}),
    "lareqa": Rules("json", rankings_of_all, {"map@20": "map_at_20"}),  # our own layout: XTREME has none
}


def rules_of(task: str) -> Rules:
    """The rules of a task. Raises UnknownName."""
    if task not in RULES:
        raise UnknownName("task of XTREME's layout", task, RULES)
    return RULES[task]


def score_files(task: str, predictions: Path, gold: Path, lenient: bool = False) -> Scores:
    """Scores of PREDICTIONS/TASK/test-LANGUAGE against GOLD/TASK/test-LANGUAGE, in every language that has labels.

    Raises MissingData for a language without predictions, BadFile for a file with mistakes, UnknownName for the task.
    """
    rules = rules_of(task)
    wanted, said = files_in(gold, task, rules.suffix), files_in(predictions, task, rules.suffix)
    lacking = [code for code in wanted if code not in said]
    if lacking:
        raise MissingData(
            f"{predictions / task} has no predictions in {', '.join(lacking)}, for which there are labels.",
            hint=f"Each language has a file, such as test-{lacking[0]}.{rules.suffix}.",
        )
    scores = {}
    for code, path in wanted.items():
        files = Files(said[code], path, code, lenient, rules.known)
        marked = rules.pair(files)
        scores[code] = {name: percent(metric(own), marked) for name, own in rules.metrics.items()}
        scores[code] |= rules.more(files, marked) if rules.more else {}
    return Scores(task, scores, tuple(code for code in said if code not in wanted))


def percent(of: Metric, marked: Sequence[Marked]) -> float:
    """A score of examples and what was said of them; nothing said is nothing right."""
    rows = [of.statistics(example, said) if said else (0.0, 1.0) for example, said in marked]
    return 100 * float(of.score(np.array(rows, dtype=np.float64).sum(axis=0)))
