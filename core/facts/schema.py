"""From a YAML tree to dataclasses: their types are the schema, and every mistake is collected before any is raised."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from xeval.errors import BadValue, nearest
from xeval.facts.yamlfile import Node, Problems, complain, plain

LARGEST = 2**53  # what JSON can say of a whole number
NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def read_as(kind: Any, node: Node, problems: Problems) -> Any:
    """The node as a value of a type: a dataclass, a scalar, a Path, a Literal, `X | None`, `tuple[X, ...]`,
    `Mapping[str, X]`. A path is of a file that is there, seen from the file that names it.

    What it returns is good only if it added no problem: look at `problems` before using it.
    """
    if is_dataclass(kind):
        return read_record(kind, node, problems)
    if get_origin(kind) in (Union, UnionType):
        return _read_union(kind, node, problems)
    if get_origin(kind) is Literal:
        return _read_choice(get_args(kind), node, problems)
    if get_origin(kind) is tuple:
        return _read_items(get_args(kind)[0], node, problems)
    if get_origin(kind) in (Mapping, dict):
        return _read_entries(get_args(kind)[1], node, problems)
    if kind is Path:
        return _read_path(node, problems)
    return plain(node) if kind is Any else _read_scalar(kind, node, problems)


def read_record(kind: Any, node: Node, problems: Problems, **given: Any) -> Any:
    """A dataclass from a mapping; fields without a default must be there, and `given` ones must not.

    A field with the metadata `{"partly": D}` is a mapping that may set some of the fields of the dataclass D.
    A ValueError of the dataclass itself, or a BadValue, becomes a problem too.
    """
    known = {one.name: one for one in fields(kind) if one.init and one.name not in given}
    before = len(problems)
    values = _read_fields(kind, known, node, problems)
    if values is None:
        return None
    absent = [name for name, one in known.items() if _required(one) and name not in values]
    for name in absent:
        complain(problems, node, f"lacks {name!r}")
    return None if len(problems) > before else _made(kind, {**given, **values}, node, problems)


def read_partly(kind: Any, node: Node, problems: Problems) -> dict[str, Any]:
    """Some fields of a dataclass, as a mapping: what is there must be right, and nothing must be there."""
    return _read_fields(kind, {one.name: one for one in fields(kind)}, node, problems) or {}


def _read_fields(kind: Any, known: Mapping[str, Field[Any]], node: Node, problems: Problems) -> dict[str, Any] | None:
    if not isinstance(node.value, dict):
        complain(problems, node, f"is {_shown(node)}, not a mapping with keys such as {', '.join(list(known)[:3])}")
        return None
    values: dict[str, Any] = {}
    for name, child in node.value.items():
        if name not in known:
            complain(problems, child, f"is not a known key.{_near(name, known)}")
        elif "partly" in known[name].metadata:
            values[name] = read_partly(known[name].metadata["partly"], child, problems)
        else:
            values[name] = read_as(_hints(kind)[name], child, problems)
    return values


def _made(kind: Any, values: Mapping[str, Any], node: Node, problems: Problems) -> Any:
    try:
        return kind(**values)
    except (BadValue, ValueError, TypeError) as error:
        text = str(error)
        complain(problems, node.get(text.partition(" ")[0]) or node, text)  # "limit is -3" is told where limit is
        return None


def _read_union(kind: Any, node: Node, problems: Problems) -> Any:
    arms = [arm for arm in get_args(kind) if arm is not type(None)]
    return None if node.value is None else read_as(arms[0], node, problems)


def _read_choice(choices: tuple[Any, ...], node: Node, problems: Problems) -> Any:
    if node.value in choices:
        return node.value
    close = nearest(node.value, [str(choice) for choice in choices]) if isinstance(node.value, str) else None
    near = f"; did you mean {close!r}?" if close else ""
    complain(problems, node, f"is {_shown(node)}, not one of {', '.join(filter(None, map(str, choices)))}{near}")
    return None


def _read_items(kind: Any, node: Node, problems: Problems) -> tuple[Any, ...]:
    if not isinstance(node.value, list):
        complain(problems, node, f"is {_shown(node)}, not a list such as [a, b]")
        return ()
    return tuple(read_as(kind, child, problems) for child in node.value)


def _read_entries(kind: Any, node: Node, problems: Problems) -> dict[str, Any]:
    if not isinstance(node.value, dict):
        complain(problems, node, f"is {_shown(node)}, not a mapping")
        return {}
    return {name: read_as(kind, child, problems) for name, child in node.value.items()}


def _read_path(node: Node, problems: Problems) -> Path:
    path = (Path(node.file).parent / Path(str(_read_scalar(str, node, problems))).expanduser()).absolute()
    if isinstance(node.value, str) and not path.is_file():
        complain(problems, node, f"there is no file {path}")
    return path


def _read_scalar(kind: type, node: Node, problems: Problems) -> Any:
    value: Any = node.value
    if type(value) is int and abs(value) > LARGEST:
        complain(problems, node, "is too large a number")
        return 0
    if kind is float and type(value) is int:
        return float(value)  # 3 and 3.0 are one number and must have one key
    if type(value) is not kind:
        quote = f'; write "{value}" if it is meant as text' if kind is str and type(value) in (int, float, bool) else ""
        complain(problems, node, f"is {_shown(node)}, not {NAMES.get(kind, kind.__name__)}{quote}")
    elif isinstance(value, float) and not math.isfinite(value):
        complain(problems, node, f"is {value}, which is no finite number")
    return value


def _shown(node: Node) -> str:
    if isinstance(node.value, dict | list):
        return "a mapping" if isinstance(node.value, dict) else "a list"
    return "empty" if node.value is None else repr(node.value)


def _near(name: str, known: Any) -> str:
    names = sorted(map(str, known))
    close = nearest(name, names)
    return f" Did you mean {close!r}?" if close else f" Known: {', '.join(names)}."


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
