"""Nothing is cut, covered or pushed about: the page at a laptop's and a phone's width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from griffin_core.events import Event, TokenEmitted
from tests.app.scripted_events import scripted_race
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import run_to_the_end

Serve = Callable[..., ScriptedApp]

LAPTOP = {"width": 1360, "height": 768}
PHONE = {"width": 390, "height": 844}
WORDS = [f" word{number}" for number in range(40)]
SLOW_MS = 2_000.0

CUT = """nodes => nodes.filter(node => node.offsetWidth && node.scrollWidth > node.clientWidth + 1)
    .map(node => node.textContent)"""
BOX = (
    "node => { const { left, right, top, bottom } = node.getBoundingClientRect(); return [left, right, top, bottom]; }"
)


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    return scripted(scripted_race(WORDS, WORDS), speed=10)


def with_a_spike() -> list[Event]:
    """One token of the full model's takes seventy times as long as the others."""
    events = scripted_race(WORDS, WORDS)
    place = next(
        index
        for index, event in enumerate(events)
        if isinstance(event, TokenEmitted) and event.lane == "dense" and event.index == 20
    )
    slow = events[place]
    assert isinstance(slow, TokenEmitted)
    fields = {name: getattr(slow, name) for name in ("t_s", "lane", "clock_us", "index", "token_id", "text")}
    events[place] = TokenEmitted(**fields, itl_ms=SLOW_MS)
    return events


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_examples_and_pane_heads_are_read_whole(app: ScriptedApp, open_page: OpenPage, size: dict[str, int]) -> None:
    page = open_page(app.url, **size)
    run_to_the_end(page)
    for part in (".examples .chip", ".pane-title", ".pane-subtitle"):
        assert page.locator(part).evaluate_all(CUT) == [], part
    right = page.locator(".race").evaluate("node => node.getBoundingClientRect().right")
    chips: list[float] = page.locator(".examples .chip").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect().right)"
    )
    assert max(chips) <= right


def test_the_open_drawer_leaves_the_tour_clear_of_the_tabs(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, **LAPTOP)
    page.get_by_role("button", name="Settings").click()
    page.locator(".settings.sidebar.open").wait_for()
    page.wait_for_timeout(500)  # the page moves over
    tour = page.locator(".tour-opener").evaluate(BOX)
    first_tab = page.locator('.tab-wrapper [data-tab-id="race"]').last.evaluate(BOX)
    assert tour[1] <= first_tab[0]


def test_the_drawers_handle_covers_nothing_further_down(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, **PHONE)
    handle = page.locator(".settings .toggle-button")
    expect(handle).to_be_visible()
    page.mouse.wheel(0, 400)
    expect(handle).to_be_hidden()
    page.mouse.wheel(0, -1_000)
    expect(handle).to_be_visible()


def test_one_slow_token_does_not_flatten_the_chart(scripted: Serve, open_page: OpenPage) -> None:
    page = open_page(scripted(with_a_spike(), speed=10).url, **LAPTOP)
    run_to_the_end(page)
    plot = page.locator(".race-charts .chart-plot")
    expect(plot).to_contain_text("2,000 ms")
    reach = plot.evaluate("node => [node.layout.yaxis.range[1], node.layout.xaxis.range[1]]")
    assert reach[0] < 200
    assert reach[1] == len(WORDS)


def test_a_run_that_ends_pushes_nothing_down(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, **LAPTOP)
    parts = page.locator(".race-lanes .pane, .quality, .race-charts .panel")
    before = parts.evaluate_all(f"nodes => nodes.map({BOX})")
    run_to_the_end(page)
    assert parts.evaluate_all(f"nodes => nodes.map({BOX})") == before


def test_the_dark_page_has_dark_scrollbars(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, **PHONE, dark=True)
    assert scheme(page) == "dark"
    assert scheme(open_page(app.url, **PHONE)) == "light"


def scheme(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).colorScheme"))


def test_what_an_example_shows_is_not_said_of_another_density(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, **LAPTOP)
    page.get_by_role("button", name="Retell an article").click()
    expect(page.locator(".verdict-sentence")).not_to_be_empty()
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("number input for Density").fill("0.3")
    expect(page.locator(".verdict-sentence")).to_be_empty()
