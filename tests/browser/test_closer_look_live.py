"""The closer look on the real embedded model: map before the answer, flocking, swap test, sweep, tour."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import LONG_PROMPT, RUN_MS, ask, limit_tokens, start_run, wait_for_phase

pytestmark = pytest.mark.timeout(900)

SWEEP_MS = 180_000


@pytest.fixture
def page(live_url: str, open_page: OpenPage) -> Page:
    """A fresh visitor, the model loaded."""
    page = open_page(live_url, width=1440, height=900)
    wait_for_phase(page, "ready")
    return page


def test_the_map_comes_before_the_fifth_token_and_the_tokens_are_read_afterwards(page: Page) -> None:
    ask(page, LONG_PROMPT)
    limit_tokens(page, 24)
    page.evaluate(_WATCH_MAP)
    start_run(page)
    wait_for_phase(page, "done")
    assert page.evaluate("window.tokensAtMap") < 5
    expect(page.locator(".quality-sentence")).to_contain_text("of 23 places", timeout=RUN_MS)
    page.locator(".pane-text > span").nth(3).hover()
    expect(page.locator(".token-card:visible")).to_contain_text("Full model")
    expect(page.locator(".token-card:visible button")).to_have_count(10)
    page.get_by_role("tab", name="Neurons").click()
    expect(page.locator(".flock-part")).to_have_count(2, timeout=RUN_MS)
    expect(page.locator(".neurons .panel-sentence").first).to_contain_text(re.compile(r"\d+\s%.*by chance"))
    page.locator(".flock-canvas").hover()
    expect(page.locator(".flock-tip")).to_contain_text("neurons")


@pytest.mark.long
def test_the_swap_test_runs_four_lanes(page: Page) -> None:
    ask(page, LONG_PROMPT)
    limit_tokens(page, 12)
    page.get_by_role("button", name="Swap test").click()
    expect(page.locator(".extras-sentence")).to_contain_text("with its own neurons", timeout=RUN_MS)
    expect(page.locator(".race-extras .pane:not([hidden])")).to_have_count(2)


@pytest.mark.long
def test_a_sweep_draws_seven_points_of_the_prompt(page: Page) -> None:
    ask(page, LONG_PROMPT)
    page.get_by_role("tab", name="Sweep").click()
    page.locator("#start-sweep").click()
    page.locator('.sweep .status[data-phase="done"]').wait_for(timeout=SWEEP_MS)
    expect(page.locator(".sweep-table tbody tr:not(.coming)")).to_have_count(7)
    expect(page.locator(".sweep-panel .scatterlayer .trace:nth-child(n + 3) .point")).to_have_count(7)


@pytest.mark.long
def test_the_tour_shows_its_five_steps_on_real_runs(page: Page) -> None:
    page.get_by_role("button", name="Tour").click()
    for step in range(1, 6):
        expect(page.locator(".tour-place")).to_have_text(f"Tour · {step} of 5")
        page.locator(".tour").get_by_role("button", name="Show me", exact=True).click()
        expect(page.locator("[data-tour-mark]")).to_have_count(1, timeout=RUN_MS)
        page.locator('.race .status[data-phase="done"]').wait_for(state="attached", timeout=RUN_MS)  # maybe another tab
        if step < 5:
            page.locator(".tour").get_by_role("button", name="Next", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.locator(".tour")).to_be_hidden()


_WATCH_MAP = """() => {
    const map = document.querySelector(".map-canvas");
    const look = () => {
        if (window.tokensAtMap !== undefined || !/keeps/.test(map.getAttribute("aria-label") ?? "")) return;
        window.tokensAtMap = Math.max(...[...document.querySelectorAll(".pane-text")].map((pane) =>
            pane.querySelectorAll(":scope > span").length));
    };
    new MutationObserver(look).observe(map, { attributes: true });
}"""
