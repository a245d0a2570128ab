"""Its format does not exist."""

import right

from xeval.api import hookimpl


class WrongFormat(right.Task):
    name = "wrong-format"
    format = "clasification"


@hookimpl
def xeval_target_tasks():
    return [WrongFormat()]
