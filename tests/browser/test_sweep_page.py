"""The sweep tab in a real browser, over scripted events."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engines.interface import SweepRequest
from tests.app.scripted_events import scripted_race
from tests.app.scripted_sweep import scripted_sweep
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import RUN_MS, ask, overflow_px

Serve = Callable[..., ScriptedApp]
HOSTILE = "<img src=x onerror=alert(1)> ${1+1} go on"


@pytest.fixture
def swept(scripted: Serve) -> ScriptedApp:
    """Races and sweeps, four points a second."""
    return scripted(scripted_race(), speed=4, studies={SweepRequest: scripted_sweep})


@pytest.fixture
def slow(scripted: Serve) -> ScriptedApp:
    """A point every two seconds."""
    return scripted(scripted_race(), speed=0.5, studies={SweepRequest: scripted_sweep})


def open_tab(page: Page, prompt: str = "Go on, please") -> Page:
    """Type the prompt and change to the sweep."""
    ask(page, prompt)
    page.get_by_role("tab", name="Sweep").click()
    page.locator(".sweep-panel .main-svg").first.wait_for()
    return page


def start(page: Page) -> None:
    """Press Start."""
    page.locator("#start-sweep").click()


def sweep_to_the_end(page: Page) -> None:
    """A whole sweep."""
    start(page)
    page.locator('.sweep .status[data-phase="done"]').wait_for(timeout=RUN_MS)


def points(page: Page) -> Locator:
    """Markers of measured points; the line and the full model come first."""
    return page.locator(".sweep-panel .scatterlayer .trace:nth-child(n + 3) .point")


def rows(page: Page) -> Locator:
    """Rows of the table that are filled."""
    return page.locator(".sweep-table tbody tr:not(.coming)")


def raced(app: ScriptedApp) -> str:
    """Name of the pruned lane of the last race."""
    return str(app.engine.requests[-1].settings.lanes[1].name)


def wait_for_races(page: Page, app: ScriptedApp, count: int) -> None:
    """Until that many have been asked for."""
    for _ in range(200):
        if len(app.engine.requests) == count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{len(app.engine.requests)} races were asked for, not {count}")


def test_points_are_drawn_as_they_come_and_move_nothing(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    before = page.locator(".sweep-panel").bounding_box()
    start(page)
    expect(rows(page).nth(1)).to_be_visible(timeout=RUN_MS)
    expect(page.locator(".sweep-table tbody tr")).to_have_count(7)
    page.locator('.sweep .status[data-phase="done"]').wait_for(timeout=RUN_MS)
    expect(points(page)).to_have_count(7)
    expect(page.locator(".sweep-sentence")).to_contain_text("Down to 75")
    assert page.locator(".sweep-panel").bounding_box() == before
    expect(page.locator("#start-sweep")).to_be_focused()


@pytest.mark.long
def test_methods_differ_in_marker_and_colour(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    page.get_by_role("button", name="3 points").click()
    page.get_by_label("Random neurons").check()
    page.get_by_label("Largest weights").check()
    sweep_to_the_end(page)
    expect(points(page)).to_have_count(9)
    looks = page.locator(".sweep-legend .sweep-mark").evaluate_all(
        "marks => marks.map(mark => [mark.firstChild.getAttribute('d'), getComputedStyle(mark).color])"
    )
    assert len({shape for shape, _ in looks}) == len({colour for _, colour in looks}) == 4


def test_enter_on_a_row_races_that_point(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    page.get_by_label("Random neurons").check()
    sweep_to_the_end(page)
    page.get_by_role("button", name="Race it: Random neurons, density 40").press("Enter")
    expect(page.get_by_role("tab", name="Race")).to_have_attribute("aria-selected", "true")
    page.locator('.race .status[data-phase="done"]').wait_for(timeout=RUN_MS)
    assert raced(swept) == "random:density=0.4"


@pytest.mark.long
def test_a_click_on_a_point_races_it_even_while_a_race_is_on(slow: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(slow.url))
    start(page)
    expect(points(page)).to_have_count(1, timeout=RUN_MS)
    box = points(page).first.bounding_box()
    assert box is not None
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*place)
    expect(page.locator(".sweep-panel .hoverlayer")).to_contain_text("KL 0.020")
    expect(page.locator(".sweep-table tr.pointed")).to_have_count(1)
    for races in (1, 2):
        page.mouse.click(*place)
        expect(page.get_by_role("tab", name="Race")).to_have_attribute("aria-selected", "true")
        wait_for_races(page, slow, races)
        assert raced(slow) == "griffin:density=0.9"
        page.get_by_role("tab", name="Sweep").click()
        page.mouse.move(0, 0)
        page.mouse.move(*place)
    assert slow.engine.study_runs[0].cancelled


@pytest.mark.long
def test_points_name_their_prompt_once_another_is_typed_and_a_race_brings_it_back(
    swept: ScriptedApp, open_page: OpenPage
) -> None:
    page = open_tab(open_page(swept.url), HOSTILE)
    sweep_to_the_end(page)
    expect(page.locator(".sweep-swept")).to_be_hidden()
    page.get_by_role("tab", name="Race").click()
    ask(page, "Something else")
    page.get_by_role("tab", name="Sweep").click()
    expect(page.locator(".sweep-words")).to_contain_text("Something else")
    expect(page.locator(".sweep-swept")).to_contain_text("swept: “<img src=x")
    page.locator(".sweep-race").first.click()
    wait_for_races(page, swept, 1)
    assert swept.engine.requests[0].prompt.text == HOSTILE
    expect(page.locator("#prompt textarea")).to_have_value(HOSTILE)
    page.get_by_role("tab", name="Sweep").click()
    expect(page.locator(".sweep-swept")).to_be_hidden()


@pytest.mark.long
def test_a_point_that_is_refused_presses_nothing(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(swept.url)
    page.evaluate("document.getElementById('run').addEventListener('click', () => (window.pressed = true))")
    # The component is already drawn: what it sends is spoilt on its way.
    page.route("**/gradio_api/**", lambda route: route.continue_(post_data=_spoilt(route.request.post_data)))
    open_tab(page)
    sweep_to_the_end(page)
    with page.expect_request(lambda request: '"density":' in (request.post_data or "")):
        page.locator(".sweep-race").first.click()
    page.wait_for_timeout(500)
    expect(page.get_by_role("tab", name="Sweep")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Race").click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.pressed") is None
    expect(page.locator(".toast-body")).to_have_count(0)


@pytest.mark.long
def test_stop_is_pressed_once_and_a_race_that_does_not_end_is_told(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    sweep_to_the_end(page)
    page.evaluate(_DEAF_BUTTONS)
    page.locator(".sweep-race").first.click()
    expect(page.locator(".race .status-problem")).to_contain_text("The point was not raced", timeout=20_000)
    assert page.evaluate("window.stops") == 1
    assert swept.engine.requests == []


@pytest.mark.long
def test_focus_on_a_row_tells_its_numbers_at_the_point(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    sweep_to_the_end(page)
    expect(points(page)).to_have_count(7)
    page.locator(".sweep-race").nth(3).focus()
    for words in ("GRIFFIN, density 50", "KL 0.30", "76.9", "1.40–1.46", "1.67×"):
        expect(page.locator(".sweep-panel .hoverlayer")).to_contain_text(words)


@pytest.mark.long
def test_axes_change_and_a_zoom_survives_new_points(slow: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(slow.url))
    start(page)
    expect(points(page)).to_have_count(1, timeout=RUN_MS)
    page.get_by_role("button", name="bytes").click()
    expect(page.locator(".sweep-panel .xtitle")).to_contain_text("bytes")
    page.get_by_role("button", name="same choice").click()
    expect(page.locator(".sweep-panel .chart-unit")).to_contain_text("first choice")
    box = page.locator(".sweep-panel .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.7 * box["height"], steps=4)
    page.mouse.up()
    zoomed = "() => document.querySelector('.sweep-panel .chart-plot').layout.xaxis.range"
    before = page.evaluate(zoomed)
    have = rows(page).count()
    expect(rows(page)).to_have_count(have + 1, timeout=RUN_MS)
    page.wait_for_timeout(300)
    assert page.evaluate(zoomed) == before != [104, 34]


def test_stop_answers_and_keeps_what_was_measured(slow: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(slow.url))
    start(page)
    expect(rows(page)).to_have_count(1, timeout=RUN_MS)
    page.locator("#stop-sweep").click()
    expect(page.locator(".sweep .status-text")).to_contain_text("Stopped: 1 of 7")
    assert slow.engine.study_runs[0].cancelled
    expect(rows(page)).to_have_count(1)


@pytest.mark.long
def test_errors_stay_and_leave_the_last_sweep_alone(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url))
    sweep_to_the_end(page)
    page.get_by_label("Densities").fill("0.5 lots")
    page.get_by_label("Densities").press("Enter")
    expect(page.locator(".sweep .status-problem")).to_contain_text('got "lots"')
    expect(rows(page)).to_have_count(7)
    page.get_by_role("tab", name="Race").click()
    ask(page, "  ")
    page.get_by_role("tab", name="Sweep").click()
    expect(page.locator(".sweep-prompt")).to_contain_text("no prompt to sweep")
    start(page)
    expect(page.locator(".sweep .status-problem")).to_contain_text("There is no prompt to sweep")


def test_a_phone_shows_everything_and_a_hostile_prompt_stays_text(swept: ScriptedApp, open_page: OpenPage) -> None:
    page = open_tab(open_page(swept.url, width=390, height=844, dark=True), HOSTILE)
    expect(page.locator(".sweep-words")).to_contain_text("<img src=x")
    expect(page.locator(".sweep-words")).to_contain_text("${1+1}")
    sweep_to_the_end(page)
    assert overflow_px(page) == 0
    assert page.locator(".sweep-prompt img").count() == 0
    page.get_by_role("button", name="How is this judged?").focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    expect(page.get_by_role("tooltip")).to_contain_text("at most 0.1")
    assert overflow_px(page) == 0


def _spoilt(body: str | None) -> str | None:
    """A density that no page sends."""
    return body and re.sub(r'"density":[0-9.]+', '"density":7', body)


_DEAF_BUTTONS = """() => {
    const [run, stop] = ["run", "stop"].map((name) => document.getElementById(name));
    window.stops = 0;
    run.disabled = true;
    stop.disabled = false;
    stop.addEventListener("click", (event) => {
        window.stops += 1;
        event.stopImmediatePropagation();
    }, true);
}"""
