"""The race tab's widgets: one prompt, two panes, one number, a chart and a map; and what a view means to them.

Knows widgets and the service; knows no event and no model.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.catalog import EXAMPLES
from app.presenters.sealed import Sealed
from app.serving.service import RaceService
from app.tabs.blind import BlindWidgets, build_ballot, build_toggle
from app.tabs.compare import ComparePanel, build_compare_panel
from app.tabs.recording import RecordingWidgets, build_recorder, build_switch
from app.tabs.settings import RaceWidgets, build_settings
from app.text import labels
from app.views import BallotView, InviteView, MeterView, QualityView, RaceView
from app.web.endpoint import MAX_RUNS_AT_ONCE
from app.wire import all_panes, race_values

NO_BALLOT = BallotView()
TYPED_FIELDS = "#prompt, #system"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
DEVICE: dict[str, Any] = {"concurrency_id": "device", "concurrency_limit": MAX_RUNS_AT_ONCE, **QUIET}
"""For an event that may wait for the device."""


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
    extras: gr.HTML
    compare: gr.HTML
    panel: ComparePanel
    blind: BlindWidgets
    recording: RecordingWidgets
    invite: gr.HTML
    past: gr.State


@dataclass(frozen=True, kw_only=True)
class Past:
    """The race that is over and on the screen, and the one that it branched off, to go back to."""

    shown: RaceView
    before: "Past | None" = None


def shown(
    view: RaceView,
    *,
    running: bool,
    ballot: BallotView = NO_BALLOT,
    sealed: Sealed | None = None,
    before: Past | None = None,
) -> list[Any]:
    """Values for `RaceScreen.outputs`. A refused run changes the status line alone, and gives the buttons back."""
    if view.refused:
        said = gr.update(interactive=True), gr.update(interactive=False)
        return [*[gr.skip()] * 8, view.status.as_json(), gr.skip(), *said, *[gr.skip()] * 11]
    return [
        *race_values(view).values(),
        gr.update(interactive=not running),
        gr.update(interactive=running),
        gr.update(interactive=not running and view.form is not None and view.run != ""),
        gr.update(interactive=not running and view.resume is not None),
        view.form if view.run else None,
        view.resume,
        view.finished,
        ballot.as_json(),
        sealed,
        view.recording.as_json(),
        InviteView().as_json() if view.run else gr.skip(),
        Past(shown=view, before=before) if view.over and view.run else gr.skip(),
        gr.skip() if view.run else gr.update(active=view.status.phase == "loading"),
    ]


def build_screen(service: RaceService) -> RaceScreen:
    """The widgets, into the open context, with the first example filled in."""
    view = service.idle_view()
    start = service.default_form()
    first, second, third_view, fourth_view = all_panes(view)
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
                    examples = components.examples(EXAMPLES, prompt=start.prompt, fields="#prompt")
                    compare = components.compare()
                    meter = components.prompt_meter(MeterView(), fields=TYPED_FIELDS)
            with gr.Row(elem_classes="run-buttons"):
                run = gr.Button(labels.RUN, elem_id="run", min_width=0)
                stop = gr.Button(labels.STOP, elem_id="stop", min_width=0, interactive=False)
                again = gr.Button(labels.AGAIN, elem_id="again", min_width=0, interactive=False, elem_classes="minor")
                go_on = gr.Button(
                    labels.CONTINUE, elem_id="continue", min_width=0, interactive=False, elem_classes="minor"
                )
                toggle = build_toggle()
                switch = build_switch(service.recordings)
        panel = build_compare_panel()
        recording = build_recorder(service.recordings, switch)
        with gr.Row(elem_classes="status-row"):
            status = components.status_line(view.status)
            invite = components.invite(InviteView())
        with gr.Row(elem_classes="race-lanes"):
            left = components.token_pane(first)
            verdict = components.verdict(view.verdict)
            blind = build_ballot(toggle)
            right = components.token_pane(second)
        quality = components.token_quality(QualityView())
        with gr.Row(elem_classes="race-extras"):
            third = components.token_pane(third_view)
            extras = components.extras_sentence(view.extras)
            fourth = components.token_pane(fourth_view)
        with gr.Row(elem_classes="race-charts"):
            chart = components.live_chart(view.chart)
            neurons = components.neuron_map(view.map)
        figures = components.figure_table(view)
    fields = build_settings(prompt, panel, switch, start, service.models, service.methods())
    form, resume, finished, past = (gr.State(None) for _ in range(4))
    loading = gr.Timer(1.0, active=False)
    return RaceScreen(
        fields=fields,
        examples=examples,
        meter=meter,
        run=run,
        stop=stop,
        again=again,
        go_on=go_on,
        panes=[left, right, third, fourth],
        status=status,
        outputs=[
            *(left, right, third, fourth, verdict, extras, chart, neurons, status, figures),
            *(run, stop, again, go_on, form, resume, finished, blind.ballot, blind.sealed),
            *(recording.recorder, invite, past, loading),
        ],
        form=form,
        resume=resume,
        finished=finished,
        loading=loading,
        quality=quality,
        extras=extras,
        compare=compare,
        panel=panel,
        blind=blind,
        recording=recording,
        invite=invite,
        past=past,
    )


def visitor_of(request: gr.Request) -> str:
    """Who asks: the same for all events of one open page."""
    return str(request.session_hash)
