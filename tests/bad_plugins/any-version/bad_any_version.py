"""Works with any xeval, it says."""

import right

from xeval.api import hookimpl


class AnyVersion(right.Perturbation):
    name = "any-version"


@hookimpl
def xeval_perturbations():
    return [AnyVersion()]
