"""Takes distances for granted."""

import right

from xeval.api import Phase, hookimpl


class NoDistance(right.Order):
    name = "no-distance"

    def phases(self, languages, source):
        near = sorted(languages, key=lambda language: (language.distances["syntactic"], language.code))
        return [Phase((language.code,), 1 / len(near)) for language in near]


@hookimpl
def xeval_language_orders():
    return [NoDistance()]
