from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from toys import PREFIX, Toys, ToyTask, ToyText

from xeval.contracts import LearningPerturbation
from xeval.errors import BadFile, BadValue
from xeval.faces.preparing import is_parallel
from xeval.facts.registry import load_registry
from xeval.plans.experiment import resolve
from xeval.plans.plan import Plan, World
from xeval.plans.planning import plan
from xeval.plans.wishes import Wishes
from xeval.plugins.perturbations.codeswitch import CodeSwitch, Words
from xeval.plugins.perturbations.lexicon import induced, model_1
from xeval.running.composing import chosen_examples, with_noise
from xeval.running.jobs import Setup
from xeval.running.store import Store
from xeval.running.workbench import Workbench
from xeval.sources.rows import Place
from xeval.text.parallel import parallel_texts
from xeval.tuning import Compute
from xeval.values import Example, LabelledText, MultipleChoice, Question, SentencePair, TaggedTokens

LANGUAGES = load_registry().languages
DE, EN = LANGUAGES["de"], LANGUAGES["en"]
PAIRS = [
    ("das Haus ist klein", "the house is small"),
    ("das Buch ist alt", "the book is old"),
    ("ein Haus ist alt", "a house is old"),
    ("ein Buch", "a book"),
    ("das Haus", "the house"),
    ("klein ist das Buch", "small is the book"),
]


def became(by: CodeSwitch, text: str, level: float = 1.0) -> str:
    return "".join(piece.text for piece in by.perturb(text, DE, level, Random(0)))


def dictionary(folder: Path, text: str) -> CodeSwitch:
    path = folder / "words.tsv"
    path.write_text(text, encoding="utf-8")
    return CodeSwitch(Words(path))


def test_model_1_finds_the_textbook_words() -> None:
    found = induced(PAIRS, DE, EN)

    assert {word: other for word, (other,) in found.items()} == {
        "das": "the",
        "haus": "house",
        "buch": "book",
        "ist": "is",
        "klein": "small",
        "ein": "a",
        "alt": "old",
    }


def test_model_1_is_ibm_model_1() -> None:
    # Koehn 2010, Statistical Machine Translation, figure 4.5: "das Haus", "das Buch", "ein Buch" after rounds of EM
    chances = model_1(
        [
            (f.split(), e.split())
            for f, e in (("das Haus", "the house"), ("das Buch", "the book"), ("ein Buch", "a book"))
        ]
    )

    assert chances["das"]["the"] == pytest.approx(0.8716, abs=0.05)
    assert sum(chances["das"].values()) == pytest.approx(1)


def test_words_become_what_was_learned_with_their_capitals() -> None:
    by = CodeSwitch().learned(PAIRS, DE, EN)

    assert isinstance(CodeSwitch(), LearningPerturbation)
    assert became(by, "Das alte Haus ist klein.") == "The alte House is small."
    assert (by.name, by.version) == (CodeSwitch().name, CodeSwitch().version)


def test_the_order_of_equal_pairs_is_all_that_could_matter_and_it_does_not() -> None:
    assert induced(PAIRS, DE, EN) == induced(PAIRS[::-1], DE, EN)


def test_one_minus_the_level_of_the_known_words_stay(tmp_path: Path) -> None:
    by = dictionary(tmp_path, "haus\thouse\tde\nalt\told\tde\n")
    found = [by.perturb("haus alt neu haus", DE, 0.5, Random(seed)) for seed in range(300)]

    assert {pieces.units for pieces in found} == {3}  # type: ignore[attr-defined]
    assert sum(pieces.units_changed for pieces in found) / 900 == pytest.approx(0.5, abs=0.03)  # type: ignore[attr-defined]


def test_a_dictionary_is_used_as_it_is_and_says_whom_it_covers(tmp_path: Path) -> None:
    by = dictionary(tmp_path, "Haus\thouse\tde\nталый\tmelted\tru\n")

    assert {code for code, language in LANGUAGES.items() if by.covers(language)} == {"de", "ru"}
    assert not by.learns
    assert became(by, "Haus HAUS") == "House HOUSE"
    assert "has no word in 'fr'" in by.missing(LANGUAGES["fr"])


def test_rows_that_are_none_are_named_with_line_and_reason(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as error:
        dictionary(tmp_path, "haus\thouse\tde\nhaus\thouse\n\thouse\tde\n").covers(DE)

    assert [problem.split(":")[-2:] for problem in error.value.problems] == [
        ["2", " it has 2 columns, not 3"],
        ["3", " the word is empty"],
    ]


def test_translations_are_found_by_uid_in_every_type_of_example() -> None:
    old = [
        LabelledText("1", "de", ("eins", "zwei"), "x"),
        TaggedTokens("2", "de", ("drei", "vier"), ("O", "O")),
        Question("3", "de", "fünf?", "sechs", ()),
        MultipleChoice("4", "de", "sieben", ("acht", "neun"), 0),
        LabelledText("5", "de", ("allein",), "x"),
    ]
    new = [
        MultipleChoice("4", "en", "seven", ("eight", "nine"), 0),
        LabelledText("1", "en", ("one", "two"), "x"),
        TaggedTokens("2", "en", ("three", "four"), ("O", "O")),
        Question("3", "en", "five?", "six", ()),
    ]

    assert parallel_texts(old, new) == [
        *(("eins", "one"), ("zwei", "two"), ("drei vier", "three four"), ("fünf?", "five?"), ("sechs", "six")),
        *(("sieben", "seven"), ("acht", "eight"), ("neun", "nine")),
    ]
    assert parallel_texts([SentencePair("1", "de", "ja", "yes")], []) == [("ja", "yes")]


# ---------------------------------------------------------------------------------------------------------- in a plan

TOYS = Toys(perturbations=(CodeSwitch(),), targets=(ToyTask(),))


def planned(parallel: bool, toys: Toys = TOYS) -> Plan:
    world = World(lambda data: str(data), lambda entry: None, parallel=lambda *of: parallel)
    catalogue, registry = toys.catalogue(), toys.registry()
    return plan(resolve(Wishes(perturbations=("codeswitch@0.5",)), registry, catalogue), registry, catalogue, world)


def test_a_task_without_translations_is_a_named_hole() -> None:
    holes = {one.cell.language: one.cell.reason for one in planned(False).cells if one.cell.perturbation}

    assert all("--set codeswitch.dictionary=FILE" in holes[code] for code in ("qaa", "qda"))
    assert "puts in words of" in holes["qen"]


def test_what_is_learned_from_is_in_the_key_and_the_source_language_is_a_hole() -> None:
    cells = {
        one.cell.language: one for one in planned(True).cells if one.cell.perturbation and one.cell.model == "tiny"
    }

    assert cells["qen"].stage is None
    stage = cells["qaa"].stage
    assert stage is not None
    assert stage.params["perturbation"]["learned"]["source"] == "qen"
    assert "qen" in str(stage.params["perturbation"]["learned"]["data"])


def test_a_dictionary_needs_no_translations(tmp_path: Path) -> None:
    by = dictionary(tmp_path, "zufine\tfine\tqda\n")
    cells = {
        o.cell.language: o for o in planned(False, replace(TOYS, perturbations=(by,))).cells if o.cell.perturbation
    }

    assert cells["qaa"].stage is None
    stage = cells["qda"].stage
    assert stage is not None
    assert "learned" not in stage.params["perturbation"]
    assert "file" in stage.params["perturbation"]["settings"]["dictionary"]


def test_words_of_another_language_than_the_source_language_can_be_put_in() -> None:
    into = replace(TOYS, perturbations=(CodeSwitch(Words(into="qaa")),))
    cells = {o.cell.language: o for o in planned(True, into).cells if o.cell.perturbation and o.cell.model == "tiny"}
    stages = {code: one.stage.params["perturbation"] for code, one in cells.items() if one.stage}

    assert {code: how["learned"]["source"] for code, how in stages.items()} == {"qen": "qaa", "qda": "qaa"}
    assert all(how["settings"] == {"into": "qaa"} for how in stages.values())
    assert "puts in words of" in cells["qaa"].cell.reason


def test_a_sentence_has_the_translation_of_others_that_mean_the_same() -> None:
    german = [SentencePair("1", "de", "ja", "yes"), SentencePair("2", "de", "nein", "no")]
    french = [SentencePair("1", "fr", "non", "no"), SentencePair("2", "fr", "bonjour", "hello")]

    assert parallel_texts(german, french) == [("nein", "non")]


# ------------------------------------------------------------------------------------------------------- in a training


@dataclass(frozen=True)
class Translated(ToyTask):
    """The toy task with the same sentences in all its languages."""

    def make(self, split: str, language: str) -> Iterator[Example]:
        for one in super().make(split, "qen"):
            assert isinstance(one, LabelledText)
            words = (PREFIX[language] + word for word in one.texts[0].split())
            yield replace(one, language=language, texts=(" ".join(words),))


@dataclass(frozen=True)
class Apart(ToyTask):
    """The toy task with names of its own for the examples of each language."""

    def make(self, split: str, language: str) -> Iterator[Example]:
        return (replace(one, uid=f"{language}/{one.uid}") for one in super().make(split, language))


TRAINED = replace(TOYS, intermediates=(Translated(name="same"), Apart(name="apart"), ToyText()))


def trained(recipe: str) -> Mapping[str, Any]:
    """The training of a recipe that damages its data."""
    catalogue, registry = TRAINED.catalogue(), TRAINED.registry()
    world = World(str, lambda entry: None, parallel=partial(is_parallel, place=Place()))
    made = plan(resolve(Wishes(models=("tiny",), recipes=(recipe,)), registry, catalogue), registry, catalogue, world)
    return next(stage.params for stage in made.stages if "augment" in stage.params)


def test_a_training_in_several_languages_learns_from_its_own_translations() -> None:
    noise = trained("same[qen,qda]~codeswitch@0.5")["augment"]["noise"]

    assert {code: how["learned"] for code, how in noise.items()} == {"qen": ["qda"], "qda": ["qen"]}


@pytest.mark.parametrize(
    ("recipe", "way_out"),
    [("same", "same[qen,qaa]~codeswitch@0.5"), ("apart[qen,qaa]", "codeswitch.dictionary=FILE")],
)
def test_a_training_without_translations_is_a_mistake_with_ways_out(recipe: str, way_out: str) -> None:
    with pytest.raises(BadValue, match="changes nothing") as mistake:
        trained(f"{recipe}~codeswitch@0.5")

    assert way_out in str(mistake.value)


def test_examples_of_a_training_get_words_of_the_other_language(tmp_path: Path) -> None:
    params = trained("same[qen,qda]~codeswitch@0.5:1")
    bench = Workbench(Setup(tmp_path), Store(tmp_path), TRAINED.registry(), TRAINED.catalogue(), Place(), Compute())
    clean = chosen_examples(params, params, bench)
    noisy, told = with_noise(clean, params, params, bench)

    assert told["noisy"] == len(clean) > 0
    assert all(text.count("zu") < 5 for text in texts_in(noisy, "qda"))
    assert all(text.count("zu") > 0 for text in texts_in(noisy, "qen"))


def texts_in(examples: list[Example], code: str) -> list[str]:
    return [one.texts[0] for one in examples if isinstance(one, LabelledText) and one.language == code]
