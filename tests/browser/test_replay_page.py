"""A replay in a browser: exported and opened from disk with the network off, or served and shown in a frame."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route as WebRoute

from app.replaying import Timeline, export, replay_page, timeline_of
from app.replaying.export import export_timeline
from app.web.static_files import asset_routes
from griffin_core.events import Event, RunStarted
from griffin_core.recording import PromptText
from tests.app.scripted_events import HOSTILE, scripted_race
from tests.app.scripted_lanes import race_of_four
from tests.app.scripted_recording import DENSE, PRUNED, recorded, whole_session
from tests.browser.conftest import OpenPage, free_port
from tests.browser.steps import answer, overflow_px, pane

Exported = Callable[..., Page]
MARKUP = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture
def timeline() -> Timeline:
    """Of the whole scripted session."""
    return timeline_of(recorded(whole_session(), title="Sky"))


@pytest.fixture
def exported(browser: Browser, tmp_path: Path) -> Iterator[Exported]:
    """Opens a timeline's exported file with the network off; fails on errors, refusals and requests of the page."""
    said: list[str] = []
    contexts = []

    def refuse(route: Route) -> None:
        said.append(f"asked for {route.request.url}")
        route.abort()

    def dismissed(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def open_(timeline: Timeline, *, query: str = "", width: int = 1366, dark: bool = False) -> Page:
        path = tmp_path / "replay.html"
        path.write_text(export_timeline(timeline), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", offline=True
        )
        contexts.append(context)
        context.route(lambda url: not url.startswith(("file:", "data:", "blob:")), refuse)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("dialog", dismissed)
        page.goto(path.as_uri() + query)
        page.locator(".transport").wait_for()
        page.locator(".chart-plot .main-svg").first.wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def test_exported_file_opens_with_the_network_off_and_shows_both_answers(
    exported: Exported, timeline: Timeline
) -> None:
    page = exported(timeline)
    assert [answer(page, lane) for lane in (0, 1)] == ["".join(DENSE), "".join(PRUNED)]
    expect(page.locator(".replay-badge")).to_contain_text("Recorded on Scripted CPU, ")
    expect(page.locator(".verdict-number")).to_have_text(shown(timeline, -1)["verdict"]["headline"])
    expect(page.locator(".flock-canvas")).to_be_visible()
    expect(page.locator(".map-sentence")).not_to_be_empty()


def test_exported_file_is_small_and_stands_alone(timeline: Timeline) -> None:
    text = export_timeline(timeline)
    assert len(text.encode()) < 6_000_000
    assert "default-src 'none'" in text
    assert 'from "./' not in text
    assert 'rel="stylesheet"' not in text


def test_a_long_recording_is_packed(exported: Exported, timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_PLAIN", 1_000)
    page = exported(timeline)
    assert page.locator("#recording").get_attribute("type") == "application/gzip"
    assert texts(page) == ["".join(DENSE), "".join(PRUNED)]


def test_played_at_twice_the_speed_it_ends_with_the_same_texts(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=0")
    assert answer(page, 0) == ""
    page.get_by_label("Speed").select_option("2×")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Play again").wait_for()
    assert [answer(page, lane) for lane in (0, 1)] == ["".join(DENSE), "".join(PRUNED)]


def test_it_plays_at_once_when_asked_to_unless_the_visitor_wants_no_motion(
    exported: Exported, timeline: Timeline
) -> None:
    page = exported(timeline, query="?autoplay=1")
    page.get_by_role("button", name="Play again").wait_for()
    assert texts(page) == ["".join(DENSE), "".join(PRUNED)]
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(page.get_by_role("button", name="Play again")).to_be_visible()


def test_it_begins_anew_at_its_end_when_looped(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=1.2")
    page.get_by_role("button", name="Loop").click()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(place(page)).to_have_attribute("aria-valuenow", re.compile(r"^0\."))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_long_waits_are_shortened_until_they_are_wanted(exported: Exported) -> None:
    race = scripted_race(DENSE, PRUNED)
    events = [replace(event, t_s=event.t_s + (30 if event.t_s > 0.3 else 0)) for event in race]
    page = exported(timeline_of(recorded(events)), query="?t=2.4")
    seen = texts(page)
    assert seen[0] != "".join(DENSE)
    expect(place(page)).to_have_attribute("aria-valuemax", re.compile(r"^[2-4]\."))
    page.get_by_role("button", name="Shorten waits").click()
    expect(place(page)).to_have_attribute("aria-valuemax", re.compile(r"^3\d\."))
    assert texts(page) == seen


def test_marker_of_the_first_difference_leads_there(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    mark = next(mark for mark in timeline.marks if mark.kind == "differs")
    page.get_by_role("button", name=f"{mark.label}, at ").click()
    assert texts(page) == wanted(timeline, mark.event)
    for lane in (0, 1):
        expect(pane(page, lane).locator(".pane-flag")).to_have_text("⚑ differs here")
    expect(page.locator(".transport [aria-live]")).to_contain_text(mark.label)


def test_steps_go_token_by_token_both_ways(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=0")
    for at in (*range(5), 3, 2, 3):
        key = "." if texts(page) != wanted(timeline, timeline.tokens[at + 1]) else ","
        page.keyboard.press(key)
        await_texts(page, wanted(timeline, timeline.tokens[at]))


def test_keys_move_along_the_recording(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    page.keyboard.press("Home")
    await_texts(page, ["", ""])
    for mark in timeline.marks[:2]:
        page.keyboard.press("]")
        await_texts(page, wanted(timeline, mark.event))
    page.keyboard.press("[")
    await_texts(page, wanted(timeline, timeline.marks[0].event))
    page.keyboard.press("End")
    await_texts(page, wanted(timeline, -1))
    page.keyboard.press("ArrowLeft")
    expect(place(page)).not_to_have_attribute("aria-valuenow", f"{timeline.shortened_s[-1]:.1f}")
    page.keyboard.press("ArrowRight")
    await_texts(page, wanted(timeline, -1))
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("-")
    expect(page.get_by_label("Speed")).to_have_value("0.5")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_keys_that_a_component_uses_do_not_move_the_recording(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    at = place(page).get_attribute("aria-valuenow")
    pane(page, 0).locator(".pane-text > span[tabindex]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.locator(".map-canvas").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Speed").focus()
    page.keyboard.press("Home")
    expect(place(page)).to_have_attribute("aria-valuenow", str(at))


def test_going_back_shows_what_going_there_from_the_start_shows(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    back = []
    for share in (0.93, 0.8, 0.55, 0.3, 0.12, 0.0, 0.7):
        at = seek(page, share * timeline.shortened_s[-1], duration_s=timeline.shortened_s[-1])
        back.append((at, everything(page)))
    for at, seen in back:
        page.goto(f"{page.url.split('?')[0]}?t={at}")
        page.locator(".transport").wait_for()
        page.wait_for_timeout(200)
        assert everything(page) == seen


def test_hostile_texts_stay_literal_everywhere(exported: Exported) -> None:
    events: list[Event] = whole_session(HOSTILE, HOSTILE[::-1])
    start = events[0]
    assert isinstance(start, RunStarted)
    events[0] = replace(start, model=replace(start.model, model=MARKUP, device_name=MARKUP))
    timeline = timeline_of(recorded(events, title=MARKUP, prompt=PromptText(text=MARKUP * 2, system=MARKUP)))
    page = exported(timeline)
    for place_ in (page.locator(".replay-title"), page.locator(".replay-text").first):
        expect(place_).to_have_text(MARKUP)
    expect(page.locator(".replay-badge")).to_contain_text(MARKUP)
    assert "<img src=x onerror=alert(1)>" in answer(page, 0)
    assert page.locator("img, iframe, main script").count() == 0
    assert page.title().startswith(MARKUP)


def test_nothing_is_offered_that_needs_a_model_at_work(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    expect(page.locator(".flock-layer")).to_have_text("2")
    expect(page.locator(".flock-slider")).to_be_hidden()
    expect(page.get_by_text("click a layer")).to_have_count(0)
    pane(page, 1).locator(".pane-text > span").nth(3).hover()
    card = page.locator(".token-card:popover-open")
    expect(card.locator(".card-choice").first).to_be_visible()
    expect(card.locator("button")).to_have_count(0)
    expect(card.locator(".card-foot")).to_be_empty()


@pytest.mark.parametrize(("width", "dark"), [(1360, True), (390, False)])
def test_nothing_overflows_on_wide_and_narrow_windows(
    exported: Exported, timeline: Timeline, width: int, dark: bool
) -> None:
    page = exported(timeline, width=width, dark=dark)
    seek(page, 0.2, duration_s=timeline.shortened_s[-1])
    assert overflow_px(page) <= 0
    assert page.evaluate("document.body.classList.contains('dark')") is dark


def test_four_lanes_have_four_panes(exported: Exported) -> None:
    page = exported(timeline_of(recorded(race_of_four())))
    expect(page.locator(".pane:visible")).to_have_count(4)
    expect(page.locator(".extras-sentence")).not_to_be_empty()
    expect(page.locator(".neurons")).to_have_count(0)


def test_in_a_frame_it_tells_its_height_and_takes_the_theme(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}/griffin/replay/some-id")
    assert [answer(page, lane) for lane in (0, 1)] == ["".join(DENSE), "".join(PRUNED)]
    page.goto(served)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".transport")).to_be_in_viewport()
    page.wait_for_function("document.querySelector('iframe').clientHeight > 1000")
    told = json.loads(str(page.locator("#told").text_content()))
    assert told["id"] == "some-id"
    settled = page.locator("iframe").evaluate("frame => frame.clientHeight")
    page.wait_for_timeout(400)
    assert page.locator("iframe").evaluate("frame => frame.clientHeight") == settled
    expect(frame.locator(".transport")).to_be_in_viewport()
    expect(frame.locator("body.dark")).to_have_count(0)
    page.evaluate("document.body.classList.add('dark')")
    expect(frame.locator("body.dark")).to_have_count(1)
    expect(frame.locator(".replay-title")).to_be_hidden()
    frame.locator(".replay-facts").click()
    page.keyboard.press("Home")
    expect(frame.locator(".pane-text").first).to_have_text("")


@pytest.fixture
def served(timeline: Timeline) -> Iterator[str]:
    """The replay page beside the app's scripts and styles, and a page that frames it."""

    def replay(request: Request) -> HTMLResponse:
        return HTMLResponse(replay_page(request.path_params["id"], timeline))

    def host(_: Request) -> HTMLResponse:
        return HTMLResponse(_HOST)

    app = Starlette(routes=[*asset_routes(), WebRoute("/griffin/replay/{id}", replay), WebRoute("/", host)])
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def texts(page: Page) -> list[str]:
    """What both panes hold."""
    return [answer(page, lane) for lane in (0, 1)]


def await_texts(page: Page, wanted_: list[str]) -> None:
    """Components are told once a frame."""
    for lane, text in enumerate(wanted_):
        spans = pane(page, lane).locator(".pane-text > span:not(.pane-flag)")
        expect(spans).to_have_count(len(text.split()))
    assert texts(page) == wanted_


def shown(timeline: Timeline, event: int) -> dict[str, dict[str, str]]:
    """The values after an event."""
    return list(timeline.values())[event]


def wanted(timeline: Timeline, event: int) -> list[str]:
    """What both panes hold after an event."""
    pieces = [shown(timeline, event)[f"pane-{lane}"]["pieces"][1:] for lane in (0, 1)]
    return ["".join(json.loads(line) for line in text.split("\n") if line) for text in pieces]


def place(page: Page) -> Locator:
    """The bar that says where the recording stands."""
    return page.get_by_role("slider", name="Place in the recording")


def seek(page: Page, at_s: float, *, duration_s: float) -> float:
    """Press the bar at a moment, or beside it: a pointer stands on whole pixels. Returns where."""
    box = page.locator(".seek-track").bounding_box()
    assert box is not None
    x = round(box["x"] + box["width"] * at_s / duration_s)
    page.mouse.click(x, box["y"] + box["height"] - 4)
    page.wait_for_timeout(200)
    return (x - box["x"]) / box["width"] * duration_s


def everything(page: Page) -> list[str]:
    """All that can be read on the page, and which tokens are marked how."""
    script = """main => [...main.querySelectorAll('.pane, .verdict, .quality, .panel-sentence, .status, .flock-names')]
        .map(node => node.innerText + [...node.querySelectorAll('[data-mark], .pane-differs')]
            .map(mark => mark.className + mark.textContent + mark.dataset.mark).join())"""
    found: list[str] = page.locator("main").evaluate(script)
    return found


_HOST = """<!doctype html><body style="margin: 0"><h1>A page</h1>
<iframe src="griffin/replay/some-id" style="width: 100%; border: 0"></iframe><p id="told"></p>
<script>
addEventListener("message", ({ data }) => {
  document.querySelector("iframe").style.height = `${data.height}px`;
  document.querySelector("#told").textContent = JSON.stringify(data);
});
</script></body>"""
