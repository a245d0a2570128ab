"""Sentences in many scripts, under the name that the tests know them by."""

from __future__ import annotations

from xeval.testing.samples import HARD, LETTERS
from xeval.testing.samples import SENTENCES as ALL
from xeval.testing.texts import any_text

__all__ = ["ALL", "HARD", "LETTERS", "any_text"]
