"""The race tab, brought to life: runs, blind runs and their votes, the prompt, the model.

Knows widgets and the service; knows no event and no model.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import gradio as gr

from app import components
from app.asking.form import InspectionForm, RaceForm
from app.catalog import EXAMPLES, Example
from app.presenters.sealed import Sealed, Votes
from app.serving.service import RaceService
from app.tabs.blind import blind_frames, vote_event, voted
from app.tabs.compare import swap_test, wire_compare_panel
from app.tabs.recording import recorded_as, wire_recorder
from app.tabs.screen import DEVICE, QUIET, Past, RaceScreen, build_screen, shown, visitor_of
from app.tabs.settings import RaceWidgets
from app.web.endpoint import add_endpoint
from app.wire import all_panes, pane_value


def build_race_tab(service: RaceService) -> RaceScreen:
    """Build the tab into the open context. `wire_race_tab` brings it to life."""
    return build_screen(service)


def wire_race_tab(service: RaceService, page: gr.Blocks, screen: RaceScreen) -> list[Any]:
    """Make the tab act; `page` tells when a visitor comes and goes. Returns what a race's end can be chained to."""
    add_endpoint(service)
    _wire_prompt(service, page, screen)
    wire_recorder(service.recordings, screen.recording, QUIET)
    return [*_wire_starts(service, screen), *_wire_runs(service, page, screen), _wire_vote(service, screen)]


def pressed_example(data: object) -> Example | None:
    """The example that a `choose` event names; None for anything else that a browser may send."""
    index = data.get("index") if isinstance(data, dict) else None
    return EXAMPLES[index] if isinstance(index, int) and 0 <= index < len(EXAMPLES) else None


def _wire_starts(service: RaceService, screen: RaceScreen) -> list[Any]:
    blind, panel, inputs = screen.blind, screen.panel, screen.fields.inputs

    def run(request: gr.Request, hidden: bool, votes: Votes, *values: Any) -> Iterator[list[Any]]:
        form = RaceWidgets.form(values)
        if not hidden:
            yield from _race(service, form, request)
            return
        for frame in blind_frames(service, form, visitor_of(request), votes):
            view = frame.view
            yield shown(view, running=not view.over, ballot=frame.ballot, sealed=frame.sealed)

    def compare(request: gr.Request, *values: Any) -> Iterator[list[Any]]:
        yield from _race(service, RaceWidgets.form(values), request)

    filled = screen.compare.swap(
        swap_test,
        [screen.fields.prompt, panel.other, panel.extras],
        [panel.extras, panel.other],
        queue=False,
        **QUIET,
    )
    return [
        screen.run.click(run, [blind.toggle, blind.votes, *inputs], screen.outputs, **DEVICE),
        filled.then(compare, inputs, screen.outputs, **DEVICE),
    ]


def _wire_vote(service: RaceService, screen: RaceScreen) -> Any:
    blind = screen.blind

    def vote(event: gr.EventData, sealed: Sealed | None, votes: Votes) -> list[Any]:
        counted = voted(event._data, sealed, votes)
        if counted is None:
            return [gr.skip()] * (len(screen.outputs) + 1)
        view, votes = counted
        if view.recording.phase == "recorded":
            service.recordings.add_vote(view.recording.id, vote_event(votes.given[-1]))
        return [*shown(view, running=False), votes]

    return blind.ballot.vote(vote, [blind.sealed, blind.votes], [*screen.outputs, blind.votes], queue=False, **QUIET)


def _race(
    service: RaceService, form: RaceForm | None, request: gr.Request, *, before: Past | None = None
) -> Iterator[list[Any]]:
    for view in service.run(form, visitor_of(request)):
        yield shown(view, running=not view.over, before=before)


def _wire_runs(service: RaceService, page: gr.Blocks, screen: RaceScreen) -> list[Any]:
    def again(request: gr.Request, form: RaceForm | None, recording: object) -> Iterator[list[Any]]:
        yield from _race(service, form and recorded_as(form, recording), request)

    def go_on(
        request: gr.Request, resume: RaceForm | None, max_new_tokens: float, recording: object, past: Past | None
    ) -> Iterator[list[Any]]:
        form = resume and recorded_as(resume, recording)
        longer = form and dataclasses.replace(form, max_new_tokens=max_new_tokens)
        yield from _race(service, longer, request, before=past and past.before)

    def branch(
        request: gr.Request,
        event: gr.EventData,
        finished: InspectionForm | None,
        max_new_tokens: float,
        recording: object,
        past: Past | None,
    ) -> Iterator[list[Any]]:
        visitor = visitor_of(request)
        if finished is not None:
            finished = dataclasses.replace(finished, form=recorded_as(finished.form, recording))
        for view in service.branch(finished, event._data, visitor, max_new_tokens=max_new_tokens):
            yield shown(view, running=not view.over, before=past)

    def back(request: gr.Request, past: Past | None) -> list[Any]:
        before = past and past.before
        if before is None or service.busy(visitor_of(request)):
            return [gr.skip()] * len(screen.outputs)
        return shown(before.shown, running=False, before=before.before)

    def stop(request: gr.Request) -> None:
        service.stop_race(visitor_of(request))

    def leave(request: gr.Request) -> None:
        service.cancel(visitor_of(request))

    switch = screen.recording.switch
    length = screen.fields.max_new_tokens
    # Not queued: Stop must be heard while every place in the queue is taken.
    screen.stop.click(stop, queue=False, **QUIET)
    page.unload(leave)
    return [
        screen.again.click(again, [screen.form, switch], screen.outputs, **DEVICE),
        screen.go_on.click(go_on, [screen.resume, length, switch, screen.past], screen.outputs, **DEVICE),
        *(
            pane.branch(branch, [screen.finished, length, switch, screen.past], screen.outputs, **DEVICE)
            for pane in screen.panes
        ),
        *(pane.back(back, screen.past, screen.outputs, queue=False, **QUIET) for pane in screen.panes),
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

    def look(request: gr.Request, form: RaceForm | None, sealed: Sealed | None) -> list[Any]:
        view = service.idle_view()
        active = gr.update(active=view.status.phase == "loading")
        if service.busy(visitor_of(request)):  # the run has the status line
            return [*[gr.skip()] * (len(screen.panes) + 1), active]
        fresh = form is None and sealed is None  # otherwise the last run stays on the screen
        panes = [pane_value(pane) if fresh else gr.skip() for pane in all_panes(view)]
        return [*panes, view.status.as_json(), active]

    wire_compare_panel(fields.prompt, screen.panel, QUIET)
    measured = {"fn": measure, "inputs": fields.inputs, "outputs": screen.meter, "queue": False, **QUIET}
    page.load(arrive, None, screen.outputs, queue=False, **QUIET).then(**measured)
    chosen = screen.examples.choose(
        choose,
        None,
        [fields.prompt, fields.system, fields.chat, fields.density, fields.max_new_tokens],
        queue=False,
        **QUIET,
    )
    chosen.then(None, js=components.say("filled"), **QUIET)
    chosen.then(**measured)
    screen.meter.settle(trigger_mode="always_last", **measured)
    fields.chat.input(trigger_mode="always_last", **measured)
    fields.max_new_tokens.input(trigger_mode="always_last", **measured)
    fields.model.input(prepare, fields.model, [fields.model, screen.loading], queue=False, **QUIET)
    screen.loading.tick(
        look, [screen.form, screen.blind.sealed], [*screen.panes, screen.status, screen.loading], queue=False, **QUIET
    ).then(**measured)
