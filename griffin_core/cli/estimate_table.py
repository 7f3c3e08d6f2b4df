"""An estimate on a terminal: two columns, what they mean, and how far it was off. Knows rich; computes no figure."""

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output
from griffin_core.cli.screen import console_on
from griffin_core.formatting import SPACE, bandwidth, counted, megabytes, milliseconds, percent, rate, times, whole

if TYPE_CHECKING:
    from griffin_core.cli.estimate import Check, Memory
    from griffin_core.estimating import CheckedFigure, Estimate, ModelShape

PLAIN_WIDTH = 160  # a file has no edge
LABELS = {
    "dense_tpot_ms": "TPOT, full model",
    "pruned_tpot_ms": "TPOT, pruned",
    "speedup": "decode speed-up",
    "byte_roofline": "byte roofline",
    "selection_ms": "selection",
}


def write_estimate(output: Output, shape: "ModelShape", dtype: str, memory: "Memory", found: "Estimate") -> None:
    """The two models beside each other, and what follows."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("estimated, not measured")
    for head in ("full model", f"{percent(found.density)} of neurons"):
        table.add_column(head, justify="right")
    for cells in (
        ("bytes of a step", megabytes(round(found.dense_step_bytes)), megabytes(round(found.pruned_step_bytes))),
        ("TPOT", milliseconds(found.dense_tpot_ms), milliseconds(found.pruned_tpot_ms)),
        ("speed", rate(1000 / found.dense_tpot_ms), rate(1000 / found.pruned_tpot_ms)),
    ):
        table.add_row(*map(Text, cells))
    output.write_line(
        f"{shape.title} · {dtype} · prompt of {counted(found.prompt_tokens, 'token')}, "
        f"answer of {counted(found.new_tokens, 'token')}"
    )
    output.write_line(
        f"{bandwidth(memory.bandwidth_gb_s)} ({memory.source}), {percent(memory.share_of_bandwidth)} of it reached, "
        f"and {milliseconds(memory.fixed_ms)} a step"
    )
    console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH).print(table)
    output.write_line(f"Decode speed-up {times(found.speedup)}; byte roofline {times(found.byte_roofline)}.")
    output.write_line(break_even(found))
    output.write_line(
        f"Memory: {megabytes(found.held_bytes)}, of it weights {megabytes(found.weights_bytes)}, "
        f"slices {megabytes(found.slices_bytes)}, cache {megabytes(found.cache_bytes)}."
    )


def break_even(found: "Estimate") -> str:
    """Whether it pays, in a sentence."""
    if found.speedup <= 1:
        return "It never pays: a step of the pruned model takes as long."
    if found.selection_ms is None or found.break_even_tokens is None:
        return "Break-even: not known without the time to read the prompt. Give it with --prefill-ms."
    cost = f"Choosing and copying neurons takes {milliseconds(found.selection_ms)}"
    pays = "this answer is long enough." if found.pays else "this answer is too short."
    return f"{cost}, which is paid back after {counted(found.break_even_tokens, 'token')}: {pays}"


def write_check(output: Output, check: "Check") -> None:
    """Every measured row, and how far its estimate was off."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("row", "figure"):
        table.add_column(head)
    for head in ("estimated", "measured", "error"):
        table.add_column(head, justify="right")
    for number, (row, figures) in enumerate(zip(check.rows, check.figures, strict=True), start=1):
        named = f"{number}: density {percent(row.density)}, {whole(row.prompt_tokens)} + {whole(row.new_tokens)}"
        for place, figure in enumerate(figures):
            table.add_row(*map(Text, (named if place == 0 else "", *_cells(figure))))
    console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH).print(table)
    if check.fit is None:
        output.write_line("In these rows more bytes did not take longer: no bandwidth explains them.")
    else:
        output.write_line(
            f"What explains these rows best: --bandwidth {check.fit.bandwidth_gb_s:.4g} --share 1 "
            f"--fixed-ms {check.fit.fixed_ms:.2f}"
        )


def _cells(figure: "CheckedFigure") -> tuple[str, ...]:
    shown = milliseconds if figure.name.endswith("_ms") else times
    return (LABELS[figure.name], shown(figure.predicted), shown(figure.measured), f"{figure.error * 100:+.1f}{SPACE}%")
