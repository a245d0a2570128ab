"""Raises in its work."""

import right

from xeval.api import hookimpl


class RaisesInWork(right.Perturbation):
    name = "raises-in-work"

    def perturb(self, text, language, level, rng):
        raise ZeroDivisionError("no vowels")


@hookimpl
def xeval_perturbations():
    return [RaisesInWork()]
