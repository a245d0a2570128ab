"""Raises when it is asked what it offers."""

from xeval.api import hookimpl


@hookimpl
def xeval_perturbations():
    raise KeyError("lexicon")
