"""Its labels are not those that it names."""

import right

from xeval.api import LabelledText, hookimpl


class BreaksLabels(right.Task):
    name = "breaks-labels"

    def example(self, number, language, rng):
        return LabelledText(str(number), language, (f"{rng.random()}",), "maybe")


@hookimpl
def xeval_target_tasks():
    return [BreaksLabels()]
