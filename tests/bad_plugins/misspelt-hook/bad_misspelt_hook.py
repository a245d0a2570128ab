"""Implements a hook that is none."""

from xeval.api import hookimpl


@hookimpl
def xeval_perturbation():
    return []
