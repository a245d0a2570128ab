"""`python -m xeval`."""

from __future__ import annotations

from xeval.cli import main

if __name__ == "__main__":
    main()
