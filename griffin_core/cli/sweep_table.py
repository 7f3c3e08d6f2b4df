"""A sweep on a terminal: a table that grows by a row a lane, and what its columns mean in words.

Knows rich; knows nothing of how the figures came about. The table fits 80 columns.
"""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, visible
from griffin_core.cli.screen import LivePicture, console_on
from griffin_core.events import Event, SweepPoint
from griffin_core.formatting import SPACE, agreement, counted, milliseconds, percent, times
from griffin_core.inspection.sweep_tally import SweepTally
from griffin_core.outcome import heading

PLAIN_WIDTH = 160  # a file has no edge
FRAME_LINES = 7  # the table's head, which may wrap, its edges, and what is being done
COLUMNS = ("FF", "KL", "same", "TPOT", "speed-up", "roofline")
BEST = "*"
LEAST_KL = 0.001  # what is less must not read as no loss


class LiveTable(LivePicture):
    """Draws a sweep while it goes on; leaves nothing behind."""

    def show(self, event: Event, tally: SweepTally) -> None:
        """Redraw when the last time is long enough ago."""
        self.draw(event.t_s, lambda: self._picture(tally))

    def _picture(self, tally: SweepTally) -> RenderableType:
        return Group(_table(tally, last=max(1, self.console.height - FRAME_LINES)), Text(doing(tally)))


def write_points(tally: SweepTally, output: Output) -> None:
    """All points of a finished sweep, and how to read them."""
    console = console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH)
    console.print(_table(tally, last=len(tally.points)))
    assert tally.start is not None  # a sweep that broke off writes its error
    facts = Text(visible(heading(tally.start.model, prompt_tokens=tally.prompt_tokens)), style="dim")
    for line in (facts, *map(Text, sentences(tally))):
        console.print(line, soft_wrap=not console.is_terminal)
    console.file.flush()


def doing(tally: SweepTally) -> str:
    """What goes on right now."""
    progress = tally.progress
    if tally.start is None or progress is None:
        return "Getting ready"
    done = f"{progress.done:,} of {progress.total:,} tokens"
    lane = f"Lane {len(tally.points) + 1} of {tally.start.steps}"
    words = {
        "reading": "Reading the prompt",
        "dense": "The full model writes its answer",
        "tokens": f"{lane} reads that answer",
        "timing": f"{lane} and the full model decode by turns",
    }
    return f"{words.get(progress.what, progress.what)}: {done}"


def sentences(tally: SweepTally) -> list[str]:
    """How to read the table, and the outcome for speed."""
    said = [
        f"{BEST}: no other lane here loses less KL for as few feed-forward bytes (FF). These make the Pareto line.",
        f"KL, and same first choice: against the full model over {counted(tally.new_tokens - 1, 'token')} of its "
        "answer, the first one left out. 0 and 100 % are no loss.",
    ]
    timed = [point for point in tally.points if point.speedup_low is not None]
    if not timed:
        return [*said, "No speed to compare: that takes at least two timed tokens."]
    said.append(
        "Speed-up: the full model's time per token over the lane's, decoded by turns, with its 95 % interval. One run."
    )
    if not any(point.speedup_low and point.speedup_low > 1 for point in timed):
        said.append("No lane was clearly faster than the full model in this run.")
    return said


def _nats(kl: float) -> str:
    return f"<{LEAST_KL}" if 0 < kl < LEAST_KL else f"{kl:.3f}"


def _table(tally: SweepTally, *, last: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("")
    table.add_column("lane", overflow="fold")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    best = tally.best
    for index, point in list(enumerate(tally.points))[-last:]:
        table.add_row(BEST if index in best else "", Text(point.lane), *map(Text, _cells(point)))
    return table


def _cells(point: SweepPoint) -> tuple[str, ...]:
    spread = ""
    if point.speedup_low is not None and point.speedup_high is not None:
        spread = f"{SPACE}{point.speedup_low:.2f}–{point.speedup_high:.2f}"
    return (
        percent(point.ff_bytes_share),
        _nats(point.kl),
        agreement(point.top1),
        milliseconds(point.tpot_ms),
        times(point.speedup) + spread,
        times(point.byte_roofline),
    )
