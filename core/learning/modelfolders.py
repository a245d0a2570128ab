"""Folders of models: where they are, whether they may be opened, and what names them in keys. Without torch."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from xeval.errors import BadValue, MissingData, nearest
from xeval.hashing import digest, file_digest
from xeval.values import Json

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
VOCABULARY = ("tokenizer.json", "*.model", "*.spm", "vocab.*")
TOKENIZER = (*VOCABULARY, "merges.txt", "tokenizer_config.json", "special_tokens_map.json")
IDENTITY = ("config.json", "head.json", "*.safetensors", *TOKENIZER)
DOWNLOADED = ["*.json", "*.safetensors", "*.model", "*.spm", "*.txt"]  # never a pickle


def find_model(repository: str, revision: str | None, hub: Path | None, offline: bool) -> Path:
    """The folder of a model: a local path, `hub`/org/name, the Hugging Face cache, or a download where it is allowed.

    Raises MissingData if it is nowhere, BadValue if the folder has no safetensors.
    """
    places = [Path(repository).expanduser(), *([hub / repository] if hub else [])]
    folder = next((place for place in places if (place / "config.json").is_file()), None)
    if folder is None and places[0].is_dir():
        raise BadValue(f"The folder {repository} has no config.json, so it is no model.", hint="Give a model folder.")
    if folder is None and is_path(repository):
        what = "no folder" if places[0].exists() else "not there"
        raise MissingData(f"The model folder {repository} is {what}.", hint=_beside(places[0]))
    found = folder or snapshot(repository, revision, offline)
    check_weights(found)
    return found


def is_path(repository: str) -> bool:
    """Whether it can only be a path: a repository is ORG/NAME."""
    return repository.startswith((".", "/", "~")) or repository.count("/") > 1


def _beside(path: Path) -> str:
    """A hint: the folder beside it whose name is most like it."""
    beside = [one.name for one in path.parent.iterdir() if one.is_dir()] if path.parent.is_dir() else []
    close = nearest(path.name, beside)
    return f"Did you mean {path.parent / close}?" if close else "Give a folder with config.json and safetensors."


def snapshot(repository: str, revision: str | None, offline: bool) -> Path:
    """A model in the Hugging Face cache, downloaded first where that is allowed."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(
            snapshot_download(
                repository, revision=revision or None, local_files_only=offline, allow_patterns=DOWNLOADED
            )
        )
    except (HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError, OSError) as error:
        how = "and --offline forbids to download it" if offline else "and it could not be downloaded"
        raise MissingData(
            f"The model {repository!r} is neither a folder nor in the Hugging Face cache, {how}.",
            hint=f"Give a model folder, put it under --hub as {repository}, or run once with network.",
        ) from error


def check_weights(folder: Path) -> None:
    """Raise BadValue unless a folder has its weights in safetensors: a pickle is code, and is never opened."""
    if not any((folder / name).is_file() for name in WEIGHTS):
        raise BadValue(
            f"The model folder {folder} has no model.safetensors.",
            hint="Convert it once with AutoModel.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER).",
        )


def model_identity(folder: Path, revision: str | None) -> Json:
    """What names a model in keys: the pinned revision of a snapshot, or else a digest of its files.

    The files are weights, a head if there is one, settings and tokenizer. A folder of one's own is known by what is in
    it, whatever revision a registry pins for the repository that it stands in for.
    """
    if revision and folder.parent.name == "snapshots":
        return {"revision": revision}
    return {"content": digest({path.name: content(path) for path in files_of(folder, IDENTITY)})}


def files_of(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files of a folder that match any pattern, in order."""
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def content(path: Path) -> str:
    """The digest of a file, worked out once while it does not change."""
    about = path.stat()
    return known_content(path, about.st_size, about.st_mtime_ns)


@functools.cache
def known_content(path: Path, size: int, changed: int) -> str:
    """The digest of a file of that size that was changed then."""
    return file_digest(path)
