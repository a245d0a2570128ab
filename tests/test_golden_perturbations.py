"""What every perturbation makes of the same sentences: who changes a text raises the version, and then this table."""

from __future__ import annotations

import hashlib

import pytest
from scripts import ALL

from xeval.running.discovery import discover
from xeval.text.change import changed_all
from xeval.values import Language, SentencePair

OFFERED = discover().perturbations
GOLDEN = {
    "diacritics": "2 f0dd26511847",
    "diacritics.tones": "2 0ca93db57ffa",
    "diacritics.vowels": "2 000d95f25d72",
    "diacritics.hamza": "2 fa9ab0f7773a",
    "diacritics.nukta": "2 c77d231b32d4",
    "homoglyph": "2 c9638969525f",
    "homoglyph.invisible": "2 48710713d4c0",
    "noise": "2 c72e4d9acd50",
    "noise.swap": "2 7947a1eb8420",
    "noise.delete": "2 baa31eed977a",
    "noise.insert": "2 dec673d4ba92",
    "noise.substitute": "2 1731619c7a54",
    "noise.repeat": "2 29fc4f74d930",
    "noise.keyboard": "2 24532865b2c1",
    "noise.case": "1 bba9ed5da27f",
    "noise.space": "1 cb015d93c46c",
    "noise.punctuation": "1 dbb863f257c6",
    "ocr": "2 d8e8db1c13a2",
    "romanize": "2 8bf765188851",
    "speech.filler": "2 54663598cf1e",
    "speech.stutter": "2 065be1cea19b",
    "speech.homophone": "2 0271e39ba217",
    "words.drop": "2 5a3d90fa0696",
    "words.repeat": "2 eaec89a4e177",
    "words.insert": "2 cea4923fad49",
    "words.shuffle": "2 c9cde2732659",
}


def made(name: str) -> str:
    """The digest of what becomes of a sentence in every script at three levels."""
    by, texts = OFFERED[name], []
    for code, (text, script) in ALL.items():
        language = Language(code, code, "", script)
        if by.covers(language):
            examples = [SentencePair(uid, code, text, "") for uid in "abc"]
            texts += [
                new.example.text for level in (0.2, 0.6, 1.0) for new in changed_all(examples, by, level, language, 0)
            ]
    return f"{by.version} {hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:12]}"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_version_always_makes_the_same_texts(name: str) -> None:
    assert made(name) == GOLDEN[name]


def test_every_perturbation_that_needs_no_file_is_in_the_table() -> None:
    left = {name for name in OFFERED if not name.startswith("adversarial")} - {*GOLDEN}

    assert left == {"natural", "codeswitch"}
