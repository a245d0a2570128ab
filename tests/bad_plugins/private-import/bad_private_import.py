"""Imports what is not public."""

import right

from xeval.api import hookimpl
from xeval.text.units import graphemes  # noqa: F401


class PrivateImport(right.Perturbation):
    name = "private-import"


@hookimpl
def xeval_perturbations():
    return [PrivateImport()]
