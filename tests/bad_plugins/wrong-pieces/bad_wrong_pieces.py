"""Returns a text where pieces are wanted."""

import right

from xeval.api import hookimpl


class WrongPieces(right.Perturbation):
    name = "wrong-pieces"

    def perturb(self, text, language, level, rng):
        return text.upper()


@hookimpl
def xeval_perturbations():
    return [WrongPieces()]
