"""What else a race is compared with: the buttons beside the examples, and the panel they open.

Knows widgets, the catalog and the kinds of extra lanes; knows no run.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.asking.extras import MOST_EXTRAS, chosen_kinds
from app.catalog import EXAMPLES, example_of, unlike
from app.text import labels

SWAP_TEST = ["swap", "random"]


@dataclass(frozen=True, kw_only=True)
class ComparePanel:
    """extras: the chips, whose value is {"chosen": kinds}, after a swap test with "replaced": kinds.

    other: the prompt of the swap test.
    """

    extras: gr.HTML
    other: gr.Textbox


def build_compare_panel() -> ComparePanel:
    """The panel, closed, into the open context."""
    with gr.Column(elem_id="compare-panel", elem_classes="compare-panel"):
        extras = components.extras(EXAMPLES)
        other = gr.Textbox(
            "",
            label=labels.OTHER_PROMPT,
            show_label=False,
            container=False,
            placeholder=labels.OTHER_PLACEHOLDER,
            lines=2,
            max_lines=2,
            autoscroll=False,
            elem_id="other-prompt",
            elem_classes="prompt-box",
        )
    return ComparePanel(extras=extras, other=other)


def swap_test(prompt: str | None, other: str | None, chosen: object) -> list[Any]:
    """Values of the panel for the swap test of `prompt`: the other prompt is filled in where it is empty.

    chosen: value of the chips so far. What finds no room beside the swap test is named as `replaced`.
    """
    filled = other if other and other.strip() else unlike(prompt or "").prompt
    kinds = [*SWAP_TEST, *(kind for kind in chosen_kinds(chosen) if kind not in SWAP_TEST)]
    return [{"chosen": kinds[:MOST_EXTRAS], "replaced": kinds[MOST_EXTRAS:]}, filled]


def taken(data: object, prompt: str | None, chosen: object) -> list[Any]:
    """Values of the panel once another prompt was picked. data: of the chips' `take` event, which may be anything."""
    words = _picked(data, prompt or "")
    if not words:
        return [gr.skip(), gr.skip()]
    kinds = chosen_kinds(chosen)
    return [{"chosen": [*kinds] if "swap" in kinds else [*kinds, "swap"]}, words]


def wire_compare_panel(prompt: gr.Textbox, panel: ComparePanel, quiet: dict[str, Any]) -> None:
    """Make the chips for the other prompt act."""

    def take(event: gr.EventData, prompt: str | None, chosen: object) -> list[Any]:
        return taken(event._data, prompt, chosen)

    panel.extras.take(take, [prompt, panel.extras], [panel.extras, panel.other], queue=False, **quiet)


def _picked(data: object, prompt: str) -> str:
    """The text that a press stands for; "" for none."""
    if not isinstance(data, dict):
        return ""
    if data.get("german") is True:
        example = example_of(prompt)
        return example.german if example else ""
    index = data.get("index")
    return EXAMPLES[index].prompt if isinstance(index, int) and 0 <= index < len(EXAMPLES) else ""
