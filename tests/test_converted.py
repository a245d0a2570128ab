"""Data sets of a local hub that are no Parquet are read by the library, once."""

from __future__ import annotations

from pathlib import Path

import datasets.config
import pytest

from xeval.data import HubData
from xeval.errors import MissingData
from xeval.sources.rows import Place, fingerprint, open_rows

DATA = HubData("org/pairs", "test", columns=("text", "label"))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    folder = tmp_path / "hub" / "org" / "pairs"
    folder.mkdir(parents=True)
    return tmp_path / "hub"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("test.csv", "text,label\ngut,ja\nschlecht,nein\n"),
        ("test.jsonl", '{"text": "gut", "label": "ja"}\n{"text": "schlecht", "label": "nein"}\n'),
    ],
)
def test_what_is_no_parquet_is_read_as_the_library_reads_it(hub: Path, name: str, text: str) -> None:
    (hub / "org" / "pairs" / name).write_text(text)

    rows = list(open_rows(DATA, Place(hub, offline=True)))

    assert rows == [{"text": "gut", "label": "ja"}, {"text": "schlecht", "label": "nein"}]


def test_a_changed_file_is_read_again(hub: Path) -> None:
    path = hub / "org" / "pairs" / "test.csv"
    path.write_text("text,label\ngut,ja\n")
    before = fingerprint(DATA, Place(hub, offline=True))
    path.write_text("text,label\nbesser,ja\n")

    assert fingerprint(DATA, Place(hub, offline=True)) != before
    assert [row["text"] for row in open_rows(DATA, Place(hub, offline=True))] == ["besser"]


def test_what_the_library_cannot_read_is_told_with_its_reason(hub: Path) -> None:
    (hub / "org" / "pairs" / "train.csv").write_text("text,label\ngut,ja\n")

    with pytest.raises(MissingData, match=r"cannot be read by the datasets library: .*test"):
        open_rows(DATA, Place(hub, offline=True))
