"""Raises when it is asked about a language."""

from xeval.api import change_words, hookimpl


class RaisesInCovers:
    name = "raises-in-covers"
    version = "1"

    def covers(self, language):
        return {"en": True}[language.code]

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [RaisesInCovers()]
