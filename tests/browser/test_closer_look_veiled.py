"""A closer look that is not one at the race on the screen, in a browser: it says so, and tells nothing too early."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.engines.interface import InspectionRequest
from app.text import labels, neuron_labels
from tests.app.scripted_events import scripted_race
from tests.app.scripted_studies import inspection_of
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import press_run, run_to_the_end, start_run

WORDS = [f" word{n}" for n in range(60)]
PICTURE = ".neurons .flock-canvas"


@pytest.fixture
def app(scripted: Callable[..., ScriptedApp]) -> Iterator[ScriptedApp]:
    """A first race that is over at once; a test sets the pace of the next one."""
    app = scripted(scripted_race(WORDS, WORDS), speed=20, studies={InspectionRequest: inspection_of})
    yield app
    for run in app.engine.runs:
        run.cancel()


@pytest.fixture
def looked(app: ScriptedApp, open_page: OpenPage) -> Page:
    """A race that was looked at to the end."""
    page = open_page(app.url)
    run_to_the_end(page)
    page.get_by_role("tab", name="Neurons").click()
    page.locator('.neurons-status .status[data-phase="done"]').wait_for()
    expect(page.locator(".veil-note")).to_be_hidden()
    return page


def test_a_race_that_is_running_dims_the_look_at_the_one_before(app: ScriptedApp, looked: Page) -> None:
    app.engine.speed = 0.2
    looked.get_by_role("tab", name="Race").click()
    start_run(looked)
    looked.get_by_role("tab", name="Neurons").click()
    expect(looked.locator(".veil-note")).to_have_text(neuron_labels.VEIL["racing"])
    expect(looked.locator(PICTURE).locator("xpath=..")).to_have_css("opacity", "0.25")
    expect(looked.locator("#look")).to_be_hidden()
    expect(looked.locator(".neurons-status .status")).to_be_hidden()
    looked.get_by_role("tab", name="Race").click()
    looked.locator("#stop").click()


def test_the_tour_waits_for_the_end_of_a_run_and_then_says_what_is_seen(app: ScriptedApp, looked: Page) -> None:
    app.engine.speed = 0.15
    looked.get_by_role("tab", name="Race").click()
    start_run(looked)
    app.engine.speed = 20
    looked.evaluate("location.hash = '#tour-2'")
    looked.locator(".tour-show").click()
    expect(looked.locator(".tour-note")).to_have_text(labels.TOUR["after"])
    expect(looked.locator(".tour-note")).to_contain_text("The real thing", timeout=30_000)
    expect(looked.locator(".veil-note")).to_be_hidden()
    expect(looked.locator(".flock-part")).to_have_count(2)


def test_a_blind_run_hides_the_look_until_the_vote(looked: Page) -> None:
    looked.get_by_role("tab", name="Race").click()
    looked.locator("#blind input").check()
    press_run(looked)
    looked.locator(".ballot:not([hidden])").wait_for()
    expect(looked.locator(".race-charts .chart-blank").first).to_have_text(labels.CHART["sealed"])
    looked.get_by_role("tab", name="Neurons").click()
    expect(looked.locator(".veil-note")).to_have_text(neuron_labels.VEIL["sealed"])
    for hidden in (PICTURE, ".flock-texts", ".neurons-charts .chart-plot"):
        expect(looked.locator(hidden).first).to_be_hidden()
    looked.get_by_role("tab", name="Race").click()
    looked.locator(".ballot-button").first.click()
    looked.get_by_role("tab", name="Neurons").click()
    expect(looked.locator(".veil-note")).to_be_hidden()
    expect(looked.locator(PICTURE)).to_be_visible()


def test_the_button_that_stops_a_look_keeps_its_name(app: ScriptedApp, looked: Page) -> None:
    looked.get_by_role("tab", name="Race").click()
    run_to_the_end(looked)
    looked.get_by_role("tab", name="Neurons").click()
    expect(looked.locator("#stop-look")).to_have_text(labels.STOP)
