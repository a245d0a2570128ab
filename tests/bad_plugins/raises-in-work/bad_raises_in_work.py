"""Raises in its work."""

from xeval.api import hookimpl


class RaisesInWork:
    name = "raises-in-work"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        raise ZeroDivisionError("no vowels")


@hookimpl
def xeval_perturbations():
    return [RaisesInWork()]
