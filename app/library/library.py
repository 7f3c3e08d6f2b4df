"""The library of recordings as the page and the routes know it. Puts files, index and imports together."""

import threading
from pathlib import Path

from app.library.entries import Entry, Summary, damaged, summarise
from app.library.errors import DeletedRecordingError, LibraryError, MissingRecordingError
from app.library.importing import UPLOAD_LIMITS, checked, put
from app.library.index import Index
from app.library.publishing import Publisher, publisher
from app.library.query import Page, Query
from app.library.store import FileFound, Place, Store
from app.text import library as text
from griffin_core.errors import RecordingError
from griffin_core.recording import Limits, Recording, read_recording

BUNDLED = Path(__file__).parents[2] / "assets" / "recordings"
READ_FOR_S = 0.5
"""How long a question may read new files before it answers with what it has."""

_PATIENCE_S = 10.0


class Library:
    """The recordings of `folder`, and those that come with the app. Any thread may ask.

    folder: None, or one that cannot be written to, leaves the bundled ones to be read.
    """

    def __init__(self, folder: Path | None, *, bundled: Path | None = BUNDLED, limits: Limits = UPLOAD_LIMITS) -> None:
        self.store = Store(folder, bundled=bundled)
        self.index = Index(self.store.folder, files=self.store.files, read=self._summary)
        self._limits = limits
        self._publisher: Publisher | None = None
        self._importing = threading.Lock()

    @property
    def writable(self) -> bool:
        """Whether anything can be recorded here."""
        return self.store.folder is not None

    def publish_to(self, dataset: str | None) -> None:
        """Begin to copy the folder's recordings to a dataset of the hub; None: keep them here."""
        if dataset is not None and self.store.folder is not None:
            self._publisher = publisher(dataset, self.store.folder)

    def close(self) -> None:
        """Stop copying."""
        if self._publisher is not None:
            self._publisher.close()

    def find(self, query: Query, *, budget_s: float | None = READ_FOR_S) -> Page:
        """A page of the gallery."""
        return self.index.find(query, budget_s=budget_s)

    def entry(self, recording_id: str) -> Entry:
        """The entry of one recording, read from its file. Raises MissingRecordingError, DeletedRecordingError."""
        summary = self._summary(self.store.file(recording_id))
        if summary is None:
            raise MissingRecordingError(text.NO_SUCH_RECORDING)
        return summary.entry

    def read(self, recording_id: str) -> Recording:
        """A recording. Raises MissingRecordingError, DeletedRecordingError, RecordingError."""
        with self.store.path(recording_id).open("rb") as file:
            return read_recording(file)

    def new(self) -> Place:
        """Where the next recording goes. Raises LibraryError when nothing can be kept."""
        return self.store.new()

    def path(self, recording_id: str) -> Path:
        """The file of a recording; any text may be asked for. Raises MissingRecordingError, DeletedRecordingError."""
        return self.store.path(recording_id)

    def key(self, recording_id: str) -> str:
        """The key that deletes a recording: for the browser that made it, nobody else."""
        return self.store.key(recording_id)

    def delete(self, recording_id: str, key: str) -> None:
        """Delete a recording. Raises WrongKeyError, and LibraryError for one that is not here or comes with the app."""
        self.store.delete(recording_id, key)
        if self._publisher is not None:
            self._publisher.forget(recording_id)

    def pin(self, recording_id: str, key: str) -> None:
        """Mark a recording as one to stay when room is made. Raises as `delete` does."""
        self.store.pin(recording_id, key)

    def unpin(self, recording_id: str, key: str) -> None:
        """Take the mark away. Raises as `delete` does."""
        self.store.unpin(recording_id, key)

    def add_upload(self, data: bytes) -> Place:
        """Check an upload and keep it. Raises RecordingError (with the number of the line) and LibraryError."""
        if not self._importing.acquire(timeout=_PATIENCE_S):  # checking takes memory: one at a time
            raise LibraryError(text.BUSY_IMPORTING)
        try:
            place = self.store.new()
            put(checked(data, place.id, limits=self._limits), place.path)
            return place
        finally:
            self._importing.release()

    def _summary(self, found: FileFound) -> Summary | None:
        """Read a file for the gallery; None while there is nothing in it, and when it is gone."""
        if found.size == 0:  # a recorder has opened it, and the race has not begun
            return None
        try:
            return summarise(self.read(found.id), found)
        except (MissingRecordingError, DeletedRecordingError, FileNotFoundError):
            return None
        except (RecordingError, LibraryError) as error:
            return damaged(str(error), found)
        except OSError:
            return damaged(text.UNREADABLE, found)
