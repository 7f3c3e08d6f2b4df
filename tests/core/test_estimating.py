"""Decode speed from byte counts: figures worked out by hand, and those that are known of well-known models."""

import dataclasses

import pytest

from griffin_core.errors import SettingsError
from griffin_core.estimating import (
    BANDWIDTHS,
    SHAPES,
    Estimate,
    ModelShape,
    dtype_bytes_of,
    estimate,
    find_bandwidth,
    find_shape,
)
from griffin_core.estimating.estimate import GATHER_READS, STATISTICS_SHARE
from griffin_core.methods.budgets import uniform_budget

# Feed-forward 3·4·10·2 = 240, attention (2·4·2·2 + 2·4·1·2)·2 = 96, head 5·4 = 20 weights; 4 numbers a cached position.
TINY = ModelShape(
    name="tiny",
    title="Tiny",
    layers=2,
    d_model=4,
    d_ff=10,
    gated=True,
    heads=2,
    kv_heads=1,
    head_dim=2,
    vocabulary=5,
    tied=False,
)


def tiny(**changes: object) -> Estimate:
    settings = {"dtype_bytes": 2, "prompt_tokens": 3, "new_tokens": 3, "density": 0.5, "bandwidth_gb_s": 1e-3}
    return estimate(TINY, **{**settings, "share_of_bandwidth": 1.0, "fixed_ms": 0.0, **changes})  # type: ignore[arg-type]


def weights_ratio(name: str, density: float) -> float:
    """By weights alone: what the byte roofline is after a short prompt."""
    shape = find_shape(name)
    kept = shape.feed_forward_weights(shape.kept_neurons(density))
    return shape.read_weights / (shape.read_weights - shape.feed_forward_weights() + kept)


def test_weights_are_counted_as_by_hand() -> None:
    assert (TINY.feed_forward_weights(), TINY.attention_weights, TINY.head_weights) == (240, 96, 20)
    assert (TINY.read_weights, TINY.held_weights, TINY.cached_numbers) == (356, 376, 4)
    assert dataclasses.replace(TINY, gated=False).feed_forward_weights() == 160
    assert dataclasses.replace(TINY, tied=True).held_weights == 356


def test_times_and_sizes_are_those_worked_out_by_hand() -> None:
    found = tiny()
    # Two steps read 4 and 5 positions of 2 layers · 4 numbers · 2 bytes: 72 bytes a step. Half the neurons: 240 less.
    assert (found.dense_step_bytes, found.pruned_step_bytes) == (712 + 72, 472 + 72)
    assert found.dense_tpot_ms == pytest.approx(0.784)
    assert found.pruned_tpot_ms == pytest.approx(0.544)
    assert found.speedup == found.byte_roofline == pytest.approx(784 / 544)
    assert (found.weights_bytes, found.slices_bytes, found.cache_bytes) == (752, 240, 5 * 16)
    assert found.held_bytes == 752 + 240 + 80
    assert found.kept == 5


def test_a_share_of_the_bandwidth_and_fixed_time_slow_down_and_leave_the_roofline() -> None:
    found = tiny(share_of_bandwidth=0.5, fixed_ms=1.0)
    assert found.dense_tpot_ms == pytest.approx(2 * 0.784 + 1)
    assert found.pruned_tpot_ms == pytest.approx(2 * 0.544 + 1)
    assert found.speedup == pytest.approx(2.568 / 2.088)
    assert found.byte_roofline == tiny().byte_roofline


def test_break_even_pays_for_statistics_and_gathering() -> None:
    found = tiny(prefill_ms=100.0)
    cost_ms = STATISTICS_SHARE * 100 + GATHER_READS * 0.240
    assert found.selection_ms == pytest.approx(cost_ms)
    assert found.break_even_tokens == -(-cost_ms // 0.24)
    assert found.pays is False
    assert tiny(prefill_ms=100.0, new_tokens=1000).pays is True


def test_break_even_is_unknown_without_a_prefill_and_never_comes_without_a_gain() -> None:
    assert (tiny().break_even_tokens, tiny().selection_ms, tiny().pays) == (None, None, None)
    whole = tiny(density=1.0, prefill_ms=100.0)
    assert (whole.break_even_tokens, whole.speedup, whole.byte_roofline, whole.pays) == (None, 1.0, 1.0, False)


@pytest.mark.parametrize(
    ("name", "ratio"), [("llama-2-13b", 1.49), ("gemma-7b", 1.59), ("llama-3-8b", 1.60), ("smollm2-135m", 1.42)]
)
def test_known_models_have_their_known_ratio_of_weights(name: str, ratio: float) -> None:
    assert round(weights_ratio(name, 0.5), 2) == ratio


def test_the_embedded_model_has_its_known_byte_roofline() -> None:
    found = estimate(
        find_shape("smollm2-135m"),
        dtype_bytes=2,
        prompt_tokens=500,
        new_tokens=64,
        density=0.5,
        bandwidth_gb_s=100,
    )
    assert 1.39 <= found.byte_roofline <= 1.40
    assert 1.0 < found.speedup < found.byte_roofline


# Parameters as the makers give them, in thousand millions: all of the shape's but biases, norms and positions.
@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("smollm2-135m", 0.1345),
        ("smollm2-360m", 0.3617),
        ("qwen2.5-0.5b", 0.494),
        ("llama-3.2-1b", 1.236),
        ("llama-2-7b", 6.738),
        ("llama-2-13b", 13.016),
        ("llama-3-8b", 8.030),
        ("gemma-7b", 8.538),
        ("mistral-7b", 7.248),
        ("qwen3-8b", 8.191),
        ("opt-6.7b", 6.658),
    ],
)
def test_every_shape_adds_up_to_the_size_of_its_model(name: str, billions: float) -> None:
    assert find_shape(name).held_weights / 1e9 == pytest.approx(billions, rel=0.003)


def test_neurons_are_rounded_as_methods_round_them() -> None:
    for shape in SHAPES:
        for density in (0.0001, 0.1, 0.29, 0.5, 0.7, 1.0):
            assert (shape.kept_neurons(density),) == uniform_budget([shape.d_ff], density)


def test_names_are_found_whatever_their_case_and_are_all_different() -> None:
    assert find_shape(" Llama-2-13B ").name == find_shape("Llama 2 13B").name == "llama-2-13b"
    assert find_bandwidth("h100  sxm").gb_s == 3_350
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)
    assert len({device.name for device in BANDWIDTHS}) == len(BANDWIDTHS)


def test_unknown_names_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(SettingsError, match=r'"llama-9".*llama-2-7b'):
        find_shape("llama-9")
    with pytest.raises(SettingsError, match=r'"abacus".*--bandwidth.*H100 SXM'):
        find_bandwidth("abacus")
    with pytest.raises(SettingsError, match=r'float32, bfloat16, float16, got "int4"'):
        dtype_bytes_of("int4")


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"density": 0.0}, "density must be above 0"),
        ({"density": 1.5}, "at most 1, got 1.5"),
        ({"new_tokens": 1}, "new_tokens must be between 2"),
        ({"prompt_tokens": 0}, "prompt_tokens must be between 1"),
        ({"bandwidth_gb_s": 0}, "bandwidth must be at least 0.001"),
        ({"bandwidth_gb_s": "fast"}, "'fast'"),
        ({"share_of_bandwidth": 1.1}, "share of the bandwidth must be above 0 and at most 1, got 1.1"),
        ({"fixed_ms": -1}, "fixed_ms must be between 0"),
        ({"prefill_ms": -1}, "prefill_ms must be between 0"),
        ({"prefill_ms": float("nan")}, "prefill_ms must be a finite number"),
    ],
)
def test_numbers_out_of_range_are_refused_in_words(changes: dict[str, object], seen: str) -> None:
    with pytest.raises(SettingsError, match=seen):
        tiny(**changes)
