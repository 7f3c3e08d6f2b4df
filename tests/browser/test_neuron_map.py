"""The neuron map over a scripted engine: when it is drawn, zoom, keys, the strip beside it, the saved picture."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from griffin_core.events import LaneFinished, RunFinished, TokenEmitted
from tests.app.scripted_events import scripted_race
from tests.app.scripted_plans import EMBEDDED, race_of
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import ask, overflow_px, press_run, run_to_the_end, start_run, wait_for_phase

Serve = Callable[..., ScriptedApp]

WHOLE = "feed-forward neurons 0 – 1,535"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def race(scripted: Serve) -> ScriptedApp:
    """A short race of a model as large as the embedded one."""
    return scripted(race_of(EMBEDDED))


def test_map_is_drawn_before_the_first_token(scripted: Serve, open_page: OpenPage) -> None:
    """Here the tokens take a minute to come."""
    writing = (TokenEmitted, LaneFinished, RunFinished)
    late = [replace(one, t_s=one.t_s + 60) if isinstance(one, writing) else one for one in race_of(EMBEDDED)]
    page = open_page(scripted(late).url)
    assert lit_share(page) == 0
    ask(page, "Go on")
    press_run(page)
    page.wait_for_function(f"({_LIT}) > 0.5")
    expect(page.locator(".map-canvas")).to_have_attribute("aria-label", re.compile("Each layer keeps 768 of 1,536"))
    assert page.locator(".pane-text > span").count() == 0


@pytest.mark.long
def test_tip_tells_what_lies_under_the_pointer_and_the_arrow_keys(scripted: Serve, open_page: OpenPage) -> None:
    page = open_page(scripted(scripted_race()).url)
    run_to_the_end(page)
    page.locator(".map-canvas").hover(position={"x": 2, "y": 5})
    expect(tip(page)).to_contain_text("layer 3 · neuron 0")
    expect(tip(page)).to_contain_text("rank about 4 of 64")
    page.mouse.move(0, 0)
    page.locator(".map-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(tip(page)).to_contain_text("layer 1")


def test_keys_lead_the_cursor_to_the_ends_of_a_layer_and_ten_layers_on(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    page.locator(".map-canvas").focus()
    page.keyboard.press("End")
    assert told_range(page)[1] == 1535
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("Home")
    assert told_range(page)[0] == 0
    expect(axis(page)).to_contain_text("neurons 0 –")  # the map has moved along
    page.keyboard.press("PageUp")
    expect(tip(page)).to_contain_text("layer 10")
    page.keyboard.press("PageDown")
    expect(tip(page)).to_contain_text("layer 0")


def test_zoom_by_keys_narrows_the_range_under_the_cursor(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    page.locator(".map-canvas").focus()
    page.keyboard.press("ArrowRight")
    first, last = told_range(page)
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(axis(page)).to_contain_text("of 1,536")
    zoomed = told_range(page)
    assert zoomed[1] - zoomed[0] < last - first
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.map-axis').textContent !== before", arg="")
    expect(tip(page)).not_to_contain_text(f"neurons {zoomed[0]}–")
    page.keyboard.press("0")
    expect(axis(page)).to_have_text(WHOLE)


@pytest.mark.long
def test_wheel_drag_and_double_click_zoom(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    box = page.locator(".map-canvas").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=4)
    page.mouse.up()
    expect(axis(page)).to_have_text(re.compile("neurons 38[34] – 76[789] of 1,536"))
    page.mouse.dblclick(box["x"] + 50, middle)
    expect(axis(page)).to_have_text(WHOLE)
    page.mouse.wheel(0, -400)
    expect(axis(page)).to_contain_text("of 1,536")
    page.get_by_role("button", name="Show the whole layer").click()
    expect(axis(page)).to_have_text(WHOLE)


@pytest.mark.long
def test_zoom_survives_a_new_run_but_not_a_model_of_another_shape(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    page.get_by_role("button", name="Zoom in").click()
    expect(axis(page)).to_contain_text("of 1,536")
    zoomed = axis(page).inner_text()
    start_run(page)
    wait_for_phase(page, "done")
    expect(axis(page)).to_have_text(zoomed)
    race.engine.events = tuple(scripted_race())
    start_run(page)
    wait_for_phase(page, "done")
    expect(axis(page)).to_have_text("feed-forward neurons 0 – 63")


@pytest.mark.long
def test_strip_shows_another_number_or_says_why_it_cannot(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    page.locator(".map-canvas").hover(position={"x": 2, "y": 5})
    expect(tip(page)).to_contain_text("score kept 75 %, by chance 50 %")
    page.get_by_label("Number drawn for every layer").select_option("gini")
    page.locator(".map-canvas").hover(position={"x": 4, "y": 5})
    expect(tip(page)).to_contain_text(re.compile(r"concentration 0\.\d\d"))
    missing = page.locator(".map-choice option[value=overlap]")
    expect(missing).to_be_disabled()
    expect(missing).to_have_text("overlap: one lane only")


def test_picture_is_saved_as_png(race: ScriptedApp, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(race.url)
    run_to_the_end(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save picture").click()
    assert saving.value.suggested_filename == "neurons-kept-scripted-griffin-50-of-feed-forward-neurons.png"
    saving.value.save_as(tmp_path / "map.png")
    picture = (tmp_path / "map.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    on_screen = page.locator(".map-stage").bounding_box()
    assert on_screen is not None
    assert int.from_bytes(picture[16:20], "big") > 2 * on_screen["width"]  # twice as sharp, and words around it


def test_map_fits_a_phone_with_its_tip(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url, **PHONE)
    run_to_the_end(page)
    page.locator(".map-canvas").hover(position={"x": 100, "y": 60})
    expect(tip(page)).to_be_visible()
    assert overflow_px(page) <= 0
    for part in (".map-tip", ".map-head", ".map-frame", ".map-choice"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.long
def test_nothing_on_the_map_moves_when_it_is_filled(race: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(race.url)
    idle = page.locator(".map-panel, .map-stage, .map-choice, .map-save").evaluate_all(_BOXES)
    run_to_the_end(page)
    assert page.locator(".map-panel, .map-stage, .map-choice, .map-save").evaluate_all(_BOXES) == idle


@pytest.mark.parametrize(("layers", "height", "drawn"), [(1, 90, 1), (30, 90, 30), (200, 90, 45), (2, 1, 2)])
@pytest.mark.long
def test_layers_left_out_are_never_the_first_or_the_last(
    race: ScriptedApp, open_page: OpenPage, layers: int, height: int, drawn: int
) -> None:
    page = open_page(race.url)
    rows = page.evaluate(_ROWS, {"layers": layers, "height": height})
    shown = [row["layer"] for row in rows]
    assert (len(shown), shown[0], shown[-1]) == (drawn, 0, layers - 1)
    assert sorted(set(shown)) == shown


def tip(page: Page):
    return page.locator(".map-tip").first


def axis(page: Page):
    return page.locator(".map-axis")


def told_range(page: Page) -> tuple[int, int]:
    """First and last neuron in the tip."""
    page.evaluate("() => new Promise(requestAnimationFrame)")
    found = re.search(r"neurons? ([\d,]+)(?:–([\d,]+))?", tip(page).inner_text())
    assert found is not None
    first = int(found[1].replace(",", ""))
    return first, int(found[2].replace(",", "")) if found[2] else first


def lit_share(page: Page) -> float:
    """Share of the map's pixels that are drawn."""
    share: float = page.evaluate(_LIT)
    return share


_LIT = """(() => {
    const canvas = document.querySelector(".map-canvas");
    if (!canvas.width || !canvas.height) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length / (data.length / 4);
})()"""

_BOXES = """nodes => nodes.map(node => {
    const box = node.getBoundingClientRect();
    return [box.x, box.y, box.width, box.height].map(Math.round);
})"""

_ROWS = """async ({ layers, height }) => {
    const { layerRows } = await import(new URL("griffin/js/map/rows.js", document.baseURI));
    return layerRows(layers, height, 1);
}"""
