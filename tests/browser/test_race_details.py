"""The page over a scripted engine: narrow panes, a continued half character, what is read aloud, what fails quietly."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from griffin_core.events import TokenEmitted
from tests.app.scripted_events import scripted_race
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import (
    RUN_MS,
    answer,
    ask,
    overflow_px,
    pane,
    press_run,
    run_to_the_end,
    wait_for_phase,
)

Serve = Callable[..., ScriptedApp]

CUT = ("Party", "!", " \ufffd")
COMPLETED = ("Party", "!", "", "", " 🧬", " and", " on")


@pytest.fixture
def race(scripted: Serve) -> ScriptedApp:
    """A short race of the plain answers."""
    return scripted(scripted_race())


def test_continue_completes_a_character_that_was_cut_in_half(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(CUT, CUT))
    page = open_page(app.url)
    run_to_the_end(page)
    assert answer(page, 0) == "".join(CUT)
    app.engine.events = tuple(scripted_race(COMPLETED, COMPLETED))
    page.locator("#continue").click()
    for lane in (0, 1):
        expect(pane(page, lane).locator(".pane-text")).to_have_text("".join(COMPLETED), timeout=RUN_MS)


@pytest.mark.parametrize("width", [1366, 1280, 1024, 900, 390])
def test_no_figure_of_a_pane_is_cut_off(scripted: Serve, open_page: OpenPage, width: int) -> None:
    """Of a slow model that read a long prompt: its figures are the longest."""
    events = scripted_race(itl_ms=(153.4, 124.6))
    late = [replace(one, clock_us=one.clock_us + 800_000) if isinstance(one, TokenEmitted) else one for one in events]
    app = scripted(late, speed=4)
    page = open_page(app.url, width=width)
    run_to_the_end(page)
    for lane in (0, 1):
        expect(pane(page, lane).locator(".figure")).to_have_count(5)
        assert pane(page, lane).locator(".figures").evaluate(_CUT_OFF) == []
    assert overflow_px(page) <= 0


def test_end_of_a_run_is_read_aloud_with_its_verdict(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    sentence = page.locator(".verdict-sentence").inner_text()
    assert sentence
    expect(read_aloud(page)).to_contain_text(sentence)


def test_place_in_line_is_read_aloud(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(), speed=0.05)
    first, second = open_page(app.url), open_page(app.url)
    for page, phase in ((first, "running"), (second, "queued")):
        ask(page, "Go on")
        press_run(page)
        wait_for_phase(page, phase)
    expect(read_aloud(second)).to_contain_text(re.compile("before you|next", re.IGNORECASE))


def test_copy_works_without_leave_to_use_the_clipboard(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    page.evaluate(_FORBID_CLIPBOARD)
    run_to_the_end(page)
    pane(page, 0).get_by_role("button").click()
    expect(pane(page, 0).get_by_role("button", name=re.compile("Copied"))).to_be_focused()
    assert page.evaluate("window.copied") == answer(page, 0)


def test_run_key_does_nothing_on_the_about_tab(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    ask(page, "Go on")
    page.get_by_role("tab", name="About").click()
    expect(page.locator("#run")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Race").click()
    expect(page.locator("#run")).to_be_visible()
    page.wait_for_timeout(500)
    assert race.engine.requests == []


def test_chart_says_when_its_script_cannot_be_loaded(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.reload()
    expect(page.locator(".chart-frame .chart-blank")).to_contain_text("could not be loaded")
    run_to_the_end(page)
    expect(page.locator(".chart-frame .chart-blank")).to_be_visible()


def read_aloud(page: Page) -> Locator:
    """The polite line for screen readers."""
    return page.locator('.status [aria-live="polite"]')


_FORBID_CLIPBOARD = """() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no leave", "NotAllowedError"));
    document.addEventListener("copy", () => { window.copied = document.activeElement.value; });
}"""

_CUT_OFF = """line => {
    const box = line.getBoundingClientRect();
    const inside = one => one.right <= box.right + 0.5 && one.bottom <= box.bottom + 0.5;
    return [...line.children].filter(child => !inside(child.getBoundingClientRect())).map(child => child.textContent);
}"""
