"""Changes a text at level 0."""

import right

from xeval.api import Piece, hookimpl


class LevelZero(right.Perturbation):
    name = "level-zero"

    def perturb(self, text, language, level, rng):
        return [Piece(text + "!", 0, len(text))]


@hookimpl
def xeval_perturbations():
    return [LevelZero()]
