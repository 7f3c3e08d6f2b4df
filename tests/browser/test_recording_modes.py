"""Recordings on other pages: replay mode, where nothing runs, and a blind run, where nothing may tell."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.library import Library, Query
from app.serving.recordings import RecordingService
from app.ui import build_replay_ui, launch_options
from app.web.recordings import recording_routes
from tests.app.scripted_events import scripted_race
from tests.app.scripted_recordings import recorded
from tests.browser.conftest import OpenPage, ScriptedApp, free_port
from tests.browser.steps import ask, press_run

Serve = Callable[..., ScriptedApp]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept", bundled=tmp_path / "bundled")


@pytest.fixture
def replay_url(library: Library) -> Iterator[str]:
    """The page that only replays."""
    page = build_replay_ui(RecordingService(library, live=False))
    port = free_port()
    options = launch_options(*recording_routes(library))
    page.launch(server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True, **options)
    yield f"http://127.0.0.1:{port}"
    page.close(verbose=False)


def test_where_nothing_runs_recordings_are_searched_and_replayed(
    library: Library, replay_url: str, open_page: OpenPage
) -> None:
    recorded(library, title="Sunrise")
    page = open_page(replay_url, ready=[".gallery"])
    expect(page.locator(".masthead")).to_contain_text("nothing runs here")
    expect(page.get_by_role("tab")).to_have_text(["Recordings", "Estimate", "About"])
    page.locator(".recording-card").get_by_role("link", name="Sunrise").click()
    expect(page.frame_locator(".replay-frame").locator("body")).to_contain_text("at dawn", timeout=20_000)
    expect(page.get_by_role("button", name="Run this prompt here")).to_be_hidden()


@pytest.mark.long
def test_a_blind_run_can_be_recorded_and_opened_after_its_vote(
    scripted: Serve, library: Library, open_page: OpenPage
) -> None:
    page = open_page(scripted(scripted_race(), speed=4, library=library).url)
    ask(page, "Why does the sun rise?")
    page.get_by_label("Which one is pruned?").first.check()
    page.get_by_role("switch", name="Record").click()
    page.get_by_role("button", name="Agree and record").click()
    press_run(page)
    outcome = page.locator(".record-outcome")
    expect(outcome).to_contain_text("after your vote", timeout=30_000)
    expect(outcome.get_by_role("button", name="Open")).to_be_hidden()
    page.get_by_role("button", name="I can't tell").click()
    expect(outcome.get_by_role("button", name="Open")).to_be_visible()
    (entry,) = library.find(Query()).entries
    assert entry.voted
    assert library.read(entry.id).votes[0].said == ""
