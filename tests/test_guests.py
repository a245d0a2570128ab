"""The time limit of plugins, by the clock of the machine."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from xeval.guests import Hangs, PluginFailed, limited, watched


def busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_the_clock_of_a_block_around_goes_on_after_one_within() -> None:
    def work() -> None:
        with limited(60):
            pass
        busy(30)

    with pytest.raises(Hangs, match=r"took longer than 0\.3 seconds"), limited(0.3):
        work()


def test_what_ends_in_time_is_not_ended_afterwards() -> None:
    with limited(0.2):
        pass

    busy(0.3)


class Slow:
    """A perturbation of many texts that takes its time."""

    name, version = "slow", "1"

    def perturb(self, text: str) -> str:
        return text

    def perturb_many(self, texts: Sequence[str]) -> Sequence[str]:
        busy(0.5)
        return texts


def test_many_texts_have_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much again for every thousand: here 3.3 seconds for 10,000, and 0.3 for one."""
    monkeypatch.setenv("XEVAL_PLUGIN_SECONDS", "0.3")
    by = watched(Slow())

    assert len(by.perturb_many(["text"] * 10_000)) == 10_000
    with pytest.raises(PluginFailed, match=r"'slow' .* took longer"):
        by.perturb_many(["text"])
