"""Examples as files for other programs: Parquet, JSON Lines, CoNLL, and questions in SQuAD's layout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xeval.errors import BadValue
from xeval.files import named_file
from xeval.values import Example, Json, Question, TaggedTokens

WRITERS: Mapping[str, str] = {
    ".parquet": "a row for each example, with its fields",
    ".jsonl": "a line for each example, with its fields",
    ".conll": "a token and its tag on each line, an empty line after each sentence",
    ".json": "questions in SQuAD's layout",
}


def check_output(path: Path, force: bool) -> None:
    """Raise BadValue for a suffix that means nothing, a folder that is not there, or a file that is."""
    if path.suffix not in WRITERS:
        known = "; ".join(f"{suffix}: {what}" for suffix, what in WRITERS.items())
        raise BadValue(f"The suffix of {path} says no way to write examples.", hint=f"There are: {known}.")
    if path.is_dir():
        raise BadValue(f"{path} is a folder.", hint="Name a file.")
    if not path.parent.is_dir():
        raise BadValue(f"The folder {path.parent} is not there.", hint="Make it, or name another.")
    if path.exists() and not force:
        raise BadValue(f"The file {path} is there already.", hint="Name another, or write over it with --force.")


def write_examples(path: Path, examples: Sequence[Example], about: Mapping[str, Json]) -> None:
    """Write examples as the suffix says; the file is there whole or not at all.

    `about` says what they are: it stands in a Parquet file's metadata and beside SQuAD's data. Raises BadValue for
    examples that cannot be said in that way, and for a file that cannot be written.
    """
    write = {".parquet": _parquet, ".jsonl": _lines, ".conll": _conll, ".json": _squad}[path.suffix]
    with named_file(path, "Name another file.") as scratch:
        write(scratch, examples, about)


def _parquet(path: Path, examples: Sequence[Example], about: Mapping[str, Json]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([asdict(example) for example in examples])
    note = {"xeval": json.dumps(about, ensure_ascii=False)}
    pq.write_table(table.replace_schema_metadata(note), path, compression="zstd")


def _lines(path: Path, examples: Sequence[Example], about: Mapping[str, Json]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


def _conll(path: Path, examples: Sequence[Example], about: Mapping[str, Json]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            if not isinstance(example, TaggedTokens):
                raise _wrong(".conll", "tokens with tags", example)
            for token, tag in zip(example.tokens, example.tags, strict=True):
                file.write(f"{token}\t{tag}\n")
            file.write("\n")


def _squad(path: Path, examples: Sequence[Example], about: Mapping[str, Json]) -> None:
    articles: list[dict[str, Any]] = []
    for example in examples:
        if not isinstance(example, Question):
            raise _wrong(".json", "questions with contexts", example)
        answers = [{"text": answer.text, "answer_start": answer.start} for answer in example.answers]
        # no two questions share a context any more: each was perturbed for itself
        asked = {"id": example.uid, "question": example.question, "answers": answers}
        articles.append({"title": example.group, "paragraphs": [{"context": example.context, "qas": [asked]}]})
    document = {"version": "1.1", "xeval": dict(about), "data": articles}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _wrong(suffix: str, what: str, example: Example) -> BadValue:
    return BadValue(
        f"A {suffix} file holds {what}, and these are {type(example).__name__} examples.",
        hint="Write them to .jsonl or .parquet.",
    )
