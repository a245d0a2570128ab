"""Where a training is, kept every few minutes, so that one that was killed goes on and ends in the same bits."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from xeval.files import scratch_name
from xeval.hashing import file_digest
from xeval.learning.batching import IntArray
from xeval.learning.group import agreed, told_by_first
from xeval.learning.standing import Standing, are_numbers, chances_of, counts_of, fits, gathered_tensors, restore
from xeval.tuning import Compute
from xeval.values import Json

SCHEMA = 1
NAME = re.compile(r"step-(\d{9})-([0-9a-f]{24})\.safetensors")  # the digest is of the file itself


class Unfit(Exception):
    """A checkpoint that is no use; the text says why."""


@dataclass
class Keeper:
    """Keeps a training in a folder every so many seconds; never, if there is no folder or the seconds are 0."""

    folder: Path | None
    every: float
    about: Mapping[str, Json]  # what a checkpoint must have been made with, or it is not gone on from
    last: float = field(default_factory=time.monotonic)
    kept: Path | None = None  # the newest checkpoint
    remarks: list[str] = field(default_factory=list)


def made_with(compute: Compute, batches: Sequence[IntArray]) -> dict[str, Json]:
    """What a checkpoint is made with: another torch, precision or order of batches would mix two trainings."""
    order = hashlib.sha256(b"".join(batch.tobytes() for batch in batches)).hexdigest()
    device = compute.device.partition(":")[0]
    about = {"schema": SCHEMA, "torch": torch.__version__, "device": device, "precision": compute.precision}
    return about | {"order of batches": order[:24]}


# ------------------------------------------------------------------------------------------------------------ keeping


def is_due(keeper: Keeper) -> bool:
    """Whether it is time for a checkpoint."""
    return keeper.folder is not None and keeper.every > 0 and time.monotonic() - keeper.last >= keeper.every


def keep(keeper: Keeper, standing: Standing) -> None:
    """Write a checkpoint, whole or not at all, then take older ones away.

    A disk that is full stops no training: it is remarked, and the checkpoint before stays. Weights that are no numbers
    are not kept. Of a group, all must call this, and the first one writes.
    """
    chances, sound = chances_of(standing), are_numbers(standing)
    tensors = gathered_tensors(standing) if sound else {}
    if standing.group.leads and sound:
        try:
            keeper.kept = written(keeper, standing, chances | tensors)
        except (OSError, SafetensorError) as error:
            said = f"a checkpoint could not be written: {error}"
            keeper.remarks += [said] if said not in keeper.remarks else []
        else:
            forget_older(keeper.kept)
    keeper.last = time.monotonic()


def last_good(keeper: Keeper) -> str:
    """What is left of a training that failed, in words."""
    return f"The last good checkpoint is {keeper.kept}." if keeper.kept else "No checkpoint had been made before it."


def written(keeper: Keeper, standing: Standing, tensors: dict[str, Tensor]) -> Path:
    """Write a checkpoint beside its place, and move it there under a name that tells whether it is whole."""
    assert keeper.folder is not None
    keeper.folder.mkdir(parents=True, exist_ok=True)
    scratch = keeper.folder / scratch_name()
    about = {"made_with": keeper.about, "rng": standing.rng.bit_generator.state, "ledger": counts_of(standing.ledger)}
    try:
        save_file(tensors, scratch, metadata={"xeval": json.dumps(about)})
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        final = keeper.folder / f"step-{len(standing.ledger.losses):09}-{file_digest(scratch)[:24]}.safetensors"
        return scratch.replace(final)
    finally:
        scratch.unlink(missing_ok=True)


def forget_older(newest: Path) -> None:
    """Take away the checkpoints before this one."""
    for path in newest.parent.glob("step-*.safetensors"):
        if path.name < newest.name:
            path.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------------------ going on


def resume(keeper: Keeper, standing: Standing) -> None:
    """Go on from the newest checkpoint that is whole and was made with the same; without any, nothing changes.

    Others are remarked and taken away. Of a group, the first process looks, and all go on from what it finds.
    """
    if keeper.folder is None or keeper.every <= 0:
        return
    if standing.group.leads:
        keeper.kept = found(keeper)
    name = told_by_first(standing.group, keeper.kept.name if keeper.kept else "")
    if not name:
        return
    tensors, about = seen(keeper.folder / name, keeper.about)
    if any(agreed(standing.group, [not fits(standing, tensors)])):
        keeper.kept = None
        keeper.remarks.append(f"the checkpoint {name} was not used: it went meanwhile, or is of another model")
        return
    restore(standing, tensors, about)
    keeper.remarks.append(f"went on from the checkpoint after step {len(standing.ledger.losses):,}")


def found(keeper: Keeper) -> Path | None:
    """The newest checkpoint that is of use; those that are not are remarked and taken away."""
    for path in sorted((keeper.folder or Path()).glob("step-*.safetensors"), reverse=True):
        try:
            opened(path, keeper.about)
        except Unfit as error:
            keeper.remarks.append(f"the checkpoint {path.name} was not used: {error}")
            path.unlink(missing_ok=True)
        else:
            return path
    return None


def seen(path: Path, wanted: Mapping[str, Json]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What is in a checkpoint that was of use a moment ago; nothing if another run took it away since."""
    try:
        return opened(path, wanted)
    except Unfit:
        return {}, {}


def opened(path: Path, wanted: Mapping[str, Json]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a checkpoint and what it says of itself. Raises Unfit if it is damaged or of another training."""
    name = NAME.fullmatch(path.name)
    try:
        if name is None or file_digest(path)[:24] != name[2]:
            raise Unfit("it is damaged")
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})["xeval"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise Unfit(f"it cannot be read: {error}") from error
    theirs = about["made_with"]
    for key in [key for key in {**wanted, **theirs} if wanted.get(key) != theirs.get(key)]:
        raise Unfit(f"it was made with another {key} ({theirs.get(key)}; now {wanted.get(key)})")
    return tensors, about
