"""Machine translation by a sequence-to-sequence model of the library, opened from a folder."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from xeval.errors import BadValue
from xeval.learning.modelfolders import check_weights
from xeval.learning.models import AGAIN, quiet
from xeval.learning.optimising import precise
from xeval.tuning import Compute, Progress, Watch


@dataclass(frozen=True)
class Asked:
    """How a translator is asked: what it calls the two languages, what goes before a text, how it searches."""

    source: str
    target: str
    prefix: str = ""
    max_length: int = 256
    beams: int = 1
    batch_size: int = 32


@dataclass(frozen=True, eq=False)
class Translator:
    """A model and its tokenizer."""

    model: Any
    tokenizer: Any
    device: str


def open_translator(folder: Path, device: str) -> Translator:
    """The translator in a folder. Raises BadValue if it is none, or needs code of its own or weights in a pickle."""
    check_weights(folder)
    quiet()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model = AutoModelForSeq2SeqLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise BadValue(f"The folder {folder} holds no translation model that opens: {error}", hint=AGAIN) from error
    return Translator(model.to(device).eval(), tokenizer, device)


def translate(by: Translator, texts: Sequence[str], asked: Asked, compute: Compute, watch: Watch) -> Mapping[str, str]:
    """Each text's translation. Texts are translated once, in batches of like length, the same in every run."""
    wanted = sorted(set(texts), key=lambda text: (len(text), text))
    found: dict[str, str] = {}
    with torch.no_grad(), precise(compute, by.model):
        for first in range(0, len(wanted), asked.batch_size):
            batch = wanted[first : first + asked.batch_size]
            found.update(zip(batch, batch_of(by, batch, asked), strict=True))
            watch(Progress(first + len(batch), len(wanted)))
    return found


def batch_of(by: Translator, texts: Sequence[str], asked: Asked) -> list[str]:
    """The translations of a batch. Raises BadValue for a language that the model has no token for."""
    with speaking(by.tokenizer, asked):
        given = by.tokenizer(
            [asked.prefix + text for text in texts],
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=asked.max_length,
        )
    begun = {} if (token := target_token(by.tokenizer, asked)) is None else {"forced_bos_token_id": token}
    numbers = by.model.generate(
        input_ids=given["input_ids"].to(by.device),
        attention_mask=given["attention_mask"].to(by.device),
        num_beams=asked.beams,
        do_sample=False,
        max_new_tokens=asked.max_length,
        **begun,
    )
    return [text.strip() for text in by.tokenizer.batch_decode(numbers, skip_special_tokens=True)]


@contextlib.contextmanager
def speaking(tokenizer: Any, asked: Asked) -> Any:
    """Tell a tokenizer of many languages which one it reads."""
    if hasattr(tokenizer, "src_lang"):
        with contextlib.suppress(KeyError):  # one that knows one pair of languages has nothing to be told
            tokenizer.src_lang = asked.source
    yield


def target_token(tokenizer: Any, asked: Asked) -> int | None:
    """The token that a model of many languages begins with in the target language; None for one that has none."""
    if hasattr(tokenizer, "get_lang_id"):  # M2M100
        try:
            return int(tokenizer.get_lang_id(asked.target))
        except KeyError:
            raise no_language(asked) from None
    if not hasattr(tokenizer, "src_lang"):
        return None
    token = tokenizer.convert_tokens_to_ids(asked.target)
    if token is None or token == tokenizer.unk_token_id:
        raise no_language(asked)
    return int(token)


def no_language(asked: Asked) -> BadValue:
    """A model has no token for the target language."""
    return BadValue(
        f"The translator has no language that it calls {asked.target!r}.",
        hint="Say what it calls the language under names: of the translator in registry.yaml, as in {sw: swh_Latn}.",
    )
