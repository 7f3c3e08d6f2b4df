"""The index: a memory beside the files, never the truth."""

import multiprocessing
import os
import random
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.library import SORTS, Library, Place, Query
from app.library.entries import Entry, Summary
from app.library.index import INDEX_NAME, Index
from app.library.store import SUFFIX, FileFound, Store
from griffin_core.events import TokenEmitted
from tests.app.recorded import record_into, write
from tests.app.scripted_events import scripted_race

MANY = 10_000

opened: list[str] = []
"""Files opened by this process while `counting` is set: an audit hook cannot be taken out again."""
counting: list[bool] = []


@pytest.fixture(scope="module", autouse=True)
def audit() -> None:
    sys.addaudithook(lambda name, given: opened.append(str(given[0])) if counting and name == "open" else None)


@pytest.fixture
def files_opened() -> Iterator[list[str]]:
    opened.clear()
    counting.append(True)
    yield opened
    counting.clear()


def recordings(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(SUFFIX)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None)


def made_up(found: FileFound) -> Summary:
    """A summary that depends on the id alone, as a file's does on the file."""
    draw = random.Random(found.id)
    entry = Entry(
        id=found.id,
        title=f"{draw.choice(('Sun', 'Moon', 'River'))} {draw.randrange(100)}",
        size_bytes=found.size,
        state="complete",
        prompt="x" * draw.randrange(280),
        model=draw.choice(("embedded", "google/gemma", "qwen")),
        device=draw.choice(("CPU", "H100")),
        methods=(draw.choice(("griffin", "magnitude")),),
        tags=tuple(draw.sample(("german", "code", "long", "short"), draw.randrange(3))),
        speedup=draw.choice((None, draw.uniform(0.8, 2.0))),
        agreement=draw.choice((None, draw.random())),
    )
    return Summary(entry=entry, words=entry.title.casefold() + " lorem ipsum" * 40)


QUERIES = (
    *(Query(sort=sort) for sort in SORTS),
    Query(text="sun", model="embedded", limit=50, offset=50),
    Query(method="griffin", tags=("german", "code")),
    Query(device="H100", text="MOON 7", sort="fastest"),
)


def test_ten_thousand_recordings_are_answered_for_without_opening_one(tmp_path: Path, files_opened: list[str]) -> None:
    store = Store(tmp_path / "recordings")
    first = store.new().path
    write(first)
    for _ in range(MANY - 1):
        os.link(first, store.new().path)
    read: list[str] = []

    def reading(found: FileFound) -> Summary:
        read.append(found.id)
        return made_up(found)

    index = Index(store.folder, files=store.files, read=reading)
    assert index.refresh() == 0
    assert len(set(read)) == len(read) == MANY
    read.clear()
    files_opened.clear()
    again = Index(store.folder, files=store.files, read=reading)  # as after a restart
    answers = [again.find(query) for query in QUERIES]
    assert answers[0].total == MANY
    assert sum(facet.count for facet in answers[0].facets["device"]) == MANY
    assert all(0 < answer.total < MANY for answer in answers[len(SORTS) :])
    assert read == []
    assert recordings(files_opened) == []

    for path in tmp_path.rglob(f"{INDEX_NAME}*"):
        path.unlink()
    assert [again.find(query) for query in QUERIES] == answers
    assert len(read) == MANY


def test_only_new_and_changed_files_are_read(library: Library, files_opened: list[str]) -> None:
    places = [record_into(library, title) for title in ("one", "two", "three")]
    library.find(Query())
    write_again(places[1], "changed")
    new = record_into(library, "four")
    files_opened.clear()
    titles = [entry.title for entry in library.find(Query(sort="title")).entries]
    assert titles == ["changed", "four", "one", "three"]
    assert sorted(recordings(files_opened)) == sorted([str(places[1].path), str(new.path)])


def write_again(place: Place, title: str) -> None:
    place.path.unlink()
    write(place.path, title)


def test_a_file_taken_away_by_hand_is_gone_from_the_gallery(library: Library) -> None:
    gone, stays = record_into(library, "gone", tags=("t",)), record_into(library, "stays")
    library.find(Query())
    gone.path.unlink()
    page = library.find(Query())
    assert [entry.id for entry in page.entries] == [stays.id]
    assert page.facets["tag"] == ()


@pytest.mark.parametrize("spoil", ["deleted", "garbage", "empty", "cut", "old"])
def test_a_spoilt_index_gives_the_same_answers(library: Library, tmp_path: Path, spoil: str) -> None:
    for number in range(20):
        record_into(library, f"number {number}", tags=("even",) if number % 2 == 0 else ())
    before = [library.find(query, budget_s=None) for query in (Query(), Query(tags=("even",), sort="title"))]
    index = tmp_path / "recordings" / INDEX_NAME
    spoilers: dict[str, Callable[[], Any]] = {
        "deleted": index.unlink,
        "garbage": lambda: index.write_bytes(b"no database" * 1_000),
        "empty": lambda: index.write_bytes(b""),
        "cut": lambda: os.truncate(index, index.stat().st_size // 2),
        "old": lambda: age(index),
    }
    spoilers[spoil]()
    assert [library.find(query, budget_s=None) for query in (Query(), Query(tags=("even",), sort="title"))] == before
    assert Library(tmp_path / "recordings", bundled=None).find(Query(), budget_s=None) == before[0]


def age(index: Path) -> None:
    """As a program of another version left it."""
    db = sqlite3.connect(index)
    db.executescript("DROP TABLE cards; ALTER TABLE words RENAME TO texts; PRAGMA user_version = 0")
    db.close()


def test_what_there_is_no_time_to_read_is_said_and_read_later_newest_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(10):
        store.new().path.write_bytes(b"x")
    newest = max(store.files())
    read: list[str] = []

    def slowly(found: FileFound) -> Summary:
        read.append(found.id)
        return made_up(found)

    index = Index(tmp_path, files=store.files, read=slowly)
    assert index.find(Query(), budget_s=0.0).pending == 10
    page = index.find(Query())
    assert (page.total, page.pending, read[0]) == (10, 0, newest)


def test_a_damaged_file_is_listed_as_one_and_breaks_nothing(library: Library) -> None:
    good, bad = record_into(library, "good"), library.new()
    bad.path.write_bytes(good.path.read_bytes().replace(b'"token"', b'"token', 1))
    page = library.find(Query())
    assert page.total == 2
    shown = {entry.id: entry for entry in page.entries}[bad.id]
    assert shown.state == "damaged"
    assert "line " in shown.problem
    assert str(bad.path.parent) not in shown.problem


def test_times_beyond_all_measure_are_damage_too(library: Library) -> None:
    endless = [
        replace(event, itl_ms=1e308) if isinstance(event, TokenEmitted) and event.itl_ms else event
        for event in scripted_race()
    ]
    record_into(library, events=endless)
    assert library.find(Query(sort="fastest")).entries[0].state == "damaged"


def test_the_index_is_kept_elsewhere_where_sqlite_cannot_work(tmp_path: Path) -> None:
    (tmp_path / INDEX_NAME).mkdir()  # neither a database nor a file to delete
    library = Library(tmp_path, bundled=None)
    record_into(library, "found")
    assert [entry.title for entry in library.find(Query()).entries] == ["found"]


@pytest.mark.parametrize("seen", ["nothing", "the beginning"])
def test_who_looked_earlier_and_is_done_later_does_not_overwrite(tmp_path: Path, seen: str) -> None:
    store = Store(tmp_path)
    place = store.new()
    place.path.write_bytes(b"" if seen == "nothing" else b"beginning")

    def titled(title: str) -> Callable[[FileFound], Summary]:
        return lambda found: Summary(entry=replace(made_up(found).entry, title=title), words="")

    quick = Index(tmp_path, files=store.files, read=titled("whole"))

    def slowly(found: FileFound) -> Summary | None:
        place.path.write_bytes(b"all of it")
        os.utime(place.path, ns=(found.mtime_ns + 1, found.mtime_ns + 1))
        assert quick.find(Query()).total == 1
        return None if seen == "nothing" else titled("beginning")(found)

    Index(tmp_path, files=store.files, read=slowly).refresh()
    never_asked = Index(tmp_path, files=store.files, read=titled("read again"))
    assert [entry.title for entry in never_asked.find(Query()).entries] == ["whole"]


def record_many(folder: str, name: str, count: int, start: Any) -> None:
    library = Library(Path(folder), bundled=None)
    start.wait()
    for number in range(count):
        place = record_into(library, f'"{name} {number}"')
        (entry,) = library.find(Query(text=f'"{name} {number}"'), budget_s=None).entries
        assert (entry.id, entry.state) == (place.id, "complete")


def test_two_processes_that_record_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, count = context.Barrier(2), 25
    workers = [
        context.Process(target=record_many, args=(str(tmp_path / "recordings"), name, count, start))
        for name in ("left", "right")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    page = Library(tmp_path / "recordings", bundled=None).find(Query(limit=200), budget_s=None)
    expected = {f'"{name} {number}"' for name in ("left", "right") for number in range(count)}
    assert {entry.title for entry in page.entries} == expected
    assert page.total == 2 * count
    assert all(entry.state == "complete" for entry in page.entries)


def test_a_summary_says_what_the_race_said(library: Library) -> None:
    record_into(library, "", prompt="Where does the  sun\nrise?", tags=("astronomy",), events=scripted_race())
    (entry,) = library.find(Query()).entries
    assert entry.title == "Where does the sun rise?"
    assert (entry.model, entry.device, entry.methods, entry.tags) == (
        "scripted",
        "Scripted CPU",
        ("griffin",),
        ("astronomy",),
    )
    assert (entry.density, entry.tokens, entry.matching, entry.agreement) == (0.5, 7, 2, 2 / 6)
    assert entry.speedup == pytest.approx(31 / 25)
    assert entry == library.entry(entry.id)
