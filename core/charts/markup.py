"""HTML and SVG as text that cannot be broken out of: what is not markup already is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any

# What HTML cannot hold, and what would turn the letters that follow a name around.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
VOID = {"meta", "br", "hr", "input", "col"}


class Markup(str):
    """Text that is markup: it is put into other markup as it is."""

    __slots__ = ()


def safe(value: str | float) -> Markup:
    """Markup as it is; anything else escaped, for content and for attributes between double quotes.

    >>> safe('<b title="x">'), safe(Markup("<b>"))
    ('&lt;b title=&quot;x&quot;&gt;', '<b>')
    """
    return value if isinstance(value, Markup) else Markup(escape(UNWRITABLE.sub("�", str(value))))


def element(tag: str, *children: str | float, **attributes: str | float | bool | None) -> Markup:
    """An element. `class_` is the attribute class, `stroke_width` is stroke-width; None and False leave one out.

    >>> element("text", "a < b", class_="name", x=3, hidden=True, fill=None)
    '<text class="name" x="3" hidden>a &lt; b</text>'
    """
    written = "".join(map(attribute, attributes.items()))
    inside = "".join(map(safe, children))
    return Markup(f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{inside}</{tag}>")


def attribute(pair: tuple[str, str | float | bool | None]) -> str:
    """An attribute with the space before it."""
    name, value = pair[0].rstrip("_").replace("_", "-"), pair[1]
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{safe(shown(value))}"'


def shown(value: str | float) -> str:
    """A number without digits that nobody sees: a tenth of a pixel is enough.

    >>> shown(12.3456), shown(3.0), shown("3.0")
    ('12.35', '3', '3.0')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Parts one after another, each escaped unless it is markup."""
    return Markup(safe(between).join(map(safe, parts)))


def json_block(name: str, value: Any) -> Markup:
    """Data for a script of the page, in an element with the id `name`; no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/json" id="{safe(name)}">{text}</script>')
