"""A session on a terminal: a bar while it runs, on standard error, and a table at the end. Knows rich and figures.

The bar is drawn while an event is held, never by a thread of its own: that would draw in the middle of a timed step.
"""

import os
import sys
import time
from types import TracebackType
from typing import Self

from rich import box
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, remark, visible
from griffin_core.cli.progress_bar import progress_bar
from griffin_core.cli.report import PLAIN_WIDTH
from griffin_core.cli.screen import REDRAW_S, console_on
from griffin_core.formatting import counted, times
from griffin_core.outcome import heading
from griffin_core.session import PromptFailure, PromptOutcome, PromptResult, Summary, Task
from griffin_core.session.running import Progress
from griffin_core.session.words import COLUMNS, lane_cells, outcome_sentences
from griffin_core.settings import DENSE


class SessionProgress:
    """How far a session has come: a bar where standard error is a terminal, else a line a prompt."""

    def __init__(self, prompts: int) -> None:
        self._prompts = prompts
        self._ended = 0
        self._kept = 0
        self._drawn_s = float("-inf")
        draws = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._bar = progress_bar() if draws else None
        self._row = None if self._bar is None else self._bar.add_task("", total=prompts, doing="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def running(self, progress: Progress) -> None:
        """Redraw when the last time is long enough ago."""
        now_s = time.monotonic()
        if now_s - self._drawn_s >= REDRAW_S:
            self._drawn_s = now_s
            share = min(1.0, progress.tokens / progress.most_tokens)
            self._draw(self._ended + share, f"{_named(progress.task)} · {counted(progress.tokens, 'token')}")

    def done(self, outcome: PromptOutcome) -> None:
        """One prompt more. Failures are told at once; what was done before is counted."""
        self._ended += 1
        if isinstance(outcome, PromptResult) and outcome.kept:
            self._kept += 1
            self._draw(self._ended, "recorded before")
            return
        if self._bar is None or isinstance(outcome, PromptFailure):
            self._tell(f"[{self._ended}/{self._prompts}] {_named(outcome.task)}: {_said(outcome)}")
        self._draw(self._ended, _named(outcome.task))

    def interrupted(self, recorded: int) -> None:
        """What the next session will find."""
        self._tell(f"{recorded} of {counted(self._prompts, 'prompt')} recorded. The same command goes on from here.")

    def _draw(self, completed: float, doing: str) -> None:
        if self._bar is None or self._row is None:
            return
        self._bar.start()
        self._bar.update(self._row, completed=completed, doing=visible(doing), refresh=True)

    def _tell(self, text: str) -> None:
        if self._bar is None:
            remark(text)
        else:
            self._bar.console.print(Text(visible(text)))


def write_summary(summary: Summary, output: Output) -> None:
    """A column a lane, the outcome in words, what failed."""
    console = console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH)
    if summary.lanes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("")
        for lane in summary.lanes:
            table.add_column(Text(lane.name), justify="right", overflow="fold")
        for label, *cells in zip(COLUMNS, *map(lane_cells, summary.lanes), strict=True):
            table.add_row(label, *map(Text, cells))
        console.print(table)
    lines = [Text(visible(sentence)) for sentence in outcome_sentences(summary)]
    if summary.model is not None:
        longest = max(result.prompt_tokens for result in summary.results)
        lines.insert(0, Text(visible(f"{heading(summary.model, prompt_tokens=longest)} at most"), style="dim"))
    lines += [Text(visible(f"  {_named(failure.task)}: {failure.message}")) for failure in summary.failures]
    for line in lines:
        console.print(line, soft_wrap=not console.is_terminal)
    console.file.flush()


def _named(task: Task) -> str:
    prompt = task.prompt
    return f"{prompt.id} {prompt.title}" if prompt.title else prompt.id


def _said(outcome: PromptOutcome) -> str:
    """A prompt's outcome on one line."""
    if isinstance(outcome, PromptFailure):
        return f"failed: {outcome.message}"
    lanes = [lane for lane in outcome.lanes if lane.method != DENSE and lane.matching_prefix is not None]
    figures = [f"{lane.name} {times(lane.speedup)}, matching prefix {lane.matching_prefix:,}" for lane in lanes]
    return "; ".join(figures) or "recorded"
