"""Does not say that it needs xeval."""

from xeval.api import change_words, hookimpl


class Undeclared:
    name = "undeclared"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [Undeclared()]
