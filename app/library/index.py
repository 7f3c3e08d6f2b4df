"""An SQLite index beside the recordings: a memory of what was read, never the truth. Knows no contents of a file.

The files are the truth. Before it answers, the index compares what it holds with the names, sizes and times of the
files, and reads those that are new or changed, no others. It may be deleted at any time, by anybody: connections last
as long as one question, and the next question makes it anew.
"""

import json
import logging
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.library.entries import Entry, Summary, folded
from app.library.errors import LibraryError
from app.library.query import (
    KINDS,
    MOST_FACETS,
    Facet,
    Kind,
    Page,
    Query,
    facets_sql,
    matching_sql,
    page_sql,
    total_sql,
)
from app.library.store import FileFound
from app.text import library as text

INDEX_NAME = ".index.sqlite3"
_VERSION = 2
"""To be raised whenever what an entry holds, or how it is worked out, changes: older indexes are made anew."""

_WAIT_S = 10.0
_BATCH = 64
_SCHEMA = """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    bundled INTEGER NOT NULL, pinned INTEGER NOT NULL, title TEXT NOT NULL, speedup REAL, agreement REAL
);
CREATE TABLE cards (number INTEGER PRIMARY KEY, card TEXT NOT NULL);
CREATE TABLE words (number INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE labels (kind TEXT, value TEXT, number INTEGER, PRIMARY KEY (kind, value, number)) WITHOUT ROWID;
CREATE INDEX labels_of ON labels (number)
"""
_STAMP = "id, size, mtime_ns, bundled, pinned"
_TABLES = ("entries", "cards", "words", "labels")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Read = Callable[[FileFound], Summary | None]
"""Reads one file: its summary, or None where there is nothing to list (yet)."""


class _Change(NamedTuple):
    """What was found of a recording in the place of what was known `before`; without a summary nothing is left."""

    id: str
    before: FileFound | None
    found: FileFound | None = None
    summary: Summary | None = None


class Index:
    """Answers queries about the files that `files` lists.

    folder: where the index is kept; None, or one where SQLite cannot work, keeps it in a folder that goes with us.
    """

    def __init__(self, folder: Path | None, *, files: Callable[[], dict[str, FileFound]], read: Read) -> None:
        self._files, self._read = files, read
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        self._path = folder / INDEX_NAME if folder else self._elsewhere()

    def refresh(self, *, budget_s: float | None = None) -> int:
        """Bring the index up to date, newest files first. Returns how many were left unread when time was up."""
        return self._ask(lambda db: self._brought_up(db, budget_s))

    def find(self, query: Query, *, budget_s: float | None = None) -> Page:
        """The page asked for. budget_s: for reading what is new, None: as long as it takes."""

        def found(db: sqlite3.Connection) -> Page:
            pending = self._brought_up(db, budget_s)
            db.execute("BEGIN")  # everything on the page is of one moment, whatever others write
            if made := matching_sql(query):
                db.execute(*made)
            rows = db.execute(*page_sql(query)).fetchall()
            ((total,),) = db.execute(*total_sql(query))
            return Page(
                entries=tuple(_entry(row) for (row,) in rows), total=total, facets=_facets(db, query), pending=pending
            )

        return self._ask(found)

    def _brought_up(self, db: sqlite3.Connection, budget_s: float | None) -> int:
        until_s = None if budget_s is None else time.monotonic() + budget_s
        # Before the files are listed: what another process adds in between is not taken for deleted.
        known = {row[0]: row for row in db.execute(f"SELECT {_STAMP} FROM entries")}
        files = self._files()
        if files == known:
            return 0
        gone = known.keys() - files.keys()
        if gone:
            _write(db, [_Change(recording_id, FileFound(*known[recording_id])) for recording_id in gone])
        changed = sorted(
            (found for found in files.values() if known.get(found.id) != found), key=lambda found: found.id
        )
        changes: list[_Change] = []
        while changed and (until_s is None or time.monotonic() < until_s):
            found = changed.pop()
            before = FileFound(*known[found.id]) if found.id in known else None
            changes.append(_Change(found.id, before, found, self._summary(db, found, before)))
            if len(changes) == _BATCH:
                _write(db, changes)
                changes.clear()
        if changes:
            _write(db, changes)
        return len(changed)

    def _summary(self, db: sqlite3.Connection, found: FileFound, before: FileFound | None) -> Summary | None:
        """Read the file, unless only its pin or its place changed."""
        if before is None or (before.size, before.mtime_ns) != (found.size, found.mtime_ns):
            return self._read(found)
        row = db.execute(
            "SELECT card, words FROM entries JOIN cards USING (number) JOIN words USING (number) WHERE id = ?",
            (found.id,),
        ).fetchone()
        if row is None:  # another process took it out just now
            return self._read(found)
        card, words = row
        return Summary(entry=replace(_entry(card), bundled=found.bundled, pinned=found.pinned), words=words)

    def _ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Ask on a connection of its own. A damaged index is thrown away and made anew, once."""
        try:
            with self._connected() as db:
                return question(db)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                raise LibraryError(text.INDEX_BUSY) from error
            _log.warning("the index of recordings is made anew: %s", error)
        try:
            self._discard()
            with self._connected() as db:
                return question(db)
        except (sqlite3.DatabaseError, OSError) as error:  # such as a file system without locks
            _log.warning("the index of recordings cannot be kept beside them: %s", error)
        self._path = self._elsewhere()
        with self._connected() as db:
            return question(db)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)) as db:
            _write_ahead(db)
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA temp_store = MEMORY")
            if _version(db) != _VERSION:
                db.execute("BEGIN IMMEDIATE")  # of two processes that begin, the second finds it done
                if _version(db) != _VERSION:
                    _make_tables(db)
                db.execute("COMMIT")
            yield db

    def _discard(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def _elsewhere(self) -> Path:
        self._own_folder = tempfile.TemporaryDirectory(prefix="griffin-index-", ignore_cleanup_errors=True)
        return Path(self._own_folder.name) / INDEX_NAME


def _write_ahead(db: sqlite3.Connection) -> None:
    """SQLite does not wait by itself where two processes change a new file's journal at once."""
    until_s = time.monotonic() + _WAIT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > until_s:
                raise
            time.sleep(0.01)
        else:
            return


def _version(db: sqlite3.Connection) -> int:
    ((version,),) = db.execute("PRAGMA user_version")
    return int(version)


def _make_tables(db: sqlite3.Connection) -> None:
    for table in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _facets(db: sqlite3.Connection, query: Query) -> dict[Kind, tuple[Facet, ...]]:
    facets: dict[Kind, list[Facet]] = {kind: [] for kind in KINDS}
    for statement in facets_sql(query):
        for kind, value, count in db.execute(*statement):
            facets[kind].append(Facet(value=value, count=count))
    return {
        kind: tuple(sorted(found, key=lambda facet: (-facet.count, facet.value))[:MOST_FACETS])
        for kind, found in facets.items()
    }


def _write(db: sqlite3.Connection, changes: Iterable[_Change]) -> None:
    """Put these findings into the index, but not in the place of what another process found out since."""
    db.execute("BEGIN IMMEDIATE")
    try:
        for change in changes:
            row = db.execute(f"SELECT number, {_STAMP} FROM entries WHERE id = ?", (change.id,)).fetchone()
            if row is not None:
                if FileFound(*row[1:]) != change.before and not _is_newer(change, FileFound(*row[1:])):
                    continue
                for table in _TABLES:
                    db.execute(f"DELETE FROM {table} WHERE number = ?", row[:1])
            if change.found is not None and change.summary is not None:
                _insert(db, change.found, change.summary)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _is_newer(change: _Change, there: FileFound) -> bool:
    """Files grow: of two that looked at one while it was written, the later one saw more of it."""
    found = change.found
    if found is None or change.summary is None:
        return False
    return (found.mtime_ns, found.size) > (there.mtime_ns, there.size)


def _insert(db: sqlite3.Connection, found: FileFound, summary: Summary) -> None:
    entry = summary.entry
    values = (*found, folded(entry.title), entry.speedup, entry.agreement)
    number = db.execute("INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", values).lastrowid
    db.execute("INSERT INTO cards VALUES (?, ?)", (number, json.dumps(asdict(entry))))
    db.execute("INSERT INTO words VALUES (?, ?)", (number, summary.words))
    labels = [("model", entry.model), ("device", entry.device)]
    labels += [("method", method) for method in entry.methods] + [("tag", tag) for tag in entry.tags]
    db.executemany("INSERT INTO labels VALUES (?, ?, ?)", [(kind, value, number) for kind, value in labels if value])


def _entry(card: str) -> Entry:
    values = json.loads(card)
    return Entry(**{**values, "methods": tuple(values["methods"]), "tags": tuple(values["tags"])})
