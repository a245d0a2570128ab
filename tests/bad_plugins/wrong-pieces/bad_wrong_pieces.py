"""Returns a text where pieces are wanted."""

from xeval.api import hookimpl


class WrongPieces:
    name = "wrong-pieces"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return text.upper()


@hookimpl
def xeval_perturbations():
    return [WrongPieces()]
