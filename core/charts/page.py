"""One HTML file that opens offline: style and scripts inside it, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from xeval.charts.markup import Markup, element, joined


def page(title: str, *body: str, scripts: tuple[str, ...] = (), style: str = "", lead: str = "") -> str:
    """An HTML document: a header with the title and a `lead`, then `body`, which is escaped unless it is Markup.

    `scripts` are names of files in xeval.charts beside the one that every page has; `style` is CSS that is added.
    The page loads nothing from outside: a policy in its head forbids it, and lets only these very scripts run.
    """
    code = [asset(name) for name in ("page.js", *scripts)]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(code)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(asset("page.css") + style)),
    )
    main = element("main", *body, id="content")
    run = joined(element("script", Markup(text)) for text in code)
    skip = element("a", "To the content", class_="skip", href="#content")
    return (
        f"<!doctype html>\n{element('html', head, element('body', skip, header(title, lead), main, run), lang='en')}\n"
    )


def header(title: str, lead: str) -> Markup:
    """The head of a page, with its two buttons, which stay hidden where no script runs."""
    buttons = element(
        "div",
        element("button", "Dark or light", type="button", id="theme", hidden=True),
        element("button", "Print", type="button", id="print", hidden=True),
        class_="buttons",
    )
    return element("header", element("div", element("h1", title), element("p", lead) if lead else ""), buttons)


def policy(code: list[str]) -> str:
    """What a browser may do with the page: run these scripts, by their digests, and use the styles in it."""
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def section(title: str, *body: str, name: str = "") -> Markup:
    """A part of a page under its own heading; `name` is its anchor."""
    return element("section", element("h2", title), *body, id=name or None)


@cache
def asset(name: str) -> str:
    """A file of ours that goes into pages."""
    return files("xeval.charts").joinpath(name).read_text(encoding="utf-8")
