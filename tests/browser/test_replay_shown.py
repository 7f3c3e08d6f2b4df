"""What a replay shows in a browser: exported and opened from disk with the network off, or served and framed."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route as WebRoute

from app.replaying import Timeline, export, replay_page, timeline_of
from app.replaying.export import export_timeline
from app.web.static_files import asset_routes
from griffin_core.events import Event, RunStarted
from griffin_core.recording import PromptText
from tests.app.scripted_events import HOSTILE
from tests.app.scripted_lanes import race_of_four
from tests.app.scripted_recording import DENSE, PRUNED, recorded, whole_session
from tests.browser.conftest import Exported, OpenPage, free_port
from tests.browser.replay_steps import seek, shown, texts
from tests.browser.steps import answer, overflow_px, pane

MARKUP = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


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


_HOST = """<!doctype html><body style="margin: 0"><h1>A page</h1>
<iframe src="griffin/replay/some-id" style="width: 100%; border: 0"></iframe><p id="told"></p>
<script>
addEventListener("message", ({ data }) => {
  document.querySelector("iframe").style.height = `${data.height}px`;
  document.querySelector("#told").textContent = JSON.stringify(data);
});
</script></body>"""
