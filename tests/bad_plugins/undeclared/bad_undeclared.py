"""Does not say that it needs xeval."""

import right

from xeval.api import hookimpl


class Undeclared(right.Perturbation):
    name = "undeclared"


@hookimpl
def xeval_perturbations():
    return [Undeclared()]
