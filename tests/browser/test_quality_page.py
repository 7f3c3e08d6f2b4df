"""The closer look on the page: marks under the tokens, the card of one token, and branching. Over a scripted engine."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engines.interface import InspectionRequest
from griffin_core.events import RunFailed
from tests.app.scripted_events import scripted_race
from tests.app.scripted_quality import scripted_look
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import RUN_MS, answer, boxes, overflow_px, pane, press_run, run_to_the_end, wait_for_phase

Serve = Callable[..., ScriptedApp]

DENSE = tuple(f" word{n}" for n in range(24))
PRUNED = (*DENSE[:9], *(f" other{n}" for n in range(15)))
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def race(scripted: Serve) -> ScriptedApp:
    """A race with a closer look after it."""
    studies = {InspectionRequest: scripted_look(DENSE, PRUNED)}
    return scripted(scripted_race(DENSE, PRUNED), speed=5, studies=studies)


def token(page: Page, lane: int, index: int) -> Locator:
    """A token in a pane."""
    return pane(page, lane).locator(".pane-text > span:not(.pane-flag)").nth(index)


def card(page: Page) -> Locator:
    """The open card."""
    return page.locator(".token-card:popover-open")


def look_closer(page: Page) -> None:
    """A whole race and the look after it."""
    run_to_the_end(page)
    expect(page.locator('.quality-sentence[data-phase="done"]')).to_contain_text("places", timeout=RUN_MS)


def test_marks_come_after_the_race_and_move_nothing(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    before = boxes(page)
    expect(page.locator(".quality-sentence")).to_contain_text("After the race")
    look_closer(page)
    assert boxes(page) == before
    expect(token(page, 1, 2)).to_have_attribute("data-mark", "3")  # e^-4 is below 5 %
    expect(token(page, 1, 3)).not_to_have_attribute("data-mark", re.compile("."))
    assert answer(page, 1) == "".join(PRUNED)


def test_table_of_all_figures_takes_in_what_the_closer_look_found(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    page.get_by_text("All figures and what they mean").click()
    for label in ("Mean KL on the full model's text", "Same first choice there", "Coverage of that text"):
        row = page.locator(".details tr", has_text=label)
        expect(row.locator("td").nth(1)).to_contain_text(re.compile(r"\d"))
        expect(row.locator("td").nth(0)).to_have_text("")


@pytest.mark.long
def test_marks_can_be_changed_and_switched_off(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    page.get_by_role("button", name="disagreement").click()
    expect(token(page, 0, 2)).to_have_attribute("data-striped", "")
    expect(token(page, 0, 3)).to_have_attribute("data-mark", "3")  # 1.0 nats
    page.get_by_role("button", name="coverage").click()
    expect(page.locator(".marks-scale")).to_contain_text("95 % covered")
    expect(page.locator(".marks-scale")).to_contain_text("59 %")
    expect(token(page, 0, 6)).to_have_attribute("data-mark", "4")  # 59 %
    expect(token(page, 0, 3)).to_have_attribute("data-mark", "2")  # 77 %, half way
    page.get_by_role("button", name="off", exact=True).click()
    expect(page.locator(".pane-text [data-mark]")).to_have_count(0)


def test_pointing_at_a_token_shows_what_else_could_have_come(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    token(page, 1, 2).hover()
    expect(card(page).locator(".card-column")).to_have_count(2)
    expect(card(page).locator(".card-choice")).to_have_count(10)
    for words in ("token 3", "1.8 %, its choice no. 2", "90 %, its first choice", "0.70 nats", "83 %"):
        expect(card(page)).to_contain_text(words)
    expect(card(page).locator(".card-choice").first).to_contain_text(HOSTILE)
    expect(card(page).locator(".card-written")).to_have_count(2)
    assert page.locator(".token-card img, .token-card script").count() == 0
    page.mouse.move(0, 0)
    expect(card(page)).to_have_count(0)


def test_written_token_is_marked_where_another_one_looks_alike(scripted: Serve, open_page: OpenPage) -> None:
    pruned = (*PRUNED[:2], f" {HOSTILE}", *PRUNED[3:])  # its second choice, after a token of the same text
    page = open_page(
        scripted(scripted_race(DENSE, pruned), speed=5, studies={InspectionRequest: scripted_look(DENSE, pruned)}).url
    )
    look_closer(page)
    token(page, 1, 2).hover()
    choices = card(page).locator(".card-column").first.locator(".card-choice")
    expect(choices.nth(1).locator(".card-written")).to_have_count(1)
    expect(choices.nth(0).locator(".card-written")).to_have_count(0)


@pytest.mark.long
def test_tokens_are_reached_by_keys(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    pane(page, 0).get_by_role("button", name=re.compile("Copy")).focus()
    page.keyboard.press("Tab")
    expect(token(page, 0, 0)).to_be_focused()
    expect(card(page)).to_contain_text("The first token is the full model's in every lane.")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(card(page)).to_contain_text("token 4")
    page.keyboard.press("Enter")
    expect(card(page).locator(".card-choice").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(card(page).locator(".card-column").nth(1).locator(".card-choice").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(token(page, 0, 3)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(token(page, 0, 3)).to_be_focused()


def test_choosing_another_token_branches_every_lane(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    token(page, 1, 11).click()
    card(page).locator(".card-choice").first.click()
    expect(page.locator(".pane-branch")).to_have_count(2, timeout=RUN_MS)
    wait_for_phase(page, "done")
    prefix = race.engine.requests[1].settings.prefixes[0]
    looked_at = race.engine.asked[0]
    assert isinstance(looked_at, InspectionRequest)
    assert prefix == (*looked_at.texts[1][:11], 1000)
    assert set(race.engine.requests[1].settings.prefixes) == {prefix}
    for lane in (0, 1):
        expect(pane(page, lane).locator(".pane-branch")).to_contain_text("branched here")
        expect(pane(page, lane).locator(".pane-shared")).to_have_count(11)
    expect(page.locator('.quality-sentence[data-phase="done"]')).to_contain_text("places", timeout=RUN_MS)
    press_run(page)
    expect(page.locator(".pane-branch, .pane-shared")).to_have_count(0)


@pytest.mark.long
def test_marks_leave_selecting_and_copying_alone(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    look_closer(page)
    select = "node => { getSelection().selectAllChildren(node); return getSelection().toString(); }"
    assert pane(page, 0).locator(".pane-text").evaluate(select).replace("⚑ differs here", "") == "".join(DENSE)


def test_the_card_fits_on_a_phone(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url, width=390, height=844)
    look_closer(page)
    token(page, 1, 5).click()
    box = card(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert overflow_px(page) <= 0


@pytest.mark.long
def test_a_look_that_fails_says_so_in_words(scripted: Serve, open_page: OpenPage) -> None:
    failed = RunFailed(t_s=0.0, type="ModelError", message="the device is out of memory. Use a shorter prompt.")
    app = scripted(scripted_race(DENSE, PRUNED), speed=20, studies={InspectionRequest: [failed]})
    page = open_page(app.url)
    run_to_the_end(page)
    expect(page.locator('.quality-sentence[data-phase="error"]')).to_have_text(
        "The device is out of memory. Use a shorter prompt.", timeout=RUN_MS
    )
    expect(page.locator("#run")).to_be_enabled()
