"""Never ends its work, in C code that keeps the interpreter's lock: no exception can reach it."""

import ctypes

from xeval.api import hookimpl


class HangsInC:
    name = "hangs-in-c"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return ctypes.PyDLL(None).sleep(3600)


@hookimpl
def xeval_perturbations():
    return [HangsInC()]
