"""Its training split is its test split."""

import right

from xeval.api import LabelledText, hookimpl


class TrainsOnTest(right.Task):
    name = "trains-on-test"

    def example(self, number, language, rng):
        return LabelledText(str(number), language, (f"text {number} {language}",), self.labels[number % 2])


@hookimpl
def xeval_target_tasks():
    return [TrainsOnTest()]
