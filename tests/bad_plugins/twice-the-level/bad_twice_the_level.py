"""Changes twice as much as it is told to."""

from xeval.api import change_words, hookimpl


class TwiceTheLevel:
    name = "twice-the-level"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, min(1.0, 2 * level), rng, lambda word, own: word + "x")


@hookimpl
def xeval_perturbations():
    return [TwiceTheLevel()]
