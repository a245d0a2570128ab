"""Never makes its examples."""

import right

from xeval.api import hookimpl


class HangsInExamples(right.Task):
    name = "hangs-in-examples"

    def examples(self, rows, language):
        while True:
            pass


@hookimpl
def xeval_target_tasks():
    return [HangsInExamples()]
