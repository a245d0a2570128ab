"""Imports what is not public."""

from xeval.api import change_words, hookimpl
from xeval.text.units import graphemes  # noqa: F401


class PrivateImport:
    name = "private-import"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [PrivateImport()]
