"""Draws from the chance of the whole program."""

import random

from xeval.api import change_words, hookimpl


class GlobalRandom:
    name = "global-random"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, lambda word, own: word + random.choice("xyz"))


@hookimpl
def xeval_perturbations():
    return [GlobalRandom()]
