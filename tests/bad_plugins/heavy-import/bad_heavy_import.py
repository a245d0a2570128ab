"""Loads a heavy library when it is imported."""

import torch  # noqa: F401

import right

from xeval.api import hookimpl


class HeavyImport(right.Perturbation):
    name = "heavy-import"


@hookimpl
def xeval_perturbations():
    return [HeavyImport()]
