"""The page on the real embedded model: a run end to end, Stop, reload, Continue."""

import re
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import (
    LONG_PROMPT,
    RUN_MS,
    answer,
    ask,
    limit_tokens,
    pane,
    start_run,
    status,
    wait_for_phase,
    wait_for_tokens,
)

pytestmark = pytest.mark.timeout(600)

STOP_MS = 300
ENDLESS_TOKENS = 1500


@pytest.fixture
def page(live_url: str, open_page: OpenPage) -> Page:
    """A fresh visitor, the model loaded."""
    page = open_page(live_url)
    wait_for_phase(page, "ready")
    return page


def test_both_panes_stream_and_the_run_ends_with_its_figures(page: Page) -> None:
    ask(page, LONG_PROMPT)
    limit_tokens(page, 48)
    page.evaluate(_WATCH_PANES)
    start_run(page)
    wait_for_phase(page, "done")
    assert page.evaluate("window.bothStreamed")
    expect(page.locator(".map-canvas")).to_have_attribute("aria-label", re.compile("layer keeps"))
    expect(page.locator(".verdict-number")).to_contain_text("×")
    expect(page.locator(".verdict-sentence")).not_to_be_empty()
    expect(page.locator(".chart-plot .scatterlayer .trace")).to_have_count(2)
    expect(page.locator(".status-machine")).to_contain_text("SmolLM2")
    for lane in (0, 1):
        assert answer(page, lane).strip()
        expect(pane(page, lane).locator(".figures")).to_contain_text("tokens/s")


def test_stop_answers_within_300_ms(page: Page) -> None:
    """The median of three: a busy machine may be late once."""
    waits_ms = []
    for _ in range(3):
        ask(page, LONG_PROMPT)
        start_run(page)
        wait_for_tokens(page, 1)
        waits_ms.append(page.evaluate(_STOP_AND_WAIT))
    assert median(waits_ms) < STOP_MS, waits_ms
    expect(page.locator("#run")).to_be_enabled()


def test_reload_mid_run_frees_the_device(page: Page) -> None:
    """The next run reads at once; had the first one kept the device, it would wait in line for minutes."""
    ask(page, LONG_PROMPT)
    limit_tokens(page, ENDLESS_TOKENS, past_the_end=True)
    start_run(page)
    wait_for_tokens(page, 1)
    page.reload()
    wait_for_phase(page, "ready")
    ask(page, LONG_PROMPT)
    limit_tokens(page, 4)
    start_run(page)
    assert wait_for_phase(page, "queued", "reading", "running", "done") != "queued"
    wait_for_phase(page, "done")


def test_continue_goes_on_from_the_text(page: Page) -> None:
    ask(page, LONG_PROMPT)
    limit_tokens(page, 8)
    start_run(page)
    wait_for_phase(page, "done")
    before = [answer(page, lane) for lane in (0, 1)]
    page.locator("#continue").click()
    expect(status(page)).to_have_attribute("data-phase", "running", timeout=RUN_MS)
    wait_for_phase(page, "done")
    for lane in (0, 1):
        assert answer(page, lane).startswith(before[lane])
        assert len(answer(page, lane)) > len(before[lane])


def test_run_again_gives_the_same_text(page: Page) -> None:
    ask(page, LONG_PROMPT)
    limit_tokens(page, 8)
    start_run(page)
    wait_for_phase(page, "done")
    before = [answer(page, lane) for lane in (0, 1)]
    ask(page, "another prompt, not run")
    page.locator("#again").click()
    expect(page.locator("#stop")).to_be_enabled()
    wait_for_phase(page, "done")
    assert [answer(page, lane) for lane in (0, 1)] == before


_WATCH_PANES = """() => {
    const panes = [...document.querySelectorAll(".pane:not([hidden])")];
    const writing = pane => pane.dataset.phase === "running" && pane.querySelectorAll(".pane-text > span").length > 1;
    const look = () => { window.bothStreamed ||= panes.every(writing); };
    new MutationObserver(look).observe(document.querySelector(".race"), { childList: true, subtree: true });
}"""

_STOP_AND_WAIT = """() => new Promise(resolve => {
    const line = document.querySelector(".status");
    const start = performance.now();
    const look = () => line.dataset.phase === "cancelled" && resolve(performance.now() - start);
    new MutationObserver(look).observe(line, { attributes: true });
    document.getElementById("stop").click();
})"""
