"""The neurons tab in a browser, over studies written by hand."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engines.interface import InspectionRequest, OverlapRequest, Request
from griffin_core.events import Event, RunFinished
from tests.app.scripted_events import scripted_race
from tests.app.scripted_studies import inspection_of, overlap_of
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import ask, overflow_px, press_run, run_to_the_end

Serve = Callable[..., ScriptedApp]

WORDS = [f" word{n}" for n in range(60)]
NARROW = {"width": 390, "height": 844}
SLOW_MS = 30_000


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    """Races and studies a few times as fast as they were."""
    return scripted(
        scripted_race(WORDS, WORDS), speed=4, studies={InspectionRequest: inspection_of, OverlapRequest: overlap_of}
    )


def open_tab(page: Page) -> None:
    page.get_by_role("tab", name="Neurons").click()
    page.locator(".flock-canvas").wait_for()


def after_a_race(app: ScriptedApp, open_page: OpenPage, **size: int) -> Page:
    page = open_page(app.url, **size)
    run_to_the_end(page)
    open_tab(page)
    return page


def sentence(page: Page, panel: str) -> Locator:
    """The sentence of the panel with this heading."""
    return page.locator(".neurons .panel", has=page.get_by_role("heading", name=panel, exact=True)).locator(
        ".panel-sentence"
    )


def slow_inspection_of(request: Request) -> list[Event]:
    """So long that it can be seen growing."""
    return [dataclasses.replace(event, t_s=150 * event.t_s) for event in inspection_of(request)]


def drawn_rows(page: Page) -> int:
    """Rows of the flocking picture that are not dark."""
    script = """canvas => {
        const pen = canvas.getContext("2d");
        const column = pen.getImageData(Math.round(canvas.width * 0.05), 0, 1, canvas.height).data;
        let lit = 0;
        for (let at = 0; at < column.length; at += 4) lit += column[at] + column[at + 1] + column[at + 2] > 150;
        return lit;
    }"""
    return int(page.locator(".flock-canvas").evaluate(script))


@pytest.mark.long
def test_empty_tab_says_what_will_appear_and_how(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    open_tab(page)
    for text in ("one row a token", "one line for the prompt", "one point a token"):
        expect(page.locator(".neurons .chart-blank", has_text=text)).to_contain_text("Run a race first")


def test_flocking_grows_while_the_texts_are_read(scripted: Serve, open_page: OpenPage) -> None:
    slow = scripted(scripted_race(WORDS, WORDS), speed=4, studies={InspectionRequest: slow_inspection_of})
    page = after_a_race(slow, open_page)
    expect(page.locator(".flock-part").nth(1)).to_be_visible(timeout=SLOW_MS)
    first = drawn_rows(page)
    assert first > 0
    for _ in range(SLOW_MS // 200):
        if drawn_rows(page) > first:
            break
        page.wait_for_timeout(200)
    assert drawn_rows(page) > first


@pytest.mark.long
def test_panels_without_a_picture_say_that_it_is_coming(scripted: Serve, open_page: OpenPage) -> None:
    late = [RunFinished(t_s=600.0, reason="done")]
    page = after_a_race(scripted(scripted_race(WORDS, WORDS), speed=4, studies={InspectionRequest: late}), open_page)
    for text in ("one row a token", "one line for the prompt", "one point a token"):
        expect(page.locator(".neurons .chart-blank", has_text=text)).to_contain_text("Coming", timeout=SLOW_MS)
    page.locator("#stop-look:enabled").click()
    expect(page.locator(".neurons .chart-blank", has_text="one row a token")).to_contain_text("Run a race first")
    expect(page.locator("#stop-look")).to_be_disabled()


@pytest.mark.long
def test_a_look_without_a_race_is_refused_in_words(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    open_tab(page)
    expect(page.locator("#stop-look")).to_be_disabled()
    page.locator("#look").click()
    expect(page.locator(".neurons .status-problem").first).to_contain_text("no finished race")
    assert app.engine.asked == []


def test_a_race_is_looked_into_once_unless_somebody_asks_again(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    told = page.locator(".neurons .status-text").first
    expect(told).to_contain_text("Every token", timeout=SLOW_MS)
    page.get_by_role("tab", name="Race").click()
    ask(page, " ")
    press_run(page)
    page.locator('.race .status[data-phase="error"]').wait_for()
    page.wait_for_timeout(1000)  # for a look that must not come
    assert len(app.engine.asked) == 1
    open_tab(page)
    page.locator("#look").click()
    for _ in range(SLOW_MS // 100):
        if len(app.engine.asked) > 1:
            break
        page.wait_for_timeout(100)
    expect(told).to_contain_text("Every token", timeout=SLOW_MS)
    assert len(app.engine.asked) == 2


def test_hover_and_arrow_keys_tell_token_neurons_and_value(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    expect(sentence(page, "Flocking")).to_contain_text("In layer 2", timeout=SLOW_MS)
    page.locator(".flock-canvas").hover(position={"x": 5, "y": 25})
    tip = page.locator(".flock-tip")
    expect(tip).to_contain_text("Prompt · token 1 · “␣word0”")
    expect(tip).to_contain_text("neurons ranked 1–2 of 64")
    expect(tip).to_contain_text(re.compile(r"relative activation 0\.\d+"))
    page.mouse.move(0, 0)
    page.locator(".flock-canvas").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(tip).to_contain_text("token 2")
    expect(tip).to_contain_text("neurons ranked 3–4")


@pytest.mark.long
def test_other_text_is_shown_without_asking_again(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    expect(page.locator(".flock-part").nth(1)).to_contain_text("full model", timeout=SLOW_MS)
    page.locator(".flock-text", has_text="GRIFFIN").click()
    expect(page.locator(".flock-part").nth(1)).to_contain_text("GRIFFIN")
    assert len(app.engine.asked) == 1


def test_another_layer_is_looked_into_once_and_the_rest_stays(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    expect(page.locator(".neurons .status-text").first).to_contain_text("Every token", timeout=SLOW_MS)
    covered = sentence(page, "Coverage").inner_text()
    page.locator(".flock-slider").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(sentence(page, "Flocking")).to_contain_text("In layer 0", timeout=SLOW_MS)
    expect(page.locator(".neurons .status-text").first).to_contain_text("Every token", timeout=SLOW_MS)
    asked = [request.layer for request in app.engine.asked if isinstance(request, InspectionRequest)]
    assert asked == [None, 0]
    assert sentence(page, "Coverage").inner_text() == covered != ""


@pytest.mark.long
def test_enter_on_a_layer_of_the_chart_chooses_it(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    expect(page.locator(".neurons .status-text").first).to_contain_text("Every token", timeout=SLOW_MS)
    page.locator(".can-choose").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(sentence(page, "Flocking")).to_contain_text("In layer 1", timeout=SLOW_MS)


@pytest.mark.long
def test_coverage_and_layers_are_told_in_words(app: ScriptedApp, open_page: OpenPage) -> None:
    page = after_a_race(app, open_page)
    expect(sentence(page, "Coverage")).to_contain_text(
        "GRIFFIN 50\N{NO-BREAK SPACE}% on its own text: after token 30", timeout=SLOW_MS
    )
    expect(sentence(page, "Flocking in every layer")).to_contain_text("more than chance")
    for plot in page.locator(".neurons .chart-plot").all():
        expect(plot).to_have_attribute("role", "img")
        assert plot.get_attribute("aria-label")


def test_two_prompts_are_compared_and_an_empty_one_is_refused(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    page.locator("#prompt textarea").fill("Mine")
    open_tab(page)
    page.locator("#take-prompt").click()
    expect(page.locator("#overlap-first textarea")).to_have_value("Mine")
    page.locator("#compare-prompts").click()
    expect(page.locator(".overlap [role=alert]")).to_contain_text("second prompt is empty")
    page.locator("#overlap-second textarea").fill("Yours")
    page.locator("#compare-prompts").click()
    # 28 of 36 neurons are common.
    expect(sentence(page, "Overlap, layer by layer")).to_contain_text("overlap by 0.78", timeout=SLOW_MS)
    expect(page.locator("#compare-prompts")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#overlap-second textarea").fill("")
    page.locator("#compare-prompts").click()
    expect(page.locator(".overlap [role=alert]")).to_contain_text("second prompt is empty")
    expect(sentence(page, "Overlap, layer by layer")).to_contain_text("overlap by 0.78")
    assert page.evaluate("document.querySelector('.overlap .chart-plot').data.length") == 4


@pytest.mark.long
def test_example_can_be_picked_for_a_prompt(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    open_tab(page)
    page.get_by_label("Pick an example").nth(1).click()
    page.get_by_role("option", name="A question").click()
    expect(page.locator("#overlap-second textarea")).to_have_value("Why is the sky blue?")


@pytest.mark.long
def test_all_examples_fill_a_table_whose_numbers_choose_the_pair(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    open_tab(page)
    page.locator("#compare-gallery").click()
    expect(sentence(page, "Overlap of all pairs")).to_contain_text("Most alike", timeout=SLOW_MS)
    cell = page.locator(".matrix-cell").nth(1)
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(sentence(page, "Overlap, layer by layer")).to_contain_text("“Explain a program”")


@pytest.mark.long
def test_stop_ends_a_comparison(scripted: Serve, open_page: OpenPage) -> None:
    slow = scripted(scripted_race(), speed=0.02, studies={OverlapRequest: overlap_of})
    page = open_page(slow.url)
    open_tab(page)
    page.locator("#compare-gallery").click()
    page.locator("#stop-overlap:enabled").click()
    expect(page.locator('.overlap .status[data-phase="cancelled"]')).to_be_visible()
    assert slow.engine.study_runs[0].cancelled


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.long
def test_phone_shows_the_tab_without_sideways_scrolling(app: ScriptedApp, open_page: OpenPage, dark: bool) -> None:
    page = open_page(app.url, **NARROW, dark=dark)
    run_to_the_end(page)
    open_tab(page)
    page.locator("#compare-gallery").click()
    expect(sentence(page, "Overlap of all pairs")).to_contain_text("Most alike", timeout=SLOW_MS)
    assert overflow_px(page) <= 0
