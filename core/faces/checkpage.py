"""`xeval plugins check`: runs the checks of a plugin in processes of their own, and prints what to fix."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from xeval.errors import MissingData, XevalError
from xeval.guests import patience

FINDINGS = 4
GRACE = 15.0  # seconds beyond a plugin's own time limit, after which a silent process is killed


def check_plugin(name: str, hub: Path | None, as_json: bool) -> int:
    """Check an installed plugin, or the package in a folder; exit code 4 if there is anything to fix."""
    if ("/" in name or name.startswith(".")) and not Path(name).is_dir():
        raise MissingData(f"{name} is no folder.", hint="Name a plugin's folder, or an installed plugin.")
    found, remarks, checks = findings_of(name, hub)
    if as_json:
        document = {"schema": "xeval.check/1", "plugin": name, "findings": found, "remarks": remarks}
        click.echo(json.dumps(document, indent=1, ensure_ascii=False))
        return FINDINGS if found else 0
    for remark in remarks:
        click.echo(f"note: {remark['about']}: {remark['remark']}", err=True)
    for one in found:
        click.echo(f"{one['about']}: {one['finding']}")
    mistakes = "1 finding" if len(found) == 1 else f"{len(found)} findings"
    click.echo(f"{name}: {mistakes} in {checks} checks." if found else f"{name}: {checks} checks, nothing to fix.")
    return FINDINGS if found else 0


def findings_of(name: str, hub: Path | None) -> tuple[list[dict[str, str]], list[dict[str, str]], int]:
    """What is to be fixed, what is to be known, and how many checks were made."""
    lines = list(checking(name, hub, "1", "all"))
    if mistake := next((line for line in lines if "mistake" in line), None):
        raise XevalError(mistake["mistake"], hint=mistake["hint"])
    found = [line for line in lines if "finding" in line]
    remarks = [line for line in lines if "remark" in line]
    checks = sum("at" in line for line in lines)
    if not any("cannot be loaded" in line["finding"] or line["about"] == "its process" for line in found):
        one, other = (made_with(name, hub, seed) for seed in ("1", "2"))
        checks += len(one)
        found += [
            {
                "about": f"the {what}",
                "finding": "another seed of hashes (PYTHONHASHSEED) gives other results; sort sets",
            }
            for what in one
            if one[what] != other.get(what)
        ]
    return found, remarks, checks


def made_with(name: str, hub: Path | None, seed: str) -> Mapping[str, str]:
    """Digests of what the plugins of a package make of the samples, in a process with a seed of hashes."""
    return {line["outputs"]: line["digest"] for line in checking(name, hub, seed, "outputs") if "outputs" in line}


def checking(name: str, hub: Path | None, seed: str, what: str) -> Iterator[dict[str, Any]]:
    """The lines of a checking process; one that dies or is silent for too long is a finding."""
    command = [sys.executable, "-m", "xeval.testing.checking", name, what, str(hub or "")]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    at, is_done = "its start", False
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        for text in spoken(process):
            line = json.loads(text)
            at, is_done = line.get("at", at), is_done or "done" in line or "mistake" in line
            yield line
        if not is_done:
            yield {"about": "its process", "finding": f"{end_of(process)}, at {at}"}


def end_of(process: subprocess.Popen[str]) -> str:
    """How a process ended that was to go on; one that says nothing and does not end is killed."""
    try:
        return f"it ended the process, with code {process.wait(timeout=2)}"
    except subprocess.TimeoutExpired:
        process.kill()
        return "it hangs"


def spoken(process: subprocess.Popen[str]) -> Iterator[str]:
    """Lines as they come; ends when there are no more, or none for longer than a plugin may be silent."""
    assert process.stdout
    assert process.stderr
    silence = patience() + GRACE if patience() else None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        left, rest = {process.stdout.fileno(), process.stderr.fileno()}, b""
        while left and (ready := selector.select(silence)):
            for key, _ in ready:
                content = os.read(key.fd, 65536)
                if not content:
                    selector.unregister(key.fileobj)
                    left.discard(key.fd)
                elif key.fd == process.stdout.fileno():
                    *lines, rest = (rest + content).split(b"\n")
                    yield from (line.decode() for line in lines)
