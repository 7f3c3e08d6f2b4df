"""Part of the neurons tab: which neurons two prompts share. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.asking.comparing import OverlapForm, gallery
from app.serving.service import RaceService
from app.tabs.screen import DEVICE, QUIET, RaceScreen, visitor_of
from app.tabs.settings import RaceWidgets
from app.text import labels, neuron_labels
from app.text import overlap as text
from app.views import OverlapView, StatusView


@dataclass(frozen=True, kw_only=True)
class OverlapScreen:
    """The section's widgets. picks: an example for each of the two prompts."""

    prompts: tuple[gr.Textbox, gr.Textbox]
    picks: tuple[gr.Dropdown, gr.Dropdown]
    take: gr.Button
    compare: gr.Button
    every: gr.Button
    stop: gr.Button
    status: gr.HTML
    chart: gr.HTML


def build_overlap() -> OverlapScreen:
    """Build the section into the open context. `wire_overlap` brings it to life."""
    with gr.Column(elem_classes="overlap"):
        gr.HTML(
            f'<div class="overlap-lead"><h2>{neuron_labels.OVERLAP_LEAD}</h2><p>{neuron_labels.OVERLAP_INFO}</p></div>',
            apply_default_css=False,
            elem_classes="griffin-component",
        )
        with gr.Row(elem_classes="overlap-ask"):
            first, first_pick = _prompt(neuron_labels.FIRST_PROMPT, "overlap-first")
            second, second_pick = _prompt(neuron_labels.SECOND_PROMPT, "overlap-second")
        with gr.Row(elem_classes="overlap-buttons"):
            compare = gr.Button(neuron_labels.COMPARE_PROMPTS, elem_id="compare-prompts", min_width=0)
            every = gr.Button(neuron_labels.ALL_EXAMPLES, elem_id="compare-gallery", min_width=0, elem_classes="minor")
            take = gr.Button(neuron_labels.TAKE_PROMPT, elem_id="take-prompt", min_width=0, elem_classes="minor")
            stop = gr.Button(labels.STOP, elem_id="stop-overlap", min_width=0, interactive=False, elem_classes="minor")
        status = components.status_line(StatusView(phase="ready", text=text.IDLE))
        chart = components.overlap(OverlapView())
    return OverlapScreen(
        prompts=(first, second),
        picks=(first_pick, second_pick),
        take=take,
        compare=compare,
        every=every,
        stop=stop,
        status=status,
        chart=chart,
    )


def wire_overlap(service: RaceService, race: RaceScreen, screen: OverlapScreen) -> None:
    """Make the section act; model and density are those of the race's settings."""

    def shown(view: OverlapView) -> list[Any]:
        """Until a comparison has begun, the one before it stays on the screen."""
        running = not view.over
        buttons = [gr.update(interactive=not running)] * 2
        chart = view.as_json() if view.started else gr.skip()
        return [view.status.as_json(), chart, *buttons, gr.update(interactive=running)]

    def compare(request: gr.Request, first: str, second: str, *values: Any) -> Iterator[list[Any]]:
        form = OverlapForm(race=RaceWidgets.form(values), first=first, second=second)
        yield from map(shown, service.compare(form, visitor_of(request)))

    def compare_gallery(request: gr.Request, *values: Any) -> Iterator[list[Any]]:
        form = OverlapForm(race=RaceWidgets.form(values))
        yield from map(shown, service.compare_gallery(form, visitor_of(request)))

    def stop(request: gr.Request) -> None:
        service.stop_comparing(visitor_of(request))

    fields = race.fields.inputs
    outputs = [screen.status, screen.chart, screen.compare, screen.every, screen.stop]
    screen.compare.click(compare, [*screen.prompts, *fields], outputs, **DEVICE)
    screen.every.click(compare_gallery, fields, outputs, **DEVICE)
    screen.stop.click(stop, queue=False, **QUIET)
    screen.take.click(lambda prompt: prompt, race.fields.prompt, screen.prompts[0], queue=False, **QUIET)
    for pick, prompt in zip(screen.picks, screen.prompts, strict=True):
        pick.input(_prompt_of, pick, prompt, queue=False, **QUIET)


def _prompt(label: str, name: str) -> tuple[gr.Textbox, gr.Dropdown]:
    with gr.Column(elem_classes="overlap-prompt"):
        box = gr.Textbox(label=label, lines=3, max_lines=3, autoscroll=False, elem_id=name, elem_classes="prompt-box")
        pick = gr.Dropdown(
            [(neuron_labels.PICK_EXAMPLE, ""), *((example.name, example.name) for example in gallery())],
            value="",
            label=neuron_labels.PICK_EXAMPLE,
            show_label=False,
            container=False,
            filterable=False,
            elem_id=f"{name}-pick",
        )
    return box, pick


def _prompt_of(name: str) -> Any:
    """The example's prompt; nothing changes for a name that is not in the gallery."""
    return next((example.prompt for example in gallery() if example.name == name), gr.skip())
