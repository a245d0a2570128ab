"""Draws from the chance of the whole program."""

import random

import right

from xeval.api import hookimpl


class GlobalRandom(right.Perturbation):
    name = "global-random"

    def edit(self, word, rng):
        return word + random.choice("xyz")


@hookimpl
def xeval_perturbations():
    return [GlobalRandom()]
