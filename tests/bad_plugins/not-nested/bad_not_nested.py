"""A lower level shifts the luck of the words behind."""

import right

from xeval.api import Piece, hookimpl, words


class NotNested(right.Perturbation):
    name = "not-nested"

    def perturb(self, text, language, level, rng):
        pieces, place = [], 0
        for word in words(text, language):
            hit = rng.random() < level
            new = rng.choice("xyz") * 3 if hit else word.text
            pieces += [Piece(text[place : word.start], place, word.start), Piece(new, word.start, word.end)]
            place = word.end
        return [*pieces, Piece(text[place:], place, len(text))]


@hookimpl
def xeval_perturbations():
    return [NotNested()]
