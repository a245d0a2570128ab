"""Where in a settings file an unknown name stands: it is found to be unknown long after the file was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xeval.errors import BadValue, UnknownName
from xeval.facts.yamlfile import Node, read_yaml


@contextmanager
def placed(config: Path | None) -> Iterator[None]:
    """Within this, an unknown name that stands in the file is told with file, line and key."""
    try:
        yield
    except UnknownName as error:
        place = next(places(read_yaml(config), error.name), None) if config else None
        if place is None:
            raise
        raise BadValue(f"{place.where}: {place.key}: {error.message}", hint=error.hint) from None


def places(node: Node, name: str) -> Iterator[Node]:
    """The texts of a tree that hold a name, whole or as a part of a recipe."""
    if isinstance(node.value, dict):
        inside = list(node.value.values())
    else:
        inside = node.value if isinstance(node.value, list) else []
    for child in inside:
        yield from places(child, name)
    if isinstance(node.value, str) and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", node.value):
        yield node
