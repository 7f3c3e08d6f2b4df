"""Copies recordings to a dataset of the Hugging Face hub, where one is configured. Knows the hub; knows no recording.

Off unless asked for. The token is the hub library's own business (HF_TOKEN); it is never read here. Nothing that the
hub does or refuses stops the page: it is logged.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

from app.library.store import SUFFIX

EVERY_MINUTES = 5.0
_FAILED = "recordings could not be copied to the hub, or deleted there: %s"
_log = logging.getLogger(__name__)


class Scheduler(Protocol):
    """What is used of `huggingface_hub.CommitScheduler`."""

    repo_id: str
    api: Any

    def trigger(self) -> "Future[Any]": ...

    def stop(self) -> None: ...


class Publisher:
    """Copies a folder's recordings every few minutes. make: starts a scheduler; it talks to the hub and may fail."""

    def __init__(self, make: Callable[[], Scheduler]) -> None:
        self._make = make
        self._scheduler: Scheduler | None = None
        self._to_forget: list[str] = []
        self._lock = threading.Lock()
        # The hub may take its time, and the page must not wait for it.
        threading.Thread(target=self._start, name="publishing", daemon=True).start()

    def forget(self, recording_id: str) -> None:
        """Delete a recording from the dataset, too, after copies under way. The dataset's history keeps what it had."""
        with self._lock:
            self._to_forget.append(recording_id)
        self._forget()

    def close(self) -> None:
        """Stop copying."""
        if self._scheduler is not None:
            self._scheduler.stop()

    def _start(self) -> None:
        try:
            self._scheduler = self._make()
        except Exception as error:  # noqa: BLE001  # whatever the hub or the network does
            _log.warning(_FAILED, error)
        self._forget()

    def _forget(self) -> None:
        """Delete what waits for it, once there is a scheduler."""
        if self._scheduler is None:
            return
        with self._lock:
            waiting, self._to_forget = self._to_forget, []
        api, repo_id = self._scheduler.api, self._scheduler.repo_id
        for recording_id in waiting:
            name = f"{recording_id}{SUFFIX}"
            deleted = api.run_as_future(api.delete_file, name, repo_id=repo_id, repo_type="dataset")
            deleted.add_done_callback(_logged)


def publisher(dataset: str, folder: Path) -> Publisher:
    """Copies the recordings in `folder` to `dataset` of the hub from now on."""

    def make() -> Scheduler:
        from huggingface_hub import CommitScheduler  # slow to import, and seldom wanted

        scheduler: Scheduler = CommitScheduler(
            repo_id=dataset,
            repo_type="dataset",
            folder_path=folder,
            every=EVERY_MINUTES,
            private=True,  # when it is made here: prompts are for their owner to show
            allow_patterns=f"*{SUFFIX}",  # neither the index nor the secret
        )
        return scheduler

    return Publisher(make)


def _logged(done: "Future[Any]") -> None:
    if (error := done.exception()) is not None:
        _log.warning(_FAILED, error)
