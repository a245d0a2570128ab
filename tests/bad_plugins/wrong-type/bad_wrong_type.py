"""Returns one thing where a list is wanted."""

from xeval.api import hookimpl


@hookimpl
def xeval_perturbations():
    return 7
