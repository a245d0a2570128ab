"""Has no version."""

from xeval.api import hookimpl


class Loud:
    name = "without-version"

    def covers(self, language):
        return True

    def perturb(self, text, language, level, rng):
        return []


@hookimpl
def xeval_perturbations():
    return [Loud()]
