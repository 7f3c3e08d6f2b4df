"""Ways between recordings and the race tab: run a recorded prompt here, a prompt from a link, a run to watch first.

Knows widgets and the services; knows no event and no file.
"""

from typing import Any

import gradio as gr

from app import components
from app.serving.recordings import linked_prompt
from app.serving.service import RaceService
from app.tabs.recordings import RecordingsScreen
from app.tabs.screen import QUIET, RaceScreen
from app.tabs.settings import RaceWidgets
from app.text import recordings as text

FILLED = (
    "prompt", "system", "chat", "method", "density", "max_new_tokens", "seed", "temperature", "top_k", "top_p",
    "schedule", "ignore_eos",
)  # fmt: skip


def wire_links(
    service: RaceService, page: gr.Blocks, tabs: gr.Tabs, race: RaceScreen, screen: RecordingsScreen
) -> None:
    """Make them act. Nothing here runs by itself: a prompt is filled in, and Run waits to be pressed."""
    recordings, fields = service.recordings, race.fields
    filled = [getattr(fields, name) for name in FILLED]

    def arrive(request: gr.Request) -> list[Any]:
        given = request.query_params.get("p")
        prompt, trouble = linked_prompt(given) if given is not None else ("", "")
        invited = recordings.invite(notice=trouble).as_json()
        return [invited, prompt or gr.skip()]

    def run_here(event: gr.EventData) -> list[Any]:
        given = event._data if isinstance(event._data, dict) else {}
        form = recordings.race_form(str(given.get("id", "")))
        if form is None:
            raise gr.Error(visible=False, print_exception=False)  # deleted meanwhile: nothing is filled in
        known = next((choice for choice in service.models if choice.name == form.model), None)
        model = gr.update(value=known.name, info=known.note) if known else gr.skip()
        told = recordings.invite(notice="" if known else text.other_model(form.model)).as_json()
        values = [getattr(form, name) for name in FILLED]
        return [gr.Tabs(selected="race"), told, model, {"chosen": list(form.extras)}, *values]

    def measure(*values: Any) -> dict[str, Any]:
        return service.meter(RaceWidgets.form(values)).as_json()

    quiet: dict[str, Any] = {"queue": False, **QUIET}
    measured: dict[str, Any] = {"fn": measure, "inputs": fields.inputs, "outputs": race.meter, **quiet}
    linked = page.load(arrive, None, [race.invite, fields.prompt], **quiet)
    ran = screen.opened.run(run_here, None, [tabs, race.invite, fields.model, fields.extras, *filled], **quiet)
    for filled_in in (linked, ran):
        filled_in.success(**measured)
    ran.success(None, js=components.say("edited"), **QUIET)
