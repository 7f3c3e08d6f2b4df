"""`--record FILE`: a race goes into a file while it runs. Knows how a run may end; leaves the format to `recording`."""

import argparse
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from griffin_core.cli.output import remark
from griffin_core.errors import GriffinError, RecordingError, SettingsError
from griffin_core.events import Event, RunFailed, RunFinished

if TYPE_CHECKING:
    from griffin_core.recording import Recorder


def check_recording(arguments: argparse.Namespace) -> None:
    """Raise SettingsError or RecordingError for a file or a title that cannot be, before anything is waited for."""
    if arguments.record is None:
        if arguments.title is not None:
            raise SettingsError("--title names a recording, and nothing is recorded. Add --record FILE.")
        return
    from griffin_core.recording import clean_title

    clean_title(arguments.title or "")
    path = Path(arguments.record)
    if path.exists() or path.is_symlink():
        raise RecordingError(f"{path} is there already. Choose another name, or delete it first.")


@contextmanager
def recorded(
    events: Generator[Event, None, None], arguments: argparse.Namespace, prompt: str
) -> Iterator[Generator[Event, None, None]]:
    """The same events, each written to the file of `--record` before it is passed on; without that option as they are.

    The file is taken at once, before the model loads, and given up again if no event came.
    """
    if arguments.record is None:
        with closing(events):
            yield events
        return
    from griffin_core.recording import PromptText, Recorder

    words = PromptText(text=prompt, system=arguments.system, chat=arguments.chat)
    with closing(events), Recorder(arguments.record, title=arguments.title or "", prompt=words) as recorder:
        try:
            with closing(_written(events, recorder)) as passed_on:
                yield passed_on
        finally:
            recorder.close()
            if recorder.path.exists():
                remark(f"recorded into {recorder.path}")


def _written(events: Generator[Event, None, None], recorder: "Recorder") -> Generator[Event, None, None]:
    """Passes events on; a race that is broken off gets an end that says so. One that cannot be written just ends."""
    last: Event | None = None
    try:
        while (event := _next(events, recorder, last)) is not None:
            last = event
            recorder.add(event)
            yield event
    except (KeyboardInterrupt, GeneratorExit):
        if last is not None and not isinstance(last, RunFinished | RunFailed):
            recorder.add(RunFinished(t_s=last.t_s, reason="cancelled"))
        raise


def _next(events: Generator[Event, None, None], recorder: "Recorder", last: Event | None) -> Event | None:
    """The next event, None after the last one; where there is none because the race broke, that is recorded."""
    try:
        return next(events, None)
    except GriffinError as error:
        if last is not None:
            recorder.add(RunFailed(t_s=last.t_s, type=type(error).__name__, message=str(error)))
        raise
