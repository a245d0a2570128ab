"""Reading a line from left to right; what cannot be read is shown with a caret under it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from xeval.errors import BadValue, nearest

NAME = re.compile(r"[\w.-]+")
NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass
class Scanner:
    """A line and how far it is read; spaces between its parts mean nothing."""

    line: str
    at: int = 0

    def skip(self) -> None:
        """Go past spaces."""
        while self.at < len(self.line) and self.line[self.at].isspace():
            self.at += 1

    def ended(self) -> bool:
        """Whether nothing but spaces is left."""
        self.skip()
        return self.at == len(self.line)

    def takes(self, sign: str) -> bool:
        """Whether a sign comes next; if so it is read."""
        self.skip()
        found = self.line.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def matches(self, pattern: re.Pattern[str]) -> str:
        """What comes next if it is of a pattern, and is read then; otherwise the empty text."""
        self.skip()
        found = pattern.match(self.line, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def name(self, what: str) -> str:
        """A name. Raises BadValue if there is none, which says `what` it is the name of."""
        return self.matches(NAME) or self.fail(what)

    def number(self, what: str) -> float:
        """A number. Raises BadValue if there is none."""
        return float(self.matches(NUMBER) or self.fail(what))

    def choice(self, what: str, known: Iterable[str]) -> str:
        """One of some names. Raises BadValue if it is another, with the nearest known one."""
        known = tuple(known)
        self.skip()
        start, found = self.at, self.name(f"{what}: {', '.join(known)}")
        if found not in known:
            self.at = start
            close = nearest(found, known)
            self.fail(f"{what}: {', '.join(known)}", f"Did you mean {close!r}?" if close else "")
        return found

    def fail(self, expected: str, hint: str = "") -> str:
        """Raise BadValue: the line, a caret where it stands, and what was expected there."""
        self.skip()
        raise BadValue(
            f"This recipe cannot be read: expected {expected}{'' if self.at < len(self.line) else ', and it ends'}.\n"
            + pointed(self.line, self.at),
            hint=hint,
        )


def pointed(line: str, at: int) -> str:
    """A line, and under it a caret at a place.

    >>> print(pointed("mnli*x", 5))
      mnli*x
           ^
    """
    return f"  {line}\n  {' ' * at}^"
