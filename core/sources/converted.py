"""Data sets whose files are no Parquet: read once by the `datasets` library, and kept as Parquet beside its cache."""

from __future__ import annotations

from pathlib import Path

from xeval.data import HubData
from xeval.errors import MissingData, first_line
from xeval.files import replacing
from xeval.hashing import digest, file_digest

READABLE = (".csv", ".tsv", ".json", ".jsonl", ".txt", ".arrow", ".gz", ".zip", ".zst")


def converted(folder: Path, data: HubData) -> tuple[Path, ...]:
    """A split as a Parquet file, whatever its folder holds that the library reads; nothing if it holds none of that.

    Raises MissingData if the library cannot read it: loading scripts, for one, are not run.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in READABLE)
    if not files:
        return ()
    about = [data.config, data.split, [[path.name, file_digest(path)] for path in files]]
    kept = _cache() / f"{digest(about)}.parquet"
    if not kept.exists():
        _convert(folder, data, kept)
    return (kept,)


def _cache() -> Path:
    from datasets.config import HF_DATASETS_CACHE  # half a second, and most data sets are Parquet

    found = Path(HF_DATASETS_CACHE) / "xeval"
    found.mkdir(parents=True, exist_ok=True)
    return found


def _convert(folder: Path, data: HubData, kept: Path) -> None:
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    try:
        rows = load_dataset(str(folder), data.config or None, split=data.split)
    except Exception as error:  # noqa: BLE001 - the library raises what its many readers raise
        raise MissingData(f"{folder} cannot be read by the datasets library: {first_line(error)}") from None
    with replacing(kept) as scratch:
        rows.to_parquet(str(scratch))
