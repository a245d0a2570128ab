"""Changes twice as much as it is told to."""

import right

from xeval.api import hookimpl


class TwiceTheLevel(right.Perturbation):
    name = "twice-the-level"

    def perturb(self, text, language, level, rng):
        return super().perturb(text, language, min(1.0, 2 * level), rng)


@hookimpl
def xeval_perturbations():
    return [TwiceTheLevel()]
