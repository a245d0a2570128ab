"""Never says what it offers."""

from xeval.api import hookimpl


@hookimpl
def xeval_perturbations():
    while True:
        try:
            sum(range(1000))
        except Exception:
            pass
