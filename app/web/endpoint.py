"""The race for programs: one plain function, for `gradio_client` and over HTTP. Knows the service; knows no widgets."""

from collections import deque
from typing import Any
from uuid import uuid4

import gradio as gr
from gradio.events import api

from app.asking.form import RaceForm
from app.serving.service import RaceService

MAX_RUNS_AT_ONCE = 24
"""Runs that Gradio lets in. The service lets one through at a time and tells the others their place."""


def add_endpoint(service: RaceService) -> None:
    """Offer `/race` in the open Blocks. It waits in the same line as visitors do."""

    def race(
        prompt: str,
        system: str = "",
        model: str = "",
        method: str = "griffin",
        density: float = 0.5,
        max_new_tokens: int = 128,
        seed: int = 0,
        temperature: float = 0.0,
        top_k: int = 0,
        top_p: float = 1.0,
        chat: bool = True,
        schedule: str = "race",
    ) -> dict[str, Any]:
        """Run the full model and a pruned one on a prompt.

        model: a name of the page's list; "" takes the one offered first.
        Returns the lanes' texts and figures as the page shows them, and the speed-up with its bound and sentence.
        """
        form = RaceForm(
            model=model or service.models[0].name,
            prompt=prompt,
            system=system,
            chat=chat,
            method=method,
            density=density,
            max_new_tokens=max_new_tokens,
            seed=seed,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            schedule=schedule,
        )
        return run_race(service, form)

    api(race, api_name="race", concurrency_id="device", concurrency_limit=MAX_RUNS_AT_ONCE)


def run_race(service: RaceService, form: RaceForm) -> dict[str, Any]:
    """Run to the end and sum up. Raises gradio's Error with the text that the page would show."""
    (last,) = deque(service.run(form, f"program-{uuid4().hex}"), maxlen=1)
    if last.status.phase == "error":
        raise gr.Error(f"{last.status.text} {last.status.fix}".strip(), print_exception=False)
    gauge = last.verdict.gauge
    return {
        "lanes": [
            {
                "title": pane.title,
                "text": "".join(pane.pieces),
                "figures": {label: value for label, value, _ in (*pane.figures, *pane.more)},
            }
            for pane in last.panes
        ],
        "speedup": gauge.value if gauge else None,
        "byte_roofline": gauge.bound if gauge else None,
        "sentence": last.verdict.sentence,
        "facts": {label: value for label, value, _ in (*last.verdict.facts, *last.status.details)},
    }
