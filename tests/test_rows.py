"""Rows: found in a folder laid out like the hub, in the cache, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from xeval.data import PART, HubData, JoinedData, MadeData
from xeval.errors import BadData, BadValue, MissingData
from xeval.facts.registry import SourceEntry
from xeval.sources.rows import Place, fingerprint, open_rows, spoken

HUB = Path(__file__).parents[2] / "shared" / "hub"
DATA = HubData("org/cats", "test", "en", ("text", "label"))


def write(path: Path, rows: Sequence[Mapping[str, Any]], features: Any = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pyarrow.Table.from_pylist([dict(row) for row in rows])
    if features:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pyarrow.parquet.write_table(table, path)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub of one data set in two configs; its labels are numbered, with names in the file."""
    names = {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}, "text": {"dtype": "string", "_type": "Value"}}
    for config, text in (("en", "purr"), ("de", "schnurr")):
        rows = [{"text": f"{text} {n}", "label": n % 2, "extra": n} for n in range(5)]
        write(tmp_path / "org" / "cats" / config / "test-00000-of-00002.parquet", rows[:3], names)
        write(tmp_path / "org" / "cats" / config / "test-00001-of-00002.parquet", rows[3:], names)
    return tmp_path


@pytest.fixture
def place(hub: Path) -> Place:
    return Place(hub, offline=True)


def test_rows_come_from_all_files_of_the_split_with_the_columns_asked_for(place: Place) -> None:
    rows = list(open_rows(DATA, place))

    assert [row["text"] for row in rows] == [f"purr {n}" for n in range(5)]
    assert set(rows[0]) == {"text", "label"}


def test_numbers_of_labels_are_given_their_names(place: Place) -> None:
    assert [row["label"] for row in open_rows(DATA, place, limit=2)] == ["cat", "dog"]


def test_lists_of_numbered_labels_are_named_and_minus_one_stays(tmp_path: Path) -> None:
    tag = {"names": ["O", "B"], "_type": "ClassLabel"}
    for number, kind in enumerate(({"feature": tag, "_type": "List"}, {"feature": tag, "_type": "Sequence"}, [tag])):
        write(tmp_path / "org" / "ner" / str(number) / "test.parquet", [{"tags": [0, 1, -1]}], {"tags": kind})
        data = HubData("org/ner", "test", str(number))
        assert list(open_rows(data, Place(tmp_path, offline=True))) == [{"tags": ["O", "B", -1]}]


def test_a_limit_is_a_number_of_rows(place: Place) -> None:
    assert [len(list(open_rows(DATA, place, limit))) for limit in (0, 3, 99, None)] == [0, 3, 5, 5]


def test_it_is_known_where_each_row_was(place: Place) -> None:
    rows = open_rows(DATA, place)

    assert [rows.at for _ in rows] == [f"org/cats, config en, split test, row {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (HubData("org/dogs", "test", "en"), r"There is no org/dogs, config en, split test: no folder .*org/dogs"),
        (HubData("org/cats", "test", "fr"), r"org/cats has no config 'fr'; it has en, de"),
        (HubData("org/cats", "train", "en"), r"org/cats has no split 'train'; it has test"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(data: HubData, reason: str, place: Place) -> None:
    for ask in (open_rows, fingerprint):
        with pytest.raises(MissingData, match=reason):
            ask(data, place)


def test_a_hub_folder_that_is_absent_is_missing_data(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="no folder"):
        open_rows(DATA, Place(tmp_path / "nowhere", offline=True))


def test_a_data_set_with_other_columns_is_refused_before_a_row_is_read(place: Place) -> None:
    for ask in (open_rows, fingerprint):
        with pytest.raises(BadData, match="has no column 'labels'; it has text, label, extra") as raised:
            ask(HubData("org/cats", "test", "en", ("text", "labels")), place)
        assert "'label'" in raised.value.hint


def test_a_file_that_is_no_parquet_is_bad_data(hub: Path, place: Place) -> None:
    (hub / "org" / "cats" / "en" / "test-00000-of-00002.parquet").write_bytes(b"PAR1 and nothing more")

    with pytest.raises(BadData, match="org/cats, config en, split test: cannot be read"):
        list(open_rows(DATA, place))


@pytest.mark.parametrize("name", ["../secrets", "/etc/passwd", "a/../../b", "a/b/c", ""])
def test_a_repository_name_never_leads_out_of_the_hub(name: str, place: Place) -> None:
    with pytest.raises(BadValue, match="is not the name of a repository"):
        open_rows(HubData(name, "test"), place)


# ---------------------------------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    "path", ["data/test-00000-of-00001.parquet", "test.parquet", "default/test/0000.parquet", "default/test.parquet"]
)
def test_a_data_set_with_one_config_needs_no_config_name(path: str, tmp_path: Path) -> None:
    write(tmp_path / "org" / "one" / path, [{"text": "purr"}])

    assert list(open_rows(HubData("org/one", "test"), Place(tmp_path, offline=True))) == [{"text": "purr"}]


@pytest.mark.parametrize(
    "data_files",
    [
        "[{split: test, path: files/a.parquet}]",
        "[{split: test, path: [files/*.parquet]}]",
        "{test: files/a.parquet}",
    ],
)
def test_what_the_readme_declares_holds(data_files: str, tmp_path: Path) -> None:
    folder = tmp_path / "org" / "declared"
    write(folder / "files" / "a.parquet", [{"text": "purr"}])
    (folder / "README.md").write_text(f"---\nconfigs:\n- config_name: no\n  data_files: {data_files}\n---\n# Cats\n")

    rows = open_rows(HubData("org/declared", "test", "no"), Place(tmp_path, offline=True))

    assert list(rows) == [{"text": "purr"}]


def test_a_readme_may_not_point_out_of_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "secret.parquet", [{"text": "secret"}])
    folder = tmp_path / "org" / "thief"
    folder.mkdir(parents=True)
    files = "[{split: test, path: ../../secret.parquet}]"
    (folder / "README.md").write_text(f"---\nconfigs:\n- {{config_name: c, data_files: {files}}}\n---\n")

    with pytest.raises(MissingData):
        open_rows(HubData("org/thief", "test", "c"), Place(tmp_path, offline=True))


# ------------------------------------------------------------------------------------------------------- fingerprints


def test_a_fingerprint_is_of_the_contents_of_the_split_alone(hub: Path, place: Place) -> None:
    before = fingerprint(DATA, place)
    write(hub / "org" / "cats" / "de" / "test-00000-of-00002.parquet", [{"text": "neu", "label": 1}])
    assert fingerprint(DATA, place) == before

    write(hub / "org" / "cats" / "en" / "test-00001-of-00002.parquet", [{"text": "new", "label": 1}])
    assert fingerprint(DATA, place) != before


def test_a_fingerprint_does_not_tell_where_the_hub_is(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    moved = tmp_path_factory.mktemp("elsewhere") / "hub"
    before = fingerprint(DATA, Place(hub, offline=True))
    hub.rename(moved)

    assert fingerprint(DATA, Place(moved, offline=True)) == before


def test_made_data_are_known_by_what_makes_them(place: Place) -> None:
    made = MadeData("toys", "2", (("seed", 1),), lambda: iter([1, 2, 3]))

    assert fingerprint(made, place) == {"made": "toys", "version": "2", "params": {"seed": 1}}
    assert list(open_rows(made, place, limit=2)) == [1, 2]


# ------------------------------------------------------------------------------------------------------ several parts


def test_joined_data_are_read_one_after_the_other_and_numbered(place: Place) -> None:
    joined = JoinedData((HubData("org/cats", "test", "de", ("text",)), HubData("org/cats", "test", "en", ("text",))))

    rows = list(open_rows(joined, place))

    assert [(row[PART], row["text"].split()[0]) for row in (rows[0], rows[5])] == [(0, "schnurr"), (1, "purr")]
    assert len(fingerprint(joined, place)) == 2


def test_of_optional_parts_one_is_enough_and_what_stands_beside_is_not(place: Place) -> None:
    here, gone = HubData("org/cats", "test", "en", ("text",)), HubData("org/gone", "test")

    assert {row[PART] for row in open_rows(JoinedData((gone, here), optional=True), place)} == {1}
    assert {row[PART] for row in open_rows(JoinedData((here,), beside=(gone, here)), place)} == {0, 2}
    for joined in (JoinedData((gone, here)), JoinedData((gone,), optional=True, beside=(here,))):
        with pytest.raises(MissingData, match="There is no org/gone, split test"):
            open_rows(joined, place)


# ------------------------------------------------------------------------------------------------ mirrors and the cache


def test_a_mirror_is_looked_at_when_the_data_set_is_not_there(hub: Path) -> None:
    sources = {"old/cats": SourceEntry("old/cats", "MIT", "Cats", mirrors=("gone/cats", "org/cats"))}

    rows = open_rows(HubData("old/cats", "test", "en"), Place(hub, offline=True, sources=sources))

    assert len(list(rows)) == 5


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of Hugging Face's that holds one revision of org/kept, as their library lays it out."""
    from huggingface_hub import constants

    folder = tmp_path / "cache" / "datasets--org--kept"
    write(folder / "snapshots" / ("a" * 40) / "en" / "test-00000-of-00001.parquet", [{"text": "kept"}])
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("a" * 40)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return folder


def test_offline_the_cache_is_looked_at_after_the_hub_folder(cache: Path, hub: Path) -> None:
    data = HubData("org/kept", "test", "en")

    for place in (Place(None, offline=True), Place(hub, offline=True)):
        assert list(open_rows(data, place)) == [{"text": "kept"}]
        assert fingerprint(data, place)["revision"] == "a" * 40


def test_the_network_is_forbidden_by_the_environment_too(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(MissingData, match="not in the local cache"):
        open_rows(HubData("org/gone", "test", "en"), Place())
    assert list(open_rows(HubData("org/kept", "test", "en"), Place())) == [{"text": "kept"}]


def test_data_are_spoken_of_by_name() -> None:
    assert spoken(DATA) == "org/cats, config en, split test"
    assert spoken(JoinedData((DATA, HubData("a/b", "x")))) == "org/cats, config en, split test and a/b, split x"


# ------------------------------------------------------------------------------------------------------- the real thing


@pytest.mark.skipif(not HUB.is_dir(), reason=f"no sample of the hub at {HUB}")
@pytest.mark.parametrize(
    ("repository", "config", "split"),
    [
        ("google/xtreme", "PAN-X.de", "validation"),
        ("google/xtreme", "XQuAD.en", "validation"),
        ("facebook/xnli", "sw", "test"),
        ("Rowan/hellaswag", "", "validation"),
        ("stanfordnlp/snli", "plain_text", "test"),
    ],
)
def test_rows_are_those_that_the_library_datasets_reads(
    repository: str, config: str, split: str, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(str(HUB / repository), config or None, split=split, cache_dir=str(tmp_path))
    names = {name: feature for name, feature in loaded.features.items() if name in ("label", "ner_tags")}

    rows = list(open_rows(HubData(repository, split, config), Place(HUB, offline=True)))

    assert len(rows) == len(loaded)
    for row, expected in zip(rows[:50], loaded.select(range(50)), strict=True):
        assert {name: row[name] for name in row if name not in names} == {
            name: expected[name] for name in expected if name not in names
        }
        for name, feature in names.items():
            numbered = getattr(feature, "feature", feature)
            if hasattr(numbered, "int2str"):
                known = expected[name] if isinstance(expected[name], list) else [expected[name]]
                assert (row[name] if isinstance(row[name], list) else [row[name]]) == [
                    numbered.int2str(number) if number >= 0 else number for number in known
                ]
