"""The formats by name."""

from __future__ import annotations

from xeval.errors import UnknownName
from xeval.formats.classification import CLASSIFICATION
from xeval.formats.features import Format
from xeval.formats.masked_lm import MASKED_LM
from xeval.formats.multiple_choice import MULTIPLE_CHOICE
from xeval.formats.ranking import RANKING
from xeval.formats.retrieval import RETRIEVAL
from xeval.formats.span_qa import SPAN_QA
from xeval.formats.tagging import TAGGING

TABLE: dict[str, Format] = {
    of.name: of for of in (CLASSIFICATION, TAGGING, SPAN_QA, MULTIPLE_CHOICE, RETRIEVAL, RANKING, MASKED_LM)
}


def format_of(name: str) -> Format:
    """The format of that name. Raises UnknownName."""
    if name not in TABLE:
        raise UnknownName("format", name, TABLE)
    return TABLE[name]
