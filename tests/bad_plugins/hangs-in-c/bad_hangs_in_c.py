"""Never ends its work, in C code that keeps the interpreter's lock and looks at no signal: no exception can reach it."""

from collections import deque
from itertools import repeat

import right

from xeval.api import hookimpl


class HangsInC(right.Perturbation):
    name = "hangs-in-c"

    def perturb(self, text, language, level, rng):
        return deque(repeat(text), maxlen=0)


@hookimpl
def xeval_perturbations():
    return [HangsInC()]
