"""`python -m xeval`."""

from __future__ import annotations

from xeval.cli import process

if __name__ == "__main__":
    process()
