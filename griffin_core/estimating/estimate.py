"""Time per token from bytes: what a step reads, over how fast the memory is read. Knows shapes and numbers.

    TPOT = bytes of a step / (bandwidth · share of it that is reached) + fixed time

One answer at a time, as in a race. Nothing is measured here, and what the answer is worth is not asked.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from griffin_core.errors import SettingsError
from griffin_core.estimating.shapes import ModelShape
from griffin_core.events import KvLayers
from griffin_core.metrics import kv_read_bytes
from griffin_core.settings.numbers import check_density, check_number, check_whole

DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}

SHARE_OF_PUBLISHED = 0.7
"""Of a published peak bandwidth, what products of one row reach as a rule; between a half and nine tenths."""

SHARE_OF_MEASURED = 0.9
"""Of a bandwidth measured by plain reading: products of one row do a little more than read."""

FIXED_MS = 0.5
"""What a step takes beside reading: starting operators, choosing the token. More where each is started by Python."""

STATISTICS_SHARE = 0.02
"""Of the prefill's time, what summing up activations adds. On two CPU cores 0.01 to 0.04 were measured."""

GATHER_READS = 8
"""Choosing a byte and copying it into the slices takes as long as reading this many. On two CPU cores 3 to 13 were
measured, so a break-even may be off by half."""

MOST_TOKENS = 10_000_000
MOST = 1_000_000_000
LEAST = 0.001


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Full model against pruned, estimated. Times in ms, sizes in bytes; bytes of a step are means over the answer.

    kept: neurons of each layer. break_even_tokens: decoded tokens that pay for statistics, selection and gathering;
    None if they never do, or where the prefill's time, and so `selection_ms`, is not known.
    weights_bytes, slices_bytes, cache_bytes: what a pruned lane needs together, the cache at the end of the answer.
    """

    density: float
    kept: int
    prompt_tokens: int
    new_tokens: int
    dense_step_bytes: float
    pruned_step_bytes: float
    dense_tpot_ms: float
    pruned_tpot_ms: float
    speedup: float
    byte_roofline: float
    selection_ms: float | None
    break_even_tokens: int | None
    weights_bytes: int
    slices_bytes: int
    cache_bytes: int

    @property
    def held_bytes(self) -> int:
        """Weights, slices and one cache."""
        return self.weights_bytes + self.slices_bytes + self.cache_bytes

    @property
    def pays(self) -> bool | None:
        """Whether this answer is long enough for the choice to pay; None where what it costs is not known."""
        if self.speedup <= 1.0:
            return False
        if self.break_even_tokens is None:
            return None
        return self.new_tokens - 1 >= self.break_even_tokens

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**dataclasses.asdict(self), "held_bytes": self.held_bytes, "pays": self.pays}


def dtype_bytes_of(dtype: str) -> int:
    """Bytes of one number of this format. Raises SettingsError where it is unknown."""
    size = DTYPE_BYTES.get(dtype)
    if size is None:
        raise SettingsError(f'dtype must be one of {", ".join(DTYPE_BYTES)}, got "{dtype:.40}". Choose one of them.')
    return size


def estimate(
    shape: ModelShape,
    *,
    dtype_bytes: int,
    prompt_tokens: int,
    new_tokens: int,
    density: float,
    bandwidth_gb_s: float,
    share_of_bandwidth: float = SHARE_OF_PUBLISHED,
    fixed_ms: float = FIXED_MS,
    prefill_ms: float | None = None,
) -> Estimate:
    """What decoding `new_tokens` after `prompt_tokens` would take. Raises SettingsError for a number out of range."""
    dtype_bytes = check_whole("dtype_bytes", dtype_bytes, low=1, high=8)
    prompt_tokens = check_whole("prompt_tokens", prompt_tokens, low=1, high=MOST_TOKENS)
    new_tokens = check_whole("new_tokens", new_tokens, low=2, high=MOST_TOKENS)
    density = check_density(density)
    gb_s = check_bandwidth(bandwidth_gb_s) * check_share(share_of_bandwidth)
    fixed_ms = check_fixed_ms(fixed_ms)
    prefill_ms = None if prefill_ms is None else _time("prefill_ms", prefill_ms)

    kept = shape.kept_neurons(density)
    left_out = shape.feed_forward_weights() - shape.feed_forward_weights(kept)
    kv = (KvLayers(layers=shape.layers, bytes_per_position=shape.cached_numbers * dtype_bytes),)
    steps = new_tokens - 1
    cache_read = kv_read_bytes(kv, prompt_tokens=prompt_tokens, new_tokens=new_tokens) / steps
    dense_bytes = shape.read_weights * dtype_bytes + cache_read
    pruned_bytes = dense_bytes - left_out * dtype_bytes
    dense_ms = _reading_ms(dense_bytes, gb_s) + fixed_ms
    pruned_ms = _reading_ms(pruned_bytes, gb_s) + fixed_ms
    slices_bytes = shape.feed_forward_weights(kept) * dtype_bytes
    selection_ms = None
    if prefill_ms is not None:
        selection_ms = STATISTICS_SHARE * prefill_ms + _reading_ms(GATHER_READS * slices_bytes, gb_s)
    return Estimate(
        density=density,
        kept=kept,
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
        dense_step_bytes=dense_bytes,
        pruned_step_bytes=pruned_bytes,
        dense_tpot_ms=dense_ms,
        pruned_tpot_ms=pruned_ms,
        speedup=dense_ms / pruned_ms,
        byte_roofline=dense_bytes / pruned_bytes,
        selection_ms=selection_ms,
        break_even_tokens=_break_even(selection_ms, gain_ms=dense_ms - pruned_ms),
        weights_bytes=shape.held_weights * dtype_bytes,
        slices_bytes=slices_bytes,
        cache_bytes=shape.layers * shape.cached_numbers * dtype_bytes * (prompt_tokens + steps),
    )


def _reading_ms(size: float, gb_s: float) -> float:
    return size / (gb_s * 1e6)


def _break_even(selection_ms: float | None, *, gain_ms: float) -> int | None:
    if selection_ms is None or gain_ms <= 0:
        return None
    return math.ceil(selection_ms / gain_ms)


def check_bandwidth(value: object) -> float:
    """GB/s, LEAST to MOST."""
    hint = "Give it in GB/s, such as 100."
    number = check_number("bandwidth", value, hint=hint)
    if not LEAST <= number <= MOST:
        raise SettingsError(f"bandwidth must be at least {LEAST} and at most {MOST:,} GB/s, got {number:g}. {hint}")
    return number


def check_share(value: object) -> float:
    """Of a bandwidth, in (0, 1]."""
    hint = f"Use {SHARE_OF_PUBLISHED} for a published bandwidth."
    share = check_number("share", value, hint=hint)
    if not 0.0 < share <= 1.0:
        raise SettingsError(f"share of the bandwidth must be above 0 and at most 1, got {share:g}. {hint}")
    return share


def check_fixed_ms(value: object) -> float:
    """Time of a step beside reading, 0 or more."""
    return _time("fixed_ms", value)


def _time(name: str, value: object) -> float:
    hint = "Give it in ms, such as 0.5."
    number = check_number(name, value, hint=hint)
    if not 0.0 <= number <= MOST:
        raise SettingsError(f"{name} must be between 0 and {MOST:,}, got {number:g}. {hint}")
    return number
