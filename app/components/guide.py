"""Where a visitor begins: example prompts and the guided tour."""

import dataclasses
from collections.abc import Sequence

import gradio as gr

from app.catalog import Example
from app.components.component import component
from app.text import labels
from app.text.tour import Step


def examples(table: Sequence[Example], *, prompt: str, fields: str) -> gr.HTML:
    """Example prompts. Triggers `choose` with the `index` of the one pressed.

    prompt: what the page starts with, which may be one of them; fields: what un-chooses when it is edited.
    """
    chosen = next((index for index, example in enumerate(table) if example.prompt == prompt), None)
    value = {
        "examples": [
            {"name": example.name, "shows": example.shows, "group": example.group, "german": example.german != ""}
            for example in table
        ],
        "chosen": chosen,
    }
    return component(
        "race/examples", value, classes=["examples-slot"], events=("choose",), labels=labels.EXAMPLES, fields=fields
    )


def tour(steps: Sequence[Step], *, first: str, breaks: str) -> gr.HTML:
    """The tour's button and panel. first, breaks: names of the examples that it may press."""
    value = {"steps": [dataclasses.asdict(step) for step in steps], "examples": {"first": first, "breaks": breaks}}
    return component("tour/tour", value, classes=["tour-slot"], labels=labels.TOUR)
