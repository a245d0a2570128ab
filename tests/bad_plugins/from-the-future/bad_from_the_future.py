"""Needs an xeval that is not there yet."""

from xeval.api import change_words, hookimpl


class FromTheFuture:
    name = "from-the-future"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [FromTheFuture()]
