"""Writes a recording while the race runs: every event is in the file before the next one comes.

Knows lines and files; knows no model. A crash loses at most the line in hand, and readers pass over a cut last line.
"""

import dataclasses
from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from griffin_core import __version__
from griffin_core.errors import RecordingError
from griffin_core.events import Event, RunStarted, StudyStarted
from griffin_core.recording.file import RecordingFile
from griffin_core.recording.header import Header, PromptText, clean_tags, clean_title, public_model
from griffin_core.recording.lines import event_line, header_line
from griffin_core.recording.reading import ended_at

SUFFIX = ".griffin.jsonl"


def record(
    events: Iterable[Event],
    path: str | Path,
    *,
    title: str = "",
    prompt: PromptText | None = None,
    tags: Sequence[str] = (),
) -> Generator[Event, None, None]:
    """Pass on the events of a race, each after it was written to `path`.

    Raises RecordingError at once when the path is taken or cannot be written. Closing the generator closes `events`,
    too, and leaves a recording of what came so far.
    """
    return _Recorded(events, Recorder(path, title=title, prompt=prompt, tags=tags))


class Recorder:
    """`add` each event as it comes, the race's start first. A context manager; `close` may be called again.

    title: one line of at most 120 characters; tags: at most 16 of at most 40; prompt: as typed.
    """

    def __init__(
        self, path: str | Path, *, title: str = "", prompt: PromptText | None = None, tags: Sequence[str] = ()
    ) -> None:
        """Raises RecordingError when there is something at `path`, or when it cannot be written."""
        self._title, self._tags, self._prompt = clean_title(title), clean_tags(tags), prompt
        self._begun = False
        self._t_s = self._shift_s = 0.0
        self._file = RecordingFile.created(Path(path))

    @classmethod
    def resumed(cls, path: str | Path) -> Self:
        """Go on with a file whose race is over: closer looks, votes and marks. A cut last line is taken off first.

        Waits while another recorder writes it. Raises RecordingError unless there is such a recording at `path`.
        """
        recorder = cls.__new__(cls)
        recorder._title, recorder._tags, recorder._prompt = "", (), None
        recorder._begun, recorder._shift_s = True, 0.0
        recorder._file = RecordingFile.reopened(Path(path))
        try:
            end = ended_at(recorder.path)
            recorder._t_s = end.t_s
            recorder._file.cut(end.whole_bytes, whole_line=end.whole_line)
        except BaseException:
            recorder._file.close()
            raise
        return recorder

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self._file.path

    def add(self, event: Event) -> None:
        """Write one event. What follows the race follows it on the same axis, without a gap.

        Raises RecordingError when it cannot be written; the file then ends with the last whole event, and is closed.
        """
        event = _without_folders(event)
        if not self._begun:
            self._file.write(header_line(self._header(event)))
            self._begun = True
            return
        if isinstance(event, StudyStarted):
            self._shift_s = self._t_s - event.t_s
        t_s = max(self._t_s, event.t_s + self._shift_s)  # a vote or a mark comes with no clock of its own
        self._file.write(event_line(event if t_s == event.t_s else dataclasses.replace(event, t_s=t_s)))
        self._t_s = t_s

    def close(self) -> None:
        """Leave the file complete on disk; without a single event there is no file."""
        self._file.close(keep=self._begun)

    def _header(self, event: Event) -> Header:
        if not isinstance(event, RunStarted):
            raise RecordingError(f'a recording begins with the start of a race, got "{event.code}".')
        self._t_s = event.t_s
        return Header(
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=f"griffin_core {__version__}",
            title=self._title,
            tags=self._tags,
            prompt=self._prompt,
            run=event,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Recorded(Generator[Event, None, None]):
    """The events, passed on. Unlike a generator's body it can be closed before its first event, and closes all."""

    def __init__(self, events: Iterable[Event], recorder: Recorder) -> None:
        self._events = events
        self._left = iter(events)
        self._recorder = recorder

    def send(self, value: None) -> Event:
        try:
            event = next(self._left)
            self._recorder.add(event)
        except BaseException:  # the end of the events, too
            self.close()
            raise
        return event

    def throw(self, *error: Any) -> Event:
        self.close()
        return super().throw(*error)

    def close(self) -> None:
        self._left = iter(())
        try:
            if isinstance(self._events, Generator):
                self._events.close()
        finally:
            self._recorder.close()

    def __del__(self) -> None:
        self.close()


def _without_folders(event: Event) -> Event:
    """A model that lies on this machine goes by its name alone."""
    if not isinstance(event, RunStarted | StudyStarted):
        return event
    return dataclasses.replace(event, model=dataclasses.replace(event.model, model=public_model(event.model.model)))
