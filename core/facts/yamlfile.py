"""YAML as YAML 1.2 means it, read into a tree in which every value knows its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from xeval.errors import BadFile
from xeval.facts.yamlscalars import scalar
from xeval.files import read_text

DEPTH = 40  # nothing that people write by hand is deeper; beyond it a file is an attack on the stack
COLLECTIONS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

Event = Any  # of PyYAML, which has no types for them


@dataclass(frozen=True)
class Node:
    """A value of a YAML file: a scalar, a list of nodes, or a dict from text to node.

    `key` is its dotted path from the top; `line` counts from 1 and is that of its key where it has one.
    """

    value: Any
    file: str
    line: int
    key: str = ""

    @property
    def where(self) -> str:
        """The place as file:line."""
        return f"{self.file}:{self.line}"

    def get(self, name: str) -> Node | None:
        """The node under a name, or None: also when this is not a mapping."""
        return self.value.get(name) if isinstance(self.value, dict) else None


class Problem(NamedTuple):
    """A mistake and where it is."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"{self.file}:{self.line}", self.key, self.text)))


Problems = list[Problem]


def complain(problems: Problems, node: Node, text: str) -> None:
    """Add a mistake at the place of a node."""
    problems.append(Problem(node.file, node.line, node.key, text))


def refuse(file: str, problems: Problems) -> None:
    """Raise BadFile if there are mistakes: each once, in the order of the lines."""
    if problems:
        raise BadFile(file, map(str, sorted(set(problems))))


def read_yaml(path: Path) -> Node:
    """Read a file of one document; an empty one is an empty mapping. Raises BadFile with every mistake in it."""
    return parse_yaml(read_text(path), str(path))


def parse_yaml(text: str, file: str) -> Node:
    """Read one document from text; `file` is its name in messages. Raises BadFile.

    >>> {name: node.value for name, node in parse_yaml("no: no\\nrate: 1e-5\\n", "x.yaml").value.items()}
    {'no': 'no', 'rate': 1e-05}
    """
    problems: Problems = []
    try:
        tree = _document(_Events(text), file, problems)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(file, [f"{file}:{line}: {_spoken(error, text)}"]) from None
    except yaml.reader.ReaderError as error:
        letter = chr(error.character) if isinstance(error.character, int) else error.character
        line = text.count("\n", 0, max(0, text.find(letter))) + 1
        raise BadFile(file, [f"{file}:{line}: the character U+{ord(letter):04X} may not stand in YAML"]) from None
    except yaml.YAMLError as error:
        raise BadFile(file, [f"{file}: {error}"]) from None
    refuse(file, problems)
    return tree


def _spoken(error: yaml.MarkedYAMLError, text: str) -> str:
    """What the parser says; of a tab, which YAML takes for no indentation, and of signs that it keeps, what to do."""
    mark, said = error.problem_mark, str(error.problem or error.context)
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    if "tab character" in said or line[: mark.column + 1 if mark else 0].endswith("\t"):
        return "a tab stands where YAML wants spaces; indent with spaces"
    if "cannot start any token" in said and mark and mark.column < len(line):
        return f"{line[mark.column]!r} cannot begin a value; put the value in quotes"
    return said


def plain(node: Node) -> Any:
    """The data without the places."""
    if isinstance(node.value, dict):
        return {name: plain(child) for name, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


# ------------------------------------------------------------------------------------------------- events to tree
# PyYAML's own composer recurses in C, where a file of many brackets is a crash of the interpreter; and it forgets
# where an alias stands. So the tree is made here, from the parser's events.


class _Events:
    """The parser's events that hold data, one after the other."""

    def __init__(self, text: str) -> None:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is eight times faster
        self._events: Iterator[Event] = iter(yaml.parse(text, Loader=loader))

    def next(self) -> Event:
        event = next(self._events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent):
            event = next(self._events)
        return event


def _document(events: _Events, file: str, problems: Problems) -> Node:
    first = events.next()
    if isinstance(first, yaml.StreamEndEvent):
        return Node({}, file, 1)
    tree = _node(first, events, Node(None, file, first.start_mark.line + 1), problems)
    after = events.next()
    if not isinstance(after, yaml.StreamEndEvent):
        raise BadFile(file, [f"{file}:{after.start_mark.line + 1}: a second document; one file holds one"])
    return Node({}, file, tree.line) if tree.value is None else tree


def _node(event: Event, events: _Events, at: Node, problems: Problems, depth: int = 0) -> Node:
    """The value that begins with `event`; `at` says file, line and key."""
    if depth > DEPTH:
        raise BadFile(at.file, [f"{at.where}: nested more than {DEPTH} deep"])
    if isinstance(event, yaml.CollectionStartEvent) and event.tag not in COLLECTIONS:
        complain(problems, at, f"has the tag {event.tag}; only plain lists and mappings are read")
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, at, problems, depth)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, at, problems, depth)
    if isinstance(event, yaml.AliasEvent):
        # A few aliases of aliases are a thousand million values; and nobody sees from which line a value came.
        complain(problems, at, f"*{event.anchor} is an alias; write the value out")
        return at
    try:
        return Node(scalar(str(event.value), event.tag, event.implicit[0]), at.file, at.line, at.key)
    except ValueError as error:
        complain(problems, at, str(error))
        return at


def _mapping(events: _Events, at: Node, problems: Problems, depth: int) -> Node:
    found: dict[str, Node] = {}
    while not isinstance(key := events.next(), yaml.MappingEndEvent):
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarEvent):
            raise BadFile(at.file, [f"{at.file}:{line}: {at.key or 'a key'}: a key must be one word or text"])
        name = str(key.value)
        child = Node(None, at.file, line, f"{at.key}.{name}" if at.key else name)
        if name in found:
            complain(problems, child, f"is given twice, first in line {found[name].line}")
        found[name] = _node(events.next(), events, child, problems, depth + 1)
    return Node(found, at.file, at.line, at.key)


def _sequence(events: _Events, at: Node, problems: Problems, depth: int) -> Node:
    found: list[Node] = []
    while not isinstance(event := events.next(), yaml.SequenceEndEvent):
        child = Node(None, at.file, event.start_mark.line + 1, f"{at.key}[{len(found)}]")
        found.append(_node(event, events, child, problems, depth + 1))
    return Node(found, at.file, at.line, at.key)
