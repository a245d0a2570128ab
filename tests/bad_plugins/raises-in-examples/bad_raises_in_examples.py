"""Raises when it makes examples."""

import right

from xeval.api import hookimpl


class RaisesInExamples(right.Task):
    name = "raises-in-examples"

    def examples(self, rows, language):
        for number, row in enumerate(rows):
            if number == 20:
                raise RuntimeError("the file ends")
            yield row


@hookimpl
def xeval_target_tasks():
    return [RaisesInExamples()]
