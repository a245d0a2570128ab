"""Never ends its work."""

from xeval.api import hookimpl


class HangsInWork:
    name = "hangs-in-work"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        while True:
            pass


@hookimpl
def xeval_perturbations():
    return [HangsInWork()]
