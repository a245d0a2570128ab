"""Loads a heavy library when it is imported."""

import torch  # noqa: F401

from xeval.api import change_words, hookimpl


class HeavyImport:
    name = "heavy-import"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [HeavyImport()]
