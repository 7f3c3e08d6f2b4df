"""Extra lanes on the page over a scripted engine: the swap test, the panel, the gallery of what breaks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.catalog import EXAMPLES
from app.text import labels
from tests.app.scripted_events import scripted_race
from tests.app.scripted_lanes import race_of_four
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import ask, boxes, overflow_px, press_run, run_to_the_end, status, wait_for_phase

Serve = Callable[..., ScriptedApp]


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    """Every run has four lanes."""
    return scripted(race_of_four(), speed=4)


def test_the_swap_test_is_one_click(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=1440, height=900)
    ask(page, "Go on")
    expect(extra_panes(page)).to_have_count(0)
    page.get_by_role("button", name="Swap test").click()
    expect(page.locator(".extras-sentence")).to_contain_text("is being judged", timeout=20_000)
    expect(extra_panes(page)).to_have_count(2)
    expect(page.locator(".compare-hint")).to_contain_text("If any neurons would do")
    expect(page.locator("#other-prompt textarea")).not_to_have_value("")
    (request,) = app.engine.requests
    assert [lane.name for lane in request.settings.lanes[2:]] == [
        "griffin:density=0.5,experts=other",
        "random:density=0.5",
    ]
    assert request.sources[0].prompt.text == page.locator("#other-prompt textarea").input_value()
    expect(page.locator(".verdict-number")).to_contain_text("×")
    assert overflow_px(page) <= 0


@pytest.mark.long
def test_the_swap_test_says_which_lanes_it_sets_aside(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    ask(page, "Go on")
    page.get_by_role("button", name="Compare with").click()
    chip(page, "Largest weights").click()
    page.get_by_role("button", name="Swap test").click()
    expect(page.locator(".compare-hint")).to_contain_text("Set aside for the swap test: Largest weights.")
    expect(chip(page, "Largest weights")).to_have_attribute("aria-pressed", "false")
    chip(page, "Random neurons").click()
    expect(page.locator(".compare-hint")).not_to_contain_text("Set aside")


@pytest.mark.long
def test_three_pruned_lanes_can_all_be_chosen_on_the_map(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=1440, height=900)
    run_to_the_end(page)
    chips = page.locator(".map-lane")
    assert chips.all_inner_texts() == ["GRIFFIN", "Other prompt", "Random neurons"]
    expect(chips.nth(1)).to_have_attribute("title", "GRIFFIN 50\N{NO-BREAK SPACE}%, other prompt")
    row, last = page.locator(".map-lanes").bounding_box(), chips.last.bounding_box()
    assert row is not None
    assert last is not None
    assert last["x"] + last["width"] <= row["x"] + row["width"] + 1


def test_the_second_row_of_panes_is_there_only_when_it_is_used(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    run_to_the_end(page)
    expect(extra_panes(page)).to_have_count(2)
    app.engine.events = tuple(scripted_race())
    press_run(page)
    expect(extra_panes(page)).to_have_count(0)


@pytest.mark.long
def test_chips_choose_the_lanes_of_the_next_run(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    ask(page, "Go on")
    opener = page.get_by_role("button", name="Compare with")
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#other-prompt")).to_be_hidden()
    chip(page, "Shuffled prompt's neurons").click()
    chip(page, "Another seed").click()
    expect(opener).to_have_text("Compare with 2")
    press_run(page)
    wait_for_phase(page, "done")
    names = [lane.name for lane in app.engine.requests[0].settings.lanes[2:]]
    assert names == ["griffin:density=0.5,experts=shuffled", "dense:seed=1"]


def test_a_wrong_choice_is_an_error_in_words(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    ask(page, "Go on")
    page.get_by_role("button", name="Compare with").click()
    chip(page, "Other prompt's neurons").click()
    press_run(page)
    expect(page.locator(".race .status-alert")).to_contain_text("Swap test: there is no other prompt")
    assert app.engine.requests == []


def test_two_chosen_lanes_leave_no_third_to_choose(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    page.get_by_role("button", name="Compare with").click()
    chip(page, "Random neurons").click()
    expect(chip(page, "Largest weights")).to_be_enabled()
    chip(page, "Shuffled prompt's neurons").click()
    expect(chip(page, "Largest weights")).to_be_disabled()
    expect(chip(page, "Largest weights")).to_have_attribute("title", labels.EXTRAS["enough"])
    chip(page, "Random neurons").click()
    expect(chip(page, "Largest weights")).to_be_enabled()


@pytest.mark.long
def test_the_same_text_in_german_is_one_click(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    page.get_by_role("button", name="Compare with").click()
    chip(page, "Other prompt's neurons").click()
    page.locator(".examples .chip").nth(3).click()
    expect(page.locator("#prompt textarea")).to_have_value(EXAMPLES[3].prompt)
    chip(page, "Same text in German").click()
    expect(page.locator("#other-prompt textarea")).to_have_value(EXAMPLES[3].german)
    ask(page, "Something else")
    expect(chip(page, "Same text in German")).to_be_hidden()


@pytest.mark.long
def test_prompts_that_break_it_are_one_click_away(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    before = boxes(page)
    opener = page.get_by_role("button", name="Where it breaks")
    opener.click()
    assert boxes(page) == before
    item = page.get_by_role("button", name="Arithmetic")
    expect(item).to_contain_text("48")
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    item.click()
    expect(page.locator("#prompt textarea")).to_have_value("Calculate 12 times 4.")
    expect(page.locator(".verdict-sentence")).to_contain_text("48")
    expect(item).to_be_hidden()


def test_four_panes_fit_a_phone(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=390, height=844)
    ask(page, "Go on")
    page.get_by_role("button", name="Swap test").click()
    wait_for_phase(page, "done")
    assert overflow_px(page) <= 0
    expect(status(page)).to_contain_text("Done")


def extra_panes(page: Page) -> Locator:
    """The panes of the second row that can be seen."""
    return page.locator(".race-extras .pane:visible")


def chip(page: Page, name: str) -> Locator:
    """A chip of the panel."""
    return page.locator(".compare-panel .chip", has_text=name).first
