"""Whether a folder of a user's own can be opened as a model, as far as can be told without torch: before a run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from xeval.errors import BadValue
from xeval.learning.architectures import is_known, listed
from xeval.learning.modelfolders import VOCABULARY, WEIGHTS, check_weights, files_of

LAYERS = re.compile(r"(?:^|\.)(?:layers?|h|blocks?)\.(\d+)\.")  # as encoders of the library number theirs
LAYER_COUNTS = ("num_hidden_layers", "n_layers", "num_layers", "n_layer")
EMBEDDINGS = re.compile(r"(?:^|\.)(?:word_embeddings|embed_tokens|wte|shared|tok_embeddings)\.weight$")
READING = ("SEQUENCE_CLASSIFICATION", "TOKEN_CLASSIFICATION", "QUESTION_ANSWERING", "TEXT_ENCODING")  # tasks, by tables
ENCODER = "Name an encoder, such as XLM-R."
TOGETHER = "Put the model and the tokenizer that belong together into one folder."
AGAIN = "Save or copy the model there again."

Shapes = Mapping[str, tuple[int, ...]]


def check_encoder(folder: Path) -> None:
    """Raise BadValue for a model that is more than an encoder of text, or another thing, going by its config.json."""
    config = check_config(folder)
    kind = config["model_type"]
    if config.get("is_encoder_decoder"):
        raise BadValue(
            f"The model in {folder} is an encoder with a decoder, and xeval fine-tunes encoders.",
            hint=f"{ENCODER} What translates goes under translators: of a registry.yaml.",
        )
    sees_all = kind in listed("MASKED_LM") or config.get("use_bidirectional_attention")
    if config.get("is_decoder") or (kind in listed("CAUSAL_LM") and not sees_all):
        raise BadValue(
            f"The model in {folder} ({kind}) is a decoder: its sub-words see only those before them, and the first, "
            "which classes are read from, sees nothing.",
            hint=ENCODER,
        )
    if listed("MASKED_LM") and not sees_all and not any(kind in listed(task) for task in READING):
        raise BadValue(f"The model in {folder} ({kind}) is none that reads text alone.", hint=ENCODER)


def check_model(folder: Path) -> None:
    """Raise BadValue for the first thing that would keep a worker from opening the folder, hours later perhaps.

    Read are config.json, the heads of the safetensors files and tokenizer.json; the weights themselves are not.
    """
    check_weights(folder)
    config = check_config(folder)
    shapes = shapes_in(folder)
    _check_layers(folder, config, shapes)
    rows = next((shape[0] for name, shape in shapes.items() if EMBEDDINGS.search(name) and len(shape) == 2), None)
    said = config.get("vocab_size")
    if rows is not None and isinstance(said, int) and said != rows:
        raise BadValue(
            f"{folder / 'config.json'} says vocab_size {said}, and the weights have embeddings for {rows} sub-words.",
            hint="Put the config.json there that belongs to the weights.",
        )
    subwords = check_tokenizer(folder)
    if rows is not None and subwords > rows:
        raise BadValue(
            f"The tokenizer in {folder} has {subwords} sub-words, but its encoder has embeddings for {rows}.",
            hint=TOGETHER,
        )


def check_config(folder: Path) -> Mapping[str, Any]:
    """What config.json says. Raises BadValue if it is no JSON object, or names no known architecture."""
    config = _json(folder / "config.json")
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise BadValue(
            f"{folder / 'config.json'} names no architecture: it has no model_type.",
            hint="Save the model with save_pretrained of transformers, which writes it.",
        )
    if not is_known(config["model_type"]):
        own = "; it needs code of its own (auto_map), which xeval does not run" if "auto_map" in config else ""
        raise BadValue(
            f"{folder / 'config.json'} has the model_type {config['model_type']!r}, "
            f"which the transformers that is installed does not know{own}.",
            hint="Use an architecture that it has, or install a version of it that has this one.",
        )
    return config


def check_tokenizer(folder: Path) -> int:
    """How many sub-words tokenizer.json has; 0 if the tokenizer is in other files. Raises BadValue if there is none."""
    if not files_of(folder, VOCABULARY):
        raise BadValue(
            f"The model folder {folder} has no tokenizer.json.", hint="Save the model's tokenizer there too."
        )
    path = folder / "tokenizer.json"
    if not path.is_file():
        return 0
    about = path.stat()
    return _subwords(path, about.st_size, about.st_mtime_ns)


def shapes_in(folder: Path) -> Shapes:
    """The shapes of all weights, by name. Raises BadValue for a file that is cut off, or not there."""
    found: dict[str, tuple[int, ...]] = {}
    for path in _parts(folder):
        found |= _shapes(path)
    return found


def _parts(folder: Path) -> Iterable[Path]:
    """The file of the weights, or the several that an index names."""
    if (folder / WEIGHTS[0]).is_file():
        return [folder / WEIGHTS[0]]
    index = _json(folder / WEIGHTS[1])
    names = set(index.get("weight_map", {}).values()) if isinstance(index, dict) else set()
    lacking = sorted(name for name in names if not (folder / name).is_file())
    if lacking or not names:
        raise BadValue(f"{folder / WEIGHTS[1]} names {', '.join(lacking) or 'no file'}, not in the folder.", hint=AGAIN)
    return [folder / name for name in sorted(names)]


def _shapes(path: Path) -> Shapes:
    """By the head of a safetensors file: eight bytes of its length, JSON, then the weights."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = file.read(length) if 2 <= length <= size - 8 else b""
    try:
        about = {name: one for name, one in json.loads(head).items() if name != "__metadata__"}
        end = max((one["data_offsets"][1] for one in about.values()), default=0)
        shapes = {name: tuple(map(int, one["shape"])) for name, one in about.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BadValue(f"{path} is no safetensors file, or is cut off.", hint=AGAIN) from None
    if 8 + length + end != size:
        raise BadValue(f"{path} is cut off: it has {size} bytes, and should have {8 + length + end}.", hint=AGAIN)
    return shapes


def _check_layers(folder: Path, config: Mapping[str, Any], shapes: Shapes) -> None:
    said = next((config[name] for name in LAYER_COUNTS if isinstance(config.get(name), int)), None)
    there = {int(match[1]) for name in shapes for match in LAYERS.finditer(name)}
    if said is not None and there and max(there) + 1 < said:
        raise BadValue(
            f"{folder / 'config.json'} says {said} layers, and the weights have {max(there) + 1}.",
            hint="The others would be random. Put the config.json there that belongs to the weights.",
        )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadValue(f"{path} is no JSON: {error}.", hint=AGAIN) from None


@lru_cache(maxsize=16)
def _subwords(path: Path, size: int, changed: int) -> int:
    """One more than the highest number of a sub-word. Of a kind of vocabulary that is not known, 0."""
    whole = _json(path)
    try:
        vocabulary, added = whole["model"]["vocab"], whole.get("added_tokens") or ()
        highest = max(vocabulary.values()) if isinstance(vocabulary, dict) else len(vocabulary) - 1
        return int(max([highest, *(token["id"] for token in added)])) + 1
    except (LookupError, TypeError, ValueError, AttributeError):
        return 0
