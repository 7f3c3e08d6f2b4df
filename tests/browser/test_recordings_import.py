"""A file is brought to the Recordings tab, and a recording there obeys the keys, over a scripted engine."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.library import Library
from griffin_core.events import RunFinished
from tests.app.scripted_events import scripted_race
from tests.app.scripted_recordings import recorded, written
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.recording_steps import cards, open_tab, replay

Serve = Callable[..., ScriptedApp]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept", bundled=tmp_path / "bundled")


@pytest.fixture
def app(scripted: Serve, library: Library) -> ScriptedApp:
    return scripted(scripted_race(), speed=4, library=library)


def test_a_file_is_imported_or_refused_in_words(app: ScriptedApp, open_page: OpenPage, tmp_path: Path) -> None:
    whole = written(tmp_path / "../evil name.jsonl", title="From elsewhere").read_bytes()
    page = open_page(app.url)
    open_tab(page)
    page.locator('input[type="file"]').set_input_files(
        {"name": "broken.jsonl", "mimeType": "text/plain", "buffer": b"{}\n" + whole}
    )
    expect(page.locator(".import-said")).to_contain_text("line 1")
    expect(cards(page)).to_have_count(0)
    page.locator('input[type="file"]').set_input_files(
        {"name": "../../evil.gz", "mimeType": "application/gzip", "buffer": gzip.compress(whole)}
    )
    expect(page.locator(".opened-title")).to_have_text("From elsewhere")
    expect(page.locator(".opened").get_by_role("button", name="Delete")).to_be_visible()
    page.get_by_role("button", name="All recordings").click()
    expect(cards(page)).to_have_count(1)
    assert len(list((tmp_path / "kept").glob("*.griffin.jsonl"))) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("notes.txt", "“notes.txt” is not"), ("<b>.html", "“<b>.html” is a replay")]
)
def test_a_file_that_is_none_of_ours_is_told_what_to_choose_and_stays_here(
    app: ScriptedApp, open_page: OpenPage, name: str, words: str
) -> None:
    page = open_page(app.url)
    open_tab(page)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/plain", "buffer": b"hello"})
    expect(page.locator(".import-said")).to_contain_text(words)
    expect(page.locator(".import-said")).to_contain_text("take Download → JSONL")
    assert not [url for url in sent if url.endswith("griffin/recordings")]


@pytest.mark.long
def test_a_stopped_run_is_marked_without_alarm_and_a_cut_one_with_it(app: ScriptedApp, open_page: OpenPage) -> None:
    begun = scripted_race()[:9]
    recorded(app.library, title="Left", events=[*begun, RunFinished(t_s=0.5, reason="cancelled")])
    recorded(app.library, title="Torn", events=begun)
    page = open_page(app.url)
    open_tab(page)
    expect(cards(page).filter(has_text="Left").locator(".badge").filter(has_text="stopped")).to_be_visible()
    expect(page.locator(".badge-flaw")).to_have_text(["cut"])


def test_keys_play_the_recording_that_was_just_opened(app: ScriptedApp, open_page: OpenPage) -> None:
    recorded(app.library, title="Sunrise")
    page = open_page(app.url)
    open_tab(page)
    cards(page).get_by_role("link").click()
    expect(replay(page)).to_contain_text("at dawn", timeout=20_000)
    expect(page.locator(".replay-coming")).to_have_count(0)
    page.keyboard.press("Home")
    expect(replay(page).locator(".pane-text").first).to_have_text("")
    page.keyboard.press("]")
    expect(replay(page).locator(".pane-text").first).not_to_have_text("")


@pytest.mark.long
def test_a_file_that_is_too_large_never_leaves_the_browser(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    open_tab(page)
    page.locator('input[type="file"]').set_input_files(
        {"name": "big.jsonl", "mimeType": "text/plain", "buffer": bytes((8 << 20) + 1)}
    )
    expect(page.locator(".import-said")).to_contain_text("8 MB is the most")
