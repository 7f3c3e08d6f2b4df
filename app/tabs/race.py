"""The race tab: one prompt, two panes, one number, a chart and a map. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import labels
from app.catalog import EXAMPLES, Example
from app.components import browser
from app.endpoint import MAX_RUNS_AT_ONCE, add_endpoint
from app.form import RaceForm
from app.service import RaceService
from app.tabs.settings import RaceWidgets, build_settings
from app.views import MeterView, QualityView, RaceView

TYPED_FIELDS = "#prompt, #system"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, kw_only=True)
class RaceScreen:
    """The tab's widgets; `outputs` are in the order of `shown`."""

    fields: RaceWidgets
    examples: gr.HTML
    meter: gr.HTML
    run: gr.Button
    stop: gr.Button
    again: gr.Button
    go_on: gr.Button
    panes: list[gr.HTML]
    status: gr.HTML
    outputs: list[Any]
    form: gr.State
    resume: gr.State
    finished: gr.State
    loading: gr.Timer
    quality: gr.HTML


def build_race_tab(service: RaceService) -> RaceScreen:
    """Build the tab into the open context. `wire_race_tab` brings it to life."""
    return _layout(service)


def wire_race_tab(service: RaceService, page: gr.Blocks, screen: RaceScreen) -> list[Any]:
    """Make the tab act; `page` tells when a visitor comes and goes. Returns what the end of a race can be chained to."""
    add_endpoint(service)
    _wire_prompt(service, page, screen)
    return _wire_runs(service, page, screen)


def shown(view: RaceView, *, running: bool) -> list[Any]:
    """Values for `RaceScreen.outputs`. A refused run changes the status line alone, and gives the buttons back."""
    if view.refused:
        said = gr.update(interactive=True), gr.update(interactive=False)
        return [*[gr.skip()] * 5, view.status.as_json(), gr.skip(), *said, *[gr.skip()] * 6]
    return [
        *(browser.pane_value(pane) for pane in view.panes),
        view.verdict.as_json(),
        browser.chart_value(view.chart),
        view.map.as_json(),
        view.status.as_json(),
        browser.all_figures(view),
        gr.update(interactive=not running),
        gr.update(interactive=running),
        gr.update(interactive=not running and view.form is not None and view.run != ""),
        gr.update(interactive=not running and view.resume is not None),
        view.form if view.run else None,
        view.resume,
        view.finished,
        gr.skip() if view.run else gr.update(active=view.status.phase == "loading"),
    ]


def pressed_example(data: object) -> Example | None:
    """The example that a `choose` event names; None for anything else that a browser may send."""
    index = data.get("index") if isinstance(data, dict) else None
    return EXAMPLES[index] if isinstance(index, int) and 0 <= index < len(EXAMPLES) else None


def _layout(service: RaceService) -> RaceScreen:
    view = service.idle_view()
    start = service.default_form()
    with gr.Column(elem_classes="race"):
        with gr.Row(elem_classes="race-ask"):
            with gr.Column(elem_classes="ask-column"):
                prompt = gr.Textbox(
                    start.prompt,
                    label=labels.PROMPT,
                    show_label=False,
                    container=False,
                    placeholder=labels.PROMPT_PLACEHOLDER,
                    lines=3,
                    max_lines=3,
                    autoscroll=False,
                    elem_id="prompt",
                    elem_classes="prompt-box",
                )
                with gr.Row(elem_classes="ask-foot"):
                    examples = browser.examples(EXAMPLES, prompt=start.prompt, fields="#prompt")
                    meter = browser.prompt_meter(MeterView(), fields=TYPED_FIELDS)
            with gr.Row(elem_classes="run-buttons"):
                run = gr.Button(labels.RUN, elem_id="run", min_width=0)
                stop = gr.Button(labels.STOP, elem_id="stop", min_width=0, interactive=False)
                again = gr.Button(labels.AGAIN, elem_id="again", min_width=0, interactive=False, elem_classes="minor")
                go_on = gr.Button(
                    labels.CONTINUE, elem_id="continue", min_width=0, interactive=False, elem_classes="minor"
                )
        status = browser.status_line(view.status)
        with gr.Row(elem_classes="race-lanes"):
            left = browser.token_pane(view.panes[0])
            verdict = browser.verdict(view.verdict)
            right = browser.token_pane(view.panes[1])
        with gr.Row(elem_classes="race-charts"):
            chart = browser.live_chart(view.chart)
            neurons = browser.neuron_map(view.map)
        quality = browser.token_quality(QualityView())
        figures = browser.figure_table(view)
    fields = build_settings(prompt, start, service.models, service.methods())
    form, resume, finished, loading = gr.State(None), gr.State(None), gr.State(None), gr.Timer(1.0, active=False)
    return RaceScreen(
        fields=fields,
        examples=examples,
        meter=meter,
        run=run,
        stop=stop,
        again=again,
        go_on=go_on,
        panes=[left, right],
        status=status,
        outputs=[
            *(left, right, verdict, chart, neurons, status, figures),
            *(run, stop, again, go_on, form, resume, finished, loading),
        ],
        form=form,
        resume=resume,
        finished=finished,
        loading=loading,
        quality=quality,
    )


def _wire_runs(service: RaceService, page: gr.Blocks, screen: RaceScreen) -> list[Any]:
    def race(form: RaceForm | None, request: gr.Request) -> Iterator[list[Any]]:
        for view in service.run(form, visitor_of(request)):
            yield shown(view, running=not view.over)

    def run(request: gr.Request, *values: Any) -> Iterator[list[Any]]:
        yield from race(RaceWidgets.form(values), request)

    def again(request: gr.Request, form: RaceForm | None) -> Iterator[list[Any]]:
        yield from race(form, request)

    def go_on(request: gr.Request, resume: RaceForm | None, max_new_tokens: float) -> Iterator[list[Any]]:
        yield from race(resume and dataclasses.replace(resume, max_new_tokens=max_new_tokens), request)

    def leave(request: gr.Request) -> None:
        service.cancel(visitor_of(request))

    device: dict[str, Any] = {"concurrency_id": "device", "concurrency_limit": MAX_RUNS_AT_ONCE, **QUIET}
    # Not queued: Stop must be heard while every place in the queue is taken.
    screen.stop.click(leave, queue=False, **QUIET)
    page.unload(leave)
    return [
        screen.run.click(run, screen.fields.inputs, screen.outputs, **device),
        screen.again.click(again, screen.form, screen.outputs, **device),
        screen.go_on.click(go_on, [screen.resume, screen.fields.max_new_tokens], screen.outputs, **device),
    ]


def _wire_prompt(service: RaceService, page: gr.Blocks, screen: RaceScreen) -> None:
    fields = screen.fields

    def arrive() -> list[Any]:
        return shown(service.idle_view(), running=False)

    def measure(*values: Any) -> dict[str, Any]:
        return service.meter(RaceWidgets.form(values)).as_json()

    def choose(event: gr.EventData) -> list[Any]:
        example = pressed_example(event._data)
        if example is None:
            return [gr.skip()] * 5
        return [example.prompt, example.system, example.chat, example.density, example.max_new_tokens]

    def prepare(model: str) -> tuple[Any, Any]:
        service.prepare(model)
        note = next((choice.note for choice in service.models if choice.name == model), "")
        return gr.update(info=note), gr.update(active=True)

    def look(request: gr.Request, form: RaceForm | None) -> list[Any]:
        view = service.idle_view()
        active = gr.update(active=view.status.phase == "loading")
        if service.busy(visitor_of(request)):  # the run has the status line
            return [gr.skip(), gr.skip(), gr.skip(), active]
        fresh = form is None  # otherwise the last run stays on the screen
        panes = [browser.pane_value(pane) if fresh else gr.skip() for pane in view.panes]
        return [*panes, view.status.as_json(), active]

    measured = {"fn": measure, "inputs": fields.inputs, "outputs": screen.meter, "queue": False, **QUIET}
    page.load(arrive, None, screen.outputs, queue=False, **QUIET).then(**measured)
    screen.examples.choose(
        choose,
        None,
        [fields.prompt, fields.system, fields.chat, fields.density, fields.max_new_tokens],
        queue=False,
        **QUIET,
    ).then(**measured)
    screen.meter.settle(trigger_mode="always_last", **measured)
    fields.chat.input(trigger_mode="always_last", **measured)
    fields.max_new_tokens.input(trigger_mode="always_last", **measured)
    fields.model.input(prepare, fields.model, [fields.model, screen.loading], queue=False, **QUIET)
    screen.loading.tick(look, screen.form, [*screen.panes, screen.status, screen.loading], queue=False, **QUIET).then(
        **measured
    )


def visitor_of(request: gr.Request) -> str:
    """Who asks: the same for all events of one open page."""
    return str(request.session_hash)
