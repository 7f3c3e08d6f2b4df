"""Reads a recording, damaged and hostile ones too, in bounded memory. Knows files and lines; knows no model."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from griffin_core.errors import RecordingError
from griffin_core.events import Event, MarkSet, RunFailed, RunFinished, VoteCast
from griffin_core.recording.checking import Checker
from griffin_core.recording.header import Header
from griffin_core.recording.lines import NO_RECORDING, parse_event, parse_header

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
        events, _ = _events(lines)
        return Recording(header=lines.header, events=tuple(events), cut=lines.cut, skipped=lines.skipped)


@dataclass(frozen=True, kw_only=True)
class End:
    """Where a file ends: time of the last whole event, bytes that are whole, whether the last line has its end."""

    t_s: float
    whole_bytes: int
    whole_line: bool


def ended_at(path: Path) -> End:
    """Where a recording ends whose race is over. Raises RecordingError where it goes on, is damaged or is packed."""
    with _file(path) as file:
        if file.peek(len(_GZIP)).startswith(_GZIP):
            raise RecordingError(f"{path} is packed. Unpack it to go on with it.")
        lines = _Lines(file, Limits())
        events, checker = _events(lines)
        if not checker.race_is_over:
            raise RecordingError(f"{path.name} cannot be gone on with: its race, or a closer look at it, has no end.")
        return End(t_s=events[-1].t_s, whole_bytes=lines.whole_bytes, whole_line=lines.whole_line)


def _events(lines: "_Lines") -> tuple[list[Event], Checker]:
    """All events, checked in their order, and what they were checked by."""
    run = lines.header.run
    with _at(lines.number):
        checker = Checker(run)
    events: list[Event] = [run]
    for number, line in lines:
        with _at(number):
            event = parse_event(line)
            if event is None:
                lines.skipped += 1
                continue
            checker.add(event)
        events.append(event)
        if len(events) > lines.limits.events:
            raise RecordingError(f"line {number}: there are more than {lines.limits.events:,} events.")
    return events, checker


class _Lines:
    """Numbered lines that say something, after the header. A cut last one ends them and sets `cut`."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Reads the header, too."""
        self.limits = limits
        self.cut = False
        self.skipped = 0
        self.whole_bytes = 0
        self.whole_line = True
        self.number = 0
        self._file = file
        self._parse: Callable[[bytes], object] = parse_header
        for number, line in self:
            with _at(number):
                self.header = parse_header(line)
            break
        else:
            raise RecordingError(NO_RECORDING if self.cut else "this is no recording: it is empty.")
        self._parse = parse_event

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while line := self._next():
            whole_line = line.endswith(b"\n")
            if not whole_line and not self._stands(line):
                self.cut = True
                return
            self.whole_bytes += len(line)
            self.whole_line = whole_line
            if line.strip() and not line.startswith(b"#"):
                yield self.number, line

    def _stands(self, line: bytes) -> bool:
        """Whether a line without an end is whole all the same, as in a file saved by an editor."""
        try:
            self._parse(line)
        except RecordingError:
            return line.startswith(b"#")
        return True

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
        with _file(Path(source)) as file, _unpacked(file) as lines:
            yield lines
    else:
        with _unpacked(io.BufferedReader(source)) as lines:  # type: ignore[arg-type]  # it asks for readinto alone
            yield lines


@contextmanager
def _file(path: Path) -> Iterator[io.BufferedReader]:
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise RecordingError(f"{path} cannot be read: {reason}.") from error
    with file:
        yield file


@contextmanager
def _unpacked(file: io.BufferedReader) -> Iterator[BinaryIO]:
    if not file.peek(len(_GZIP)).startswith(_GZIP):
        yield file
        return
    with gzip.open(file) as unpacked:
        yield unpacked  # type: ignore[misc]  # GzipFile reads like a BinaryIO
