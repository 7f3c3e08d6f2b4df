"""Device, dtype and memory are chosen and checked before anything is read."""

from pathlib import Path

import pytest
import torch

from griffin_core.errors import OutOfMemoryError, SettingsError
from griffin_core.loading import load_model, make_loaded, placement
from griffin_core.loading.failures import in_words
from griffin_core.loading.placement import Placement, choose_placement, device_name, fit, free_bytes
from tests.tiny_models import change_config, save_tiny, tiny_config, tiny_model, tiny_tokenizer

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", ["tpu", "cuda:99", "", "cpu:x"])
def test_unknown_device_is_told_which_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match=r"device must be one of cpu.*got"):
        choose_placement(name, None)


@pytest.mark.parametrize("name", ["int8", "float64", ""])
def test_unknown_dtype_is_told_which_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match="dtype must be one of float32, bfloat16, float16"):
        choose_placement("cpu", name)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("float32", torch.float32),
        ("bfloat16", torch.bfloat16),
        ("float16", torch.float16),
        ("FP32", torch.float32),
        ("bf16", torch.bfloat16),
        ("fp16", torch.float16),
        ("torch.bfloat16", torch.bfloat16),
    ],
)
def test_dtype_names_and_their_short_forms(name: str, dtype: torch.dtype) -> None:
    assert choose_placement("cpu", name) == Placement(CPU, dtype)


@pytest.mark.parametrize(
    ("facts", "dtype"),
    [
        ({"flags": "avx2 avx512_bf16 sse"}, torch.bfloat16),
        ({"flags": "amx_bf16"}, torch.bfloat16),
        ({"Features": "asimd bf16"}, torch.bfloat16),
        ({"flags": "avx2 avx512f"}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_cpu_takes_bfloat16_only_where_it_has_the_instructions(
    monkeypatch: pytest.MonkeyPatch, facts: dict[str, str], dtype: torch.dtype
) -> None:
    monkeypatch.setattr(placement, "_cpu_facts", lambda: facts)
    assert choose_placement("cpu", None).dtype == dtype


def test_gpu_is_taken_first_and_in_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_placement(None, None) == Placement(torch.device("cuda", 0), torch.bfloat16)
    assert choose_placement("cuda:1", "float32") == Placement(torch.device("cuda", 1), torch.float32)
    with pytest.raises(SettingsError, match="cpu, cuda, cuda:0, cuda:1"):
        choose_placement("cuda:2", None)


def test_model_larger_than_one_gpu_is_spread_if_all_together_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(placement, "free_bytes", lambda device: 10_000)
    on_gpu = Placement(torch.device("cuda", 0), torch.bfloat16)
    assert not fit(on_gpu, parameters=4_000, name="m", may_spread=True).spread
    assert fit(on_gpu, parameters=8_000, name="m", may_spread=True).device_map == "auto"
    for parameters, may_spread in ((8_000, False), (10_000, True)):
        with pytest.raises(OutOfMemoryError, match="memory of cuda:0"):
            fit(on_gpu, parameters=parameters, name="m", may_spread=may_spread)


def test_too_little_memory_is_told_in_numbers_before_weights_are_read(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "whale")
    change_config(folder, intermediate_size=10**9, vocab_size=10**6)
    (folder / "model.safetensors").write_bytes(b"never read")
    with pytest.raises(OutOfMemoryError, match=r"whale needs about 63\d\.\d GB in bfloat16 .* GB of memory are free"):
        load_model(folder, device="cpu", dtype="bfloat16")


def test_container_limit_counts_where_it_is_lower(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("900000\n")
    (tmp_path / "memory.stat").write_text("anon 500000\ninactive_file 50000\nactive_file 10000\n")
    monkeypatch.setattr(placement, "_CGROUP", tmp_path)
    assert free_bytes(CPU) == 160_000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(CPU) > 1_000_000


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes")])
def test_running_out_of_memory_while_reading_is_called_that(error: Exception) -> None:
    with pytest.raises(OutOfMemoryError, match="whale does not fit"), in_words("whale", doing="reading the weights"):
        raise error


def test_interrupt_passes_through_untranslated() -> None:
    with pytest.raises(KeyboardInterrupt), in_words("whale", doing="reading the weights"):
        raise KeyboardInterrupt


def test_cpu_is_named_with_its_threads() -> None:
    assert device_name(CPU).endswith(f"{torch.get_num_threads()} thread" + "s" * (torch.get_num_threads() != 1))


def test_model_with_a_part_on_no_device_is_refused_in_words():
    model = tiny_model(tiny_config("llama"))
    model.model.layers[1].to("meta")
    with pytest.raises(OutOfMemoryError, match="half does not fit into the memory of the GPUs"):
        make_loaded(model, tiny_tokenizer(), name="half")
