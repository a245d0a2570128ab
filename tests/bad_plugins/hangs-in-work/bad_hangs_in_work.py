"""Never ends its work."""

import right

from xeval.api import hookimpl


class HangsInWork(right.Perturbation):
    name = "hangs-in-work"

    def perturb(self, text, language, level, rng):
        while True:
            pass


@hookimpl
def xeval_perturbations():
    return [HangsInWork()]
