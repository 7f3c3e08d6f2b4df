"""Lanes side by side on a terminal, redrawn between steps. Knows rich and figures; knows nothing of models.

Redrawing happens while the caller holds an event, never in a thread of its own: a thread would draw in the
middle of a timed step. Model text reaches the terminal as text, with control characters made visible.
"""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.containers import Lines
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import visible
from griffin_core.events import Event, PrefillProgress
from griffin_core.formatting import DASH
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import baseline_of

REDRAW_S = 0.1
NARROWEST_COLUMN = 30
FRAME_LINES = 2
FRAME_COLUMNS = 4
PARTED = "◆"


def console_on(stream: TextIO, *, width: int | None) -> Console:
    """A console that takes text as text: no markup, no emoji codes, no highlighting."""
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


class LivePicture:
    """Draws something while it changes; leaves nothing behind.

    It takes the terminal with the first picture: before that a model may be loading, which has a line of its own.
    """

    def __init__(self, stream: TextIO) -> None:
        self.console = console_on(stream, width=None)
        self._live = Live(console=self.console, auto_refresh=False, transient=True, redirect_stdout=False)
        self._drawn_s = float("-inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def draw(self, t_s: float, picture: Callable[[], RenderableType]) -> None:
        """Redraw when the last time is long enough ago."""
        if t_s - self._drawn_s < REDRAW_S:
            return
        self._drawn_s = t_s
        self._live.start()
        self._live.update(picture(), refresh=True)


class LiveLanes(LivePicture):
    """Draws a run while it goes on, below a caption if there is one."""

    def __init__(self, stream: TextIO, *, caption: str = "") -> None:
        super().__init__(stream)
        self._caption = Text(visible(caption), style="dim", overflow="ellipsis", no_wrap=True) if caption else None
        self._reading: PrefillProgress | None = None

    def show(self, event: Event, tally: RunTally) -> None:
        """Redraw when the last time is long enough ago."""
        if isinstance(event, PrefillProgress):
            self._reading = event
        self.draw(event.t_s, lambda: self._captioned(tally))

    def _captioned(self, tally: RunTally) -> RenderableType:
        return self._picture(tally) if self._caption is None else Group(self._caption, self._picture(tally))

    def _picture(self, tally: RunTally) -> RenderableType:
        lanes = tally.lanes()
        if tally.start is not None and not any(lane.token_ids for lane in lanes):
            done = self._reading.done_tokens if self._reading else 0
            if self._reading and self._reading.source is not None:
                return Text(f"Reading the text {self._reading.source}: {done:,} tokens")
            return Text(f"Reading the prompt: {done:,} of {tally.start.prompt_tokens:,} tokens")
        taken = 1 if self._caption is None else 2
        return side_by_side(lanes, self.console, max_lines=max(1, self.console.height - taken))


def side_by_side(lanes: Sequence[LaneFigures], console: Console, *, max_lines: int | None) -> Table:
    """The lanes' text in columns, as many as fit; `max_lines` for the whole picture shows the end of each text."""
    across = max(1, min(len(lanes), console.width // NARROWEST_COLUMN))
    down = -(-len(lanes) // across)
    body = None if max_lines is None else max(1, max_lines // down - FRAME_LINES)
    width = console.width // across - FRAME_COLUMNS
    baseline = baseline_of(lanes)
    dense_text = baseline.text if baseline else ""
    texts = [_last_lines(_marked(lane, dense_text).wrap(console, width), body) for lane in lanes]
    tallest = max(len(text) for text in texts)
    panels = [_panel(lane, text, height=tallest) for lane, text in zip(lanes, texts, strict=True)]
    grid = Table.grid(expand=True)
    for _ in range(across):
        grid.add_column(ratio=1)
    for first in range(0, len(panels), across):
        grid.add_row(*panels[first : first + across])
    return grid


def _last_lines(lines: Lines, count: int | None) -> Lines:
    return lines if count is None else Lines(lines[-count:])


def _panel(lane: LaneFigures, lines: Lines, *, height: int) -> Panel:
    rate = DASH if lane.tokens_per_s is None else f"{lane.tokens_per_s:.1f}"
    parted = "" if lane.first_divergence is None else f" · {PARTED} token {lane.first_divergence + 1} differs"
    below = f"{len(lane.token_ids)} tokens · {rate} tokens/s{parted}"
    body = Text("\n").join(lines)
    return Panel(body, title=Text(lane.name), subtitle=Text(below), box=box.ROUNDED, height=height + FRAME_LINES)


def _marked(lane: LaneFigures, dense_text: str) -> Text:
    """The lane's text, with a mark where it parts from the dense one."""
    if lane.first_divergence is None:
        return Text(visible(lane.text))
    pairs = zip(lane.text, dense_text, strict=False)
    same = next((place for place, (ours, theirs) in enumerate(pairs) if ours != theirs), len(dense_text))
    return Text.assemble(visible(lane.text[:same]), (PARTED, "bold"), visible(lane.text[same:]))
