"""Reads a recording, damaged and hostile ones too, in bounded memory. Knows files and lines; knows no model."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from griffin_core.errors import RecordingError
from griffin_core.events import Event, MarkSet, RunFailed, RunFinished, VoteCast
from griffin_core.recording.checking import Checker
from griffin_core.recording.header import Header
from griffin_core.recording.lines import parse_event, parse_header

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a reader takes at most. bytes: after unpacking; line_bytes: of one line."""

    bytes: int = 64 << 20
    line_bytes: int = 8 << 20
    events: int = 500_000


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording as it was read.

    events: begins with RunStarted; in the order of the file, which is that of their `t_s`.
    cut: the last line was incomplete and left out. skipped: lines whose code is not known here.
    """

    header: Header
    events: tuple[Event, ...]
    cut: bool = False
    skipped: int = 0

    @cached_property
    def race(self) -> tuple[Event, ...]:
        """The events of the race, its end included where it has one."""
        end = next((n for n, event in enumerate(self.events, 1) if isinstance(event, RunFinished | RunFailed)), None)
        return tuple(event for event in self.events[:end] if not isinstance(event, VoteCast | MarkSet))

    @cached_property
    def looks(self) -> tuple[Event, ...]:
        """The events of closer looks, one look after the other."""
        spoken = [event for event in self.events if not isinstance(event, VoteCast | MarkSet)]
        return tuple(spoken[len(self.race) :])

    @property
    def votes(self) -> tuple[VoteCast, ...]:
        """Votes on which pane is pruned."""
        return tuple(event for event in self.events if isinstance(event, VoteCast))

    @property
    def marks(self) -> tuple[MarkSet, ...]:
        """Moments somebody marked."""
        return tuple(event for event in self.events if isinstance(event, MarkSet))

    @property
    def duration_s(self) -> float:
        """Seconds from the start to the last event."""
        return self.events[-1].t_s - self.events[0].t_s

    @property
    def complete(self) -> bool:
        """Whether the race came to its own end."""
        last = self.race[-1]
        return isinstance(last, RunFinished) and last.reason == "done"


def read_recording(source: str | Path | BinaryIO, *, limits: Limits | None = None) -> Recording:
    """The recording in a file, packed with gzip or not.

    Raises RecordingError, with the number of the line, where the file is damaged, too large or none at all. A last
    line that was cut off by a crash is left out; lines with codes that are new to this reader, too.
    """
    with _opened(source) as file:
        lines = _Lines(file, limits or Limits())
        header = lines.header()
        with _at(lines.number):
            checker = Checker(header.run)
        events: list[Event] = [header.run]
        skipped = 0
        for number, line in lines:
            with _at(number):
                event = parse_event(line)
                if event is None:
                    skipped += 1
                    continue
                checker.add(event)
            events.append(event)
            if len(events) > lines.limits.events:
                raise RecordingError(f"line {number}: there are more than {lines.limits.events:,} events.")
        return Recording(header=header, events=tuple(events), cut=lines.cut, skipped=skipped)


def last_moment_s(path: Path) -> tuple[float, int]:
    """Time of a recording's last whole event, and how many bytes are whole. Raises RecordingError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        if file.read(len(_GZIP)) == _GZIP:
            raise RecordingError(f"{path} is packed. Unpack it to go on with it.")
        file.seek(0)
        lines = _Lines(file, Limits())
        t_s = lines.header().run.t_s
        for number, line in lines:
            with _at(number):
                event = parse_event(line)
            t_s = event.t_s if event else t_s
        return t_s, lines.whole_bytes


class _Lines:
    """Numbered lines that say something. A cut last one ends them and sets `cut`."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.cut = False
        self.whole_bytes = 0
        self._file = file
        self.number = 0

    def header(self) -> Header:
        """The first line."""
        for number, line in self:
            with _at(number):
                return parse_header(line)
        raise RecordingError("this is no recording: it is empty.")

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while line := self._next():
            whole = line.endswith(b"\n")
            if not whole and not _stands(line):
                self.cut = True
                return
            self.whole_bytes += len(line)
            if line.strip() and not line.startswith(b"#"):
                yield self.number, line

    def _next(self) -> bytes:
        self.number += 1
        try:
            line = self._file.readline(self.limits.line_bytes + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise RecordingError(f"line {self.number}: the file is damaged: {error}.") from error
        if len(line) > self.limits.line_bytes:
            raise RecordingError(f"line {self.number}: it is longer than {self.limits.line_bytes:,} bytes.")
        if self.whole_bytes + len(line) > self.limits.bytes:
            raise RecordingError(f"line {self.number}: the recording is larger than {self.limits.bytes:,} bytes.")
        if self.number > 2 * self.limits.events:  # millions of blank or unknown lines would take long to pass over
            raise RecordingError(f"line {self.number}: there are too many lines without an event.")
        return line


def _stands(line: bytes) -> bool:
    """Whether a line without an end is whole all the same, as in a file saved by an editor."""
    try:
        parse_event(line)
    except RecordingError:
        return line.startswith(b"#")
    return True


@contextmanager
def _at(number: int) -> Iterator[None]:
    try:
        yield
    except RecordingError as error:
        raise RecordingError(f"line {number}: {error}") from error


@contextmanager
def _opened(source: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """`source` for reading lines, unpacked on the way where it is packed."""
    if isinstance(source, str | Path):
        try:
            file = Path(source).open("rb")  # noqa: SIM115  # closed below
        except OSError as error:
            raise RecordingError(f"{source} cannot be read: {error.strerror}.") from error
        with file, _unpacked(file) as lines:
            yield lines
    else:
        with _unpacked(source) as lines:
            yield lines


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[BinaryIO]:
    start = file.read(2)
    file.seek(-len(start), io.SEEK_CUR)
    if start != _GZIP:
        yield file
        return
    with gzip.open(file) as unpacked:
        yield unpacked  # type: ignore[misc]  # GzipFile reads like a BinaryIO
