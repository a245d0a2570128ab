"""Data sets of the hub itself, from a server on this machine that answers as the hub does."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pyarrow
import pyarrow.parquet
import pytest

COMMITS = {"main": "a" * 40, "refs/convert/parquet": "b" * 40}
SCRIPT = """
import json, sys
from xeval.errors import MissingData
from xeval.sources.rows import Place, fingerprint, open_rows
from xeval.data import HubData
repository, config, offline = sys.argv[1], sys.argv[2], sys.argv[3] == "offline"
data, place = HubData(repository, "test", config), Place(offline=offline)
try:
    print(json.dumps([fingerprint(data, place)["revision"], list(open_rows(data, place))]))
except MissingData as error:
    print(json.dumps(str(error)))
"""


class Hub(BaseHTTPRequestHandler):
    """The answers of the hub that are needed to fetch a data set: what is in a revision, and its files."""

    folder: Path  # ORG+NAME/COMMIT/files

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = unquote(self.path.partition("?")[0]).strip("/").split("/")
        if parts[0] == "api":
            commit = next((c for name, c in COMMITS.items() if parts[-1] in (c, name.split("/")[-1])), COMMITS["main"])
            self.answer(self.listing("+".join(parts[2:4]), commit, "tree" in parts))
        else:
            path = self.folder.joinpath("+".join(parts[1:3]), parts[4], *parts[5:])
            self.answer(path.read_bytes() if path.is_file() else None, parts[4])

    def listing(self, name: str, commit: str, tree: bool) -> bytes | None:
        folder = self.folder / name / commit
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*.*") if path.is_file()}
        if not files:
            return None
        if tree:
            entries = [{"type": "file", "path": p, "size": f.stat().st_size, "oid": p} for p, f in files.items()]
            return json.dumps(entries).encode()
        siblings = [{"rfilename": path} for path in files]
        return json.dumps({"id": name.replace("+", "/"), "sha": commit, "siblings": siblings}).encode()

    def answer(self, body: bytes | None, commit: str = "") -> None:
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.send_header("ETag", f'"{hashlib.sha256(body or b"").hexdigest()}"')
        self.send_header("X-Repo-Commit", commit)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    def put(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist([{"text": text}]), tmp_path / path)

    put(f"org+cats/{COMMITS['main']}/en/test-00000-of-00001.parquet", "purr")
    put(f"org+cats/{COMMITS['main']}/de/test-00000-of-00001.parquet", "schnurr")
    put(f"org+script/{COMMITS['refs/convert/parquet']}/default/test/0000.parquet", "converted")
    (tmp_path / "org+script" / COMMITS["main"]).mkdir()
    (tmp_path / "org+script" / COMMITS["main"] / "script.py").write_text("raise SystemExit")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Hub,), {"folder": tmp_path}))
    Thread(target=server.serve_forever, daemon=True).start()
    hub = f"http://127.0.0.1:{server.server_address[1]}"
    cache = {"HF_HOME": str(tmp_path / "cache"), "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}
    yield {**os.environ, "HF_ENDPOINT": hub, **cache, "HF_HUB_OFFLINE": "0"}
    server.shutdown()
    server.server_close()


def asked(environment: dict[str, str], *words: str) -> Any:
    command = [sys.executable, "-c", SCRIPT, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr
    return json.loads(done.stdout)


def test_a_config_is_fetched_once_and_then_is_there_without_a_network(environment: dict[str, str]) -> None:
    fetched = asked(environment, "org/cats", "en", "online")

    assert fetched == [COMMITS["main"], [{"text": "purr"}]]
    assert asked(environment, "org/cats", "en", "offline") == fetched
    assert "not in the local cache" in asked(environment, "org/cats", "de", "offline")


def test_of_a_repository_that_is_a_script_the_hubs_conversion_is_read(environment: dict[str, str]) -> None:
    assert asked(environment, "org/script", "", "online")[1] == [{"text": "converted"}]


def test_what_the_hub_does_not_have_is_missing_data(environment: dict[str, str]) -> None:
    assert "has no config 'fr'" in asked(environment, "org/cats", "fr", "online")
    assert "org/dogs cannot be had from the hub: " in asked(environment, "org/dogs", "en", "online")


DECLARED = """
tasks:
  cats:
    {format: classification, repository: org/cats, config: "{language}", languages: [en, de], trains_on: [],
     columns: {text: text, label: sound}, labels: [purr, schnurr]}
"""


def needed(environment: dict[str, str], folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code of `xeval fetch`, and what it says of the task `cats`."""
    (folder / "registry.yaml").write_text(DECLARED)
    command = [sys.executable, "-m", "xeval", "fetch", "--target", "cats", "--model", "mini", "--json", *words]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    rows = json.loads(done.stdout)["needs"]
    return done.returncode, next(row for row in rows if row["for"] == "cats")


def test_fetch_brings_what_a_run_needs_and_then_all_is_there_without_a_network(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("work")

    dry = needed(environment, folder, "--dry-run")
    fetched = needed(environment, folder)
    offline = needed(environment, folder, "--offline", "--dry-run")

    assert (dry[0], dry[1]["lacking"], dry[1]["state"]) == (0, 2, "to fetch")
    assert (fetched[0], fetched[1]["here"], fetched[1]["state"]) == (0, 2, "here")
    assert (offline[0], offline[1]["here"]) == (0, 2)


def test_what_could_not_be_fetched_is_told_and_the_rest_is_brought(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    code, row = needed(environment, tmp_path_factory.mktemp("work"), "--target", "xnli", "--language", "en,de")

    assert (code, row["state"]) == (2, "here")
