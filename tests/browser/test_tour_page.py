"""The guided tour: opened by button and by link, five steps, keys, and "Show me" pressing the page's own buttons."""

import dataclasses
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.catalog import EXAMPLES
from app.engines.interface import InspectionRequest, PromptRequest, PromptSize
from app.text import labels
from app.text.tour import BREAKING, STEPS
from tests.app.scripted_events import scripted_race
from tests.app.scripted_studies import scripted_inspection
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import RUN_MS, ask, overflow_px, press_run, status, wait_for_phase, wait_for_tokens

Serve = Callable[..., ScriptedApp]

WORDS = [f" word{n}" for n in range(40)]
NARROW = {"width": 390, "height": 844}
FIRST, BREAKS = EXAMPLES[0], next(example for example in EXAMPLES if example.name == BREAKING)


@pytest.fixture
def tour(scripted: Serve) -> ScriptedApp:
    """A race of a second, on a model whose context holds every example."""
    app = scripted(scripted_race(WORDS, WORDS[:30]), speed=1.5, studies={InspectionRequest: scripted_inspection()})
    app.engine.measure_prompt = room_for_all  # type: ignore[method-assign]
    return app


def room_for_all(prompt: PromptRequest) -> PromptSize:
    return PromptSize(tokens=len(prompt.text.split()), context=8_192)


def room_for_none(prompt: PromptRequest) -> PromptSize:
    return PromptSize(tokens=9_000, context=8_192)


def slowly(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


def panel(page: Page) -> Locator:
    return page.locator(".tour")


def press(page: Page, name: str) -> None:
    panel(page).get_by_role("button", name=name, exact=True).click()


def expect_step(page: Page, number: int) -> None:
    expect(panel(page)).to_be_visible()
    expect(panel(page).locator(".tour-place")).to_have_text(f"Tour · {number} of 5")
    expect(panel(page).locator(".tour-title")).to_have_text(STEPS[number - 1].title)


def expect_marked(page: Page, selector: str) -> None:
    expect(page.locator("[data-tour-mark]")).to_have_count(1, timeout=RUN_MS)
    assert page.locator("[data-tour-mark]").evaluate("(node, selector) => node.matches(selector)", selector)


def expect_note(page: Page, text: str) -> None:
    expect(panel(page).locator(".tour-note")).to_have_text(text, timeout=RUN_MS)


def test_the_tour_opens_by_its_button_only_and_goes_through_five_steps(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(tour.url)
    expect(panel(page)).to_be_hidden()
    page.get_by_role("button", name="Tour", exact=True).click()
    for number in range(1, 6):
        expect_step(page, number)
        assert page.url.endswith(f"#tour-{number}")
        expect(panel(page).get_by_role("img", name=STEPS[number - 1].drawing)).to_be_visible()
        press(page, "Next" if number < 5 else "Done")
    expect(panel(page)).to_be_hidden()
    assert "#" not in page.url
    assert tour.engine.requests == []  # nothing plays by itself


@pytest.mark.parametrize(("link", "step"), [("?tour=3", 3), ("#tour-4", 4), ("?tour", 1), ("#tour", 1)])
@pytest.mark.long
def test_a_link_opens_its_step(tour: ScriptedApp, open_page: OpenPage, link: str, step: int) -> None:
    page = open_page(f"{tour.url}/{link}")
    expect_step(page, step)
    press(page, "Back" if step > 1 else "Next")
    expect_step(page, step - 1 or 2)
    assert page.url == f"{tour.url}/#tour-{step - 1 or 2}"


@pytest.mark.parametrize("link", ["?tour=0", "?tour=6", "?tour=x", "#tour-99", "#detour-1"])
@pytest.mark.long
def test_a_link_to_no_step_opens_nothing(tour: ScriptedApp, open_page: OpenPage, link: str) -> None:
    page = open_page(f"{tour.url}/{link}")
    expect(page.get_by_role("button", name="Tour", exact=True)).to_be_visible()
    expect(panel(page)).to_be_hidden()


@pytest.mark.long
def test_the_tour_can_be_left_at_every_step(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(tour.url)
    for number in range(1, 6):
        page.evaluate(f"location.hash = 'tour-{number}'")
        expect_step(page, number)
        press(page, "Skip" if number < 5 else "Close")
        expect(panel(page)).to_be_hidden()
        expect(page.get_by_role("button", name="Tour", exact=True)).to_be_focused()


def test_arrow_keys_turn_the_steps_and_escape_closes_without_stopping_a_run(
    scripted: Serve, open_page: OpenPage
) -> None:
    page = open_page(scripted(scripted_race(WORDS, WORDS), speed=0.1).url)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 1)
    page.get_by_role("button", name="Tour", exact=True).press("Enter")
    for key, step in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("ArrowLeft", 1), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        expect_step(page, step)
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(page.get_by_role("button", name="Tour", exact=True)).to_be_focused()
    expect(status(page).first).to_have_attribute("data-phase", "running")
    page.keyboard.press("Escape")
    wait_for_phase(page, "cancelled")


def test_show_me_runs_the_first_example_and_marks_the_map(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/#tour-1")
    ask(page, "Something else")
    page.route("**/run/predict*", slowly)  # the run must wait for the example's prompt
    press(page, "Show me")
    expect_marked(page, ".panel")
    expect_note(page, STEPS[0].look)
    (request,) = tour.engine.requests
    assert request.prompt.text == FIRST.prompt
    expect(page.locator(".map-canvas")).to_be_visible()
    expect(panel(page).get_by_role("button", name="Show me")).to_be_focused()
    press(page, "Next")
    expect(page.locator("[data-tour-mark]")).to_have_count(0)


@pytest.mark.long
def test_a_finished_race_is_shown_and_not_run_again(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/#tour-1")
    press(page, "Show me")
    expect_note(page, STEPS[0].look)
    for number, part in ((2, ".flock"), (3, ".panel"), (4, ".verdict")):
        press(page, "Next")
        press(page, "Show me")
        expect_note(page, STEPS[number - 1].look)
        expect_marked(page, part)
    assert len(tour.engine.requests) == 1


@pytest.mark.long
def test_flocking_is_shown_when_the_race_that_it_needs_has_ended(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/?tour=2")
    press(page, "Show me")
    expect_note(page, labels.TOUR["running"].format(name=FIRST.name))
    expect(page.get_by_role("tab", name=labels.LIVE_TAB)).to_have_attribute("aria-selected", "true")
    expect_marked(page, ".flock")
    expect(page.get_by_role("tab", name=labels.NEURONS_TAB)).to_have_attribute("aria-selected", "true")


@pytest.mark.long
def test_a_picture_that_is_still_to_come_is_told(scripted: Serve, open_page: OpenPage) -> None:
    late = [dataclasses.replace(event, t_s=event.t_s + 2.0) for event in scripted_inspection()]
    app = scripted(scripted_race(WORDS, WORDS), speed=1.0, studies={InspectionRequest: late})
    app.engine.measure_prompt = room_for_all  # type: ignore[method-assign]
    page = open_page(f"{app.url}/#tour-2")
    press(page, "Show me")
    expect_note(page, labels.TOUR["looking"])
    expect_note(page, STEPS[1].look)
    expect(page.locator(".flock-part").first).to_be_visible()


@pytest.mark.long
def test_the_last_step_runs_what_breaks_with_its_own_settings(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/#tour-5")
    press(page, "Show me")
    expect_note(page, STEPS[4].look)
    (request,) = tour.engine.requests
    assert request.prompt.text == BREAKS.prompt
    assert request.settings.max_new_tokens == BREAKS.max_new_tokens
    expect_marked(page, ".race-lanes")


def test_a_run_that_goes_on_is_not_disturbed(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(WORDS, WORDS), speed=0.3)
    page = open_page(f"{app.url}/#tour-5")
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 1)
    press(page, "Show me")
    expect_note(page, labels.TOUR["busy"])
    press(page, "Back")
    press(page, "Show me")
    expect_note(page, labels.TOUR["filling"])
    expect_marked(page, ".verdict")
    assert len(app.engine.requests) == 1
    expect(page.locator("#prompt textarea")).to_have_value("Go on")
    page.locator("#stop").click()


@pytest.mark.long
def test_an_earlier_error_is_not_taken_for_the_runs_own(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/#tour-1")
    ask(page, " ")
    press_run(page)
    wait_for_phase(page, "error")
    press(page, "Show me")
    expect_note(page, STEPS[0].look)
    expect_marked(page, ".panel")


@pytest.mark.parametrize("step", [1, 5])
@pytest.mark.long
def test_a_blind_run_is_not_shown_before_its_vote(tour: ScriptedApp, open_page: OpenPage, step: int) -> None:
    page = open_page(f"{tour.url}/#tour-{step}")
    ask(page, "Go on")
    page.locator("#blind input").check()
    press_run(page)
    page.locator(".ballot-button").first.wait_for()
    press(page, "Show me")
    expect_note(page, labels.TOUR["vote"])
    expect(page.locator("[data-tour-mark]")).to_have_count(0)
    assert len(tour.engine.requests) == 1


@pytest.mark.long
def test_going_on_drops_what_an_earlier_step_waits_for(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(WORDS, WORDS), speed=0.8)
    app.engine.measure_prompt = room_for_all  # type: ignore[method-assign]
    page = open_page(f"{app.url}/#tour-2")
    press(page, "Show me")
    wait_for_tokens(page, 1)
    press(page, "Next")
    wait_for_phase(page, "done")
    page.wait_for_timeout(300)
    expect(page.get_by_role("tab", name=labels.LIVE_TAB)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-tour-mark]")).to_have_count(0)


@pytest.mark.long
def test_a_refused_run_is_told(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race())
    app.engine.measure_prompt = room_for_none  # type: ignore[method-assign]
    page = open_page(f"{app.url}/#tour-1")
    press(page, "Show me")
    expect_note(page, labels.TOUR["failed"])


@pytest.mark.parametrize("step", range(1, 6))
@pytest.mark.long
def test_the_tour_fits_a_phone(tour: ScriptedApp, open_page: OpenPage, step: int) -> None:
    page = open_page(f"{tour.url}/#tour-{step}", **NARROW)
    expect_step(page, step)
    assert overflow_px(page) <= 0
    box = panel(page).bounding_box()
    assert box is not None
    width = page.evaluate("document.documentElement.getBoundingClientRect().width")  # without a scroll bar's gutter
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, width, NARROW["height"])
    assert box["height"] < 0.62 * NARROW["height"]  # the page can still be seen
    assert panel(page).evaluate("node => node.scrollHeight - node.clientHeight") <= 0


@pytest.mark.long
def test_the_page_makes_room_for_the_panel(tour: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{tour.url}/#tour-1")
    assert overflow_px(page) <= 0
    side, title = panel(page).bounding_box(), page.locator("h1").bounding_box()
    assert side is not None
    assert title is not None
    assert title["x"] >= side["x"] + side["width"]
