"""The About tab: the method, what is measured, and where it ends. Text only."""

from typing import Any

import gradio as gr

from app.text.about import COLUMNS, DELIMITERS


def build_about_tab() -> None:
    """Build the tab into the open context."""
    delimiters: list[dict[str, Any]] = [dict(one) for one in DELIMITERS]
    with gr.Row(elem_classes="about"):
        for sections in COLUMNS:
            with gr.Column(elem_classes="about-column"):
                for section in sections:
                    gr.Markdown(section, latex_delimiters=delimiters, elem_classes="about-section")
