"""Goes by words, and cuts a word between a letter and its vowel sign."""

import right

from xeval.api import change_words, hookimpl


class CutsLetters(right.Perturbation):
    name = "cuts-letters"

    def covers(self, language):
        return language.script == "Deva"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, dotted, eligible=lambda word: len(word) > 1)


def dotted(word, rng):
    return f"{word[0]}...{word[1:]}"


@hookimpl
def xeval_perturbations():
    return [CutsLetters()]
