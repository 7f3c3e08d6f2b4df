"""The folder of a session: finished recordings, one that is being written, a lock. Knows files; runs nothing.

A recording is written as NAME.part and renamed when its race has ended and it could be read again. What happened to a
file since is looked at before it is believed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from griffin_core.errors import RecordingError, SuiteError
from griffin_core.recording import SUFFIX, Recording, read_recording
from griffin_core.session.task import Task

_PART = ".part"
_LOCK = ".session.lock"


class SessionFolder:
    """Where the recordings of a session lie."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = FileLock(self.path / _LOCK)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, no other session writes here; may be entered again. Makes the folder. Raises SuiteError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise SuiteError(
                f"another session is writing to {self.path}. Wait for it, or choose another --out."
            ) from None
        except OSError as error:
            raise SuiteError(f"{self.path} cannot be written: {error.strerror}. Choose another --out.") from None
        try:
            yield
        finally:
            self._lock.release()

    def finished(self, task: Task) -> Recording | None:
        """The task's recording if it is there and whole; under its present name from now on, if its place changed.

        None where there is none, or one that breaks off and may be written over. Raises SuiteError for a file that
        cannot be read: whatever it is, it is not ours to write over.
        """
        path = self.path / task.file
        found = path if path.exists() else next(self.path.glob(f"*-{task.digest}{SUFFIX}"), None)
        if found is None:
            return None
        try:
            recording = read_recording(found)
        except RecordingError as error:
            raise SuiteError(
                f"{found} is in the way: it cannot be read ({error}). Move it away, or choose another --out."
            ) from error
        with self.writing():
            found.rename(path)
        return recording if recording.complete and not recording.cut else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Inside, what the disk refuses ends the session in words; other errors pass."""
        try:
            yield
        except (OSError, RecordingError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            if not isinstance(cause, OSError):
                raise
            raise SuiteError(
                f"{self.path} cannot be written any more: {cause.strerror or cause}. What is recorded stays. "
                "Free space there, then give the same command again."
            ) from error

    def begin(self, task: Task) -> Path:
        """Where to write the task's recording; what an interrupted session left there is gone."""
        part = self.path / f"{task.file}{_PART}"
        with self.writing():
            part.unlink(missing_ok=True)
        return part

    def finish(self, task: Task) -> Recording:
        """Read the recording again and give it its name. Raises RecordingError where it cannot be read."""
        part = self.path / f"{task.file}{_PART}"
        recording = read_recording(part)
        with self.writing():
            part.replace(self.path / task.file)
        return recording

    def give_up(self, task: Task) -> None:
        """Throw away what was written."""
        (self.path / f"{task.file}{_PART}").unlink(missing_ok=True)

    def others(self, tasks: Sequence[Task]) -> int:
        """How many recordings here belong to none of the tasks: to a suite or settings of before."""
        ours = {task.file for task in tasks}
        return sum(path.name not in ours for path in self.path.glob(f"*{SUFFIX}"))

    def write(self, name: str, text: str) -> Path:
        """A file in the folder, all at once."""
        path = self.path / name
        part = path.with_name(f"{name}{_PART}")
        with self.writing():
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        return path
