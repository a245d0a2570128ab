"""Reading it twice gives other examples."""

import random

import right

from xeval.api import hookimpl


class Unseeded(right.Task):
    name = "unseeded"

    def example(self, number, language, rng):
        return super().example(number, language, random)


@hookimpl
def xeval_target_tasks():
    return [Unseeded()]
