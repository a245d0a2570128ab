"""Strategies for hypothesis: texts drawn from the letters of many scripts and from what is hard about Unicode."""

from __future__ import annotations

from hypothesis import strategies as st

from xeval.testing.samples import HARD, LETTERS, SENTENCES, languages
from xeval.values import Language


def any_text() -> st.SearchStrategy[str]:
    """Sentences of every script, what is hard, and letters of all of them in any order."""
    parts = st.one_of(
        st.sampled_from([text for text, _ in SENTENCES.values()] + HARD),
        st.text(st.sampled_from(LETTERS), max_size=12),
        st.text(max_size=8),
    )
    return st.lists(parts, max_size=3).map(" ".join) | st.lists(parts, max_size=3).map("".join)


def any_language() -> st.SearchStrategy[Language]:
    """The language of one of the sentences."""
    return st.sampled_from(list(languages().values()))
