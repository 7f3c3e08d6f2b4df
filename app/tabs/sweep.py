"""The sweep tab: many densities measured on the visitor's prompt, drawn as they come. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.asking.form import RaceForm
from app.asking.sweep import FEW_DENSITIES, MANY_DENSITIES, SWEPT_METHODS, USUAL_DENSITIES, SweepForm, picked_point
from app.serving.service import RaceService
from app.tabs.screen import DEVICE, QUIET, RaceScreen, visitor_of
from app.tabs.settings import RaceWidgets
from app.text import labels
from app.text import sweep as text
from app.text.race import READY, method_title
from app.views import StatusView, SweepView

PRESETS = {
    labels.FEW_POINTS: FEW_DENSITIES,
    labels.USUAL_POINTS: USUAL_DENSITIES,
    labels.MANY_POINTS: MANY_DENSITIES,
}
PRESS_RUN = f"""
() => import(new URL("{components.ASSET_ROUTE}/js/sweep/race.js", document.baseURI))
  .then((module) => module.pressRun({json.dumps(text.NOT_RACED)}))
"""


@dataclass(frozen=True, kw_only=True)
class SweepScreen:
    """The tab's widgets. presets: buttons, each with the densities that it fills in; swept: the form that was swept."""

    prompt: gr.HTML
    densities: gr.Textbox
    presets: list[tuple[gr.Button, str]]
    methods: gr.CheckboxGroup
    start: gr.Button
    stop: gr.Button
    status: gr.HTML
    chart: gr.HTML
    swept: gr.State


def build_sweep_tab(service: RaceService) -> SweepScreen:
    """Build the tab into the open context. `wire_sweep_tab` brings it to life."""
    with gr.Column(elem_classes="sweep"):
        prompt = components.sweep_prompt(service.sweep_prompt(service.default_form()))
        with gr.Row(elem_classes="sweep-ask"):
            with gr.Column(elem_classes="sweep-densities"):
                densities = gr.Textbox(USUAL_DENSITIES, label=labels.SWEEP_DENSITIES, lines=1, elem_id="densities")
                with gr.Row(elem_classes="sweep-presets"):
                    presets = [
                        (gr.Button(name, min_width=0, elem_classes="minor"), typed) for name, typed in PRESETS.items()
                    ]
            methods = gr.CheckboxGroup(
                [(method_title(name), name) for name in SWEPT_METHODS],
                value=[SWEPT_METHODS[0]],
                label=labels.SWEEP_METHODS,
                elem_classes="sweep-methods",
            )
            with gr.Column(elem_classes="sweep-buttons"):
                start = gr.Button(labels.START_SWEEP, elem_id="start-sweep", min_width=0)
                stop = gr.Button(labels.STOP, elem_id="stop-sweep", min_width=0, interactive=False)
        status = components.status_line(StatusView(phase="ready", text=READY))
        chart = components.sweep(SweepView())
    return SweepScreen(
        prompt=prompt,
        densities=densities,
        presets=presets,
        methods=methods,
        start=start,
        stop=stop,
        status=status,
        chart=chart,
        swept=gr.State(None),
    )


def wire_sweep_tab(service: RaceService, tabs: gr.Tabs, race: RaceScreen, screen: SweepScreen) -> None:
    """Make the tab act; a chosen point is raced in the race tab, which `tabs` then shows."""
    _wire_sweep(service, race, screen)
    _wire_prompt(service, tabs, race, screen)

    fields = race.fields

    def pick(event: gr.EventData, swept: RaceForm | None) -> list[Any]:
        point = picked_point(event._data, methods=service.methods())
        if point is None or swept is None:
            raise gr.Error(visible=False, print_exception=False)  # so that nothing is pressed
        note = next((choice.note for choice in service.models if choice.name == swept.model), "")
        model = gr.update(value=swept.model, info=note)
        return [gr.Tabs(selected="race"), *point, swept.prompt, swept.system, swept.chat, model, swept.seed]

    def measure(*values: Any) -> dict[str, Any]:
        return service.meter(RaceWidgets.form(values)).as_json()

    filled = [fields.method, fields.density, fields.prompt, fields.system, fields.chat, fields.model, fields.seed]
    picked = screen.chart.race(pick, screen.swept, [tabs, *filled], queue=False, **QUIET)
    # By the button itself, so that a blind run, the closer look and all else that belongs to a race come with it.
    picked.success(None, None, None, js=PRESS_RUN)
    picked.success(measure, fields.inputs, race.meter, queue=False, **QUIET)


def _wire_sweep(service: RaceService, race: RaceScreen, screen: SweepScreen) -> None:
    def shown(view: SweepView, race: RaceForm) -> list[Any]:
        """Until a sweep has begun, the one before it stays on the screen."""
        running = not view.over
        chart, swept = (view.as_json(), race) if view.started else (gr.skip(), gr.skip())
        return [view.status.as_json(), chart, swept, gr.update(interactive=not running), gr.update(interactive=running)]

    def start(request: gr.Request, densities: str, methods: list[str], *values: Any) -> Iterator[list[Any]]:
        form = SweepForm(race=RaceWidgets.form(values), densities=densities, methods=tuple(methods))
        for view in service.sweep(form, visitor_of(request)):
            yield shown(view, form.race)

    def stop(request: gr.Request) -> None:
        service.stop_sweep(visitor_of(request))

    gr.on(
        [screen.start.click, screen.densities.submit],
        start,
        [screen.densities, screen.methods, *race.fields.inputs],
        [screen.status, screen.chart, screen.swept, screen.start, screen.stop],
        **DEVICE,
    )
    screen.stop.click(stop, queue=False, **QUIET)
    for button, typed in screen.presets:
        button.click(lambda typed=typed: typed, None, screen.densities, queue=False, **QUIET)


def _wire_prompt(service: RaceService, tabs: gr.Tabs, race: RaceScreen, screen: SweepScreen) -> None:
    """The prompt is the race's: shown here as it is when the visitor comes, and whenever it changes."""

    def look(*values: Any) -> dict[str, Any]:
        return service.sweep_prompt(RaceWidgets.form(values)).as_json()

    fields = race.fields
    looked: dict[str, Any] = {"trigger_mode": "always_last", "queue": False, **QUIET}
    for changed in (tabs.change, race.meter.settle, fields.chat.input, fields.model.input, screen.start.click):
        changed(look, fields.inputs, screen.prompt, **looked)
