"""The folder of a session: finished recordings, one that is being written, a lock. Knows files; runs nothing.

A recording is written as NAME.part and renamed when its race has ended: a file with its own name is whole.
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

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, no other session writes here. Makes the folder. Raises SuiteError where that cannot be."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise SuiteError(
                f"another session is writing to {self.path}. Wait for it, or choose another --out."
            ) from None
        except OSError as error:
            raise SuiteError(f"{self.path} cannot be written: {error.strerror}. Choose another --out.") from None
        try:
            yield
        finally:
            lock.release()

    def finished(self, task: Task) -> Recording | None:
        """The task's recording if it is there and whole; under its present name from now on, if its place changed."""
        path = self.path / task.file
        if not path.exists():
            moved = next(self.path.glob(f"*-{task.digest}{SUFFIX}"), None)
            if moved is None:
                return None
            moved.rename(path)
        try:
            recording = read_recording(path)
        except RecordingError:
            return None
        return recording if recording.complete and not recording.cut else None

    def begin(self, task: Task) -> Path:
        """Where to write the task's recording; what an interrupted session left there is gone."""
        part = self.path / f"{task.file}{_PART}"
        part.unlink(missing_ok=True)
        return part

    def finish(self, task: Task) -> Path:
        """Give the recording its name."""
        path = self.path / task.file
        (self.path / f"{task.file}{_PART}").replace(path)
        return path

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
        part.write_text(text, encoding="utf-8")
        part.replace(path)
        return path
