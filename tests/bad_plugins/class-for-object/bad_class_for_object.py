"""Offers a class, not an object of it."""

import right

from xeval.api import hookimpl


class Loud(right.Perturbation):
    name = "class-for-object"


@hookimpl
def xeval_perturbations():
    return [Loud]
