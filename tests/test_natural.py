from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from xeval.errors import BadFile
from xeval.facts.registry import load_registry
from xeval.plugins.perturbations.natural import Natural, Pairs, read_typos

LANGUAGES = load_registry().languages


def natural(folder: Path, text: str) -> Natural:
    path = folder / "typos.txt"
    path.write_text(text, encoding="utf-8")
    return Natural(Pairs(path))


def became(by: Natural, text: str, code: str = "en") -> str:
    return "".join(piece.text for piece in by.perturb(text, LANGUAGES[code], 1.0, Random(0)))


@pytest.mark.parametrize(
    "text",
    ["teh\tthe\nrecieve\treceive\n", "teh->the\nrecieve->receive, relieve\n", "$the\nteh\n$receive\nrecieve 3\n"],
)
def test_three_kinds_of_files_say_the_same(tmp_path: Path, text: str) -> None:
    assert became(natural(tmp_path, text), "They receive the prize. The END") == "They recieve teh prize. Teh END"


def test_pairs_are_of_their_language(tmp_path: Path) -> None:
    by = natural(tmp_path, "teh\tthe\nнету\tнет\tru\n")

    assert {code for code, language in LANGUAGES.items() if by.covers(language)} == {"en", "ru"}
    assert became(by, "Нет, the", "ru") == "Нету, the"
    assert "no pair in 'de'" in by.missing(LANGUAGES["de"])
    assert "--set natural.pairs" in Natural().missing(LANGUAGES["en"])


def test_words_without_a_recorded_typo_are_no_units(tmp_path: Path) -> None:
    pieces = natural(tmp_path, "teh\tthe\n").perturb("the cat on the mat", LANGUAGES["en"], 1.0, Random(0))

    assert (pieces.units, pieces.units_changed) == (2, 2)  # type: ignore[attr-defined]


def test_a_row_that_is_no_pair_is_named_with_its_line_and_its_reason(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as error:
        natural(tmp_path, "teh\tthe\nalone\n\tthe\nsame\tsame\na\tb\ten\tx\n").covers(LANGUAGES["en"])

    lines = [problem.removeprefix(str(tmp_path / "typos.txt")) for problem in error.value.problems]
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "5"]
    assert "not 2 or 3" in lines[0]
    assert "typo is empty" in lines[1]
    assert "like the correct word" in lines[2]


def test_of_very_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    path = tmp_path / "typos.tsv"
    path.write_text("no pair\n" * 50)
    with pytest.raises(BadFile) as error:
        read_typos(path, "en")

    assert len(error.value.problems) == 50
    assert "50 mistakes" in str(error.value)
    assert "and 30 more" in str(error.value)
    assert f"{path}:21:" not in str(error.value)


def test_a_comma_after_the_last_of_several_corrections_is_no_correction(tmp_path: Path) -> None:
    path = tmp_path / "typos.txt"
    path.write_text("abouta->about a, about,\n")

    assert read_typos(path, "en")["en"] == {"about a": ("abouta",), "about": ("abouta",)}


def test_a_file_that_is_no_utf8_is_told_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "typos.tsv"
    path.write_bytes("teh\tthe\nnaïf\tnaïve\n".encode("latin-1"))

    with pytest.raises(BadFile, match=r"typos\.tsv:2: byte 10 is not UTF-8"):
        read_typos(path, "en")
