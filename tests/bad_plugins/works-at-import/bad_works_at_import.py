"""Writes a file when it is imported."""

from pathlib import Path
from tempfile import gettempdir

Path(gettempdir(), "works-at-import.txt").write_text("here")

from xeval.api import change_words, hookimpl


class WorksAtImport:
    name = "works-at-import"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [WorksAtImport()]
