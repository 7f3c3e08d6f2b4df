"""A blind run on the page: nothing tells before the vote, everything is there after it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.app.scripted_events import scripted_race
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import answer, ask, boxes, pane, press_run, wait_for_phase

Serve = Callable[..., ScriptedApp]

WORDS = [f" word{n}" for n in range(30)]
OTHERS = [*WORDS[:9], *(f" other{n}" for n in range(21))]
TELLING = ("Full model", "GRIFFIN", "griffin:", "dense", "tokens/s", "experts", "itl_ms", "speedup")


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    """The pruned lane writes " other…", the full model " word…"."""
    return scripted(scripted_race(WORDS, OTHERS, finish=("length", "length")), speed=2)


def run_blind(page: Page) -> None:
    """A whole blind run, by keyboard."""
    ask(page, "Go on")
    page.get_by_label("Which one is pruned?").first.check()
    page.locator("#run").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ballot-button").first).to_be_visible(timeout=30_000)


def test_nothing_that_reaches_the_browser_tells_before_the_vote(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    page.evaluate(_KEEP_WHAT_ARRIVES)
    run_blind(page)
    wait_for_phase(page, "done")
    received = page.evaluate("window.received.join(' ')")
    assert "Answer A" in received
    assert [word for word in TELLING if word in received] == []
    seen = page.locator(".race").inner_text()
    assert [word for word in ("Full model", "GRIFFIN", "tokens/s", "×") if word in seen] == []
    expect(page.locator(".chart-plot .scatterlayer .trace")).to_have_count(0)
    for name in ("#again", "#continue"):
        expect(page.locator(name)).to_be_disabled()


@pytest.mark.parametrize("right", [True, False])
def test_the_vote_reveals_the_run(app: ScriptedApp, open_page: OpenPage, right: bool) -> None:
    page = open_page(app.url)
    run_blind(page)
    pruned = 0 if " other0" in answer(page, 0) else 1
    voted = pruned if right else 1 - pruned
    button = page.locator(".ballot-button").nth(voted)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".status-text")).to_contain_text("You were right" if right else "You were wrong")
    expect(page.locator('.status [aria-live="polite"]')).to_contain_text(f"answer {'AB'[pruned]} is the pruned one")
    expect(pane(page, 0).locator(".pane-title")).to_have_text("Full model")
    expect(pane(page, 1).locator(".pane-subtitle")).to_contain_text(f"was answer {'AB'[pruned]}")
    assert answer(page, 0) == "".join(WORDS)
    assert answer(page, 1) == "".join(OTHERS)
    expect(page.locator(".verdict-number")).to_contain_text("×")
    expect(page.locator(".chart-plot .scatterlayer .trace")).to_have_count(2)
    expect(page.locator(".map-canvas")).to_have_attribute("aria-label", re.compile("keeps"))
    expect(page.locator(".ballot")).to_be_hidden()
    expect(page.locator("#run")).to_be_focused()


@pytest.mark.long
def test_a_closer_look_begins_only_after_the_vote(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    run_blind(page)
    page.wait_for_timeout(500)
    assert app.engine.asked == []
    page.get_by_role("button", name="I can't tell").click()
    expect(page.locator(".status-text")).to_contain_text("0 right, 0 wrong, 1 undecided")
    for _ in range(50):
        if app.engine.asked:
            break
        page.wait_for_timeout(100)
    assert len(app.engine.asked) == 1


@pytest.mark.long
def test_votes_are_counted_over_runs(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    for _ in range(2):
        run_blind(page)
        pruned = 0 if " other0" in answer(page, 0) else 1
        page.locator(".ballot-button").nth(pruned).click()
        expect(page.locator(".ballot")).to_be_hidden()
    expect(page.locator(".status-text")).to_contain_text("So far 2 right, 0 wrong")


@pytest.mark.long
def test_nothing_moves_between_the_run_the_vote_and_the_reveal(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=1440, height=900)
    before = boxes(page)
    run_blind(page)
    assert boxes(page) == before
    page.locator(".ballot-button").first.click()
    expect(page.locator(".verdict-number")).to_contain_text("×")
    assert boxes(page) == before


@pytest.mark.long
def test_a_stopped_blind_run_is_revealed_without_a_vote(scripted: Serve, open_page: OpenPage) -> None:
    page = open_page(scripted(scripted_race(WORDS, OTHERS), speed=0.3).url)
    ask(page, "Go on")
    page.get_by_label("Which one is pruned?").first.check()
    press_run(page)
    wait_for_phase(page, "running")
    page.locator("#stop").click()
    wait_for_phase(page, "cancelled")
    expect(pane(page, 0).locator(".pane-title")).to_have_text("Full model")
    expect(page.locator(".ballot")).to_be_hidden()


# Gradio's client parses every message of the server: what passes here is all that reaches the page.
_KEEP_WHAT_ARRIVES = """() => {
    const parse = JSON.parse;
    window.received = [];
    JSON.parse = (text, ...more) => { window.received.push(text); return parse(text, ...more); };
}"""
