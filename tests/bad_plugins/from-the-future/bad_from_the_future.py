"""Needs an xeval that is not there yet."""

import right

from xeval.api import hookimpl


class FromTheFuture(right.Perturbation):
    name = "from-the-future"


@hookimpl
def xeval_perturbations():
    return [FromTheFuture()]
