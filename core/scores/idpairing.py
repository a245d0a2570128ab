"""Each id of a prediction file beside its labels: pairs, answers and rankings, in whatever order they come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xeval.scores.pairing import Files, Marked
from xeval.scores.submissions import bad_file, full_lines_of, json_of, mapping_of
from xeval.values import Answer, Prediction, Question


@dataclass(frozen=True)
class Sought:
    """A query, or one side of a pair, and the uids that it should find."""

    uid: str
    relevant: tuple[str, ...]


# ------------------------------------------------------------------------------------------------------- pairs of ids


def pairs(files: Files) -> list[Marked]:
    """Two ids in each line, parted by a tab, in any order; one row for each pair that is in either file."""
    said, gold = id_pairs(files.said), id_pairs(files.labels)
    return [
        (
            Sought("\t".join(pair), pair[1:] * (pair in gold)),
            Prediction("\t".join(pair), pair[1] if pair in said else None),
        )
        for pair in dict.fromkeys([*gold, *said])
    ]


def id_pairs(path: Path) -> dict[tuple[str, ...], int]:
    """The line of each pair. Raises BadFile for what is no pair, and for one that stands twice."""
    found: dict[tuple[str, ...], int] = {}
    wrong = []
    for line in full_lines_of(path):
        pair = tuple(line.text.split("\t"))
        if len(pair) != 2 or not all(pair):
            wrong.append(f"line {line.number}: {line.text!r} is not two ids parted by a tab")
        elif pair in found:
            wrong.append(f"line {line.number}: the pair {' '.join(pair)} stands in line {found[pair]} already")
        found.setdefault(pair, line.number)
    if wrong:
        raise bad_file(path, wrong)
    return found


# ------------------------------------------------------------------------------------------------------- answers by id


def answers(files: Files) -> list[Marked]:
    """A mapping from questions to answers, beside a file of SQuAD's form in which every question has one."""
    marked = answers_or_none(files)
    without = [f"question {n}: {one.uid!r} has no answer" for n, (one, _) in enumerate(marked, 1) if not one.answers]
    if without:
        raise bad_file(files.labels, without)
    return marked


def answers_or_none(files: Files) -> list[Marked]:
    """A mapping from questions to answers, beside a file of SQuAD's form in which some questions have none."""
    questions = list(gold_questions(files))
    said = by_id(files, [question.uid for question in questions], str, "a text")
    return [(question, prediction(said, question.uid)) for question in questions]


def gold_questions(files: Files) -> Iterator[Question]:
    """The questions of a file of SQuAD's form. Raises BadFile for one that stands twice."""
    document = json_of(files.labels)
    seen: set[str] = set()
    try:
        articles = document["data"] if isinstance(document, dict) else document
        asked = [one for article in articles for part in article["paragraphs"] for one in part["qas"]]
        golds = [(str(one["id"]), [str(answer["text"]) for answer in one["answers"]]) for one in asked]
    except (KeyError, TypeError) as error:
        raise bad_file(files.labels, [f"it has not the form of SQuAD: {type(error).__name__} {error}"]) from None
    for number, (uid, found) in enumerate(golds, start=1):
        if uid in seen:
            raise bad_file(files.labels, [f"question {number}: {uid!r} stands twice"])
        seen.add(uid)
        yield Question(uid, files.language, "", "", tuple(Answer(text, 0) for text in found))


def rankings(files: Files) -> list[Marked]:
    """A mapping from queries to ids, best first; of a query's labels the first counts, as in Mewsli-X."""
    return [(replace(sought, relevant=sought.relevant[:1]), said) for sought, said in rankings_of_all(files)]


def rankings_of_all(files: Files) -> list[tuple[Sought, Prediction | None]]:
    """A mapping from queries to ids, best first; all of a query's labels are right, as in LAReQA."""
    gold = mapping_of(files.labels)
    wrong = [f"entry {n}: {uid!r} has no label" for n, (uid, found) in enumerate(gold.items(), 1) if not id_list(found)]
    if wrong:
        raise bad_file(files.labels, wrong)
    said = by_id(files, gold, list, "a list of ids")
    return [(Sought(uid, tuple(map(str.strip, found))), prediction(said, uid)) for uid, found in gold.items()]


def id_list(found: Any) -> bool:
    """Whether it is a list of texts, not empty."""
    return isinstance(found, list) and bool(found) and all(isinstance(one, str) for one in found)


def by_id(files: Files, wanted: Collection[str], kind: type[str] | type[list[str]], name: str) -> Mapping[str, Any]:
    """What was said by id. Raises BadFile for a value of another kind, and for an id in one of the files only."""
    if not wanted:
        raise bad_file(files.labels, ["it holds nothing to score"])
    said = mapping_of(files.said)
    known = set(wanted)
    wrong = [
        f"entry {number} ({uid!r}): {str(value)[:40]!r} is not {name}"
        for number, (uid, value) in enumerate(said.items(), start=1)
        if not isinstance(value, kind) or any(not isinstance(one, str) for one in value)
    ]
    lacking = [f"{uid!r} has no prediction" for uid in wanted if uid not in said and not files.lenient]
    beyond = [
        f"entry {number}: {uid!r} is not in {files.labels}"
        for number, uid in enumerate(said, start=1)
        if uid not in known and not files.lenient
    ]
    if wrong or lacking or beyond:
        lax = "With --lenient what is missing counts as wrong and what is too much is left out, as in XTREME's script."
        raise bad_file(files.said, [*wrong, *lacking, *beyond], "" if wrong else lax)
    return said


def prediction(said: Mapping[str, Any], uid: str) -> Prediction | None:
    """What was said of an id, if anything was."""
    return Prediction(uid, said[uid]) if uid in said else None
