from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from transformers import (
    AutoModel,
    BertConfig,
    DistilBertConfig,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
)

from xeval.errors import BadValue, MissingData
from xeval.hashing import file_digest
from xeval.learning.inputs import fitted, longest_input
from xeval.learning.modelchecks import check_encoder, check_model
from xeval.learning.modelfolders import find_model, model_identity
from xeval.learning.models import (
    Head,
    open_encoder,
    open_model,
    open_subwords,
    open_tokenizer,
    read_head,
    read_language_model_head,
    save_state,
)
from xeval.tuning import Training


def test_a_folder_without_safetensors_is_refused_by_name(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copy(tiny_model / "config.json", tmp_path / "config.json")
    torch.save({}, tmp_path / "pytorch_model.bin")

    with pytest.raises(BadValue, match=r"has no model\.safetensors") as refused:
        open_encoder(tmp_path)

    assert str(tmp_path) in refused.value.message
    assert "save_pretrained" in refused.value.hint
    assert refused.value.exit_code == 2


def test_an_encoder_opens_in_float32_without_a_pooling_layer(tiny_model: Path) -> None:
    encoder = open_encoder(tiny_model)

    assert encoder.dtype == torch.float32
    assert encoder.pooler is None


def test_nothing_of_the_library_reaches_the_screen(
    tiny_model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save_state(tmp_path, open_encoder(tiny_model), open_tokenizer(tiny_model), None)

    assert capfd.readouterr() == ("", "")


def test_a_folder_that_needs_code_of_its_own_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(tiny_model, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text("raise SystemExit('run')")

    with pytest.raises(BadValue, match="does not open"):
        open_encoder(folder)


def test_a_folder_without_tokenizer_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copy(tiny_model / "config.json", tmp_path / "config.json")

    with pytest.raises(BadValue, match=r"no tokenizer\.json"):
        open_tokenizer(tmp_path)


def test_a_tokenizer_of_another_model_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    encoder = open_encoder(tiny_model)
    encoder.resize_token_embeddings(20)
    save_state(tmp_path, encoder, open_tokenizer(tiny_model), None)

    with pytest.raises(BadValue, match="160 sub-words, but its encoder has embeddings for 20"):
        open_model(tmp_path)


@pytest.mark.parametrize(("config", "places"), [(XLMRobertaConfig, 38), (BertConfig, 40), (DistilBertConfig, 40)])
def test_inputs_fit_into_the_places_of_an_encoder(config: Any, places: int) -> None:
    small = {"vocab_size": 20, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    encoder = AutoModel.from_config(config(**small, hidden_size=8, max_position_embeddings=40))

    assert longest_input(encoder) == places
    assert fitted(Training(max_length=384), encoder).max_length == places
    assert fitted(Training(max_length=16), encoder).max_length == 16


# ---------------------------------------------------------------------------------------------------- finding


def test_a_model_is_found_as_a_folder_and_under_the_hub(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "org" / "name")

    assert find_model(str(tiny_model), None, None, offline=True) == tiny_model
    assert find_model("org/name", None, tmp_path, offline=True) == tmp_path / "org" / "name"


@pytest.mark.parametrize("name", ["org/nowhere", "not a name at all!"])
def test_a_model_that_is_nowhere_is_missing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(MissingData, match="offline forbids") as missing:
        find_model(name, None, tmp_path, offline=True)

    assert f"as {name}" in missing.value.hint


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"no config\.json"):
        find_model(str(tmp_path), None, None, offline=True)


# ----------------------------------------------------------------------------------------------------- naming


def test_a_pinned_revision_names_a_snapshot_and_no_folder_of_ones_own(tiny_model: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshots" / "abc"
    shutil.copytree(tiny_model, snapshot)

    assert model_identity(snapshot, "abc") == {"revision": "abc"}
    assert model_identity(tiny_model, "abc") == model_identity(tiny_model, None)


def test_content_names_a_model_wherever_it_lies(tiny_model: Path, tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    shutil.copytree(tiny_model, same)
    shutil.copytree(tiny_model, other)
    (other / "tokenizer_config.json").write_text("{}")
    (same / "README.md").write_text("not part of it")

    assert model_identity(same, None) == model_identity(tiny_model, None) != model_identity(other, None)


def test_a_model_that_changes_gets_another_name(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    before = model_identity(folder, None)

    save_file({"x": torch.zeros(3)}, folder / "model.safetensors")

    assert model_identity(folder, None) != before


# ---------------------------------------------------------------------------------------------------- writing


def test_what_is_saved_opens_again_and_has_the_same_bytes(tiny_model: Path, tmp_path: Path) -> None:
    head = Head("classification", ("yes", "no"), "mean", {"out.weight": torch.ones(2, 3), "out.bias": torch.zeros(2)})
    for name in ("one", "two"):
        save_state(tmp_path / name, open_encoder(tiny_model), open_tokenizer(tiny_model), head)
    save_state(tmp_path / "three", open_encoder(tmp_path / "one"), open_tokenizer(tmp_path / "one"), head)

    digests = [{f.name: file_digest(f) for f in sorted((tmp_path / n).iterdir())} for n in ("one", "two", "three")]
    again = read_head(tmp_path / "one")

    assert digests[0] == digests[1] == digests[2]
    assert sorted(digests[0]) == [
        "config.json",
        "head.json",
        "head.safetensors",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    assert again is not None
    assert (again.format, again.labels, again.pooling) == ("classification", ("yes", "no"), "mean")
    assert torch.equal(again.weights["out.weight"], torch.ones(2, 3))


def test_a_state_without_head_has_none(tiny_model: Path) -> None:
    assert read_head(tiny_model) is None
    assert read_language_model_head(tiny_model) is None


def test_the_language_model_head_of_a_checkpoint_is_found(tiny_model: Path, tmp_path: Path) -> None:
    model = XLMRobertaForMaskedLM(open_encoder(tiny_model).config)
    model.save_pretrained(tmp_path)

    head = read_language_model_head(tmp_path)

    assert head is not None
    assert torch.equal(head.weights["dense.weight"], model.lm_head.dense.weight)
    assert torch.equal(head.weights["bias"], model.lm_head.bias)


def test_models_with_the_same_tokenizer_share_its_sub_words(
    tiny_model: Path, tiny_tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "copy")

    one, other = (open_subwords(folder, open_tokenizer(folder)) for folder in (tiny_model, tmp_path / "copy"))

    assert one is other
    assert (one.start, one.middle, one.end) == ((0,), (2, 2), (2,))
    assert (one.padding, one.unknown, one.mask, one.typed) == (1, 3, 4, False)


# ------------------------------------------------------------------------------------------------ told before it is run


def copied(tiny_model: Path, folder: Path, **config: Any) -> Path:
    """The tiny model in another folder, with other values in its config.json."""
    shutil.copytree(tiny_model, folder, dirs_exist_ok=True)
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | config))
    return folder


def test_a_whole_model_passes_the_check_and_opens(tiny_model: Path, tmp_path: Path) -> None:
    check_model(copied(tiny_model, tmp_path))

    assert open_encoder(tmp_path).config.hidden_size == open_encoder(tiny_model).config.hidden_size


@pytest.mark.parametrize(
    ("config", "mistake"),
    [
        ({"model_type": None}, "names no architecture"),
        ({"model_type": "brt"}, "has the model_type 'brt', which the transformers"),
        ({"model_type": "brt", "auto_map": {}}, "needs code of its own"),
        ({"vocab_size": 7}, "says vocab_size 7, and the weights have embeddings for"),
        ({"num_hidden_layers": 9}, "says 9 layers, and the weights have"),
    ],
)
def test_a_config_that_is_not_that_of_the_weights_is_told_without_torch(
    config: dict[str, Any], mistake: str, tiny_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadValue, match=mistake):
        check_model(copied(tiny_model, tmp_path, **config))


def test_a_model_with_a_decoder_is_no_encoder_and_may_translate(tiny_model: Path, tmp_path: Path) -> None:
    folder = copied(tiny_model, tmp_path, is_encoder_decoder=True)

    check_model(folder)
    with pytest.raises(BadValue, match="is an encoder with a decoder"):
        check_encoder(folder)


@pytest.mark.parametrize("kind", ["xlm-roberta", "bert", "distilbert", "deberta-v2", "modernbert", "canine"])
def test_encoders_are_encoders(kind: str, tiny_model: Path, tmp_path: Path) -> None:
    check_encoder(copied(tiny_model, tmp_path, model_type=kind))


@pytest.mark.parametrize(
    ("config", "mistake"),
    [
        ({"model_type": "gpt2"}, r"\(gpt2\) is a decoder: its sub-words see only those before them"),
        ({"model_type": "llama"}, "is a decoder"),
        ({"model_type": "bert", "is_decoder": True}, "is a decoder"),
        ({"model_type": "vit"}, r"\(vit\) is none that reads text alone"),
    ],
)
def test_what_is_no_encoder_of_text_is_told_without_torch(
    config: dict[str, Any], mistake: str, tiny_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadValue, match=mistake):
        check_encoder(copied(tiny_model, tmp_path, **config))


def test_a_decoder_that_attends_both_ways_is_an_encoder(tiny_model: Path, tmp_path: Path) -> None:
    check_encoder(copied(tiny_model, tmp_path, model_type="gemma3_text", use_bidirectional_attention=True))


@pytest.mark.parametrize(
    ("name", "data", "mistake"),
    [
        ("config.json", b"{", "config.json is no JSON"),
        ("config.json", b"[]", "names no architecture"),
        ("model.safetensors", b"", "is no safetensors file"),
        ("model.safetensors", b"\xff" * 64, "is no safetensors file"),
        ("tokenizer.json", b"{", "tokenizer.json is no JSON"),
        ("tokenizer.json", b'{"model": {"vocab": {"a": 99999}}}', "has 100000 sub-words, but its encoder"),
    ],
)
def test_a_damaged_file_of_a_model_is_told_without_torch(
    name: str, data: bytes, mistake: str, tiny_model: Path, tmp_path: Path
) -> None:
    (copied(tiny_model, tmp_path) / name).write_bytes(data)

    with pytest.raises(BadValue, match=mistake):
        check_model(tmp_path)


@pytest.mark.parametrize("cut", [1, 100])
def test_weights_that_are_cut_off_are_told_without_torch(cut: int, tiny_model: Path, tmp_path: Path) -> None:
    weights = copied(tiny_model, tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-cut])

    with pytest.raises(BadValue, match="is cut off: it has"):
        check_model(tmp_path)


def test_a_part_of_the_weights_that_is_not_there_is_named(tiny_model: Path, tmp_path: Path) -> None:
    (copied(tiny_model, tmp_path) / "model.safetensors").unlink()
    (tmp_path / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-1.safetensors"}}')

    with pytest.raises(BadValue, match=r"index.json names model-1\.safetensors"):
        check_model(tmp_path)


@pytest.mark.parametrize(
    ("config", "mistake"),
    [
        ({"model_type": "bert", "num_hidden_layers": 9}, "not those of its config.json: .* not there"),
        ({"intermediate_size": 24}, r"in the file, \[24.*\] by config.json"),
    ],
)
def test_an_encoder_is_never_opened_with_random_weights(
    config: dict[str, Any], mistake: str, tiny_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadValue, match=mistake):
        open_encoder(copied(tiny_model, tmp_path, **config))


def test_a_path_that_is_not_there_is_told_with_the_folder_most_like_it(tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()

    with pytest.raises(MissingData, match=rf"The model folder {tmp_path}/encodr is not there\.") as raised:
        find_model(f"{tmp_path}/encodr", None, None, offline=True)

    assert "Did you mean" in raised.value.hint
    assert "encoder?" in raised.value.hint
