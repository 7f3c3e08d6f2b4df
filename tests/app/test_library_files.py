"""The folder of recordings: ids that are ours, keys that delete, files that come with the app."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.library import (
    ID_PATTERN,
    DeletedRecordingError,
    Library,
    LibraryError,
    MissingRecordingError,
    Query,
    WrongKeyError,
    is_id,
)
from app.library.ids import new_id
from app.library.keys import SECRET_NAME, Keys
from app.library.store import Store
from griffin_core.events import VoteCast
from griffin_core.recording import Recorder
from tests.app.recorded import record_into, write
from tests.app.scripted_events import scripted_race

HOSTILE = (
    "",
    ".",
    "..",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "/etc/passwd",
    "20261123-125001-k7pq2m4x/../../x",
    "20261123-125001-k7pq2m4x\x00.txt",
    "20261123-125001-k7pq2m4x\n",
    "20261123-125001-K7PQ2M4X",
    "20261123-125001-k7pq2m4",
    "20261123-125001-k7pq2m4xx",
    "２０２６1123-125001-k7pq2m4x",
    "20261123-125001-k7pq2m4ⅹ",
    ".secret",
    ".index.sqlite3",
    "a" * 100_000,
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None)


def test_an_id_says_when_it_was_made_and_fits_its_own_pattern() -> None:
    made = new_id(datetime(2026, 11, 23, 12, 50, 1, tzinfo=UTC))
    assert made.startswith("20261123-125001-")
    assert ID_PATTERN.fullmatch(made)


def test_ids_made_in_one_second_differ() -> None:
    now = datetime.now(UTC)
    assert len({new_id(now) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_id_never_reaches_the_file_system(
    library: Library, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[object] = []
    for name in ("stat", "lstat", "open", "unlink", "scandir"):
        monkeypatch.setattr(os, name, lambda *given, **_: touched.append(given))
    assert not is_id(text)
    for ask in (library.path, library.entry, library.read, library.key, lambda it: library.delete(it, "key")):
        with pytest.raises(MissingRecordingError, match="no such recording"):
            ask(text)
    monkeypatch.undo()
    assert touched == []


def test_a_key_deletes_its_own_recording_and_no_other(library: Library) -> None:
    mine, other = record_into(library, "mine"), record_into(library, "other")
    with pytest.raises(WrongKeyError):
        library.delete(other.id, mine.key)
    library.delete(mine.id, mine.key)
    assert [entry.title for entry in library.find(Query()).entries] == ["other"]
    with pytest.raises(DeletedRecordingError, match="was deleted"):
        library.path(mine.id)


@pytest.mark.parametrize("key", ["", "0" * 64, "ключ", "\ud800", "x" * 100_000])
def test_a_wrong_key_is_refused_whatever_it_is(library: Library, key: str) -> None:
    place = record_into(library)
    with pytest.raises(WrongKeyError):
        library.delete(place.id, key)
    assert place.path.exists()


def test_a_key_outlives_a_restart_and_is_worth_nothing_in_another_library(library: Library, tmp_path: Path) -> None:
    place = record_into(library)
    assert Library(tmp_path / "recordings", bundled=None).key(place.id) == place.key
    elsewhere = Library(tmp_path / "elsewhere", bundled=None)
    write(tmp_path / "elsewhere" / place.path.name)
    with pytest.raises(WrongKeyError):
        elsewhere.delete(place.id, place.key)


def test_the_secret_is_for_the_server_alone(library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "recordings" / SECRET_NAME
    assert secret.stat().st_mode & 0o077 == 0
    assert len(secret.read_bytes()) == 32


def test_a_damaged_secret_is_replaced_for_an_empty_one_could_be_guessed(tmp_path: Path) -> None:
    (tmp_path / SECRET_NAME).write_bytes(b"")
    key = Keys(tmp_path).key("20261123-125001-k7pq2m4x")
    assert len((tmp_path / SECRET_NAME).read_bytes()) == 32
    assert Keys(tmp_path).key("20261123-125001-k7pq2m4x") == key
    assert re.fullmatch("[0-9a-f]{64}", key)


def test_a_recording_that_comes_with_the_app_is_shown_and_stays(tmp_path: Path) -> None:
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    recording_id = new_id()
    write(bundled / f"{recording_id}.griffin.jsonl", "ours")
    library = Library(tmp_path / "own", bundled=bundled)
    (entry,) = library.find(Query()).entries
    assert (entry.title, entry.bundled) == ("ours", True)
    for change in (library.delete, library.pin):
        with pytest.raises(LibraryError, match="comes with the app"):
            change(recording_id, "0" * 64)


def test_without_a_folder_the_bundled_recordings_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / f"{new_id()}.griffin.jsonl", "ours")
    library = Library(None, bundled=tmp_path)
    assert not library.writable
    assert [entry.title for entry in library.find(Query()).entries] == ["ours"]
    with pytest.raises(LibraryError, match="keeps no recordings"):
        library.new()


def test_a_folder_that_cannot_be_made_leaves_the_page_working(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    library = Library(tmp_path / "file" / "recordings", bundled=None)
    assert not library.writable
    assert library.find(Query()).total == 0


def test_nothing_is_kept_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nearly full"):
        Store(tmp_path, room_to_leave=1 << 62).new()


def test_other_files_of_the_folder_and_links_are_no_recordings(library: Library, tmp_path: Path) -> None:
    place = record_into(library, "one")
    folder = tmp_path / "recordings"
    (folder / "notes.griffin.jsonl").write_bytes(place.path.read_bytes())
    (folder / f"{new_id()}.griffin.jsonl").symlink_to(place.path)
    linked = new_id()
    (folder / f"{linked}.griffin.jsonl").symlink_to("/etc/passwd")
    assert [entry.title for entry in library.find(Query()).entries] == ["one"]
    with pytest.raises(MissingRecordingError):
        library.path(linked)


def test_a_pinned_recording_says_so_until_it_is_unpinned(library: Library) -> None:
    place = record_into(library)
    library.find(Query())
    with pytest.raises(WrongKeyError):
        library.pin(place.id, "0" * 64)
    library.pin(place.id, place.key)
    assert library.find(Query()).entries[0].pinned
    library.unpin(place.id, place.key)
    assert not library.find(Query()).entries[0].pinned


def test_a_recording_shows_while_it_is_made_and_grows_afterwards(library: Library) -> None:
    start, *rest = scripted_race()
    place = library.new()
    recorder = Recorder(place.path, title="growing")
    assert library.find(Query()).total == 0  # nothing has happened yet
    recorder.add(start)
    assert library.find(Query()).entries[0].state == "unfinished"
    for event in rest:
        recorder.add(event)
    recorder.close()
    entry = library.find(Query()).entries[0]
    assert (entry.state, entry.voted) == ("complete", False)
    with Recorder.resumed(library.path(place.id)) as again:
        again.add(VoteCast(t_s=0.0, said="A", pruned="B"))
    assert library.find(Query()).entries[0].voted
