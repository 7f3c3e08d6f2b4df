"""What remains on screen when a run is over: the answers, a table of figures, the outcome in words.

Knows rich; knows nothing of how the figures came about.
"""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, visible
from griffin_core.cli.screen import console_on, side_by_side
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import baseline_of, heading, kept_neurons, rows, sentences

PLAIN_WIDTH = 160  # a file has no edge; wide enough for four lanes


def write_report(tally: RunTally, output: Output, *, closing: Sequence[str] = ()) -> None:
    """Answers, figures and outcome of a finished run. closing: sentences to end with."""
    lanes = tally.lanes()
    if output.is_terminal:
        console = console_on(output.stream, width=None)
        console.print(side_by_side(lanes, console, max_lines=None))
    else:
        console = console_on(output.stream, width=PLAIN_WIDTH)
        for lane in lanes:
            output.write_line(f"--- {lane.name}")
            output.write_line(f"{lane.text}\n")
    _write_figures(tally, lanes, console)
    for sentence in (*sentences(lanes), *closing):
        console.print(Text(visible(sentence)), soft_wrap=not console.is_terminal)
    console.file.flush()


def _write_figures(tally: RunTally, lanes: Sequence[LaneFigures], console: Console) -> None:
    start = tally.start
    assert start is not None  # there are no lanes before it
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for lane in lanes:
        table.add_column(Text(lane.name), justify="right")
    table.add_row("neurons kept per layer", *(kept_neurons(facts, start.model.d_ff) for facts in start.lanes))
    baseline = baseline_of(lanes)
    columns = [rows(lane, compared=baseline is not None and lane is not baseline) for lane in lanes]
    for label in columns[0]:
        table.add_row(Text(label), *(Text(column[label]) for column in columns))
    console.print(table)
    said = visible(heading(start.model, prompt_tokens=start.prompt_tokens))
    console.print(Text(said, style="dim"), soft_wrap=not console.is_terminal)
