"""Copies to a dataset of the hub: off unless asked for, and never in the way."""

import logging
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from app.library import Library, Query
from tests.app.recorded import record_into

PATIENCE_S = 10.0


class FakeApi:
    """Does what it is asked at once, as `HfApi.run_as_future` does in its own time."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.deleted: list[dict[str, Any]] = []
        self._failure = failure

    def delete_file(self, path_in_repo: str, **where: str) -> None:
        if self._failure:
            raise self._failure
        self.deleted.append({"path": path_in_repo, **where})

    def run_as_future(self, work: Any, *given: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **named))
        except OSError as error:
            future.set_exception(error)
        return future


class FakeScheduler:
    """`huggingface_hub.CommitScheduler` without a hub."""

    made: list["FakeScheduler"]
    failure: Exception | None = None
    api_failure: Exception | None = None

    def __init__(self, **asked: Any) -> None:
        if self.failure:
            raise self.failure
        self.asked = asked
        self.repo_id = asked["repo_id"]
        self.api = FakeApi(self.api_failure)
        self.stopped = False
        self.made.append(self)

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> type[FakeScheduler]:
    fake = type("Fake", (FakeScheduler,), {"made": []})
    monkeypatch.setattr(huggingface_hub, "CommitScheduler", fake)
    return fake


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None)


def publishing(library: Library, dataset: str | None = "owner/recordings") -> None:
    library.publish_to(dataset)
    joined()


def joined() -> None:
    for thread in threading.enumerate():
        if thread.name == "publishing":
            thread.join(PATIENCE_S)


def test_nothing_leaves_the_machine_unless_a_dataset_is_named(scheduler: type[FakeScheduler], library: Library) -> None:
    publishing(library, None)
    record_into(library)
    assert scheduler.made == []


def test_recordings_alone_are_copied_to_a_private_dataset(scheduler: type[FakeScheduler], library: Library) -> None:
    publishing(library)
    (made,) = scheduler.made
    assert made.asked["folder_path"] == library.store.folder
    assert (made.asked["repo_id"], made.asked["repo_type"]) == ("owner/recordings", "dataset")
    assert made.asked["allow_patterns"] == "*.griffin.jsonl"
    assert made.asked["private"] is True
    assert "token" not in made.asked  # the hub library finds it itself
    library.close()
    assert made.stopped


def test_what_is_deleted_here_is_deleted_there(scheduler: type[FakeScheduler], library: Library) -> None:
    publishing(library)
    place = record_into(library)
    library.delete(place.id, place.key)
    assert scheduler.made[0].api.deleted == [
        {"path": f"{place.id}.griffin.jsonl", "repo_id": "owner/recordings", "repo_type": "dataset"}
    ]


def test_what_is_deleted_before_the_hub_answers_is_deleted_there_afterwards(
    scheduler: type[FakeScheduler], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def make(**asked: Any) -> FakeScheduler:
        answers.wait(PATIENCE_S)
        return scheduler(**asked)

    monkeypatch.setattr(huggingface_hub, "CommitScheduler", make)
    place = record_into(library)
    library.publish_to("owner/recordings")
    library.delete(place.id, place.key)
    answers.set()
    joined()
    assert [deleted["path"] for deleted in scheduler.made[0].api.deleted] == [f"{place.id}.griffin.jsonl"]


@pytest.mark.parametrize("failure", [OSError("offline"), ValueError("no such name"), RuntimeError("anything")])
def test_a_hub_that_fails_is_logged_and_recording_goes_on(
    scheduler: type[FakeScheduler], library: Library, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler.failure = failure
    with caplog.at_level(logging.WARNING):
        publishing(library)
    assert f"could not be copied to the hub, or deleted there: {failure}" in caplog.text
    place = record_into(library)
    library.delete(place.id, place.key)
    assert library.find(Query()).total == 0
    library.close()


def test_a_copy_that_cannot_be_deleted_is_logged(
    scheduler: type[FakeScheduler], library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler.api_failure = OSError("no such entry")
    publishing(library)
    place = record_into(library)
    with caplog.at_level(logging.WARNING):
        library.delete(place.id, place.key)
    assert "no such entry" in caplog.text
    assert not place.path.exists()


def test_a_library_without_a_folder_copies_nothing(scheduler: type[FakeScheduler], tmp_path: Path) -> None:
    publishing(Library(None, bundled=tmp_path))
    assert scheduler.made == []
