"""Its metric does not exist."""

import right

from xeval.api import hookimpl


class WrongMetric(right.Task):
    name = "wrong-metric"
    metric = "accuracies"


@hookimpl
def xeval_target_tasks():
    return [WrongMetric()]
