"""Writes a recording while the race runs: every event is in the file before the next one comes.

Knows lines and files; knows no model. A crash loses at most the line in hand, and readers pass over a cut last line.
"""

import dataclasses
import os
from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from griffin_core import __version__
from griffin_core.errors import RecordingError
from griffin_core.events import Event, RunStarted, StudyStarted
from griffin_core.recording.header import Header, PromptText, clean_tags, clean_title, public_model
from griffin_core.recording.lines import event_line, header_line
from griffin_core.recording.reading import last_moment_s

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
    Recorder(path, title=title, prompt=prompt, tags=tags).close()  # says now what is wrong, and leaves nothing behind

    def passed_on() -> Generator[Event, None, None]:
        with Recorder(path, title=title, prompt=prompt, tags=tags) as recorder:
            try:
                for event in events:
                    recorder.add(event)
                    yield event
            finally:
                if isinstance(events, Generator):
                    events.close()

    return passed_on()


class Recorder:
    """`add` each event as it comes, the race's start first. A context manager; `close` may be called again."""

    def __init__(
        self, path: str | Path, *, title: str = "", prompt: PromptText | None = None, tags: Sequence[str] = ()
    ) -> None:
        """Raises RecordingError when there is something at `path`, or when it cannot be written."""
        self.path = Path(path)
        self._title, self._tags, self._prompt = clean_title(title), clean_tags(tags), prompt
        self._begun = False
        self._t_s = self._shift_s = 0.0
        self._file = _open(self.path, os.O_CREAT | os.O_EXCL)

    @classmethod
    def resumed(cls, path: str | Path) -> Self:
        """Go on with a file whose race is over: closer looks, votes and marks. A cut last line is taken off first.

        Raises RecordingError when there is no recording at `path`.
        """
        recorder = cls.__new__(cls)
        recorder.path = Path(path)
        recorder._t_s, whole_bytes = last_moment_s(recorder.path)
        recorder._shift_s, recorder._begun = 0.0, True
        recorder._file = _open(recorder.path, 0)
        os.truncate(recorder._file, whole_bytes)
        return recorder

    def add(self, event: Event) -> None:
        """Write one event. What follows the race follows it on the same axis, without a gap.

        Raises RecordingError when it cannot be written; the file then ends with the last whole event.
        """
        if not self._begun:
            self._write(header_line(self._header(event)))
            self._begun = True
            return
        if isinstance(event, StudyStarted):
            self._shift_s = self._t_s - event.t_s
        t_s = max(self._t_s, event.t_s + self._shift_s)  # a vote or a mark comes with no clock of its own
        self._write(event_line(event if t_s == event.t_s else dataclasses.replace(event, t_s=t_s)))
        self._t_s = t_s

    def close(self) -> None:
        """Leave the file complete on disk; without a single event there is no file."""
        file, self._file = self._file, -1
        if file < 0:
            return
        try:
            os.fsync(file)
        finally:
            os.close(file)
            if not self._begun:
                self.path.unlink(missing_ok=True)

    def _header(self, event: Event) -> Header:
        if not isinstance(event, RunStarted):
            raise RecordingError(f'a recording begins with the start of a race, got "{event.code}".')
        self._t_s = event.t_s
        model = dataclasses.replace(event.model, model=public_model(event.model.model))
        return Header(
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=f"griffin_core {__version__}",
            title=self._title,
            tags=self._tags,
            prompt=self._prompt,
            run=dataclasses.replace(event, model=model),
        )

    def _write(self, line: bytes) -> None:
        if self._file < 0:
            raise RecordingError(f"the recording {self.path.name} is closed.")
        try:
            written = os.write(self._file, line)
            while written < len(line):
                written += os.write(self._file, line[written:])
        except OSError as error:
            raise RecordingError(
                f"{self.path.name} cannot be written: {error.strerror}. Free space and try again."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | flags, 0o644)
    except FileExistsError:
        raise RecordingError(f"{path} is there already. Choose another name, or delete it first.") from None
    except OSError as error:
        raise RecordingError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
