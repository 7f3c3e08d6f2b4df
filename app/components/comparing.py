"""Extra lanes and blind runs."""

from collections.abc import Sequence

import gradio as gr

from app.catalog import Example
from app.components.component import component
from app.text import labels
from app.views import BallotView, ExtrasView


def compare() -> gr.HTML:
    """The swap test in one click, which triggers `swap`, and what opens the panel of extra lanes."""
    return component("race/compare", {}, classes=["compare-slot"], events=("swap",), labels=labels.COMPARE)


def extras(table: Sequence[Example]) -> gr.HTML:
    """Kinds of extra lanes as chips; what is chosen is its value, also as an input.

    Triggers `take` with the `index` of an example, or with `german`, for the swap test's other prompt.
    """
    names = [{"index": index, "name": one.name} for index, one in enumerate(table) if one.group == "works"]
    return component("race/extras", {"chosen": []}, events=("take",), labels={**labels.EXTRAS, "examples": names})


def extras_sentence(view: ExtrasView) -> gr.HTML:
    """What the extra lanes showed."""
    return component("race/extras_sentence", view.as_json(), classes=["extras-slot"])


def ballot(view: BallotView) -> gr.HTML:
    """The vote of a blind run. Triggers `vote` with what was `said`: "A", "B" or ""."""
    return component("race/ballot", view.as_json(), classes=["ballot-slot"], events=("vote",), labels=labels.BALLOT)
