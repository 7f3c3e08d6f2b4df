"""The estimate tab: a few numbers in, sentences and a table out, without a run. Layout, then wires.

Knows widgets and the presenter; knows neither the service nor a model, so that it works in replay mode, too.
"""

from dataclasses import fields
from html import escape
from typing import Any

import gradio as gr

from app.asking.estimate import START_DEVICE, EstimateForm, published_gb_s
from app.presenters.estimate import estimate_view
from app.tabs.screen import QUIET
from app.text import estimate as text
from app.text.labels import LEAST_DENSITY, MOST_DENSITY
from app.views import EstimateView
from griffin_core.estimating import BANDWIDTHS, DTYPE_BYTES, SHAPES

AT_ONCE: dict[str, Any] = {"queue": False, "trigger_mode": "always_last", **QUIET}


def build_estimate_tab() -> None:
    """Build the tab into the open context, alive."""
    start = EstimateForm()
    with gr.Column(elem_classes="estimate"):
        gr.HTML(f"<p>{escape(text.LEAD)}</p>", apply_default_css=False, elem_classes="estimate-lead")
        with gr.Row(elem_classes="estimate-ask"):
            shape = _dropdown([(one.title, one.name) for one in SHAPES], start.shape, text.SHAPE)
            density = gr.Slider(
                LEAST_DENSITY, MOST_DENSITY, value=start.density, step=0.05, label=text.KEPT, elem_id="estimate-density"
            )
            prompt_tokens = gr.Number(start.prompt_tokens, label=text.PROMPT_TOKENS, min_width=0)
            new_tokens = gr.Number(start.new_tokens, label=text.NEW_TOKENS, min_width=0)
            dtype = _dropdown([(name, name) for name in DTYPE_BYTES], start.dtype, text.DTYPE)
            device = _dropdown(_devices(), START_DEVICE, text.DEVICE)
            bandwidth = gr.Number(start.bandwidth_gb_s, label=text.BANDWIDTH, min_width=0)
            fixed = gr.Number(start.fixed_ms, label=text.FIXED_MS, info=text.FIXED_INFO, min_width=0)
            prefill = gr.Number(start.prefill_ms, label=text.PREFILL_MS, info=text.PREFILL_INFO, min_width=0)
        answer = gr.HTML(shown(estimate_view(start)), apply_default_css=False, elem_classes="estimate-answer")
    inputs: list[Any] = [shape, density, prompt_tokens, new_tokens, dtype, bandwidth, fixed, prefill]
    device.input(filled, device, bandwidth, **AT_ONCE)
    bandwidth.input(lambda: text.OTHER_DEVICE, None, device, **AT_ONCE)
    gr.on([field.change for field in inputs], answered, inputs, answer, **AT_ONCE)


def answered(*values: Any) -> str:
    """The answer to the fields' values, in the order of EstimateForm's."""
    names = (field.name for field in fields(EstimateForm))
    return shown(estimate_view(EstimateForm(**dict(zip(names, values, strict=True)))))


def filled(device: str | None) -> Any:
    """The device's bandwidth for the field; another device leaves it as it is."""
    gb_s = published_gb_s(device)
    return gr.skip() if gb_s is None else gb_s


def shown(view: EstimateView) -> str:
    """Sentences and table as markup, their text escaped."""
    kind = "estimate-refused" if view.refused else "estimate-said"
    first, *others = (f'<p class="{kind}">{escape(sentence)}</p>' for sentence in view.sentences)
    return "".join((first, _table(view) if view.rows else "", *others))


def _table(view: EstimateView) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in view.heads)
    body = "".join(_row(cells) for cells in view.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(cells: tuple[str, ...]) -> str:
    name, *values = (escape(cell) for cell in cells)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{value}</td>" for value in values)}</tr>'


def _devices() -> list[tuple[str, str]]:
    return [(name, name) for name in (*(device.name for device in BANDWIDTHS), text.OTHER_DEVICE)]


def _dropdown(choices: list[tuple[str, str]], value: str | None, label: str) -> gr.Dropdown:
    return gr.Dropdown(choices, value=value, label=label, filterable=False, min_width=0)
