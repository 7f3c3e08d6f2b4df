"""The settings drawer: everything a race can be told, out of the way until it is wanted. Knows widgets only."""

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from app.asking.extras import chosen_kinds
from app.asking.form import RaceForm
from app.catalog import ModelChoice
from app.tabs.compare import ComparePanel
from app.tabs.recording import chosen
from app.text import labels
from app.text import race as text


@dataclass(frozen=True, kw_only=True)
class RaceWidgets:
    """One widget for every choice of a RaceForm, under the same names; `recording` makes several."""

    prompt: gr.Textbox
    model: gr.Dropdown
    method: gr.Dropdown
    density: gr.Slider
    max_new_tokens: gr.Number
    seed: gr.Number
    temperature: gr.Number
    top_k: gr.Number
    top_p: gr.Number
    chat: gr.Checkbox
    system: gr.Textbox
    schedule: gr.Dropdown
    ignore_eos: gr.Checkbox
    extras: gr.HTML
    other: gr.Textbox
    recording: gr.HTML

    @property
    def inputs(self) -> list[Any]:
        """For an event; `form` takes the values in this order."""
        return [getattr(self, field.name) for field in fields(self)]

    @staticmethod
    def form(values: tuple[Any, ...]) -> RaceForm:
        """What the visitor filled in, unchecked."""
        given = dict(zip((field.name for field in fields(RaceWidgets)), values, strict=True))
        recording = chosen(given.pop("recording"))
        return RaceForm(**{**given, **recording, "extras": chosen_kinds(given["extras"])})


def build_settings(
    prompt: gr.Textbox,
    panel: ComparePanel,
    recording: gr.HTML,
    start: RaceForm,
    models: tuple[ModelChoice, ...],
    methods: tuple[str, ...],
) -> RaceWidgets:
    """The drawer, with the values of `start`. prompt, panel, recording: choices that stand elsewhere."""
    with gr.Sidebar(open=False, position="right", width=340, elem_classes="settings"):
        model = gr.Dropdown(
            [(choice.label, choice.name) for choice in models],
            value=start.model,
            label=labels.MODEL,
            info=models[0].note,
            filterable=False,
            elem_id="model",
        )
        method = gr.Dropdown(
            [(text.method_title(name), name) for name in methods],
            value=start.method,
            label=labels.METHOD,
            info=labels.METHOD_INFO,
            filterable=False,
            elem_id="method",
        )
        density = gr.Slider(
            labels.LEAST_DENSITY,
            labels.MOST_DENSITY,
            value=float(start.density or 0.5),
            step=0.05,
            label=labels.DENSITY,
            info=labels.DENSITY_INFO,
            elem_id="density",
        )
        with gr.Row():
            max_new_tokens = _number(labels.MAX_NEW_TOKENS, start.max_new_tokens)
            seed = _number(labels.SEED, start.seed)
        with gr.Row():
            temperature = _number(labels.TEMPERATURE, start.temperature, info=labels.TEMPERATURE_INFO)
            top_k = _number(labels.TOP_K, start.top_k, info=labels.TOP_K_INFO)
            top_p = _number(labels.TOP_P, start.top_p, info=labels.TOP_P_INFO)
        system = gr.Textbox(start.system, label=labels.SYSTEM, lines=2, max_lines=6, elem_id="system")
        chat = gr.Checkbox(start.chat, label=labels.CHAT)
        ignore_eos = gr.Checkbox(start.ignore_eos, label=labels.IGNORE_EOS)
        schedule = gr.Dropdown(
            [(label, name) for name, label in labels.SCHEDULES.items()],
            value=start.schedule,
            label=labels.SCHEDULE,
            info=labels.SCHEDULE_INFO,
            filterable=False,
        )
    return RaceWidgets(
        prompt=prompt,
        model=model,
        method=method,
        density=density,
        max_new_tokens=max_new_tokens,
        seed=seed,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        chat=chat,
        system=system,
        schedule=schedule,
        ignore_eos=ignore_eos,
        extras=panel.extras,
        other=panel.other,
        recording=recording,
    )


def _number(label: str, value: object, *, info: str | None = None) -> gr.Number:
    """A plain number field: what is out of range is refused at the door, in words."""
    return gr.Number(value, label=label, info=info, min_width=80)  # type: ignore[arg-type]
