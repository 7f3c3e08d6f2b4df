"""The page over a scripted engine: hostile text, layout, keys, zoom, queue, errors."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import gradio
import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.app.scripted_events import HOSTILE, scripted_race
from tests.browser.conftest import ROOT, OpenPage, ScriptedApp
from tests.browser.steps import (
    answer,
    ask,
    boxes,
    overflow_px,
    pane,
    press_run,
    run_to_the_end,
    status,
    wait_for_phase,
    wait_for_tokens,
)

Serve = Callable[..., ScriptedApp]

WORDS = [f" word{n}" for n in range(60)]
OTHER_WORDS = [*WORDS[:9], *(f" other{n}" for n in range(51))]
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def race(scripted: Serve) -> ScriptedApp:
    """A race of two seconds whose answers part at the tenth token."""
    return scripted(scripted_race(WORDS, OTHER_WORDS))


def test_hostile_text_is_shown_literally_and_runs_nothing(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(HOSTILE * 2, (*HOSTILE, *reversed(HOSTILE))), speed=4)
    page = open_page(app.url)
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    ask(page, "${alert(1)} <img src=x onerror=alert(1)> {{x}} `")
    press_run(page)
    wait_for_phase(page, "done")
    shown = answer(page, 0)
    for text in HOSTILE:
        assert (text if text.isprintable() or len(text) > 1 else "\u2407") in shown
    assert page.locator(".pane-text img, .pane-text script").count() == 0
    assert page.locator(".error-container").count() == 0
    assert dialogs == []


def test_first_difference_is_marked_with_words(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    for lane in (0, 1):
        expect(pane(page, lane).locator(".pane-flag")).to_contain_text("differs here")
        expect(pane(page, lane).locator(".pane-differs")).to_have_count(1)
    expect(pane(page, 1).locator(".pane-differs")).to_have_text(" other0")


def test_nothing_moves_between_idle_running_done_and_error(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    idle = boxes(page)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 12)
    assert boxes(page) == idle
    wait_for_phase(page, "done")
    assert boxes(page) == idle
    ask(page, "")
    press_run(page)
    wait_for_phase(page, "error")
    assert boxes(page) == idle


def test_everything_fits_on_one_laptop_screen(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    assert overflow_px(page) <= 0


@pytest.mark.parametrize("dark", [False, True])
def test_phone_shows_everything_without_sideways_scrolling(race: ScriptedApp, open_page: OpenPage, dark: bool) -> None:
    page = open_page(race.url, **NARROW, dark=dark)
    assert overflow_px(page) <= 0
    run_to_the_end(page)
    assert overflow_px(page) <= 0
    for box in boxes(page):
        assert box[0] >= 0
        assert box[0] + box[2] <= NARROW["width"]


def test_phone_shows_the_panes_before_the_number(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url, **NARROW)
    tops = {name: page.locator(name).last.bounding_box() for name in (".race-lanes .pane", ".verdict")}
    last_pane, verdict = tops.values()
    assert last_pane is not None
    assert verdict is not None
    assert last_pane["y"] + last_pane["height"] <= verdict["y"]


def test_no_request_leaves_the_machine(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.reload()
    page.locator(".map-canvas").wait_for()
    run_to_the_end(page)
    assert f"{race.url}/griffin/plotly.min.js" in asked
    assert [url for url in asked if not url.startswith((race.url, "data:", "blob:"))] == []


def test_page_tells_no_folder_of_the_server(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    told = page.content() + page.evaluate("JSON.stringify(window.gradio_config)")
    for folder in (ROOT, Path(gradio.__file__).parent, Path(sys.prefix), Path.home()):
        assert str(folder) not in told


def test_zoom_survives_the_updates(scripted: Serve, open_page: OpenPage) -> None:
    page = open_page(scripted(scripted_race(WORDS, OTHER_WORDS), speed=0.6).url)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 12)
    plot = page.locator(".chart-plot .nsewdrag").bounding_box()
    assert plot is not None
    page.mouse.move(plot["x"] + 10, plot["y"] + 10)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] - 10, steps=5)
    page.mouse.up()
    zoomed = x_range(page)
    wait_for_tokens(page, 30)
    wait_for_phase(page, "done")
    assert x_range(page) == zoomed
    assert zoomed[1] < 40
    page.mouse.dblclick(plot["x"] + 50, plot["y"] + 50)
    page.wait_for_function("document.querySelector('.chart-plot').layout.xaxis.range[1] >= 60")


def test_run_by_keyboard_alone(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    page.locator("#prompt textarea").focus()
    page.keyboard.type("Go on")
    page.keyboard.press("Control+Enter")
    wait_for_tokens(page, 2)
    page.keyboard.press("Escape")
    wait_for_phase(page, "cancelled")
    page.locator("#run").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stop")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_phase(page, "cancelled")
    expect(page.locator("#run")).to_be_focused()


def test_run_key_is_ignored_in_other_text_fields(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    ask(page, "Go on")
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("System prompt").press("Control+Enter")
    page.get_by_label("Max new tokens").press("Control+Enter")
    page.get_by_label("Seed").fill("3")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Settings")).to_be_visible()
    assert race.engine.requests == []


def test_closed_drawer_takes_no_focus(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    expect(page.get_by_label("Max new tokens")).to_be_hidden()


def test_leaving_mid_run_cancels_it(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 2)
    page.goto("about:blank")
    for _ in range(100):
        if race.engine.runs[0].cancelled:
            break
        page.wait_for_timeout(100)
    assert race.engine.runs[0].cancelled


def test_second_visitor_sees_the_place_in_line(scripted: Serve, open_page: OpenPage) -> None:
    app = scripted(scripted_race(WORDS, OTHER_WORDS), speed=0.5)
    first, second = open_page(app.url), open_page(app.url)
    for page in (first, second):
        ask(page, "Go on")
        press_run(page)
        page.locator("#stop:enabled").wait_for()
    wait_for_phase(second, "queued")
    expect(status(second)).to_contain_text(re.compile("before you|next", re.IGNORECASE))
    first.locator("#stop").click()
    wait_for_phase(second, "running")


def test_error_says_what_to_do_and_stays(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    ask(page, "  ")
    press_run(page)
    wait_for_phase(page, "error")
    alert = page.locator(".race .status-alert")
    expect(alert).to_contain_text("no prompt")
    page.wait_for_timeout(1500)
    expect(alert).to_be_visible()
    expect(page.locator("#run")).to_be_enabled()


def test_meter_counts_after_a_pause_in_typing(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    ask(page, "")
    page.locator("#prompt textarea").press_sequentially("one two three")
    expect(page.locator(".meter-slot .meter-text")).to_contain_text("3 of 960")


def test_example_fills_the_prompt_and_says_what_it_shows(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    chip = page.locator(".chip").nth(3)
    chip.click()
    expect(page.locator("#prompt textarea")).to_have_value("Why is the sky blue?")
    expect(chip).to_have_attribute("aria-pressed", "true")
    shows = chip.get_attribute("title")
    assert shows
    expect(page.locator(".verdict-sentence")).to_have_text(shows)
    ask(page, "Something else")
    expect(chip).to_have_attribute("aria-pressed", "false")


def test_text_can_be_copied(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    run_to_the_end(page)
    pane(page, 1).get_by_role("button").click()
    expect(pane(page, 1).get_by_role("button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "".join(OTHER_WORDS)


def test_only_three_sizes_of_type(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    sizes = page.evaluate(_SIZES)
    assert len(sizes) <= 3, sizes


def x_range(page: Page) -> list[float]:
    found: list[float] = page.evaluate("document.querySelector('.chart-plot').layout.xaxis.range")
    return found


_SIZES = """() => {
    const sizes = new Set();
    for (const node of document.querySelectorAll("body *")) {
        const written = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
        if (written && node.checkVisibility()) sizes.add(getComputedStyle(node).fontSize);
    }
    return [...sizes];
}"""
