"""Its shares add up to the number of languages."""

from xeval.api import Phase, hookimpl


class Order:
    name = "wrong-shares"
    version = "1"

    def phases(self, languages, source):
        return [Phase((language.code,), 1.0) for language in languages]


@hookimpl
def xeval_language_orders():
    return [Order()]
