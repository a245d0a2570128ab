"""The documents, for tests of what they say."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def rows(page: str) -> list[list[str]]:
    """The rows of every table of a page."""
    lines = [line for line in text_of(ROOT / "docs" / page).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
