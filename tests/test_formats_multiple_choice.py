from __future__ import annotations

import numpy as np
from transformers import PreTrainedTokenizerFast

from xeval.formats.features import collated
from xeval.formats.multiple_choice import MULTIPLE_CHOICE
from xeval.formats.subwords import subwords_of
from xeval.tuning import Training
from xeval.values import MultipleChoice

CAT = MultipleChoice("1", "en", "the cat sat on the old", ("mat", "black dog", "park"), 2)


def test_every_choice_is_read_together_with_the_prompt(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    (feature,) = MULTIPLE_CHOICE.encode([CAT], subwords_of(tiny_tokenizer), Training(), ())

    assert [list(s) for s in feature.sequences] == [tiny_tokenizer(CAT.prompt, c)["input_ids"] for c in CAT.choices]
    assert int(feature.target[0]) == 2
    assert len(set(feature.second)) == 1


def test_a_long_prompt_loses_its_beginning_and_the_choice_stays(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    prompt, choice = subwords.pieces([CAT.prompt, CAT.choices[1]])

    (feature,) = MULTIPLE_CHOICE.encode([CAT], subwords, Training(max_length=10), ())

    kept = list(feature.sequences[1])
    assert len(kept) == 10
    assert kept[-1 - len(choice) : -1] == list(choice)
    assert kept[1 : 1 + 6 - len(choice)] == list(prompt[len(choice) - 6 :])


def test_the_best_choice_is_predicted_by_number() -> None:
    scores = np.array([0, 1, 1], dtype=np.float32)

    assert [p.value for p in MULTIPLE_CHOICE.decode([CAT], [], [scores], Training(), ())] == [1]


def test_prompts_may_have_different_numbers_of_choices(tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    subwords = subwords_of(tiny_tokenizer)
    two = MultipleChoice("2", "en", "the", ("cat", "dog"), 0)

    batch = collated(MULTIPLE_CHOICE.encode([CAT, two], subwords, Training(), ()), subwords, "choice", "cls")

    assert batch.sizes == (3, 2)
    assert len(batch.ids) == 5
    assert [int(target) for target in batch.targets] == [2, 0]
