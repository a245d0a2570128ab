"""Changes a text at level 0."""

from xeval.api import Piece, hookimpl


class LevelZero:
    name = "level-zero"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return [Piece(text + "!", 0, len(text))]


@hookimpl
def xeval_perturbations():
    return [LevelZero()]
