"""What it does depends on the order of a set."""

import right

from xeval.api import hookimpl


class HashOrder(right.Perturbation):
    name = "hash-order"

    def edit(self, word, rng):
        return word + next(iter({"xa", "yb", "zc", "qd", "re"}))


@hookimpl
def xeval_perturbations():
    return [HashOrder()]
