"""Makes examples of another type than its format's."""

import right

from xeval.api import SentencePair, hookimpl


class WrongExample(right.Task):
    name = "wrong-example"

    def example(self, number, language, rng):
        return SentencePair(str(number), language, f"{rng.random()}", "x")


@hookimpl
def xeval_target_tasks():
    return [WrongExample()]
