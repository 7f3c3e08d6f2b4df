"""`estimate`: what pruning would gain on a machine, from byte counts. Needs torch only to measure the bandwidth.

Knows options and the order of steps; how the result looks is with `estimate_table`.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output
from griffin_core.cli.request import starting_torch
from griffin_core.errors import SettingsError

if TYPE_CHECKING:
    from griffin_core.estimating import CheckedFigure, Estimate, Fit, MeasuredRow, ModelShape


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The memory that is read. source: where the bandwidth comes from, in words."""

    bandwidth_gb_s: float
    source: str
    share_of_bandwidth: float
    fixed_ms: float

    def numbers(self) -> dict[str, float]:
        """As an estimate takes them."""
        return {
            "bandwidth_gb_s": self.bandwidth_gb_s,
            "share_of_bandwidth": self.share_of_bandwidth,
            "fixed_ms": self.fixed_ms,
        }


@dataclass(frozen=True, kw_only=True)
class Check:
    """Rows that were measured, each with the figures it is held against, and what would explain them best."""

    rows: "tuple[MeasuredRow, ...]"
    figures: "tuple[tuple[CheckedFigure, ...], ...]"
    fit: "Fit | None"


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Estimate, hold it against what was measured if asked, and write it all."""
    from griffin_core.estimating import find_shape, read_rows

    shape = find_shape(arguments.shape)
    _estimated(arguments, shape, Memory(bandwidth_gb_s=1.0, source="", share_of_bandwidth=1.0, fixed_ms=0.0))
    rows = () if arguments.check is None else read_rows(Path(arguments.check))
    memory = read_memory(arguments)
    found = _estimated(arguments, shape, memory)
    check = None if arguments.check is None else held_against(rows, shape, memory)
    if output.as_json:
        output.write_object(result(arguments, shape, memory, found, check))
        return DONE
    from griffin_core.cli.estimate_table import write_check, write_estimate

    write_estimate(output, shape, arguments.dtype, memory, found)
    if check is not None:
        write_check(output, check)
    return DONE


def read_memory(arguments: argparse.Namespace) -> Memory:
    """Bandwidth, share and fixed time, given, looked up or measured. Raises SettingsError."""
    from griffin_core.estimating import FIXED_MS, SHARE_OF_MEASURED, SHARE_OF_PUBLISHED, find_bandwidth
    from griffin_core.estimating.estimate import check_bandwidth, check_fixed_ms, check_share

    if arguments.device is not None and not arguments.measure:
        raise SettingsError("--device says where to measure. Add --measure, or name the device with --device-name.")
    share = SHARE_OF_MEASURED if arguments.measure else SHARE_OF_PUBLISHED
    share = share if arguments.share is None else check_share(arguments.share)
    fixed_ms = FIXED_MS if arguments.fixed_ms is None else check_fixed_ms(arguments.fixed_ms)
    if arguments.measure:
        bandwidth_gb_s, source = measured(arguments.device)
    elif arguments.device_name is not None:
        device = find_bandwidth(arguments.device_name)
        bandwidth_gb_s, source = device.gb_s, f"published for {device.name}"
    else:
        bandwidth_gb_s, source = check_bandwidth(arguments.bandwidth), "given"
    return Memory(bandwidth_gb_s=bandwidth_gb_s, source=source, share_of_bandwidth=share, fixed_ms=fixed_ms)


def measured(device: str | None) -> tuple[float, str]:
    """Bandwidth of this machine in GB/s, and what was measured."""
    with starting_torch():
        from griffin_core.bandwidth import read_bandwidth_gb_s
        from griffin_core.loading.placement import choose_placement, device_name
    where = choose_placement(device, None).device
    return read_bandwidth_gb_s(where), f"measured on {device_name(where)}"


def held_against(rows: "tuple[MeasuredRow, ...]", shape: "ModelShape", memory: Memory) -> Check:
    """Every row estimated with its own settings."""
    from griffin_core.estimating import check_row, fit

    expected = [row.estimate(shape, **memory.numbers()) for row in rows]
    figures = tuple(check_row(row, one) for row, one in zip(rows, expected, strict=True))
    return Check(rows=rows, figures=figures, fit=fit(rows, expected))


def result(
    arguments: argparse.Namespace, shape: "ModelShape", memory: Memory, found: "Estimate", check: Check | None
) -> dict[str, Any]:
    """The estimate as the JSON contract has it; `check` is null where nothing was held against it."""
    return {
        "shape": shape.name,
        "dtype": arguments.dtype,
        "bandwidth_gb_s": memory.bandwidth_gb_s,
        "bandwidth_source": memory.source,
        "share_of_bandwidth": memory.share_of_bandwidth,
        "fixed_ms": memory.fixed_ms,
        "estimate": found.as_json(),
        "check": None if check is None else _check_json(check),
    }


def _check_json(check: Check) -> dict[str, Any]:
    rows = []
    for row, figures in zip(check.rows, check.figures, strict=True):
        settings = {name: getattr(row, name) for name in ("density", "prompt_tokens", "new_tokens", "dtype")}
        rows.append({**settings, "figures": [dataclasses.asdict(figure) for figure in figures]})
    return {"rows": rows, "fit": None if check.fit is None else dataclasses.asdict(check.fit)}


def _estimated(arguments: argparse.Namespace, shape: "ModelShape", memory: Memory) -> "Estimate":
    from griffin_core.estimating import dtype_bytes_of, estimate

    return estimate(
        shape,
        dtype_bytes=dtype_bytes_of(arguments.dtype),
        prompt_tokens=arguments.prompt_tokens,
        new_tokens=arguments.new_tokens,
        density=arguments.density,
        prefill_ms=arguments.prefill_ms,
        **memory.numbers(),
    )
