"""The page about files of one's own names every key that they may have, with the defaults that there are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from pages import ROOT, rows, text_of

from xeval.faces.settings import read_config
from xeval.facts.registry import ModelEntry, SourceEntry, Suite
from xeval.facts.registrymerge import LISTS, SECTIONS
from xeval.facts.translators import TranslatorEntry
from xeval.plans.wishes import Wishes
from xeval.tuning import Pretraining, Training
from xeval.values import Language

PAGE = text_of(ROOT / "docs" / "files.md")
KEYED = {"code", "name", "repository"}  # what an entry is called by stands before its keys
MADE = {"apart"}  # of the tables under `distances`


@pytest.mark.parametrize(
    "entry", [Language, ModelEntry, Suite, SourceEntry, TranslatorEntry, Pretraining, Training, Wishes]
)
def test_every_key_of_an_entry_is_named(entry: type) -> None:
    names = {one.name for one in fields(entry)} - KEYED - MADE

    assert {name for name in names if not re.search(rf"`{name}\b", PAGE)} == set()


def test_every_variable_that_is_read_is_named() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "core").glob("**/*.py"))
    read = set(re.findall(r'"(XEVAL_[A-Z_]+|NO_COLOR|COLUMNS)"', code))

    assert {"XEVAL_STORE", "XEVAL_HUB"} <= read
    assert {name for name in read if f"`{name}`" not in PAGE} == set()


def test_every_section_of_a_registry_has_a_row() -> None:
    assert {row[0].strip("`") for row in rows("files.md")} >= {*SECTIONS, *LISTS}


def test_the_defaults_of_a_training_are_those_on_the_page() -> None:
    words = {"False": "false", "None": "all", "": "none"}
    shown: dict[str, str] = {}
    for first, second, *_ in rows("files.md"):
        names, defaults = re.findall(r"`(\w+)`", first), second.split(", ")
        if len(names) == len(defaults):
            shown |= dict(zip(names, defaults, strict=True))

    for one in fields(Training):
        value, said = one.default, shown[one.name].strip("`")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        assert float(said) == value if is_number else said == words.get(str(value), value)


def test_the_settings_file_on_the_page_can_be_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "registry.yaml").write_text("sets: {}\n", encoding="utf-8")
    (tmp_path / "settings.yaml").write_text(text, encoding="utf-8")
    wishes, registries = read_config(tmp_path / "settings.yaml")

    assert wishes.targets == ("xnli", "xquad")
    assert registries == (tmp_path / "registry.yaml",)
