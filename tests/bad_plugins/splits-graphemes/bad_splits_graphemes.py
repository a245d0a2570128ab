"""Goes by code points, and parts marks from their base."""

import right

from xeval.api import Piece, hookimpl


class SplitsGraphemes(right.Perturbation):
    name = "splits-graphemes"

    def covers(self, language):
        return language.script == "Deva"

    def perturb(self, text, language, level, rng):
        pieces = []
        for place, letter in enumerate(text):
            hit = rng.random() < level
            pieces.append(Piece("" if hit else letter, place, place + 1))
        return pieces


@hookimpl
def xeval_perturbations():
    return [SplitsGraphemes()]
