"""Gives tuples for phases."""

from xeval.api import hookimpl


class Order:
    name = "tuples-for-phases"
    version = "1"

    def phases(self, languages, source):
        return [((language.code,), 1 / len(languages)) for language in languages]


@hookimpl
def xeval_language_orders():
    return [Order()]
