"""SQuAD v2's best scores: files that say, beside the answers, how likely it is that there is none."""

from __future__ import annotations

from collections.abc import Sequence

from xeval.scores.metrics import metric
from xeval.scores.pairing import Files, Marked
from xeval.scores.squad import best_threshold
from xeval.scores.submissions import bad_file, mapping_of

BEST = {"best_exact": "squad2_em", "best_f1": "squad2_f1"}


def best_scores(files: Files, marked: Sequence[Marked]) -> dict[str, float]:
    """Scores in percent at the best thresholds for giving no answer; none without the file na-prob-LANGUAGE.json.

    It lies beside the predictions and maps questions to numbers, as the official script's --na-prob-file. Equal
    numbers are taken in its order, as there. Raises BadFile.
    """
    path = files.said.with_name(f"na-prob-{files.language}.json")
    if not path.exists():
        return {}
    doubts = mapping_of(path)
    by_uid = {example.uid: (example, said) for example, said in marked if said}
    wrong = [f"entry {n}: {uid!r} has no prediction" for n, uid in enumerate(doubts, 1) if uid not in by_uid]
    wrong += [f"{uid!r} has no number" for uid in by_uid if uid not in doubts]
    wrong += [f"{uid!r}: {value!r} is no number" for uid, value in doubts.items() if type(value) not in (int, float)]
    if wrong:
        raise bad_file(path, wrong)
    rows = [by_uid[uid] for uid in doubts]
    scores = {}
    for shown, name in BEST.items():
        each = [metric(name).statistics(example, said)[0] for example, said in rows]
        has = [bool(example.answers) for example, _ in rows]
        scores[shown] = 100 * best_threshold(each, list(doubts.values()), has, [said.value for _, said in rows]).score
    return scores
