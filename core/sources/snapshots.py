"""Data sets on the hub itself: which revision, and its files, from the local cache or the network."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from xeval.errors import MissingData, first_line

T = TypeVar("T")

PATIENCE = 10  # seconds that a question about sizes may take
CONVERTED = "refs/convert/parquet"  # the hub's own conversion, for repositories that are a script


def network_forbidden(offline: bool) -> bool:
    """Whether the network may not be used: asked for, or by HF_HUB_OFFLINE as for every Hugging Face library."""
    return offline or os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def newest(repository: str, config: str, offline: bool) -> str:
    """The commit that the repository is at now; offline, the one in the cache. Raises MissingData."""
    if network_forbidden(offline):
        return snapshot(repository, "", config, offline).name
    from huggingface_hub import HfApi

    return _asked(repository, lambda: str(HfApi().dataset_info(repository).sha))


def snapshots(repository: str, revision: str, config: str, offline: bool) -> Iterator[Path]:
    """Folders in which the config may be: the repository as it is, then the hub's conversion. Raises MissingData."""
    yield snapshot(repository, revision, config, offline)
    yield snapshot(repository, CONVERTED, config, offline)


def snapshot(repository: str, revision: str, config: str, offline: bool) -> Path:
    """The folder of one revision in the cache, with the files of one config; fetched if that is allowed."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()  # progress is shown by who asked, in one place
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    patterns = ["README.md", f"{config}/*", f"{config}/*/*"] if config else ["README.md", "*.parquet"]
    return _asked(
        repository,
        lambda: Path(
            snapshot_download(
                repository,
                repo_type="dataset",
                revision=revision or None,
                allow_patterns=[*patterns, "data/*.parquet", "default/*/*.parquet"],
                local_files_only=network_forbidden(offline),
            )
        ),
    )


def sizes(repository: str) -> Mapping[str, int]:
    """The files of a data set on the hub, with their sizes in bytes. Raises MissingData."""
    from huggingface_hub import HfApi

    about = _asked(repository, lambda: HfApi().dataset_info(repository, files_metadata=True, timeout=PATIENCE))
    return {file.rfilename: file.size or 0 for file in about.siblings or ()}


def _asked(repository: str, ask: Callable[[], T]) -> T:
    """What the hub answers; whatever goes wrong there means that the data are not to be had."""
    try:
        return ask()
    except Exception as error:  # which errors there are depends on the HTTP library of the day
        raise MissingData(f"{repository} cannot be had from the hub: {first_line(error)}") from error
