"""MultiCheckList: six tests of what a reader of questions understands, in many languages; a diagnosis, in no average.

Its suites are pickled objects of the package checklist, which are not safe to open: the user writes out what is in
them, a line of JSON for each question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xeval.api import Answer, HubTask, Original, Question, Row, hookimpl
from xeval.tasks.target.settings import QUESTIONS

CODES = """
    af ar az bg bn de el en es et eu fa fi fr gu he hi ht hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt qu ru sw ta
    te th tl tr uk ur vi wo yo zh
"""
LANGUAGES = tuple(CODES.split())
TESTS = {
    "A is COMP than B. Who is more / less COMP?": "comp",
    "Intensifiers (very, super, extremely) and reducers (somewhat, kinda, etc)?": "intense",
    "size, shape, age, color": "props",
    "Profession vs nationality": "profession_nationality",
    "Animal vs Vehicle": "animal_vehicle",
    "Animal vs Vehicle v2": "animal_vehicle_v2",
}


def read(rows: Iterable[Row], language: str) -> Iterator[Question]:
    """Questions; those of one case of a test are a group, which is passed as a whole. Raises ValueError."""
    for number, row in enumerate(rows):
        test, context, answer = TESTS.get(row["test"], row["test"]), row["context"], row["answer"]
        if test not in TESTS.values():
            raise ValueError(f"there is no test {test!r}; there are {', '.join(TESTS.values())}")
        if not answer or answer not in context:
            raise ValueError(f"the answer {answer!r} is not in its context")
        answers = (Answer(answer, context.index(answer)),)
        yield Question(f"{language}-{number}", language, row["question"], context, answers, f"{test} {row['case']}")


MULTICHECKLIST = HubTask(
    name="multichecklist",
    format="span_qa",
    repository="MultiCheckList",
    columns=("test", "case", "context", "question", "answer"),
    read=read,
    training=QUESTIONS,
    languages=LANGUAGES,
    metric="pass_rate",
    trains_on=("squad",),
    original=Original("jsonl", {"test": ("{language}.jsonl",)}),
    off_hub=LANGUAGES,
)


@hookimpl
def xeval_target_tasks() -> list[HubTask]:
    """MultiCheckList."""
    return [MULTICHECKLIST]
