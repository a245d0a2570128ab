"""Where in a user's files an unknown name stands: it is found to be unknown long after they were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from xeval.errors import BadValue, UnknownName
from xeval.facts.overlays import overlays
from xeval.facts.yamlfile import Node, read_yaml


@contextmanager
def placed(options: Mapping[str, Any]) -> Iterator[None]:
    """Within this, an unknown name that stands in a settings file or a registry is told with file, line and key."""
    try:
        yield
    except UnknownName as error:
        files = (*filter(None, [options["config"]]), *overlays(options["registry"]))
        place = next((place for file in files for place in places(read_yaml(file), error.name)), None)
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
