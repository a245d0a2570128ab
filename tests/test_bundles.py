"""A bundle holds a run whole: the same bytes for the same run, every alteration is found."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from runs import answers, kept, scored

from xeval.errors import BadFile, BadValue
from xeval.running.bundles import CONTENTS, export
from xeval.running.keptruns import differing, import_bundle, open_bundle, open_run
from xeval.running.merging import merged
from xeval.running.results import load_run
from xeval.running.store import BrokenArtifact, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    kept(made, "aaaaaaaa", [scored(made, "en", answers(50)), scored(made, "sw", answers(30))])
    return made


@pytest.fixture
def bundle(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "run.xeval"
    export(store, "aaaa", path)
    return path


def rewritten(bundle: Path, changes: Mapping[str, bytes | None]) -> Path:
    """The bundle with some files changed, or left out."""
    with zipfile.ZipFile(bundle) as old:
        files = {name: old.read(name) for name in old.namelist()}
    files |= changes  # type: ignore[arg-type]
    other = bundle.with_name("other.xeval")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in files.items():
            if data is not None:
                new.writestr(name, data)
    return other


def contents(bundle: Path) -> dict[str, Any]:
    with zipfile.ZipFile(bundle) as opened:
        found: dict[str, Any] = json.loads(opened.read(CONTENTS))
    return found


def problem(path: Path) -> str:
    with pytest.raises(BadFile) as refused:
        open_bundle(path)
    return str(refused.value)


def test_the_same_run_gives_the_same_bytes(store: Store, bundle: Path, tmp_path: Path) -> None:
    export(store, "", tmp_path / "again.xeval")

    assert (tmp_path / "again.xeval").read_bytes() == bundle.read_bytes()


def test_a_bundle_is_read_as_the_run_it_was(store: Store, bundle: Path) -> None:
    record, evidence = load_run(store)
    found = open_run(str(bundle), store)

    assert found.record == record
    assert {key: e.statistics.tolist() for key, e in found.evidence.items()} == {
        key: e.statistics.tolist() for key, e in evidence.items()
    }
    assert found.manifests.keys() >= {cell.key for cell in record.cells}


def test_an_imported_run_is_as_good_as_ones_own(bundle: Path, store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    import_bundle(bundle, other)

    assert load_run(other)[0] == load_run(store)[0]
    for cell in load_run(other)[0].cells:
        other.verify(cell.key)


def test_weights_come_along_only_when_asked_for(store: Store, bundle: Path, tmp_path: Path) -> None:
    export(store, "", tmp_path / "heavy.xeval", weights=True)
    light, heavy = (Store(tmp_path / name) for name in ("light", "heavy"))
    import_bundle(bundle, light)
    import_bundle(tmp_path / "heavy.xeval", heavy)

    assert set(heavy.keys()) == set(store.keys())
    assert len(light.keys()) == 2


def test_a_damaged_artifact_is_not_packed(store: Store, tmp_path: Path) -> None:
    key = load_run(store)[0].cells[0].key
    (store.path(key) / "scores.json").write_text("{}")

    with pytest.raises(BrokenArtifact):
        export(store, "", tmp_path / "run.xeval")
    assert not list(tmp_path.glob("*xeval*"))


def test_a_damaged_record_is_not_packed_and_says_what_to_do(store: Store, tmp_path: Path) -> None:
    (store.root / "runs" / "aaaaaaaa" / "run.json").write_text("{")

    with pytest.raises(BadFile, match="cannot be read"):
        export(store, "aaaa", tmp_path / "run.xeval")


def test_an_altered_file_is_named_with_both_checksums(bundle: Path) -> None:
    told = problem(rewritten(bundle, {"run.json": b"{}"}))

    assert "run.json was altered: its checksum is " in told
    assert contents(bundle)["files"]["run.json"] in told


def test_altered_predictions_are_found_before_anything_is_imported(bundle: Path, tmp_path: Path) -> None:
    name = next(name for name in contents(bundle)["files"] if name.endswith("predictions.parquet"))
    other = rewritten(bundle, {name: b"other answers"})

    with pytest.raises(BadFile, match=r"predictions\.parquet was altered"):
        import_bundle(other, Store(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    with pytest.raises(BadFile, match=r"predictions\.parquet was altered"):
        open_bundle(other)  # nor is it shown or compared


def test_a_truncated_bundle_is_refused(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-100])

    assert "it is truncated, or no bundle" in problem(bundle)


def test_a_bundle_of_another_schema_is_refused(bundle: Path) -> None:
    newer = json.dumps(contents(bundle) | {"schema": "xeval.bundle/9"}).encode()

    assert "its schema is xeval.bundle/9, and this version reads xeval.bundle/1" in problem(
        rewritten(bundle, {CONTENTS: newer})
    )


@pytest.mark.parametrize("name", ["../out.txt", "artifacts/aaaaaaaa/../../../out.txt", "/etc/out.txt", "artifacts/x/y"])
def test_no_file_of_a_bundle_leads_out_of_it(bundle: Path, name: str) -> None:
    files = contents(bundle)["files"] | {name: "0" * 64}
    hostile = json.dumps(contents(bundle) | {"files": files}).encode()

    assert f"{name!r} is no name of a bundle's file" in problem(rewritten(bundle, {CONTENTS: hostile, name: b"x"}))


def test_what_would_swell_beyond_measure_is_not_unpacked(bundle: Path) -> None:
    bomb = rewritten(bundle, {"run.json": b"0" * 50_000_000})

    assert "swell beyond measure" in problem(bomb)


def test_missing_and_extra_files_are_named(bundle: Path) -> None:
    told = problem(rewritten(bundle, {"evidence.npz": None, "artifacts/aaaaaaaa/more.txt": b"x"}))

    assert "evidence.npz is missing" in told
    assert "artifacts/aaaaaaaa/more.txt is in the file and not in bundle.json" in told


# ---------------------------------------------------------------------------------------------------------- merging


def submission(folder: Path, name: str, *cells: tuple[str, int], **about: Any) -> Path:
    store = Store(folder / name)
    kept(store, "cccccccc", [scored(store, code, answers(right), **about) for code, right in cells])
    export(store, "", folder / f"{name}.xeval")
    return folder / f"{name}.xeval"


def test_submissions_of_many_people_stand_on_one_board(tmp_path: Path) -> None:
    ours = submission(tmp_path, "ours", ("en", 50), ("sw", 30), model="small")
    theirs = submission(tmp_path, "theirs", ("en", 55), ("sw", 20), model="large")

    found = merged([open_bundle(ours), open_bundle(theirs)])

    assert {(cell.model, cell.language) for cell in found.cells} == {
        (model, code) for model in ("small", "large") for code in ("en", "sw")
    }
    assert all(cell.key in found.evidence for cell in found.cells)


def test_one_name_for_two_systems_is_told_apart_by_the_run(tmp_path: Path) -> None:
    ours, theirs = submission(tmp_path, "ours", ("sw", 30)), submission(tmp_path, "theirs", ("sw", 20))

    assert {cell.model for cell in merged([open_bundle(ours), open_bundle(theirs)]).cells} == {
        "small (ours)",
        "small (theirs)",
    }


def test_the_same_run_twice_is_one_system(tmp_path: Path) -> None:
    ours = open_bundle(submission(tmp_path, "ours", ("sw", 30)))

    assert len(merged([ours, ours]).cells) == 1


def test_scores_on_other_data_are_refused_with_the_reason(tmp_path: Path) -> None:
    ours = submission(tmp_path, "ours", ("sw", 30))
    theirs = submission(tmp_path, "theirs", ("sw", 30), model="large", data="rows-2")

    with pytest.raises(BadValue, match="ours and theirs, cats in sw: data differs"):
        merged([open_bundle(ours), open_bundle(theirs)])


def test_queries_of_two_pools_are_not_comparable() -> None:
    one, other = ({"params": {"data": "queries", "pool": {"de": rows}}} for rows in (100, 200))

    assert differing(one, other) == ("pool",)
    assert differing(one, one) == ()


# --------------------------------------------------------------------------------------------------------- commands


def xeval(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xeval", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_compare_ends_with_0_on_equal_and_4_on_a_regression(tmp_path: Path) -> None:
    base = submission(tmp_path, "base", ("en", 50), ("sw", 50))
    same = submission(tmp_path, "same", ("en", 50), ("sw", 50))
    worse = submission(tmp_path, "worse", ("en", 50), ("sw", 20))

    assert xeval("compare", base, same, "--fail-on", "regression", cwd=tmp_path).returncode == 0
    failed = xeval("compare", base, worse, "--fail-on", "regression", "--format", "markdown", cwd=tmp_path)
    assert failed.returncode == 4
    assert "The gate fails" in failed.stdout
    assert "-50.00" in failed.stdout


def test_of_many_reasons_the_first_are_told_unless_all_are_asked_for(tmp_path: Path) -> None:
    base = submission(tmp_path, "base", *((f"q{number}", 50) for number in range(40)))
    head = submission(tmp_path, "head", ("q0", 50))
    gate = ("compare", base, head, "--fail-on", "regression")

    few, every = (xeval(*gate, *more, cwd=tmp_path).stdout for more in ((), ("--all",)))

    assert "for 39 reasons" in few
    assert few.count("  lost: ") == 30
    assert "and 9 more: see --all" in few
    assert every.count("  lost: ") == 39


def test_no_gate_holds_on_other_data_unless_asked_for(tmp_path: Path) -> None:
    base = submission(tmp_path, "base", ("sw", 50))
    other = submission(tmp_path, "other", ("sw", 50), data="rows-2")

    refused = xeval("compare", base, other, "--fail-on", "regression", cwd=tmp_path)
    assert refused.returncode == 2
    assert "of other data" in refused.stderr
    assert xeval("compare", base, other, "--fail-on", "avg:-1", "--different-data", cwd=tmp_path).returncode == 0
    assert "data differs in 1 of 1 scores" in xeval("compare", base, other, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("b.html", "<!doctype html>"),
        ("b.tex", "% Needs"),
        ("b.csv", "block,rank"),
        ("b.json", "{"),
        ("b.txt", "cats ("),
    ],
)
def test_the_ending_of_a_file_says_the_format_where_nothing_else_does(file: str, begins: str, tmp_path: Path) -> None:
    base = submission(tmp_path, "base", ("en", 50), ("sw", 50))

    assert xeval("leaderboard", base, "-o", file, cwd=tmp_path).returncode == 0
    assert (tmp_path / file).read_text().startswith(begins)
    assert xeval("leaderboard", base, "--format", "csv", "-o", file, cwd=tmp_path).returncode == 0
    assert (tmp_path / file).read_text().startswith("block,rank")


def test_what_cannot_be_compared_is_told_with_the_reason(tmp_path: Path) -> None:
    base, other = submission(tmp_path, "base", ("sw", 50)), submission(tmp_path, "other", ("de", 50))

    apart = xeval("compare", base, other, cwd=tmp_path)
    without = xeval("compare", base, base, "--fail-on", "noise:-1", cwd=tmp_path)
    folder = xeval("compare", base, ".", cwd=tmp_path)

    assert (apart.returncode, without.returncode, folder.returncode) == (2, 2, 2)
    assert "They do not share a language: sw in base, de in head." in apart.stderr
    assert "The gate limits noise, and the runs have no number of that kind" in without.stderr
    assert ". is a folder, and no run or bundle." in folder.stderr


def test_a_run_goes_through_export_and_import(store: Store, tmp_path: Path) -> None:
    assert xeval("store", "export", "--store", store.root, "-o", "run.xeval", cwd=tmp_path).returncode == 0
    assert xeval("store", "import", "run.xeval", "--store", "new", cwd=tmp_path).returncode == 0
    assert "aaaaaaaa" in xeval("store", "list", "--store", "new", cwd=tmp_path).stdout
    assert xeval("store", "verify", "--store", "new", cwd=tmp_path).returncode == 0
    assert xeval("store", "export", "--store", "new", "-o", "run.txt", cwd=tmp_path).returncode == 2
