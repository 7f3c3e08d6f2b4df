"""What is told while a command gets going: on standard error, before each thing that takes seconds."""

import argparse
import importlib
import io
import sys
from collections.abc import Generator

import pytest

from griffin_core.cli.request import getting_ready, load_and_encode, starting_torch
from griffin_core.cli.screen import LiveLanes
from griffin_core.errors import UnknownModelError
from griffin_core.events import Event
from griffin_core.metrics import RunTally
from tests.core.scripted_run import scripted_run

Spoken = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if torch had not been imported; what imports it has been, so that it is not imported again."""
    for module in ("griffin_core.loading", "griffin_core.prompts"):
        importlib.import_module(module)
    monkeypatch.delitem(sys.modules, "torch")


@pytest.mark.usefixtures("without_torch")
def test_starting_torch_is_told_before_it_is_imported(capsys: Spoken) -> None:
    with starting_torch():
        told = capsys.readouterr()
    assert told.err == "starting PyTorch …\n"
    assert told.out == ""


def test_torch_that_has_started_is_not_told_again(capsys: Spoken) -> None:
    with starting_torch():
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("without_torch")
def test_torch_comes_before_the_model(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UnknownModelError("no such model.")

    monkeypatch.setattr("griffin_core.loading.load_model", refuse)
    asked = argparse.Namespace(model="tiny", device=None, dtype=None, revision=None)
    with pytest.raises(UnknownModelError):
        load_and_encode(asked, "hello")
    assert capsys.readouterr().err == "starting PyTorch …\nloading tiny\n"


def test_getting_ready_is_told_until_the_first_event(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    events = getting_ready(events_of_a_run([]))
    assert terminal.getvalue() == ""
    first = next(events)
    assert terminal.getvalue() == "\r\x1b[Kgetting ready\r\x1b[K"
    assert [first, *events] == list(scripted_run())


def test_closing_what_gets_ready_closes_the_run() -> None:
    closed: list[str] = []
    events = getting_ready(events_of_a_run(closed))
    next(events)
    assert closed == []
    events.close()
    assert closed == ["closed"]


def test_a_run_without_events_gets_ready_for_nothing() -> None:
    nothing: list[Event] = []
    assert list(getting_ready(event for event in nothing)) == []


def test_the_picture_leaves_the_terminal_alone_until_there_is_something_to_draw() -> None:
    terminal = Terminal()
    with LiveLanes(terminal) as screen:
        assert terminal.getvalue() == ""
        tally = RunTally()
        for event in scripted_run():
            tally.add(event)
            screen.show(event, tally)
        assert "dense" in terminal.getvalue()
    with LiveLanes(Terminal()) as screen:
        pass  # nothing came: leaving is no error


def events_of_a_run(closed: list[str]) -> Generator[Event, None, None]:
    try:
        yield from scripted_run()
    finally:
        closed.append("closed")
