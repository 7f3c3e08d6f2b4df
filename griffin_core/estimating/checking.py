"""Estimates held against what was measured: rows of `benchmarks/decode.py --json`. Knows files and estimates."""

import dataclasses
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from griffin_core.errors import InputError, SettingsError
from griffin_core.estimating.estimate import MOST_TOKENS, Estimate, dtype_bytes_of, estimate
from griffin_core.estimating.shapes import ModelShape
from griffin_core.settings.numbers import check_density, check_number, check_whole

MOST_FILE_BYTES = 10_000_000
HOW_TO_WRITE = "Write one with: python benchmarks/decode.py --json > FILE"
_ABOVE_ZERO = frozenset({"dense_tpot_ms", "pruned_tpot_ms", "speedup", "byte_roofline"})
CHECKED = ("dense_tpot_ms", "pruned_tpot_ms", "speedup", "byte_roofline", "selection_ms")


@dataclass(frozen=True, kw_only=True)
class MeasuredRow:
    """One density, measured: what an estimate needs, and what it is held against. Times in ms."""

    density: float
    prompt_tokens: int
    new_tokens: int
    dtype: str
    dense_tpot_ms: float
    pruned_tpot_ms: float
    speedup: float
    byte_roofline: float
    prefill_ms: float
    selection_ms: float

    def estimate(
        self, shape: ModelShape, *, bandwidth_gb_s: float, share_of_bandwidth: float, fixed_ms: float
    ) -> Estimate:
        """What would have been expected of this row."""
        return estimate(
            shape,
            dtype_bytes=dtype_bytes_of(self.dtype),
            prompt_tokens=self.prompt_tokens,
            new_tokens=self.new_tokens,
            density=self.density,
            bandwidth_gb_s=bandwidth_gb_s,
            share_of_bandwidth=share_of_bandwidth,
            fixed_ms=fixed_ms,
            prefill_ms=self.prefill_ms,
        )


@dataclass(frozen=True, kw_only=True)
class CheckedFigure:
    """A figure of a row. error: how far the prediction lies above what was measured, as a share of that."""

    name: str
    predicted: float
    measured: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The bandwidth really reached and the fixed time of a step that explain measured rows best."""

    bandwidth_gb_s: float
    fixed_ms: float


def check_row(row: MeasuredRow, predicted: Estimate) -> tuple[CheckedFigure, ...]:
    """Every figure that both have."""
    figures = []
    for name in CHECKED:
        foretold, measured = getattr(predicted, name), getattr(row, name)
        if foretold is not None and measured > 0:
            error = foretold / measured - 1
            figures.append(CheckedFigure(name=name, predicted=foretold, measured=measured, error=error))
    return tuple(figures)


def fit(rows: Sequence[MeasuredRow], predicted: Sequence[Estimate]) -> Fit | None:
    """The straight line through all measured times over the bytes of their steps; None where more bytes took no longer.

    Where the line would begin below zero, no time is fixed.
    """
    sizes = [size for one in predicted for size in (one.dense_step_bytes, one.pruned_step_bytes)]
    times_ms = [ms for row in rows for ms in (row.dense_tpot_ms, row.pruned_tpot_ms)]
    if len(set(sizes)) < 2:
        return None
    slope, fixed_ms = statistics.linear_regression(sizes, times_ms)
    if fixed_ms < 0:
        slope, fixed_ms = statistics.linear_regression(sizes, times_ms, proportional=True)
    if slope <= 0:
        return None
    return Fit(bandwidth_gb_s=1 / (slope * 1e6), fixed_ms=fixed_ms)


def read_rows(path: Path) -> tuple[MeasuredRow, ...]:
    """The rows in a file whose last line is {"rows": […]}. Raises InputError where there are none to be read."""
    rows = _rows_of(_last_object(path))
    if not rows:
        raise InputError(f"{path} has no rows. {HOW_TO_WRITE}")
    return tuple(_row(values, where=f"row {number} of {path}") for number, values in enumerate(rows, start=1))


def _last_object(path: Path) -> object:
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file. {HOW_TO_WRITE}")
        if (size := path.stat().st_size) > MOST_FILE_BYTES:
            raise InputError(f"{path} has {size:,} bytes, and {MOST_FILE_BYTES:,} is the most. {HOW_TO_WRITE}")
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a null byte in the name
        raise InputError(f"{path} cannot be read: {error}. {HOW_TO_WRITE}") from None
    for part in (text, text.rpartition("\n")[2]):  # written over several lines, or below others
        try:
            return json.loads(part)
        except (ValueError, RecursionError):
            continue
    raise InputError(f"{path} does not end in a line of JSON, it ends in {text[-40:]!r}. {HOW_TO_WRITE}")


def _rows_of(values: object) -> list[Any]:
    rows = values.get("rows") if isinstance(values, dict) else None
    if not isinstance(rows, list):
        raise InputError(f'the JSON is no object with a list of "rows", it is {str(values)[:60]}. {HOW_TO_WRITE}')
    return rows


def _row(values: object, *, where: str) -> MeasuredRow:
    if not isinstance(values, dict):
        raise InputError(f"{where} is no object, it is {str(values)[:60]}. {HOW_TO_WRITE}")
    names = [field.name for field in dataclasses.fields(MeasuredRow)]
    if missing := [name for name in names if name not in values]:
        raise InputError(f"{where} lacks {', '.join(missing)}. {HOW_TO_WRITE}")
    try:
        dtype_bytes_of(str(values["dtype"]))
        checked: dict[str, Any] = {
            "dtype": str(values["dtype"]),
            "density": check_density(values["density"]),
            "prompt_tokens": check_whole("prompt_tokens", values["prompt_tokens"], low=1, high=MOST_TOKENS),
            "new_tokens": check_whole("new_tokens", values["new_tokens"], low=2, high=MOST_TOKENS),
            **{name: _measured(name, values[name]) for name in (*CHECKED, "prefill_ms")},
        }
    except SettingsError as error:
        raise InputError(f"{where}: {error}") from None
    return MeasuredRow(**checked)


def _measured(name: str, value: object) -> float:
    number = check_number(name, value, hint="Measure it again.")
    if number < 0 or (number == 0 and name in _ABOVE_ZERO):
        bound = "must be above 0" if name in _ABOVE_ZERO else "must not be below 0"
        raise SettingsError(f"{name} {bound}, got {number:g}. Measure it again.")
    return number
