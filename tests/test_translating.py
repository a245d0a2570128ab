"""Translated training data: nothing is lost on the way, answers are found again, and what is made is trained on."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from toys import Toys, ToyTask, ToyText
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

from xeval.errors import BadValue, UnknownName
from xeval.facts.registry import load_registry
from xeval.facts.translators import TranslatorEntry
from xeval.learning.modelfolders import model_identity
from xeval.learning.translating import Asked, open_translator, translate
from xeval.plans.experiment import resolve
from xeval.plans.plan import Plan, World
from xeval.plans.planning import plan
from xeval.plans.wishes import Wishes
from xeval.running.caveats import caveats, kept
from xeval.running.jobs import Setup
from xeval.running.stages import run_pretrain, run_train, run_translate
from xeval.running.store import Store
from xeval.running.translations import example_of
from xeval.running.workbench import Workbench
from xeval.sources.rows import Place
from xeval.text.translated import sentences, texts_of, translated
from xeval.tuning import Compute, Progress
from xeval.values import Answer, LabelledText, MultipleChoice, Question, TaggedTokens


def ignore(progress: Progress) -> None:
    """Nobody watches."""


# --------------------------------------------------------------------------------------------------- texts of examples


@given(st.text(alphabet='aB3 .!?\n")。！', max_size=40))
def test_sentences_hold_all_of_a_text_where_it_stood(text: str) -> None:
    found = sentences(text)

    assert "".join("".join(part.split()) for part, _ in found) == "".join(text.split())
    assert all(text[start : start + len(part)] == part for part, start in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna sleeps. Is she in Rome?", ["Anna sleeps.", "Is she in Rome?"]),
        ("It cost 3.5 million.", ["It cost 3.5 million."]),
        ("他走了。她来了", ["他走了。", "她来了"]),
        ("“Why?” he said.", ["“Why?”", "he said."]),
    ],
)
def test_a_sentence_ends_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert [part for part, _ in sentences(text)] == expected


WORDS = {
    "Anna sleeps in Rome.": "Anna lala Romassa.",
    "Ben is in Paris.": "Ben on Pariisissa.",
    "Where is Ben?": "Missä Ben on?",
    "Paris": "pariisissa.",
    "Rome": "Rooma",
}
ASKED = Question(
    "1", "en", "Where is Ben?", "Anna sleeps in Rome. Ben is in Paris.", (Answer("Paris", 31),), group="passage"
)


def test_an_answer_is_found_again_in_the_translation_of_its_sentence() -> None:
    made = translated(ASKED, WORDS, "fi")

    assert isinstance(made, Question)
    assert (made.language, made.question, made.context) == (
        "fi",
        "Missä Ben on?",
        "Anna lala Romassa. Ben on Pariisissa.",
    )
    assert made.answers == (Answer("Pariisissa", made.context.index("Pariisissa")),)
    assert (made.uid, made.group) == ("1", "passage")


def test_a_question_whose_answer_is_lost_is_left_out_and_one_without_answers_is_not() -> None:
    lost = replace(ASKED, answers=(Answer("Rome", 15),))
    none = replace(ASKED, answers=())

    assert translated(lost, WORDS, "fi") is None
    assert translated(none, WORDS, "fi") is not None


def test_an_answer_is_not_looked_for_in_another_sentence() -> None:
    swapped = {**WORDS, "Paris": "Romassa"}

    assert translated(ASKED, swapped, "fi") is None


@given(st.lists(st.sampled_from(["Anna sleeps.", "is it?", "no", "x"]), min_size=1, max_size=4).map(" ".join))
def test_a_translator_that_changes_nothing_changes_no_example(text: str) -> None:
    pair = LabelledText("1", "en", (text, "no"), "yes", "g")
    choice = MultipleChoice("2", "en", text, ("no", text), 1)
    for example in (pair, choice, replace(ASKED, context=f"{text} here", answers=(Answer("here", len(text) + 1),))):
        assert translated(example, {part: part for part in texts_of(example)}, "en") == example


def test_tags_do_not_follow_a_translation() -> None:
    with pytest.raises(BadValue, match="Tags belong to words"):
        list(texts_of(TaggedTokens("1", "en", ("a",), ("O",))))


def test_examples_are_read_back_as_they_were_written() -> None:
    for example, kind in ((ASKED, "span_qa"), (LabelledText("1", "en", ("a", "b"), "yes"), "classification")):
        assert example_of(json.loads(json.dumps(dataclasses.asdict(example))), kind) == example  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------------- the model


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory, tiny_tokenizer: PreTrainedTokenizerFast) -> Path:
    """A sequence-to-sequence model of one layer with weights drawn from a seed: its language is nobody's."""
    folder = tmp_path_factory.mktemp("models") / "babel"
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 1, "num_heads": 2}
    config = T5Config(vocab_size=len(tiny_tokenizer), pad_token_id=1, eos_token_id=2, decoder_start_token_id=0, **sizes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = T5ForConditionalGeneration(config)
    with torch.no_grad():
        for parameter in model.parameters():  # so large that what is read decides what is written
            parameter.mul_(8)
    model.save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return folder


def test_texts_in_batches_are_translated_as_each_alone(translator: Path) -> None:
    by = open_translator(translator, "cpu")
    texts = ["the cat", "the small cat sat on the old mat", "a dog", "where does the cat sleep today"]
    asked = Asked("en", "xx", prefix="the ", max_length=12, batch_size=3)

    together = translate(by, texts, asked, Compute(), ignore)
    alone = {text: translate(by, [text], asked, Compute(), ignore)[text] for text in texts}

    assert together == alone
    assert len(set(together.values())) > 1


def test_a_prefix_and_the_length_are_heeded(translator: Path) -> None:
    by = open_translator(translator, "cpu")
    short, long, other = (
        translate(by, ["the dog sat"], Asked("en", "xx", prefix, length), Compute(), ignore)["the dog sat"]
        for prefix, length in (("", 4), ("", 12), ("Anna lives in Berlin ", 12))
    )

    assert len(short) < len(long)
    assert other != long


def test_a_folder_that_is_no_translator_is_refused(tiny_model: Path) -> None:
    with pytest.raises(BadValue, match="holds no translation model"):
        open_translator(tiny_model, "cpu")


# --------------------------------------------------------------------------------------------------------- the stages

LACKING = ToyTask(name="toy-first", languages=("qen",), size=16)


def toys_with(**entries: TranslatorEntry) -> tuple[Toys, object]:
    toys = Toys(intermediates=(LACKING, ToyText()))
    return toys, replace(toys.registry(), translators=entries)


def planned(recipe: str, **entries: TranslatorEntry) -> Plan:
    toys, registry = toys_with(**entries)
    world = World(
        lambda data: {"name": data.name, "params": dict(data.params)},
        lambda entry: model_identity(Path(entry.repository), None) if entry.repository else None,
    )
    wishes = Wishes(models=("tiny",), recipes=(recipe,), languages=("qen",))
    return plan(resolve(wishes, registry, toys.catalogue()), registry, toys.catalogue(), world)  # type: ignore[arg-type]


def test_a_language_that_a_task_lacks_is_made_by_a_stage_before_the_training(translator: Path) -> None:
    found = planned("toy-first[qen,qaa] translator=babel", babel=TranslatorEntry("babel", str(translator)))
    (made,) = [stage for stage in found.stages if stage.kind == "translate"]
    training = next(stage for stage in found.stages if stage.kind == "train")

    assert made in training.inputs
    assert training.params["data"]["qaa"] == {"translated": made.key}
    assert "back" not in made.params


@pytest.mark.parametrize(
    "change", [{"beams": 2}, {"prefix": "to {target}: "}, {"most": 3}, {"names": {"qaa": "other"}}, {"max_length": 9}]
)
def test_how_a_translator_is_asked_is_in_its_key(change: dict[str, object], translator: Path) -> None:
    plain = TranslatorEntry("babel", str(translator))
    recipe = "toy-first[qen,qaa] translator=babel"
    keys = [
        next(stage.key for stage in planned(recipe, babel=one).stages if stage.kind == "translate")
        for one in (plain, replace(plain, **change))  # type: ignore[arg-type]
    ]

    assert keys[0] != keys[1]


def test_a_translator_that_nobody_names_changes_no_key() -> None:
    assert planned("toy-first[qen]").key == planned("toy-first[qen]", babel=TranslatorEntry("babel", "./x")).key


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("toy-first[qen,qaa]", "Three ways out"),
        ("toy-first[qen,qaa] translator=babble", "Did you mean 'babel'"),
        ("toy-first[qen,xx] translator=babel", "No language is called 'xx'"),
    ],
)
def test_without_a_translator_the_ways_out_are_told(recipe: str, message: str, translator: Path) -> None:
    with pytest.raises((BadValue, UnknownName), match=message):
        planned(recipe, babel=TranslatorEntry("babel", str(translator)))


def test_what_is_translated_is_counted_judged_and_trained_on(translator: Path, tmp_path: Path) -> None:
    entry = TranslatorEntry("babel", str(translator), names={"qen": "qen", "qaa": "qaa"}, max_length=8)
    found = planned("toy-first[qen,qaa] translator=babel", babel=entry)
    toys, registry = toys_with(babel=entry)
    models = {need.key: translator for stage in found.stages for need in stage.inputs if need.kind == "model"}
    bench = Workbench(Setup(tmp_path), Store(tmp_path), registry, toys.catalogue(), Place(), Compute(), models)  # type: ignore[arg-type]
    bench.store.prepare()
    pretraining, made, training = (
        next(stage for stage in found.stages if stage.kind == kind) for kind in ("pretrain", "translate", "train")
    )

    run_pretrain(pretraining, bench, ignore)
    run_translate(made, bench, ignore)
    run_train(training, bench, ignore)

    told = bench.store.manifest(made.key)["translation"]
    assert told["examples"] + told["dropped"] == LACKING.size
    assert 0 <= told["chrf_of_back_translation"] <= 100
    assert any(said.startswith("translated: toy-first") for said in caveats(found.stages, [], bench.store))
    assert bench.store.manifest(training.key)["composition"][0]["examples"].keys() == {"qen", "qaa"}


def test_what_was_lost_in_a_translation_is_told_in_words() -> None:
    told = {"examples": 1000, "dropped": 24, "chrf_of_back_translation": 51.25}

    assert kept(told) == "1,000 of 1,024 examples kept, chrF 51.2 of a sample translated back"
    assert kept({**told, "chrf_of_back_translation": None}).endswith("no way back to judge it by")


def test_the_registry_takes_translators(tmp_path: Path) -> None:
    path = tmp_path / "registry.yaml"
    path.write_text("translators: {nllb: {repository: org/nllb, names: {sw: swh_Latn}, back: nllb}}\n")

    found = load_registry([path]).translators["nllb"]

    assert (found.repository, found.spoken("sw"), found.spoken("de")) == ("org/nllb", "swh_Latn", "de")
