"""The processes that compute one training together, one a GPU: what each takes, and what they tell each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from xeval.formats.features import Batch
from xeval.learning.microbatches import picked
from xeval.learning.telemetry import memory
from xeval.phases import RECORD

BUCKET = 2**24  # numbers that are added up between processes at a time: 64 MB, enough to keep a link busy


@dataclass(frozen=True, eq=False)
class Group:
    """Which of how many processes this is; the first one watches, keeps and writes."""

    rank: int = 0
    size: int = 1
    device: str = ""
    accelerator: Any = None
    messages: Any = None  # another group, in which processors talk, without waiting for the GPUs

    @property
    def leads(self) -> bool:
        """Whether this is the first."""
        return self.rank == 0


ALONE = Group()


def joined(cpu: bool) -> Group:
    """The group that this process was started for, as its environment says (RANK, WORLD_SIZE, MASTER_ADDR)."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=cpu)
    messages = torch.distributed.new_group(backend="gloo")
    device = "cpu" if cpu else str(accelerator.device)
    return Group(accelerator.process_index, accelerator.num_processes, device, accelerator, messages)


def share_of(group: Group, batch: Batch) -> Batch | None:
    """The features of a batch that this process computes, of like length everywhere; None if there are too few.

    A batch that is `whole` is computed by the first process alone.
    """
    if group.size == 1 or batch.whole:
        return batch if group.leads else None
    mine = range(group.rank, len(batch.sizes), group.size)
    return picked(batch, mine) if mine else None


def agreed(group: Group, flags: Sequence[bool]) -> list[bool]:
    """Each flag, true if it is in any process. Nobody waits for a GPU."""
    if group.size == 1:
        return list(flags)
    table = torch.tensor(flags, dtype=torch.int32)
    torch.distributed.all_reduce(table, group=group.messages)  # how many processes say so
    return [bool(flag) for flag in table]


def gathered(group: Group, table: Tensor) -> list[Tensor]:
    """A table on the processor, of the same shape everywhere, as each process has it."""
    if group.size == 1:
        return [table]
    tables = [torch.empty_like(table) for _ in range(group.size)]
    torch.distributed.all_gather(tables, table, group=group.messages)
    return tables


def told_by_first(group: Group, text: str) -> str:
    """What the first process says."""
    said = [text]
    if group.size > 1:
        torch.distributed.broadcast_object_list(said, src=0, group=group.messages)
    return said[0]


def add_up(group: Group, tensors: Iterable[Tensor]) -> None:
    """Put the sum over all processes into each tensor; all of them have the same ones, in the same order."""
    if group.size == 1:
        return
    for bucket in buckets(tensors):
        flat = group.accelerator.reduce(torch.cat([tensor.flatten() for tensor in bucket]), reduction="sum")
        for tensor, summed in zip(bucket, flat.split([tensor.numel() for tensor in bucket]), strict=True):
            tensor.copy_(summed.view_as(tensor))


def buckets(tensors: Iterable[Tensor]) -> Iterator[list[Tensor]]:
    """Neighbours of one type that together are not too large; a larger one is alone."""
    bucket: list[Tensor] = []
    for tensor in tensors:
        held = sum(one.numel() for one in bucket)
        if bucket and (held + tensor.numel() > BUCKET or tensor.dtype != bucket[0].dtype):
            yield bucket
            bucket = []
        bucket.append(tensor)
    if bucket:
        yield bucket


def pool_record(group: Group) -> None:
    """Write down in each process what all of them computed, and the memory of the fullest."""
    record = RECORD.get()
    if group.size == 1 or record is None:
        return
    mine = torch.tensor([record.tokens, record.rows, record.squares, memory(group.device)], dtype=torch.int64)
    tables = torch.stack(gathered(group, mine))
    record.tokens, record.rows, record.squares = (int(count) for count in tables[:, :3].sum(dim=0))
    record.memory, record.processes = int(tables[:, 3].max()), group.size
