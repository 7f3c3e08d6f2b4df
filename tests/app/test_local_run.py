"""One run between two threads."""

import threading

import pytest

from app.engines.interface import PromptRequest, RunRequest
from app.engines.local_run import LocalRun
from griffin_core.events import PrefillProgress, RunFailed, RunFinished

REQUEST = RunRequest(prompt=PromptRequest(model="tiny", text="Hello"))


def test_events_come_out_in_order_and_once() -> None:
    run = LocalRun(REQUEST)
    assert run.begin_playing()
    for tokens in (1, 2):
        run.put(PrefillProgress(t_s=tokens, done_tokens=tokens))
    assert [event.t_s for event in run.next_events(0.0)] == [1, 2]
    assert run.next_events(0.0) == []
    assert not run.finished


def test_cancelling_before_the_start_ends_the_run_at_once() -> None:
    run = LocalRun(REQUEST)
    run.cancel()
    run.cancel()
    assert run.next_events(60.0) == [RunFinished(t_s=0.0, reason="cancelled")]
    assert run.finished
    assert not run.begin_playing()


def test_cancelling_while_it_plays_leaves_the_end_to_the_device() -> None:
    run = LocalRun(REQUEST)
    run.begin_playing()
    run.put(PrefillProgress(t_s=1.5, done_tokens=8))
    run.cancel()
    assert run.unwanted
    assert not run.finished
    run.end_cancelled()
    assert run.next_events(60.0)[-1] == RunFinished(t_s=1.5, reason="cancelled")


def test_nothing_follows_the_end() -> None:
    run = LocalRun(REQUEST)
    run.begin_playing()
    run.put(RunFinished(t_s=1.0, reason="done"))
    run.end_cancelled()
    run.end_failed("SomeError", "too late")
    assert run.next_events(60.0) == [RunFinished(t_s=1.0, reason="done")]


def test_an_error_ends_the_run_with_its_words() -> None:
    run = LocalRun(REQUEST)
    run.end_failed("PromptError", "too long. Shorten it.")
    assert run.next_events(60.0) == [RunFailed(t_s=0.0, type="PromptError", message="too long. Shorten it.")]


def test_waiting_for_events_ends_when_the_run_does() -> None:
    run = LocalRun(REQUEST)
    run.begin_playing()
    threading.Timer(0.05, run.put, [RunFinished(t_s=1.0, reason="done")]).start()
    assert run.next_events(60.0) == [RunFinished(t_s=1.0, reason="done")]


def test_a_run_that_nobody_listens_to_is_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    run = LocalRun(REQUEST)
    assert not run.unwanted
    monkeypatch.setattr("app.engines.local_run.LISTEN_TIMEOUT_S", -1.0)
    assert run.unwanted


def test_the_device_waits_for_a_page_that_is_busy_and_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engines.local_run.PAGE_TURN_S", 60.0)
    run = LocalRun(REQUEST)
    run.begin_playing()
    run.wait_for_page()  # nothing was handed out yet
    run.put(PrefillProgress(t_s=1.0, done_tokens=1))
    run.next_events(0.0)
    threading.Timer(0.05, run.next_events, [0.0]).start()
    run.wait_for_page()  # until the page asks again
