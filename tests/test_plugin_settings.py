from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest
from toys import ENTRY, Shout, Toys, ToyTask

from xeval.errors import BadFile, BadValue, UnknownName
from xeval.faces.pluginpages import settings_rows
from xeval.faces.settings import read_config
from xeval.plans.catalogue import Catalogue
from xeval.plans.probing import named
from xeval.plans.settings import Setting, set_up, with_settings
from xeval.plans.wishes import Wishes, entry_points_in
from xeval.values import Language, Piece


@dataclass(frozen=True)
class Loudness:
    letters: int = field(default=3, metadata={"help": "how many"})
    marks: tuple[str, ...] = ("!",)
    table: Path | None = None
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.letters < 1:
            raise BadValue(f"letters is {self.letters}; it must be above 0")


@dataclass(frozen=True)
class Loud(Shout):
    name: str = "loud"
    settings: Loudness = Loudness()


@dataclass(frozen=True)
class SetTask(ToyTask):
    settings: Loudness = Loudness()


TOYS = Toys(perturbations=(Shout(), Loud(), Loud(name="loud.more")))


def given(*texts: str) -> Catalogue:
    return with_settings(TOYS.catalogue(), [Setting.parse(text) for text in texts])


def test_a_probe_of_a_task_that_is_set_up_otherwise_is_another() -> None:
    usual, other = SetTask(), SetTask(settings=Loudness(letters=7))

    assert named(usual, "target") == named(SetTask(), "target") != named(other, "target")


def test_an_option_sets_what_goes_by_the_name_and_nothing_else() -> None:
    shelf = given("loud.letters=7", "loud.marks=[a, b]").perturbations

    assert shelf["loud"].settings == Loudness(7, ("a", "b"))  # type: ignore[attr-defined]
    assert shelf["loud.more"].settings == Loudness()  # type: ignore[attr-defined]
    assert not hasattr(shelf["shout"], "settings")


def test_the_name_of_an_entry_point_means_all_that_it_offers() -> None:
    shelf = given(f"{ENTRY.name}.letters=7").perturbations

    assert [shelf[name].settings.letters for name in ("loud", "loud.more")] == [7, 7]  # type: ignore[attr-defined]


def test_the_later_of_two_options_counts_and_the_command_line_goes_before_a_file(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("targets: [toy]\nsettings:\n  loud: {letters: 4, share: 0.25}\n")
    from_file, _ = read_config(path)
    both = Wishes(settings=(Setting.parse("loud.letters=9"),)).over(from_file)

    assert from_file.targets == ("toy",)
    assert with_settings(TOYS.catalogue(), both.settings).perturbations["loud"].settings == Loudness(9, share=0.25)  # type: ignore[attr-defined]
    assert "loud" in entry_points_in(both)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("loud.leters=3", "Did you mean 'letters'"),
        ("loud.letters=many", "not a whole number"),
        ("loud.letters=0", "must be above 0"),
        ("loud.table=nowhere.tsv", "there is no file"),
        ("loud.marks=x", "not a list"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(BadFile, match=message):
        given(text)


@pytest.mark.parametrize("text", ["loud.letters", "loud.letters=", "loud.letters= ", "letters=3", ".=3", "="])
def test_a_setting_without_its_plugin_its_name_or_its_value_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match=r"is not PLUGIN\.SETTING=VALUE"):
        Setting.parse(text)


def test_mistakes_in_a_file_name_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("settings:\n  loud:\n    letters: x\n    shares: 1\n")
    with pytest.raises(BadFile) as error:
        with_settings(TOYS.catalogue(), read_config(path)[0].settings)

    assert [problem.split(":")[1] for problem in error.value.problems] == ["3", "4"]
    path.write_text("settings: [loud]\n")
    with pytest.raises(BadFile, match="not a mapping"):
        read_config(path)


def test_unknown_plugins_and_those_without_settings_are_refused() -> None:
    with pytest.raises(UnknownName, match="plugin with settings"):
        given("lout.letters=3")
    with pytest.raises(BadValue, match="shout has no settings"):
        given("shout.letters=3")
    with pytest.raises(BadValue, match=r"PLUGIN\.SETTING=VALUE"):
        Setting.parse("loud=3")


def test_a_path_is_seen_from_the_file_that_names_it_and_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "table.tsv").write_text("a\tb\n")
    (tmp_path / "copy.tsv").write_text("a\tb\n")
    path = tmp_path / "run.yaml"
    keys = []
    for name in ("table.tsv", "copy.tsv"):
        path.write_text(f"settings: {{loud: {{table: {name}}}}}\n")
        loud = with_settings(TOYS.catalogue(), read_config(path)[0].settings).perturbations["loud"]
        keys.append(set_up(loud))
    (tmp_path / "copy.tsv").write_text("a\tc\n")

    assert keys[0] == keys[1] != {}
    assert set_up(loud) != keys[0]


def test_defaults_are_in_no_key_even_if_they_are_said() -> None:
    assert set_up(given("loud.letters=3").perturbations["loud"]) == {}
    assert set_up(given("loud.letters=4").perturbations["loud"]) == {"settings": {"letters": 4}}
    assert set_up(Shout()) == {}


def test_a_task_on_two_shelves_stays_one_task() -> None:
    task = SetTask()
    toys = replace(TOYS, targets=(task,), intermediates=(task,), perturbations=())
    catalogue = with_settings(toys.catalogue(), [Setting.parse("toy.letters=8")])

    assert catalogue.targets["toy"] is catalogue.intermediates["toy"]
    assert set_up(catalogue.targets["toy"]) == {"settings": {"letters": 8}}


def test_settings_are_shown_with_their_defaults_and_meaning() -> None:
    rows = settings_rows(TOYS.catalogue(), ENTRY)

    assert rows[0] == ["toys.letters", "int", "3", "how many"]
    assert len(rows) == 4


def test_a_plugin_sees_what_was_set() -> None:
    @dataclass(frozen=True)
    class Cutter(Loud):
        name: str = "cutter"

        def perturb(self, text: str, language: Language, level: float, rng: Random) -> Sequence[Piece]:
            return [Piece(text[: self.settings.letters], 0, self.settings.letters)]

    catalogue = with_settings(Toys(perturbations=(Cutter(),)).catalogue(), [Setting.parse("cutter.letters=2")])
    language = Language("x", "x", "", "Latn")

    assert catalogue.perturbations["cutter"].perturb("abcdef", language, 1.0, Random(0)) == [Piece("ab", 0, 2)]
