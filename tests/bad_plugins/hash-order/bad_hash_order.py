"""What it does depends on the order of a set."""

from xeval.api import change_words, hookimpl


class HashOrder:
    name = "hash-order"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(
            text, language, level, rng, lambda word, own: word + next(iter({"xa", "yb", "zc", "qd", "re"}))
        )


@hookimpl
def xeval_perturbations():
    return [HashOrder()]
