"""Hits the first words of every text."""

import right

from xeval.api import Piece, hookimpl, words


class FirstWords(right.Perturbation):
    name = "first-words"

    def perturb(self, text, language, level, rng):
        pieces, place = [], 0
        found = words(text, language)
        hit = level * len(found) + rng.random()
        for number, word in enumerate(found):
            new = word.text + "x" if number < int(hit) else word.text
            pieces += [Piece(text[place : word.start], place, word.start), Piece(new, word.start, word.end)]
            place = word.end
        return [*pieces, Piece(text[place:], place, len(text))]


@hookimpl
def xeval_perturbations():
    return [FirstWords()]
