"""What a plugin author imports: everything here is kept stable, nothing else is."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xeval.cell import Cell
from xeval.columns import answers_of, choice_number, has_label, label_name, labelled_pairs, questions, tagged_tokens
from xeval.contracts import (
    IntermediateTask,
    LanguageOrder,
    LearningPerturbation,
    Observer,
    Perturbation,
    RankingTask,
    SearchingPerturbation,
    Study,
    TargetTask,
    Task,
    Tracking,
)
from xeval.data import PART, Data, FileData, HubData, JoinedData, MadeData
from xeval.errors import BadData, BadFile, BadValue, XevalError
from xeval.files import read_text
from xeval.hashing import seed_of
from xeval.hookspecs import hookimpl
from xeval.hubtask import HubTask, Original
from xeval.notices import CellScored, Notice, RunBegan, RunEnded, StageEnded
from xeval.perturbation import PerturbationRef
from xeval.studies.design import Design, Probe, Selection, TaskFacts
from xeval.studies.findings import Findings, Planned
from xeval.studies.results import Results
from xeval.text.units import Edits, Pieces, Unit, change_characters, change_words, chosen, edited, graphemes, words
from xeval.tuning import Training
from xeval.values import (
    Answer,
    Document,
    Example,
    FormatName,
    LabelledText,
    Language,
    MultipleChoice,
    Passage,
    Phase,
    Piece,
    Query,
    Question,
    Row,
    SentencePair,
    Split,
    TaggedTokens,
)

if TYPE_CHECKING:
    from xeval.text.chance import places as counted_places
    from xeval.text.choosing import (
        Change,
        Hit,
        change_many_characters,
        change_many_words,
        chosen_of,
        edits_of,
    )
    from xeval.text.manygraphemes import Graphemes, graphemes_of
    from xeval.text.manywords import Words, words_of
    from xeval.text.replacing import replace_many_characters, replace_many_words
    from xeval.text.splicing import Splices, spliced, splices

MANY = {  # for work on many texts at once, by name and where it is: it brings numpy along, so it is imported when asked
    "Change": "choosing",
    "Graphemes": "manygraphemes",
    "Hit": "choosing",
    "Splices": "splicing",
    "Words": "manywords",
    "change_many_characters": "choosing",
    "change_many_words": "choosing",
    "chosen_of": "choosing",
    "counted_places": "chance",
    "edits_of": "choosing",
    "graphemes_of": "manygraphemes",
    "replace_many_characters": "replacing",
    "replace_many_words": "replacing",
    "spliced": "splicing",
    "splices": "splicing",
    "words_of": "manywords",
}


def __getattr__(name: str) -> Any:
    if name not in MANY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"xeval.text.{MANY[name]}"), {"counted_places": "places"}.get(name, name))


__all__ = [
    "PART",
    "Answer",
    "BadData",
    "BadFile",
    "BadValue",
    "Cell",
    "CellScored",
    "Change",
    "Data",
    "Design",
    "Document",
    "Edits",
    "Example",
    "FileData",
    "Findings",
    "FormatName",
    "Graphemes",
    "Hit",
    "HubData",
    "HubTask",
    "IntermediateTask",
    "JoinedData",
    "LabelledText",
    "Language",
    "LanguageOrder",
    "LearningPerturbation",
    "MadeData",
    "MultipleChoice",
    "Notice",
    "Observer",
    "Original",
    "Passage",
    "Perturbation",
    "PerturbationRef",
    "Phase",
    "Piece",
    "Pieces",
    "Planned",
    "Probe",
    "Query",
    "Question",
    "RankingTask",
    "Results",
    "Row",
    "RunBegan",
    "RunEnded",
    "SearchingPerturbation",
    "Selection",
    "SentencePair",
    "Splices",
    "Split",
    "StageEnded",
    "Study",
    "TaggedTokens",
    "TargetTask",
    "Task",
    "TaskFacts",
    "Tracking",
    "Training",
    "Unit",
    "Words",
    "XevalError",
    "answers_of",
    "change_characters",
    "change_many_characters",
    "change_many_words",
    "change_words",
    "choice_number",
    "chosen",
    "chosen_of",
    "counted_places",
    "edited",
    "edits_of",
    "graphemes",
    "graphemes_of",
    "has_label",
    "hookimpl",
    "label_name",
    "labelled_pairs",
    "questions",
    "read_text",
    "replace_many_characters",
    "replace_many_words",
    "seed_of",
    "spliced",
    "splices",
    "tagged_tokens",
    "words",
    "words_of",
]
