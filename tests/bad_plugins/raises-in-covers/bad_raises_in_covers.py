"""Raises when it is asked about a language."""

import right

from xeval.api import hookimpl


class RaisesInCovers(right.Perturbation):
    name = "raises-in-covers"

    def covers(self, language):
        return {"en": True}[language.code]


@hookimpl
def xeval_perturbations():
    return [RaisesInCovers()]
