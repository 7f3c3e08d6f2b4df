"""The page as it is served: routes, endpoints, launch options. No browser."""

import dataclasses
import json
import re
import weakref
from collections.abc import Iterator

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.asking.form import RaceForm
from app.catalog import EXAMPLES, MODELS
from app.serving.service import RaceService
from app.tabs.race import pressed_example
from app.tabs.screen import shown
from app.text import labels
from app.ui import build_ui, launch_options
from app.views import ChartView, LaneSeries, PaneView, RaceView
from app.web.endpoint import MAX_RUNS_AT_ONCE, run_race
from app.web.static_files import ASSETS, asset_routes, head_html
from app.wire import chart_value, pane_value
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import HOSTILE, scripted_race


@pytest.fixture
def service() -> RaceService:
    return RaceService(ScriptedEngine(scripted_race(), speed=50))


@pytest.fixture
def assets() -> TestClient:
    return TestClient(Starlette(routes=asset_routes()))


def test_race_is_the_only_public_endpoint(service: RaceService) -> None:
    public = [event.api_name for event in build_ui(service).fns.values() if event.api_visibility != "private"]
    assert public == ["race"]


def test_every_run_may_wait_in_the_services_line(service: RaceService) -> None:
    waiting = [event for event in build_ui(service).fns.values() if event.concurrency_id == "device"]
    assert len(waiting) == 27
    assert {event.concurrency_limit for event in waiting} == {MAX_RUNS_AT_ONCE}


def test_stop_is_not_queued(service: RaceService) -> None:
    page = build_ui(service)
    stop = next(block._id for block in page.blocks.values() if getattr(block, "elem_id", None) == "stop")
    (event,) = [event for event in page.fns.values() if (stop, "click") in event.targets]
    assert event.queue is False


def test_the_prompt_is_measured_again_when_more_tokens_are_asked_for(service: RaceService) -> None:
    page = build_ui(service)
    field = next(block._id for block in page.blocks.values() if getattr(block, "label", None) == labels.MAX_NEW_TOKENS)
    assert any((field, "input") in event.targets for event in page.fns.values())


@pytest.mark.parametrize("data", [None, [], {}, {"index": -1}, {"index": len(EXAMPLES)}, {"index": "0"}])
def test_only_examples_that_exist_can_be_pressed(data: object) -> None:
    assert pressed_example(data) is None
    assert pressed_example({"index": 1}) == EXAMPLES[1]


def test_a_refused_run_leaves_the_last_one_on_the_screen(service: RaceService) -> None:
    (view,) = service.run(RaceForm(prompt=""), "ann")
    values = shown(view, running=False)
    told = [value for value in values if value != gr.skip()]
    assert told == [view.status.as_json(), gr.update(interactive=True), gr.update(interactive=False)]
    assert len(values) == len(shown(service.idle_view(), running=False))


def test_a_run_leaves_the_watch_over_a_loading_model_alone(service: RaceService) -> None:
    watch = [shown(view, running=not view.over)[-1] for view in service.run(service.default_form(), "ann")]
    assert watch == [gr.skip()] * len(watch)


def test_the_density_field_says_what_becomes_of_a_number_out_of_range(service: RaceService) -> None:
    sliders = (block for block in build_ui(service).blocks.values() if isinstance(block, gr.Slider))
    (slider,) = (slider for slider in sliders if slider.elem_id == "density")
    assert f"outside {slider.minimum:g} to {slider.maximum:g}" in str(slider.info)


def test_nothing_phones_home_or_keeps_prompts() -> None:
    options = launch_options()
    for name in ("run_history", "enable_monitoring", "ssr_mode", "share"):
        assert options[name] is False
    assert "http" not in head_html()
    assert options["theme"]._stylesheets == []
    assert options["theme"]._font_css == []


def test_everything_the_head_names_is_served(assets: TestClient) -> None:
    addresses = re.findall(r'(?:href|src)="([^"]+)"', head_html())
    assert addresses
    for address in addresses:
        assert assets.get(f"/{address}").status_code == 200


def test_every_component_has_its_script(service: RaceService, assets: TestClient) -> None:
    scripts = {
        name
        for block in build_ui(service).blocks.values()
        for name in re.findall(r"griffin/js/[\w/]+\.js", getattr(block, "js_on_load", None) or "")
    }
    assert len(scripts) == 27
    for script in scripts:
        assert "export function mount" in assets.get(f"/{script}").text


def test_assets_are_asked_for_again_and_not_sent_again(assets: TestClient) -> None:
    first = assets.get("/griffin/js/common/dom.js")
    assert first.headers["cache-control"] == "no-cache"
    again = assets.get("/griffin/js/common/dom.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_only_assets_are_served(assets: TestClient) -> None:
    assert assets.get("/griffin/js/../../pyproject.toml").status_code == 404
    assert assets.get("/griffin/js/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_plotly_comes_from_the_installed_wheel(assets: TestClient) -> None:
    assert "plotly.js v" in assets.get("/griffin/plotly.min.js").text[:200]


def test_scripts_never_write_markup() -> None:
    for script in (ASSETS / "js").rglob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write\b", script.read_text())


def test_growing_text_only_grows_at_its_end() -> None:
    before = ""
    for count in range(len(HOSTILE) + 1):
        text = pane_value(PaneView(lane=0, title="Full model", pieces=HOSTILE[:count]))["pieces"]
        assert text.startswith(before)
        assert [json.loads(line) for line in text[1:].split("\n") if line] == list(HOSTILE[:count])
        before = text


def test_missing_times_stay_missing() -> None:
    series = LaneSeries(lane=0, name="Full model", ms=(None, 30.1234))
    assert chart_value(ChartView(lanes=(series,)))["lanes"][0]["ms"] == "[null\n30.12"


def test_endpoint_gives_texts_figures_and_speedup(service: RaceService) -> None:
    answer = run_race(service, service.default_form())
    assert [lane["text"] for lane in answer["lanes"]] == ["The sun rises in the east.", "The sun rises at dawn."]
    assert answer["speedup"] > 1
    assert answer["byte_roofline"] > 1
    assert answer["lanes"][0]["figures"]["Tokens"] == "7"


def test_endpoint_takes_the_model_that_this_server_offers_first() -> None:
    engine = ScriptedEngine(scripted_race(), speed=50)
    page = build_ui(RaceService(engine, models=MODELS[2:]))
    race = next(event.fn for event in page.fns.values() if event.api_name == "race")
    assert race is not None
    race("Hello")
    assert engine.requests[0].prompt.model == MODELS[2].name


def test_endpoint_keeps_one_view_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    service = RaceService(ScriptedEngine(scripted_race()))
    kept: list[weakref.ref[RaceView]] = []
    most = 0
    play = service.run

    def watched(form: RaceForm | None, visitor: str) -> Iterator[RaceView]:
        nonlocal most
        for view in play(form, visitor):
            kept.append(weakref.ref(view))
            most = max(most, sum(ref() is not None for ref in kept))
            yield view

    monkeypatch.setattr(service, "run", watched)
    run_race(service, service.default_form())
    assert len(kept) > 5
    assert most <= 4  # the last one here, and those in the hands of the presenter and the service


def test_the_watch_over_a_loading_model_leaves_the_status_line_to_a_run() -> None:
    engine = ScriptedEngine(scripted_race(), speed=1e-3)
    engine.state_now = dataclasses.replace(engine.state_now, coming="org/other")
    service = RaceService(engine)
    page = build_ui(service)
    look = next(event.fn for event in page.fns.values() if any(name == "tick" for _, name in event.targets))
    assert look is not None
    visitor = gr.Request(session_hash="ann")
    go_on_looking = gr.update(active=True)
    assert look(visitor, None, None)[-2:] == [service.status().as_json(), go_on_looking]
    views = service.run(service.default_form(), "ann")
    next(views)
    assert look(visitor, service.default_form(), None) == [*[gr.skip()] * 5, go_on_looking]
    service.cancel("ann")
