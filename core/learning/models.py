"""Encoders, tokenizers and heads: open them from folders and write them. Weights are safetensors only."""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import logging as library_logging

from xeval.errors import BadValue
from xeval.formats.subwords import Subwords, subwords_of
from xeval.hashing import digest
from xeval.learning.modelfolders import TOKENIZER, VOCABULARY, WEIGHTS, check_weights, content, files_of
from xeval.values import FormatName

LANGUAGE_MODEL_HEADS = {  # how checkpoints of RoBERTa's and of BERT's family name the weights of ours
    "dense.weight": ("lm_head.dense.weight", "cls.predictions.transform.dense.weight"),
    "dense.bias": ("lm_head.dense.bias", "cls.predictions.transform.dense.bias"),
    "norm.weight": ("lm_head.layer_norm.weight", "cls.predictions.transform.LayerNorm.weight"),
    "norm.bias": ("lm_head.layer_norm.bias", "cls.predictions.transform.LayerNorm.bias"),
    "bias": ("lm_head.bias", "cls.predictions.bias"),
}
BESIDE = "language-model-head.safetensors"
SHARED: dict[str, Subwords] = {}  # by the content of the tokenizer's files
SHARED_AT_MOST = 4
AGAIN = "Save or fetch the model again, whole."


@dataclass(frozen=True)
class Head:
    """What a folder holds of a head: which format, for which labels, how it pools, and its weights."""

    format: FormatName
    labels: tuple[str, ...]
    pooling: Literal["cls", "mean", "match"]
    weights: Mapping[str, torch.Tensor] = field(repr=False)


# ------------------------------------------------------------------------------------------------------------ opening


def open_tokenizer(folder: Path) -> Any:
    """The fast tokenizer of a folder. Raises BadValue if there is none."""
    quiet()
    if not files_of(folder, VOCABULARY):  # the library would make an empty one up
        raise BadValue(
            f"The model folder {folder} has no tokenizer.json.", hint="Save the model's tokenizer there too."
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        raise BadValue(f"The model folder {folder} has no tokenizer that opens: {error}", hint=AGAIN) from error
    if not tokenizer.is_fast:
        raise BadValue(f"The tokenizer in {folder} is a slow one.", hint="Save it with its fast tokenizer.")
    for transient in ("local_files_only", "is_local", "trust_remote_code"):
        tokenizer.init_kwargs.pop(transient, None)  # how it was opened is no part of what is saved
    return tokenizer


def open_subwords(folder: Path, tokenizer: Any) -> Subwords:
    """A tokenizer as the formats see it. Models with the same tokenizer share one, and the texts it has split."""
    name = tokenizer_name(folder)
    if name not in SHARED:
        while len(SHARED) >= SHARED_AT_MOST:
            del SHARED[next(iter(SHARED))]
        SHARED[name] = subwords_of(tokenizer, name)
    return SHARED[name]


def tokenizer_name(folder: Path) -> str:
    """What the tokenizer of a folder is known by."""
    return digest({path.name: content(path) for path in files_of(folder, TOKENIZER)})


def open_model(folder: Path) -> tuple[Any, Any, Subwords]:
    """Encoder, tokenizer and its sub-words. Raises BadValue if the encoder has no embeddings for some of them."""
    encoder, tokenizer = open_encoder(folder), open_tokenizer(folder)
    subwords, rows = open_subwords(folder, tokenizer), encoder.get_input_embeddings().num_embeddings
    if subwords.size > rows:
        raise BadValue(
            f"The tokenizer in {folder} has {subwords.size} sub-words, but its encoder has embeddings for {rows}.",
            hint="Put the model and the tokenizer that belong together into one folder.",
        )
    return encoder, tokenizer, subwords


def open_encoder(folder: Path) -> Any:
    """The encoder of a folder as `AutoModel` opens it, in float32, without a pooling layer.

    Raises BadValue if it has no safetensors, needs code of its own, or if its weights are not those of its config.
    """
    check_weights(folder)
    quiet()
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        encoder, found = AutoModel.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are told below, by name
            **no_pooler(config),
        )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise BadValue(f"The model folder {folder} does not open: {error}", hint=AGAIN) from error
    check_loaded(folder, found)
    return encoder


def check_loaded(folder: Path, found: Mapping[str, Any]) -> None:
    """Raise BadValue if some weights of an encoder were not in its folder, or have another shape: they are random then.

    A pooling layer does not count: no head of ours reads one.
    """
    misfits = [
        (name, f"{list(there)} in the file, {list(wanted)} by config.json")
        for name, there, wanted in sorted(found["mismatched_keys"])
    ]
    lacking = [(name, "not there") for name in sorted(found["missing_keys"]) if "pooler" not in name]
    if wrong := [*misfits, *lacking]:
        more = f", and so are {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise BadValue(
            f"The weights in {folder} are not those of its config.json: {': '.join(wrong[0])}{more}.",
            hint="Put the config.json there that belongs to the weights.",
        )


def no_pooler(config: Any) -> dict[str, bool]:
    """Leave the pooling layer out of models that would make one: no head of ours reads it."""
    model = AutoModel._model_mapping.get(type(config), None)
    takes = isinstance(model, type) and "add_pooling_layer" in inspect.signature(model).parameters
    return {"add_pooling_layer": False} if takes else {}


def quiet() -> None:
    """Keep the library's bars and remarks off the screen: standard output may be a JSON document."""
    library_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    library_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def read_head(folder: Path) -> Head | None:
    """The head in a folder, or None if it has none."""
    if not (folder / "head.json").is_file():
        return None
    about = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "head.safetensors")
    return Head(about["format"], tuple(about["labels"]), about["pooling"], weights)


def read_language_model_head(folder: Path) -> Head | None:
    """The masked-LM head of a folder: one kept beside that of a task, or inside the weights, as on the hub; or None."""
    if (folder / BESIDE).is_file():
        return Head("masked_lm", (), "cls", load_file(folder / BESIDE))
    if not (folder / WEIGHTS[0]).is_file():
        return None
    with safe_open(folder / WEIGHTS[0], framework="pt") as file:
        there = set(file.keys())
        names = {
            ours: next((name for name in theirs if name in there), "") for ours, theirs in LANGUAGE_MODEL_HEADS.items()
        }
        if not all(names.values()):
            return None
        return Head("masked_lm", (), "cls", {ours: file.get_tensor(name) for ours, name in names.items()})


# ------------------------------------------------------------------------------------------------------------ writing


def save_state(folder: Path, encoder: Any, tokenizer: Any, head: Head | None) -> None:
    """Write a model state: encoder, tokenizer, and a head if it has one. Equal weights give equal bytes."""
    quiet()
    folder.mkdir(parents=True, exist_ok=True)
    encoder.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if head is not None:
        about = {"format": head.format, "labels": list(head.labels), "pooling": head.pooling}
        (folder / "head.json").write_text(json.dumps(about, ensure_ascii=False, indent=2), encoding="utf-8")
        save_file(plain_weights(head.weights), folder / "head.safetensors")


def save_language_model_head(folder: Path, weights: Mapping[str, torch.Tensor] | None) -> None:
    """Keep a masked-LM head beside that of a task, for the next training with text beside it."""
    if weights is not None:
        save_file(plain_weights(weights), folder / BESIDE)


def plain_weights(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights as a file holds them, by name."""
    return {name: tensor.detach().cpu().contiguous() for name, tensor in sorted(weights.items())}


def get_ready() -> None:
    """Make what transformers needs to open its first model, which takes it a second; else it is made then."""
    with contextlib.suppress(Exception):  # what is private to the library may fail in any way in another version
        from transformers.conversion_mapping import get_checkpoint_conversion_mapping

        get_checkpoint_conversion_mapping("xlm-roberta")  # type: ignore[no-untyped-call]


def use_threads(threads: int) -> None:
    """Compute with that many threads from here on: part of what decides the last bits, so it is set, not found."""
    torch.set_num_threads(threads)
