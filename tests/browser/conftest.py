"""A real browser, the real app on the embedded model, and apps whose engine plays a script."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, sync_playwright

from app.library import Library
from app.replaying import Timeline, timeline_of
from app.replaying.export import export_timeline
from app.serving.recordings import RecordingService
from app.serving.service import RaceService
from app.ui import build_ui, launch_options
from app.web.recordings import recording_routes
from griffin_core.events import Event
from tests.app.scripted_engine import ScriptedEngine, Studies
from tests.app.scripted_recording import recorded, whole_session

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROOT = Path(__file__).parents[2]
START_S = 120
RACE_DRAWN = (".pane-title", ".verdict", ".map-canvas", ".chart-plot .main-svg")


@dataclass(frozen=True)
class ScriptedApp:
    """A served page whose every run plays the same events. library: its recordings."""

    url: str
    engine: ScriptedEngine
    library: Library


OpenPage = Callable[..., Page]

LONG_FILES = {
    "test_closer_look_veiled.py",
    "test_page_layout.py",
    "test_pane_page.py",
    "test_recording_modes.py",
    "test_recordings_import.py",
    "test_replay_shown.py",
    "test_tour_page.py",
}
"""Run by `make test-long` alone, to keep `make test` short: what they look at, others look at in passing."""
Exported = Callable[..., Page]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.path.name in LONG_FILES:
                item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """An installed Chromium or Chrome, else the one Playwright downloaded."""
    with sync_playwright() as playwright:
        found = next((path for name in INSTALLED if (path := shutil.which(name))), None)
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            reason = "no Chromium or Chrome is installed. Install one, or run `playwright install chromium`."
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a context of its own, once what is `ready` is drawn; it fails on errors in the page."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_(
        url: str, *, width: int = 1366, height: int = 768, dark: bool = False, ready: Sequence[str] = RACE_DRAWN
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        for drawn in ready:
            page.locator(drawn).first.wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def live_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as a visitor's server runs it, on the embedded model."""
    port = free_port()
    environment = {
        **os.environ,
        "GRIFFIN_PORT": str(port),
        "GRIFFIN_HOST": "127.0.0.1",
        "GRIFFIN_MODEL": "embedded",
        "GRIFFIN_RECORDINGS": str(tmp_path_factory.mktemp("recordings")),
    }
    with subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, server)
            yield url
        finally:
            server.terminate()


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedApp]]:
    """Serves a page whose engine plays `events` and `studies`, `speed` times as fast. library: None keeps nothing."""
    pages = []

    def serve(
        events: Sequence[Event], *, speed: float = 1.0, studies: Studies | None = None, library: Library | None = None
    ) -> ScriptedApp:
        engine = ScriptedEngine(events, speed=speed, studies=studies)
        library = library or Library(None)
        page = build_ui(RaceService(engine, recordings=RecordingService(library)))
        pages.append(page)
        port = free_port()
        options = launch_options(*recording_routes(library))
        page.launch(server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True, **options)
        return ScriptedApp(f"http://127.0.0.1:{port}", engine, library)

    yield serve
    for page in pages:
        page.close(verbose=False)


@pytest.fixture
def timeline() -> Timeline:
    """Of the whole scripted session."""
    return timeline_of(recorded(whole_session(), title="Sky"))


@pytest.fixture
def exported(browser: Browser, tmp_path: Path) -> Iterator[Exported]:
    """Opens a timeline's exported file with the network off; fails on errors, refusals and requests of the page."""
    said: list[str] = []
    contexts = []

    def refuse(route: Route) -> None:
        said.append(f"asked for {route.request.url}")
        route.abort()

    def dismissed(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_(timeline: Timeline, *, query: str = "", width: int = 1366, dark: bool = False) -> Page:
        path = tmp_path / "replay.html"
        path.write_text(export_timeline(timeline), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", offline=True
        )
        contexts.append(context)
        context.route(lambda url: not url.startswith(("file:", "data:", "blob:")), refuse)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("dialog", dismissed)
        page.goto(path.as_uri() + query)
        page.locator(".transport").wait_for()
        page.locator(".chart-plot .main-svg").first.wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers; an early end of it is a failure."""
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        assert server.poll() is None, "the app ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not answer within {START_S} s")
