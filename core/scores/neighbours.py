"""The nearest neighbours of two sets of vectors in each other, exactly, from one pass over their products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from xeval.errors import BadValue

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
TILE = 128 << 20  # bytes of target vectors at length 1 that are held at a time
PRODUCTS = 48 << 20  # bytes of their products with a block of source vectors
SLAB = 64  # targets whose largest product stands for all of them until they are looked at
SPARE = 1  # neighbours kept beyond k: the last bits of a product depend on where in a block it was made
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Vectors:
    """Rows of a matrix (n, d) of any lengths; `rows` says which, in which order. The matrix is never copied whole."""

    matrix: npt.NDArray[np.float32]
    rows: IntArray

    @classmethod
    def of(cls, matrix: npt.ArrayLike, rows: npt.ArrayLike | None = None) -> Vectors:
        """All rows, or those named. Raises BadValue if it is no matrix."""
        found = np.asarray(matrix)
        if found.ndim != 2:
            raise BadValue(f"Vectors are a matrix (n, d), not an array of shape {found.shape}.")
        return cls(found, np.arange(len(found)) if rows is None else np.asarray(rows, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.rows)

    def unit(self, start: int, stop: int, device: str) -> torch.Tensor:
        """Vectors `start` to `stop` at length 1, as (stop - start, d). Raises BadValue if one is not finite."""
        block = torch.from_numpy(self.matrix[self.rows[start:stop]].astype(np.float32, copy=False)).to(device)
        lengths = torch.linalg.vector_norm(block, dim=1, keepdim=True)
        if not bool(torch.isfinite(lengths).all()):
            raise BadValue("Some vectors hold numbers that are not finite: nothing is nearest to them.")
        return block.div_(lengths.clamp_min_(TINY))


@dataclass(frozen=True, eq=False)
class Neighbours:
    """For each vector its k nearest, best first: cosines (n, k), and their numbers on the other side (n, k)."""

    cosines: FloatArray
    numbers: IntArray


@dataclass(frozen=True, eq=False)
class Best:
    """The best products so far of each vector of one side, in falling order: (n, k) each."""

    values: torch.Tensor
    numbers: torch.Tensor

    @classmethod
    def nothing(cls, count: int, k: int, device: str) -> Best:
        """No product at all yet."""
        return cls(torch.full((count, k), -torch.inf, device=device), torch.full((count, k), -1, device=device).long())

    def take(self, rows: torch.Tensor | slice, values: torch.Tensor, numbers: torch.Tensor) -> None:
        """Let the rows choose between what they have and something new, (rows, any number) each."""
        values = torch.cat([self.values[rows], values], dim=1)
        numbers = torch.cat([self.numbers[rows], numbers], dim=1)
        best = values.topk(self.values.shape[1], dim=1)
        self.values[rows] = best.values
        self.numbers[rows] = numbers.gather(1, best.indices)


def neighbours(source: Vectors, target: Vectors, k: int, device: str = "cpu") -> tuple[Neighbours, Neighbours]:
    """The k nearest targets of each source by cosine, and the k nearest sources of each target.

    Each block of products is made once and read in both directions while it is at hand. Needs less than a gigabyte
    beyond the vectors, however many there are. Of equally near vectors the first comes first. Raises BadValue.
    """
    check_shapes(source, target)
    forward = Best.nothing(len(source), min(k + SPARE, len(target)), device)
    backward = Best.nothing(len(target), min(k + SPARE, len(source)), device)
    with torch.inference_mode():
        for first, start, products in blocks(source, target, device):
            read_columns(forward, products, first, start)
            read_rows(backward, products, first, start)
        return ranked(source, target, forward, k), ranked(target, source, backward, k)


def nearest_targets(source: Vectors, target: Vectors, k: int, device: str = "cpu") -> Neighbours:
    """The k nearest targets of each source by cosine, or all of fewer; of equally near ones the first comes first.

    Exact, and in less than a gigabyte beyond the vectors. Raises BadValue as `neighbours` does.
    """
    check_shapes(source, target)
    best = Best.nothing(len(source), min(k + SPARE, len(target)), device)
    with torch.inference_mode():
        for first, start, products in blocks(source, target, device):
            read_columns(best, products, first, start)
        return ranked(source, target, best, k)


def check_shapes(source: Vectors, target: Vectors) -> None:
    """Raise BadValue for sides that are empty, or of different dimensions."""
    if not len(source) or not len(target) or source.matrix.shape[1] != target.matrix.shape[1]:
        shapes = [(len(side), side.matrix.shape[1]) for side in (source, target)]
        raise BadValue(f"Vectors of the shapes {shapes[0]} and {shapes[1]} have no neighbours in each other.")


def blocks(source: Vectors, target: Vectors, device: str) -> Iterator[tuple[int, int, torch.Tensor]]:
    """The number of the first target and of the first source of a block, and its products (targets, sources)."""
    most = min(TILE // (4 * target.matrix.shape[1]), PRODUCTS // (4 * SLAB))
    tall = min(len(target), max(1, most))
    wide = min(len(source), max(SLAB, PRODUCTS // (4 * tall)))
    room = torch.empty(tall * wide, device=device)  # fresh memory for each block would cost a tenth of the time
    for first in range(0, len(target), tall):
        tile = target.unit(first, min(first + tall, len(target)), device)
        for start in range(0, len(source), wide):
            block = source.unit(start, min(start + wide, len(source)), device)
            products = room[: len(tile) * len(block)].view(len(tile), len(block))
            multiply(tile, block.T, products)
            yield first, start, products


def multiply(left: torch.Tensor, right: torch.Tensor, into: torch.Tensor) -> None:
    """Write the product of two matrices into a third."""
    if into.device.type == "cpu":  # numpy's library was measured to be a tenth faster than the one of torch
        np.matmul(left.numpy(), right.numpy(), out=into.numpy())
    else:
        torch.mm(left, right, out=into)


def read_columns(best: Best, products: torch.Tensor, first: int, start: int) -> None:
    """The best targets of each source of a block; only the slabs with the largest maxima are looked into."""
    tall, wide = products.shape
    k = min(best.values.shape[1], tall)
    whole = tall // SLAB * SLAB
    rows = torch.arange(whole, tall, device=products.device)[:, None].expand(-1, wide)  # what no slab holds
    if whole:
        maxima = products[:whole].view(-1, SLAB, wide).amax(1)  # (slabs, sources)
        chosen = maxima.topk(min(k, len(maxima)), dim=0).indices  # the k best are in the k slabs of the best maxima
        inside = chosen[:, None] * SLAB + torch.arange(SLAB, device=products.device)[None, :, None]
        rows = torch.cat([inside.view(-1, wide), rows])
    found = products.gather(0, rows).T.topk(k, dim=1)
    best.take(slice(start, start + wide), found.values, rows.T.gather(1, found.indices) + first)


def read_rows(best: Best, products: torch.Tensor, first: int, start: int) -> None:
    """The best sources of each target of a block; most targets have had better ones and are left out at a glance."""
    rows = (products.amax(1) > best.values[first : first + len(products), -1]).nonzero()[:, 0]
    if len(rows):
        found = products[rows].topk(min(best.values.shape[1], products.shape[1]), dim=1)
        best.take(rows + first, found.values, found.indices + start)


def ranked(queries: Vectors, among: Vectors, best: Best, k: int) -> Neighbours:
    """The k best by products made again, one pair at a time: equal vectors then have equal products wherever."""
    numbers = np.sort(best.numbers.cpu().numpy(), axis=1)
    cosines = np.empty(numbers.shape, dtype=np.float64)
    device = str(best.values.device)
    step = max(1, PRODUCTS // (4 * numbers.shape[1] * among.matrix.shape[1]))
    for start in range(0, len(numbers), step):
        cosines[start : start + step] = pairwise(queries, among, numbers[start : start + step], start, device)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return Neighbours(np.take_along_axis(cosines, order, 1), np.take_along_axis(numbers, order, 1))


def pairwise(queries: Vectors, among: Vectors, numbers: IntArray, start: int, device: str) -> FloatArray:
    """Cosines (n, k) of queries from `start` on with those that they name."""
    count, k = numbers.shape
    found = Vectors(among.matrix, among.rows[numbers.ravel()]).unit(0, count * k, device).view(count, k, -1)
    found *= queries.unit(start, start + count, device)[:, None]
    return found.sum(dim=2).cpu().numpy().astype(np.float64)
