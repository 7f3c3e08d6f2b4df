"""How each token looks to the full model."""

import gradio as gr

from app.components.component import component
from app.text import labels
from app.views import QualityView, StatusView
from app.wire import quality_value


def token_quality(view: QualityView) -> gr.HTML:
    """How each token looks to the full model; it marks the tokens in the panes."""
    return component("tokens/quality", quality_value(view, StatusView(phase="ready", text="")), labels=labels.QUALITY)
