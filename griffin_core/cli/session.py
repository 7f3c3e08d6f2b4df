"""`session`: a suite of prompts, each recorded as a race. Checks everything that can be checked, then runs.

Knows the order of the steps; how it looks is with `session_screen`.
"""

import argparse
import json
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from griffin_core.cli.exit_codes import DONE, FAILED
from griffin_core.cli.output import Output, finite, remark
from griffin_core.cli.race import read_run
from griffin_core.cli.request import load, starting_torch
from griffin_core.formatting import counted

if TYPE_CHECKING:
    from griffin_core.session import PromptOutcome, SessionFolder, SessionSettings, Summary, Task
    from griffin_core.session.running import Progress

SUMMARY, REPORT = "summary.json", "report.html"


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Record what is not recorded yet, then sum up."""
    from griffin_core.session import SessionFolder, SessionSettings, make_tasks, read_suite, summarise

    suite = read_suite(arguments.suite)
    run_settings, experts = read_run(arguments)
    settings = SessionSettings(run=run_settings, experts=experts, model=_model_asked(arguments))
    tasks, folder = make_tasks(suite, settings), SessionFolder(arguments.out)
    with folder.held():  # until the summary is there: it is of these recordings
        summary = summarise(_watched(open_session(arguments, tasks, folder, settings), tasks), settings)
        title = f"Session of {len(tasks)} prompts" if len(tasks) > 1 else "Session of 1 prompt"
        write_files(summary, folder, title=title)
    if output.as_json:
        output.write_object(summary.as_json())
    else:
        from griffin_core.cli.session_screen import write_summary

        write_summary(summary, output)
        output.write_line(f"\n{folder.path / REPORT}")
    if others := folder.others(tasks):
        remark(f"left as it was: {counted(others, 'recording')} in {folder.path} of other prompts or settings.")
    return FAILED if summary.failures else DONE


def open_session(
    arguments: argparse.Namespace, tasks: "tuple[Task, ...]", folder: "SessionFolder", settings: "SessionSettings"
) -> "Generator[Progress | PromptOutcome, None, None]":
    """The session; the model is loaded when there is something to run."""
    with starting_torch():
        from griffin_core.session.running import run_session

    yield from run_session(tasks, folder, settings, lambda: load(arguments))


def write_files(summary: "Summary", folder: "SessionFolder", *, title: str) -> None:
    """The summary for programs and the report to read, into the folder of the session."""
    from griffin_core.session import report_html

    text = json.dumps(finite(summary.as_json()), indent=1, allow_nan=False)
    folder.write(SUMMARY, f"{text}\n")
    folder.write(REPORT, report_html(summary, title=title))


def _watched(
    events: "Generator[Progress | PromptOutcome, None, None]", tasks: "tuple[Task, ...]"
) -> "list[PromptOutcome]":
    """The outcomes; on standard error, how far the session has come."""
    from griffin_core.cli.session_screen import SessionProgress
    from griffin_core.session import PromptResult
    from griffin_core.session.running import Progress

    outcomes: list[PromptOutcome] = []
    with closing(events), SessionProgress(len(tasks)) as screen:
        try:
            for event in events:
                if isinstance(event, Progress):
                    screen.running(event)
                else:
                    outcomes.append(event)
                    screen.done(event)
        except KeyboardInterrupt:
            screen.interrupted(sum(isinstance(outcome, PromptResult) for outcome in outcomes))
            raise
    return outcomes


def _model_asked(arguments: argparse.Namespace) -> dict[str, str | None]:
    return {name: getattr(arguments, name) for name in ("model", "revision", "device", "dtype")}
