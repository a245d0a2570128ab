"""Files of the user's own as rows: which files a pattern means, and which reader reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from xeval.data import FileData
from xeval.errors import BadData, MissingData, nearest
from xeval.sources import corpusfiles, tablefiles
from xeval.values import Row

READERS: Mapping[str, Callable[[Sequence[Path], str], Iterator[Row]]] = {
    "csv": tablefiles.comma_separated,
    "tsv": tablefiles.tab_separated,
    "jsonl": tablefiles.json_lines,
    "json": tablefiles.json_array,
    "parquet": tablefiles.parquet,
    "conll": corpusfiles.conll,
    "conllu": corpusfiles.conllu,
    "supertags": corpusfiles.supertags,
    "wikiann": corpusfiles.wikiann,
    "squad": corpusfiles.squad,
    "parallel": corpusfiles.parallel,
    "bucc": corpusfiles.bucc,
}


def find_paths(data: FileData) -> tuple[Path, ...]:
    """The files of the first pattern that is there. Raises MissingData."""
    for pattern in data.patterns:
        parts = [_matching(part.strip()) for part in pattern.split(" + ")]
        if all(parts):
            return tuple(path for part in parts for path in part)
    tried = ", ".join(data.patterns) or "no folder is named that holds it"
    raise MissingData(f"There is no {spoken_files(data)}: {tried}.", hint="Check `files` in your registry.yaml.")


def _matching(pattern: str) -> list[Path]:
    """The file of that name, or those that * and ** in it mean."""
    plain = Path(pattern)
    parts = plain.parts
    first = next((number for number, part in enumerate(parts) if "*" in part), len(parts))
    if plain.is_file() or first == len(parts):
        return [plain] if plain.is_file() else []
    return sorted(path for path in Path(*parts[:first]).glob(str(Path(*parts[first:]))) if path.is_file())


def spoken_files(data: FileData) -> str:
    """The data by name, for messages."""
    return f"{data.name}, split {data.split}, in {data.language!r}"


def read_files(data: FileData, paths: Sequence[Path]) -> Iterator[Row]:
    """The rows. Raises BadData for what the reader cannot read, and for columns that the first row lacks."""
    try:
        for number, row in enumerate(READERS[data.reader](paths, data.language)):
            if number == 0:
                _check_first(data, row, paths[0])
            yield row
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise BadData(spoken_files(data), f"cannot be read from {paths[0]}: {_told(error)}") from None


def _check_first(data: FileData, row: Row, path: Path) -> None:
    lacking = [name for name in data.columns if name not in row]
    if lacking:
        close = nearest(lacking[0], row)
        hint = _parted(row) or (f"Did you mean {close!r}?" if close else "")
        raise BadData(spoken_files(data), f"{path} has no column {lacking[0]!r}; it has {', '.join(row)}", hint=hint)


def _parted(row: Row) -> str:
    """A hint for a table with one column whose name looks like several."""
    (only, *others) = row
    other = next((sign for sign in (";", "\t", "|", ",") if sign in only), "")
    if others or not other:
        return ""
    return f"Its columns seem to be parted by {other!r}: a CSV wants commas, a TSV tabs, and reader: says which it is."


def _told(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)
