from __future__ import annotations

from random import Random

from xeval_vowel_drop import VowelDrop

from xeval.api import Language, Perturbation

ENGLISH = Language("en", "English", "Indo-European: Germanic", "Latn")


def dropped(text: str, level: float) -> str:
    return "".join(piece.text for piece in VowelDrop().perturb(text, ENGLISH, level, Random(0)))


def test_it_is_a_perturbation() -> None:
    assert isinstance(VowelDrop(), Perturbation)


def test_words_lose_their_vowels_but_never_all_their_letters() -> None:
    assert dropped("I saw a red kite, oui", 1.0) == "I sw a rd kt, oui"


def test_level_0_changes_nothing() -> None:
    assert dropped("I saw a red kite", 0.0) == "I saw a red kite"


def test_other_scripts_are_left_to_others() -> None:
    assert not VowelDrop().covers(Language("ru", "Russian", "Indo-European: Slavic", "Cyrl"))
