"""Writes a file when it is imported."""

from pathlib import Path
from tempfile import gettempdir

Path(gettempdir(), "works-at-import.txt").write_text("here")

import right

from xeval.api import hookimpl


class WorksAtImport(right.Perturbation):
    name = "works-at-import"


@hookimpl
def xeval_perturbations():
    return [WorksAtImport()]
