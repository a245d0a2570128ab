"""The testbed's tasks: labels follow from meaning, test items are parallel, and nothing but meaning gives them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from xeval.api import LabelledText, MadeData, MultipleChoice, SentencePair, TaggedTokens
from xeval.contracts import IntermediateTask, TargetTask
from xeval.tasks.mini.items import NER_TAGS, POS_TAGS, Wanted, items, said_in
from xeval.tasks.mini.languages import LANGUAGES, SOURCE
from xeval.tasks.mini.lexicon import lexicons
from xeval.tasks.mini.plugin import MiniTask, xeval_intermediate_tasks, xeval_target_tasks
from xeval.tasks.mini.relation import RELATIONS, relation

TARGETS = {task.name: task for task in xeval_target_tasks()}
TRAINED = [task for task in TARGETS.values() if task.trains_on]


def examples(task: MiniTask, split: str, language: str) -> list:
    return list(task.examples(task.data(split, language).make(), language))


def test_the_tasks_keep_their_contracts():
    assert all(isinstance(task, TargetTask) for task in xeval_target_tasks())
    assert all(isinstance(task, IntermediateTask) for task in xeval_intermediate_tasks())


@pytest.mark.parametrize("task", TARGETS.values(), ids=TARGETS)
def test_test_items_are_parallel_and_made_the_same_every_time(task: MiniTask):
    by_language = {code: examples(task, "test", code) for code in LANGUAGES}

    uids = [[example.uid for example in made] for made in by_language.values()]
    assert all(uid == uids[0] for uid in uids)
    assert len(set(uids[0])) == len(uids[0]) == 300
    assert examples(task, "test", "qca") == by_language["qca"]


@pytest.mark.parametrize("name", ["mini-mc", "mini-nli"])
def test_answers_do_not_depend_on_the_language(name: str):
    made = {code: examples(TARGETS[name], "test", code) for code in LANGUAGES}
    answers = {code: [getattr(e, "answer", getattr(e, "label", None)) for e in rows] for code, rows in made.items()}

    assert len(set(map(tuple, answers.values()))) == 1


@pytest.mark.parametrize("use", ["target", "intermediate"])
@pytest.mark.parametrize("name", ["mini-mc", "mini-nli", "mini-pos", "mini-ner"])
def test_no_training_item_opens_with_an_event_of_the_test_set(name: str, use: str):
    test = {said.events[0] for said in said_in(Wanted(name, "target", "test", "", 300, 0))}

    for language in (SOURCE, "qba"):
        assert not test & {said.events[0] for said in said_in(Wanted(name, use, "train", language, 300, 0))}


def test_training_items_of_languages_and_of_uses_are_not_translations():
    said = [
        {said.events for said in said_in(Wanted("mini-mc", use, "train", language, 300, 0))}
        for use in ("target", "intermediate")
        for language in (SOURCE, "qaa")
    ]

    assert not any(first & second for i, first in enumerate(said) for second in said[:i])


def test_names_of_the_test_set_are_held_out_of_training():
    def named(split: str) -> set[str]:
        made: Sequence[TaggedTokens] = examples(TARGETS["mini-ner"], split, SOURCE)
        return {w for e in made for w, tag in zip(e.tokens, e.tags, strict=True) if tag != "O"}

    assert named("train")
    assert named("test")
    assert not named("train") & named("test")


@pytest.mark.parametrize(("name", "tags"), [("mini-pos", POS_TAGS), ("mini-ner", NER_TAGS)])
def test_every_tag_occurs_in_training_and_each_word_has_one(name: str, tags: tuple[str, ...]):
    made: Sequence[TaggedTokens] = examples(TARGETS[name], "train", SOURCE)

    assert {tag for example in made for tag in example.tags} == set(tags)
    assert all(len(example.tokens) == len(example.tags) for example in made)
    assert all(" " not in token for example in made for token in example.tokens)


def test_relations_are_balanced_and_follow_from_what_is_said():
    said = said_in(Wanted("mini-nli", "target", "test", "", 300, 0))
    shown: Sequence[LabelledText] = examples(TARGETS["mini-nli"], "test", SOURCE)

    assert [relation(*one.events) for one in said] == [example.label for example in shown]
    assert set(Counter(example.label for example in shown).values()) == {100}


def test_of_three_choices_exactly_the_answer_follows():
    for said in said_in(Wanted("mini-mc", "target", "test", "", 300, 0)):
        prompt, *choices = said.events
        relations = [relation(prompt, choice) for choice in choices]

        assert sorted(relations) == sorted(RELATIONS)
        assert relations[said.answer] == "entailment"


@pytest.mark.parametrize("pick", [min, max])
@pytest.mark.parametrize("language", [SOURCE, "qac", "qda"])
def test_the_length_of_a_choice_does_not_tell_whether_it_is_right(pick, language: str):
    made: Sequence[MultipleChoice] = list(items(Wanted("mini-mc", "target", "train", language, 900, 0)))
    lengths = [[len(choice.split()) for choice in example.choices] for example in made]
    hits = [(row[e.answer] == pick(row)) / row.count(pick(row)) for e, row in zip(made, lengths, strict=True)]

    assert sum(hits) / len(hits) == pytest.approx(1 / 3, abs=0.05)


def test_the_length_of_a_hypothesis_does_not_tell_its_label():
    made: Sequence[LabelledText] = list(items(Wanted("mini-nli", "intermediate", "train", SOURCE, 1500, 0)))
    by_length: dict[int, Counter[str]] = {}
    for example in made:
        by_length.setdefault(len(example.texts[1].split()), Counter())[example.label] += 1

    best = sum(counts.most_common(1)[0][1] for counts in by_length.values()) / len(made)
    assert best < 0.39  # always guessing the commonest label of a length; luck alone gives a little over 1/3


def test_a_translation_is_in_the_source_language_and_the_same_for_all():
    made: dict[str, list[SentencePair]] = {
        code: examples(TARGETS["mini-retrieval"], "test", code) for code in LANGUAGES
    }
    words = set(lexicons(0)[SOURCE].words.values())

    assert len({tuple(pair.translation for pair in pairs) for pairs in made.values()}) == 1
    assert len({pair.translation for pair in made[SOURCE]}) > 295
    assert any(word in words for word in made["qca"][0].translation.rstrip(".").split())


@pytest.mark.parametrize("task", TRAINED, ids=lambda task: task.name)
def test_data_is_named_by_all_that_decides_it(task: MiniTask):
    data = task.data("train", "qaa")

    assert isinstance(data, MadeData)
    assert dict(data.params)["language"] == "qaa"
    assert data.params != task.data("test", "qaa").params != task.data("test", "qab").params
