"""Folders, files and names: what loads, and what each thing that does not load is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers

import griffin_core as gc
from griffin_core.errors import DamagedModelError, ModelError, SettingsError, UnknownModelError, UnsupportedModelError
from griffin_core.loading import LoadedModel, load_model
from tests.tiny_models import (
    BOS,
    CONTEXT,
    D_FF,
    D_MODEL,
    EOS,
    KINDS,
    LAYERS,
    change_config,
    save_tiny,
    tiny_config,
    tiny_encoder,
    tiny_loaded,
    tiny_model,
    tiny_moe,
    tiny_tokenizer,
)

PROMPT = torch.arange(8)[None]


def save(model: transformers.PreTrainedModel, folder: Path) -> Path:
    model.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def test_folder_loads_with_the_weights_it_holds(tmp_path: Path) -> None:
    loaded = load_model(str(save_tiny(tmp_path / "parrot")), device="cpu", dtype="float32")
    assert torch.equal(loaded.model(PROMPT).logits, tiny_model(tiny_config("llama"))(PROMPT).logits)
    assert loaded.facts.model == "parrot"
    assert loaded.facts.revision is None


def test_facts_tell_the_shape_and_the_machine(tmp_path: Path) -> None:
    facts = load_model(save_tiny(tmp_path / "parrot"), device="cpu", dtype="float32").facts
    assert (facts.n_layers, facts.d_model, facts.d_ff, facts.context) == (LAYERS, D_MODEL, D_FF, CONTEXT)
    assert (facts.architecture, facts.device, facts.dtype) == ("llama", "cpu", "float32")
    assert facts.device_name
    assert facts.versions["torch"] == torch.__version__
    assert facts.versions["griffin_core"] == gc.__version__
    json.dumps(facts.versions)


@pytest.mark.parametrize("kind", KINDS)
def test_every_family_loads_from_a_folder(tmp_path: Path, kind: str) -> None:
    loaded = load_model(save_tiny(tmp_path / kind, kind), device="cpu", dtype="float32")
    assert loaded.facts.context == CONTEXT
    assert torch.equal(loaded.model(PROMPT).logits, tiny_loaded(kind).model(PROMPT).logits)


def test_loaded_model_neither_trains_nor_keeps_gradients(tiny_llama: LoadedModel) -> None:
    assert not tiny_llama.model.training
    assert not any(parameter.requires_grad for parameter in tiny_llama.model.parameters())


def test_dtype_asked_for_is_the_dtype_of_every_weight(tmp_path: Path) -> None:
    loaded = load_model(save_tiny(tmp_path / "parrot"), device="cpu", dtype="bf16")
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.bfloat16}
    assert loaded.dtype == torch.bfloat16
    assert loaded.facts.dtype == "bfloat16"


def test_every_end_token_named_anywhere_stops(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "parrot")
    generation = {"eos_token_id": [EOS, 77]}
    (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    change_config(folder, eos_token_id=BOS)
    assert load_model(folder, device="cpu").stop_ids == {EOS, BOS, 77}


def test_loading_prints_nothing_and_tells_progress(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = save_tiny(tmp_path / "parrot")
    capfd.readouterr()
    told: list[tuple[str, float | None]] = []
    load_model(folder, progress=lambda text, share: told.append((text, share)))
    load_model(folder)
    assert capfd.readouterr() == ("", "")
    assert told[0] == ("loading parrot", None)
    assert told[-1] == ("loading parrot", 1.0)


def test_own_verbosity_of_transformers_is_given_back(tmp_path: Path) -> None:
    before = transformers.logging.get_verbosity()
    load_model(save_tiny(tmp_path / "parrot"))
    with pytest.raises(UnknownModelError):
        load_model(tmp_path)
    assert transformers.logging.get_verbosity() == before


NO_NAMES = ("", " ", "\x00", "\ud800", "x" * 5000, "hello world", "🦜/x", "a/b/c")
NO_PATHS = ("/no/such", "./no", "~nobody/x", "x.gguf", "C:\\models\\x")


@pytest.mark.parametrize("name", NO_NAMES + NO_PATHS)
def test_name_that_nothing_can_have_is_unknown_at_once(name: str) -> None:
    with pytest.raises(UnknownModelError) as caught:
        load_model(name)
    str(caught.value).encode("utf-8")
    assert len(str(caught.value)) < 400


def test_file_that_is_no_gguf_is_told_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UnknownModelError, match=r"notes\.txt is a file, but no \.gguf"):
        load_model(tmp_path / "notes.txt")


def test_revision_is_refused_where_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="revision"):
        load_model(save_tiny(tmp_path / "parrot"), revision="main")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "weights cut short": lambda folder: cut(folder / "model.safetensors", 5000),
    "weights empty": lambda folder: cut(folder / "model.safetensors", 0),
    "weights garbage": lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 5000),
    "weights missing": lambda folder: (folder / "model.safetensors").unlink(),
    "weights of fewer layers": lambda folder: change_config(folder, num_hidden_layers=LAYERS + 1),
    "weights of another width": lambda folder: change_config(folder, intermediate_size=D_FF + 1),
    "config broken": lambda folder: (folder / "config.json").write_text("{nope"),
    "config no object": lambda folder: (folder / "config.json").write_text("[1]"),
    "config no text": lambda folder: (folder / "config.json").write_bytes(b"\xff\xfe\x00"),
    "config senseless": lambda folder: change_config(folder, num_attention_heads=5),
    "config of words": lambda folder: change_config(folder, hidden_size="wide"),
    "tokenizer broken": lambda folder: (folder / "tokenizer.json").write_text("{}"),
    "tokenizer missing": lambda folder: lose(*folder.glob("tokenizer*")),
}


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def lose(*paths: Path) -> None:
    for path in paths:
        path.unlink()


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_folder_is_told_in_words(tmp_path: Path, damage: str) -> None:
    folder = save_tiny(tmp_path / "parrot")
    DAMAGES[damage](folder)
    with pytest.raises(DamagedModelError, match=r"parrot.*etch .* again\.$"):
        load_model(folder)


def test_folder_without_config_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"no config\.json"):
        load_model(tmp_path)


def refused(folder: Path) -> str:
    with pytest.raises(UnsupportedModelError) as caught:
        load_model(folder)
    assert isinstance(caught.value, ModelError)
    return str(caught.value)


def test_mixture_of_experts_is_refused(tmp_path: Path) -> None:
    assert "mixture of experts" in refused(save(tiny_moe(), tmp_path / "moe"))


def test_encoder_is_refused(tmp_path: Path) -> None:
    assert "encoder and does not generate" in refused(save(tiny_encoder(), tmp_path / "bert"))


def test_encoder_decoder_is_refused(tmp_path: Path) -> None:
    config = transformers.T5Config(vocab_size=300, d_model=16, d_ff=32, num_layers=1, num_heads=2, d_kv=8)
    model = transformers.T5ForConditionalGeneration(config)
    assert "encoder-decoder" in refused(save(model, tmp_path / "t5"))


def test_model_without_feed_forwards_is_refused(tmp_path: Path) -> None:
    config = transformers.MambaConfig(vocab_size=300, hidden_size=16, num_hidden_layers=2)
    assert "feed-forwards" in refused(save(transformers.MambaForCausalLM(config), tmp_path / "mamba"))


def test_unknown_architecture_is_refused(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "parrot")
    change_config(folder, model_type="brain")
    assert 'architecture "brain"' in refused(folder)


def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "parrot")
    change_config(folder, model_type="brain", auto_map={"AutoConfig": "evil.Config"})
    (folder / "evil.py").write_text("raise SystemExit('ran')")
    assert "which is never run" in refused(folder)


def test_quantised_weights_are_refused(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "parrot")
    change_config(folder, quantization_config={"quant_method": "gptq"})
    assert "stored quantised (gptq)" in refused(folder)
