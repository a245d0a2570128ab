"""Offers a class, not an object of it."""

from xeval.api import hookimpl


class Loud:
    name = "class-for-object"
    version = "1"

    def covers(self, language):
        return True

    def perturb(self, text, language, level, rng):
        return []


@hookimpl
def xeval_perturbations():
    return [Loud]
