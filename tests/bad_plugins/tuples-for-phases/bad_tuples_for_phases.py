"""Gives tuples for phases."""

import right

from xeval.api import hookimpl


class TuplesForPhases(right.Order):
    name = "tuples-for-phases"

    def phases(self, languages, source):
        return [(phase.languages, phase.share) for phase in super().phases(languages, source)]


@hookimpl
def xeval_language_orders():
    return [TuplesForPhases()]
