"""What a plugin author imports: everything here is kept stable, nothing else is."""

from __future__ import annotations

from xeval.columns import answers_of, choice_number, has_label, label_name, labelled_pairs, questions, tagged_tokens
from xeval.contracts import IntermediateTask, LanguageOrder, Perturbation, RankingTask, TargetTask, Task
from xeval.data import PART, Data, FileData, HubData, JoinedData, MadeData
from xeval.errors import BadData, BadValue, XevalError
from xeval.hashing import seed_of
from xeval.hookspecs import hookimpl
from xeval.hubtask import HubTask, Original
from xeval.text.units import Pieces, Unit, change_characters, change_words, chosen, edited, graphemes, words
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

__all__ = [
    "PART",
    "Answer",
    "BadData",
    "BadValue",
    "Data",
    "Document",
    "Example",
    "FileData",
    "FormatName",
    "HubData",
    "HubTask",
    "IntermediateTask",
    "JoinedData",
    "LabelledText",
    "Language",
    "LanguageOrder",
    "MadeData",
    "MultipleChoice",
    "Original",
    "Passage",
    "Perturbation",
    "Phase",
    "Piece",
    "Pieces",
    "Query",
    "Question",
    "RankingTask",
    "Row",
    "SentencePair",
    "Split",
    "TaggedTokens",
    "TargetTask",
    "Task",
    "Training",
    "Unit",
    "XevalError",
    "answers_of",
    "change_characters",
    "change_words",
    "choice_number",
    "chosen",
    "edited",
    "graphemes",
    "has_label",
    "hookimpl",
    "label_name",
    "labelled_pairs",
    "questions",
    "seed_of",
    "tagged_tokens",
    "words",
]
