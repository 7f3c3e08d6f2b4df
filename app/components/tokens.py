"""How each token looks to the full model."""

from typing import Any

import gradio as gr

from app.components.component import component, growing
from app.text import labels
from app.views import QualityView, ReadingView, StatusView


def token_quality(view: QualityView) -> gr.HTML:
    """How each token looks to the full model; it marks the tokens in the panes."""
    return component("tokens/quality", quality_value(view, StatusView(phase="ready", text="")), labels=labels.QUALITY)


def quality_value(view: QualityView, status: StatusView) -> dict[str, Any]:
    """Value of `token_quality`."""
    return {
        **view.as_json(),
        "texts": [
            {"lane": text.lane, "full": _reading(text.full), "pruned": text.pruned and _reading(text.pruned)}
            for text in view.texts
        ],
        "words": growing(view.words),
        "status": status.as_json(),
    }


def _reading(view: ReadingView) -> dict[str, Any]:
    return {**view.as_json(), "rows": growing(view.rows)}
