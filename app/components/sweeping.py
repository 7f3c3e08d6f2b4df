"""Quality against cost."""

import gradio as gr

from app.components.component import component
from app.text import labels
from app.views import SweepPromptView, SweepView


def sweep_prompt(view: SweepPromptView) -> gr.HTML:
    """Which prompt a sweep would measure."""
    return component("sweep/prompt", view.as_json(), labels=labels.SWEEP_PROMPT)


def sweep(view: SweepView) -> gr.HTML:
    """Points of quality against cost, and their table. Triggers `race` with `method` and `density` of one of them."""
    return component("sweep/sweep", view.as_json(), events=("race",), labels=labels.SWEEP)
