"""`compare`: two recordings side by side. Needs neither torch nor a model; knows rich, computes no figure."""

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output, visible
from griffin_core.formatting import DASH, counted, milliseconds, percent, rate, times, whole
from griffin_core.outcome import device_of

if TYPE_CHECKING:
    from rich.console import Console

    from griffin_core.comparing import Difference, ExpertsCompared, LanePair
    from griffin_core.recording import Recording

PLAIN_WIDTH = 160  # a file has no edge
LONGEST = 72  # of a setting: prompts are long

LABELS = {
    "tokens": "tokens",
    "ttft_ms": "TTFT",
    "tpot_ms": "TPOT",
    "tokens_per_s": "tokens/s",
    "speedup": "decode speed-up, one run",
    "speedup_end_to_end": "end-to-end speed-up",
    "matching_prefix": "matching prefix",
}
SHOWN: dict[str, Callable[[Any], str]] = {"ms": milliseconds, "tokens/s": rate, "×": times, "tokens": whole}
"""How a figure of a unit is written."""


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Read both, compare, and write what was found."""
    from griffin_core.comparing import compare
    from griffin_core.recording import read_recording

    a, b = read_recording(arguments.a), read_recording(arguments.b)
    found = compare(a, b)
    if output.as_json:
        output.write_object(found.as_json())
        return DONE
    from griffin_core.cli.screen import console_on

    console = console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH)
    output.write_line(f"A  {_named(a)}")
    output.write_line(f"B  {_named(b)}")
    _write_differences(console, "setting", found.settings)
    _write_differences(console, "machine", found.machine)
    for pair in found.pairs:
        _write_pair(console, output, pair)
    for remark in found.remarks:
        output.write_line(remark)
    return DONE


def _named(recording: "Recording") -> str:
    header = recording.header
    model = header.run.model
    titled = f"{header.title} · " if header.title else ""
    return f"{titled}{model.model} · {model.dtype} · {device_of(model)} · {header.created}"


def _write_differences(console: "Console", what: str, differences: "Sequence[Difference]") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not differences:
        console.print(Text(f"\nno difference in {what}s" if what == "setting" else "no difference in the machine"))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (f"{what} that differs", "A", "B"):
        table.add_column(head, overflow="fold")
    for difference in differences:
        table.add_row(*(Text(_short(value)) for value in (difference.name, difference.a, difference.b)))
    console.print(table)


def _write_pair(console: "Console", output: Output, pair: "LanePair") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for head in (f"A: {pair.a}", f"B: {pair.b}", "B / A"):
        table.add_column(Text(visible(head)), justify="right")
    for figure in pair.figures:
        shown = SHOWN[figure.unit]
        values = (DASH if value is None else shown(value) for value in (figure.a, figure.b))
        table.add_row(Text(LABELS[figure.name]), *map(Text, values), Text(times(figure.ratio)))
    console.print(table)
    if pair.speedups_apart is False:
        output.write_line("Speed-ups: no clear difference, the 95 % intervals of the two runs overlap.")
    output.write_line(_texts(pair))
    output.write_line(_experts(pair.experts))
    output.write_line()


def _texts(pair: "LanePair") -> str:
    same = (
        counted(pair.same_characters, "character") if pair.same_tokens is None else counted(pair.same_tokens, "token")
    )
    if pair.parted is None:
        return f"Texts: the same for {same}, as far as the shorter one goes."
    return f"Texts: the same for {same}, then A goes on {pair.parted.a!r} and B {pair.parted.b!r}."


def _experts(experts: "ExpertsCompared") -> str:
    if experts.mean is None:
        return f"Neurons: not compared. {experts.remark}"
    chance = "" if experts.mean_chance is None else f", {percent(experts.mean_chance)} by chance"
    return f"Neurons: {percent(experts.mean)} overlap, mean over layers{chance}. {experts.remark}".rstrip()


def _short(value: object) -> str:
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    line = visible(" ".join(str(DASH if value is None else value).split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
