"""What a YAML scalar means in the core schema of YAML 1.2: `no` is a word, `012` is twelve, `1e-5` a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_PLAIN: tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...] = (  # YAML 1.2.2, section 10.3.2
    ("null", re.compile(r"null|Null|NULL|~|"), lambda text: None),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    ("int", re.compile(r"[-+]?[0-9]+"), int),
    ("int", re.compile(r"0o[0-7]+"), lambda text: int(text[2:], 8)),
    ("int", re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text[2:], 16)),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    ("float", re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.replace(".", "", 1))),
    ("float", re.compile(r"\.(nan|NaN|NAN)"), lambda text: float("nan")),
)
_TAG = "tag:yaml.org,2002:"


def scalar(text: str, tag: str | None, is_plain: bool) -> Any:
    """The value of a scalar; raises ValueError if it has a tag that is none of the core schema, or does not fit it.

    >>> [scalar(text, None, True) for text in ("no", "1:30", "012", "1e-5", "0o17", "~")]
    ['no', '1:30', 12, 1e-05, 15, None]
    """
    if tag in ("!", f"{_TAG}str") or not (tag or is_plain):
        return text
    for name, pattern, reading in _PLAIN:
        if tag in (None, f"{_TAG}{name}") and pattern.fullmatch(text):
            return _read(reading, text)
    if tag is None:
        return text
    raise ValueError(f"{text!r} cannot be read as {tag.replace(_TAG, '!!')}")


def _read(reading: Callable[[str], Any], text: str) -> Any:
    try:
        return reading(text)
    except ValueError:  # Python refuses integers of more than 4,300 digits
        raise ValueError(f"a number of {len(text)} digits is too long") from None
