"""An evaluation on a terminal: a bar on standard error while it runs, tables at the end. Knows rich and figures."""

import os
import sys
import time
from collections.abc import Sequence
from statistics import fmean
from types import TracebackType
from typing import Self

from rich import box
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, remark, visible
from griffin_core.cli.progress_bar import progress_bar
from griffin_core.cli.report import PLAIN_WIDTH
from griffin_core.cli.screen import REDRAW_S, console_on
from griffin_core.evaluating.prompts_file import EvaluationPrompt
from griffin_core.evaluating.report import Evaluation
from griffin_core.evaluating.result import PromptResult
from griffin_core.evaluating.running import Progress
from griffin_core.evaluating.words import COLUMNS, comparison_rows, lane_cells, notes
from griffin_core.formatting import counted
from griffin_core.outcome import place_of


class EvaluationProgress:
    """How far an evaluation has come: a bar where standard error is a terminal, else a line a prompt."""

    def __init__(self, prompts: Sequence[EvaluationPrompt], *, kept: int, out: str | None) -> None:
        """kept: results that were there before. out: the file they are in, None where none are kept."""
        self._prompts = prompts
        self._ended = kept
        self._out = out
        self._drawn_s = float("-inf")
        draws = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._bar = progress_bar() if draws else None
        self._row = None if self._bar is None else self._bar.add_task("", total=len(prompts), doing="")
        if kept:
            self._tell(f"{kept} of {counted(len(prompts), 'prompt')} are in {out}.")

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
        if self._bar is None or self._row is None or now_s - self._drawn_s < REDRAW_S:
            return
        self._drawn_s = now_s
        share = min(1.0, progress.tokens / progress.most_tokens)
        doing = f"line {self._prompts[progress.number - 1].line} · {counted(progress.tokens, 'token')}"
        self._bar.start()
        self._bar.update(self._row, completed=self._ended + share, doing=doing, refresh=True)

    def done(self, result: PromptResult) -> None:
        """One prompt more."""
        self._ended += 1
        if self._bar is None:
            figures = [f"{lane.name} KL {fmean(lane.kl):.3f}" for lane in result.lanes if lane.kl]
            said = "; ".join(figures) or "the full model's answer has one token: nothing to judge"
            line = self._prompts[result.number - 1].line
            remark(f"[{self._ended}/{len(self._prompts)}] line {line}: {said}")

    def interrupted(self) -> None:
        """What is kept, and how to go on."""
        done = f"{self._ended} of {counted(len(self._prompts), 'prompt')} done"
        if self._out is None:
            self._tell(f"{done}, none kept: give --out FILE to be able to go on.")
        else:
            self._tell(f"{done}, kept in {self._out}. The same command goes on from here.")

    def _tell(self, text: str) -> None:
        if self._bar is None:
            remark(text)
        else:
            self._bar.console.print(Text(visible(text)))


def write_evaluation(evaluation: Evaluation, output: Output) -> None:
    """A column a lane, each lane against the first, and what must be known to read it."""
    console = console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for lane in evaluation.lanes:
        table.add_column(Text(lane.name), justify="right", overflow="fold")
    for label, *cells in zip(COLUMNS, *map(lane_cells, evaluation.lanes), strict=True):
        table.add_row(label, *map(Text, cells))
    console.print(table)
    if rows := comparison_rows(evaluation.lanes):
        compared = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for head in (f"against {evaluation.lanes[0].name}", "", "difference [95 %]", "ratio [95 %]"):
            compared.add_column(Text(head), overflow="fold")
        for row in rows:
            compared.add_row(*map(Text, row))
        console.print(compared)
    model = evaluation.model
    lines = [Text(visible(f"{model.model}, {model.dtype}, {place_of(model)}"), style="dim")]
    lines += [Text(visible(note)) for note in notes(evaluation.lanes, prompts=len(evaluation.results))]
    for line in lines:
        console.print(line, soft_wrap=not console.is_terminal)
    console.file.flush()
