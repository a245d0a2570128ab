"""Goes by the order in which languages come."""

from xeval.api import Phase, hookimpl


class Order:
    name = "as-given"
    version = "1"

    def phases(self, languages, source):
        return [Phase((language.code,), 1 / len(languages)) for language in languages]


@hookimpl
def xeval_language_orders():
    return [Order()]
