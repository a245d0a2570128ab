"""Runs shown to experiment trackers: while they run, and afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from xeval.errors import BadValue
from xeval.faces.preparing import Prepared
from xeval.notices import RunBegan
from xeval.running.discovery import discover
from xeval.running.jobs import Event, Finished, Listen
from xeval.running.keptruns import open_run
from xeval.running.observing import Followers, wanted_trackers
from xeval.running.results import RunRecord
from xeval.running.store import Store
from xeval.running.telling import of_job, of_record, replayed

REPLAY = 600.0  # seconds that trackers are given for a run that is over


@dataclass
class Tracked:
    """A run that trackers follow: `listen` for its events, `done` with its record."""

    followers: Followers
    store: Store
    inner: Listen

    def listen(self, event: Event) -> None:
        """Pass an event on, and tell the trackers of a job that has ended."""
        if self.followers and isinstance(event, Finished):
            self.followers.tell(partial(of_job, event, self.store))
        self.inner(event)

    def done(self, record: RunRecord) -> None:
        """Tell the scores and the end."""
        if self.followers:
            self.followers.tell(partial(of_record, record))


@contextmanager
def tracked(prepared: Prepared, left: int, inner: Listen) -> Iterator[Tracked]:
    """Let trackers follow the stages that are left in the block; what went wrong with them is told once, at its end."""
    followers = Followers(prepared.trackers)
    began = RunBegan(prepared.plan.key, left)
    followers.tell(partial(tuple, (began,)))
    try:
        yield Tracked(followers, prepared.store, inner)
    finally:
        for sentence in followers.end():
            click.echo(sentence, err=True)


def track(run: str, to: Sequence[str], store: Path) -> int:
    """Tell trackers of a run that is over."""
    if not to:
        raise BadValue("No tracker is named.", hint="Write --to tensorboard:DIR")
    kept = open_run(run, Store(store))
    catalogue = discover([text.partition(":")[0] for text in to])
    followers = Followers(wanted_trackers(to, catalogue), niceness=0)
    followers.tell(partial(replayed, kept.record, kept.manifests, Store(store)))
    said = followers.end(REPLAY)
    for sentence in said:
        click.echo(sentence, err=True)
    click.echo(f"{kept.name}: told to {', '.join(to)}.")
    return 3 if said else 0
