"""One training computed by several processes of this machine: started, heard and, if one fails, stopped together."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO

from xeval.errors import XevalError, spoken
from xeval.learning.group import joined
from xeval.learning.models import use_threads
from xeval.learning.telemetry import forget_memory
from xeval.learning.tokenised import kept_in
from xeval.phases import Record, adopt, recorded
from xeval.plans.stage import Stage
from xeval.running.jobs import Setup, deathbed
from xeval.running.stages import assist_train, run_train
from xeval.running.workbench import lay_out
from xeval.tuning import Progress, Report, Watch
from xeval.visits import BOOK, Fuse

RANK = "import sys; from xeval.running.ranks import serve; serve(int(sys.argv[1]))"


class RankFailed(XevalError):
    """A training of several processes that failed in one of them."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong in a process: in one line, and for whoever looks into it."""

    message: str
    log: str


@dataclass(frozen=True)
class Part:
    """What a process tells when its part of a training is done."""

    report: Report
    record: Record  # of all together, but for seconds


@dataclass(frozen=True, eq=False)
class Rank:
    """A process of a group, the pipe to it, and what it writes on its standard error."""

    number: int
    process: subprocess.Popen[bytes]
    connection: Connection
    errors: IO[bytes]


def run_together(stage: Stage, setup: Setup, watch: Watch) -> Report:
    """Train a stage by as many processes as the setup says; the first of them publishes it. Raises RankFailed."""
    with crew(stage, setup) as ranks:
        return heard(ranks, watch)


@contextlib.contextmanager
def crew(stage: Stage, setup: Setup) -> Iterator[list[Rank]]:
    """The processes of a group; afterwards none of them is left."""
    port, ranks = free_port(), list[Rank]()
    try:
        for number in range(setup.compute.processes):
            ranks.append(started(number, environment(number, port, setup)))
            ranks[-1].connection.send((stage, setup))
        yield ranks
    finally:
        for rank in ranks:
            rank.process.kill()
        for rank in ranks:
            rank.process.wait()
            rank.connection.close()
            rank.errors.close()


def started(number: int, variables: Mapping[str, str]) -> Rank:
    """Start a process of a group."""
    ours, theirs = Pipe()
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
    command, handle = [sys.executable, "-c", RANK, str(theirs.fileno())], theirs.fileno()
    process = subprocess.Popen(
        command, env=dict(variables), pass_fds=[handle], stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
    )
    theirs.close()
    return Rank(number, process, ours, errors)


def environment(number: int, port: int, setup: Setup) -> dict[str, str]:
    """What a process finds its group by, as torchrun would say it, and the threads and the GPUs that it may use."""
    size = setup.compute.processes
    variables = {
        **os.environ,
        **{name: str(max(1, setup.threads // size)) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")},
        "RANK": str(number),
        "LOCAL_RANK": str(number),
        "WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }
    if Path("/sys/class/net/lo").exists():
        variables.setdefault("GLOO_SOCKET_IFNAME", "lo")  # all are on this machine, whose name may mean nothing
    kind, _, first = setup.compute.device.partition(":")
    if kind == "cuda":
        variables["CUDA_VISIBLE_DEVICES"] = ",".join(cards(os.environ.get("CUDA_VISIBLE_DEVICES"), int(first), size))
    return variables


def cards(visible: str | None, first: int, count: int) -> list[str]:
    """The GPUs of a group, by their names for the driver: so many of those that this process sees."""
    numbers = range(first, first + count)
    if visible is None:
        return [str(number) for number in numbers]
    names = [name.strip() for name in visible.split(",")]
    return [names[number] for number in numbers]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def heard(ranks: list[Rank], watch: Watch) -> Report:
    """What the group tells until its first process reports. Raises RankFailed as soon as one fails."""
    of = {rank.connection: rank for rank in ranks}
    while True:
        for connection in wait(list(of)):
            assert isinstance(connection, Connection)
            told = told_by(of[connection], len(ranks))
            if isinstance(told, Progress):
                watch(told)
            elif isinstance(told, Part):
                if of[connection].number == 0:
                    adopt(told.record)
                    return told.report
                del of[connection]  # it has done its part


def told_by(rank: Rank, size: int) -> Progress | Part:
    """The next thing that a process tells. Raises RankFailed if it is trouble, or its death."""
    try:
        told: Progress | Part | Trouble = rank.connection.recv()
    except (EOFError, OSError):
        how = deathbed(rank.process.wait())
        rank.errors.seek(0)
        last = rank.errors.read().decode(errors="replace")
        raise RankFailed(f"Process {rank.number + 1} of {size} {how}.") from RuntimeError(last[-4000:])
    if isinstance(told, Trouble):
        raise RankFailed(told.message) from RuntimeError(told.log)
    return told


# ---------------------------------------------------------------------------------------------------- in the process


def serve(handle: int) -> None:
    """A process of a group: do its part of one training, and end when nobody listens any more."""
    connection = Connection(handle)
    stage, setup = connection.recv()
    threading.Thread(target=leave_with, args=(connection,), daemon=True).start()
    BOOK.set(Fuse())
    try:
        with recorded() as record:
            report = part_of(stage, setup, connection.send)
    except Exception as error:  # noqa: BLE001 - torch and what it calls raise anything; the first process tells it
        connection.send(Trouble(spoken(error), traceback.format_exc()))
    else:
        connection.send(Part(report, record))
    # Nothing that libraries do at the end may hold the others up: what is to be kept is in the store.
    os._exit(0)


def leave_with(connection: Connection) -> None:
    """End this process when the one that started it does."""
    with contextlib.suppress(EOFError, OSError):
        connection.recv()
    os._exit(1)


def part_of(stage: Stage, setup: Setup, tell: Watch) -> Report:
    """This process's part of a training."""
    use_threads(max(1, setup.threads // setup.compute.processes))
    group = joined(cpu=setup.compute.device == "cpu")
    forget_memory(group.device)
    bench = lay_out(replace(setup, compute=replace(setup.compute, device=group.device)))
    with kept_in(bench.store.tokenised):
        return run_train(stage, bench, tell, group) if group.leads else assist_train(stage, bench, group)
