"""What a pane shows and says: where two answers part, the token that ends one, tokens not read yet, a branch undone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.engines.interface import InspectionRequest
from app.text import labels
from tests.app.scripted_events import scripted_race
from tests.app.scripted_quality import scripted_look
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import answer, ask, pane, press_run, run_to_the_end, wait_for_tokens

Serve = Callable[..., ScriptedApp]

LONG = tuple(f" word{number}" for number in range(160))
PARTED = (*LONG[:4], *(f" other{number}" for number in range(150)), "")
DIVIDING = ".pane-flag:not(.pane-branch)"


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    """Two long answers that part early; the second one ends by itself."""
    look = scripted_look(LONG, PARTED, chunk=40)
    return scripted(scripted_race(LONG, PARTED), speed=10, studies={InspectionRequest: look})


def in_sight(page: Page, lane: int, selector: str) -> bool:
    script = """(body, selector) => {
        const [box, at] = [body, body.querySelector(selector)].map((node) => node.getBoundingClientRect());
        return at.top >= box.top && at.bottom <= box.bottom;
    }"""
    return bool(pane(page, lane).locator(".pane-body").evaluate(script, selector))


def read(page: Page) -> None:
    run_to_the_end(page)
    page.locator('.quality-sentence[data-phase="done"]').wait_for()


def test_finished_answers_rest_where_they_part(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    run_to_the_end(page)
    for lane in (0, 1):
        assert in_sight(page, lane, DIVIDING)


def test_a_pane_that_the_visitor_scrolled_stays_where_it_is(app: ScriptedApp, open_page: OpenPage) -> None:
    app.engine.speed = 1
    page = open_page(app.url)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 60)
    body = pane(page, 0).locator(".pane-body")
    body.hover()
    page.mouse.wheel(0, 10_000)
    page.locator('.race .status[data-phase="done"]').wait_for()
    assert not in_sight(page, 0, DIVIDING)


def test_the_token_that_ended_an_answer_can_be_pressed(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    read(page)
    expect(page.locator(".pane-end")).to_have_count(1)
    assert answer(page, 1) == "".join(PARTED)
    page.locator(".pane-end").click()
    expect(page.locator(".token-card:visible .card-place")).to_have_text(f"token {len(PARTED)}")


def test_a_token_that_was_not_read_yet_says_so(app: ScriptedApp, open_page: OpenPage) -> None:
    app.engine.speed = 0.05
    page = open_page(app.url)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 1)
    pane(page, 0).locator(".pane-text > span").first.click()
    expect(page.locator(".token-card:visible")).to_contain_text(labels.PANE["card"]["unread"])
    expect(page.locator(".token-card:visible .card-foot")).to_be_hidden()
    page.locator("#stop").click()


def test_there_is_a_way_back_to_before_a_branch(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    read(page)
    before = answer(page, 0)
    number = page.locator(".verdict-number").inner_text()
    app.engine.events = tuple(scripted_race(LONG[:40], PARTED[:40]))
    pane(page, 0).locator(".pane-text > span:not(.pane-flag)").nth(2).click()
    page.locator(".token-card:visible button").nth(1).click()
    page.locator(".pane-back:visible").first.wait_for()
    assert answer(page, 0) != before
    page.locator(".pane-back:visible").first.click()
    expect(page.locator(".pane-branch")).to_have_count(0)
    assert answer(page, 0) == before
    assert page.locator(".verdict-number").inner_text() == number
    assert len(app.engine.requests) == 2
