"""Takes distances for granted."""

from xeval.api import Phase, hookimpl


class Order:
    name = "no-distance"
    version = "1"

    def phases(self, languages, source):
        return [
            Phase((one.code,), 1 / len(languages))
            for one in sorted(languages, key=lambda one: (one.distances["syntactic"], one.code))
        ]


@hookimpl
def xeval_language_orders():
    return [Order()]
