"""Our own components: a value goes to a JavaScript module, which draws it.

The template is empty and stays empty. Gradio evaluates what a template interpolates, so text of a model or a visitor
must never enter one: it travels in `value`, and the modules in assets/js put it into text nodes.
Knows how a component is made; knows neither runs nor events.
"""

import dataclasses
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import gradio as gr

from app import labels, neuron_labels
from app.catalog import Example
from app.text.tour import Step
from app.views import (
    BallotView,
    ChartView,
    CoverageView,
    ExtrasView,
    FlockingView,
    LayersView,
    MapView,
    MeterView,
    OverlapView,
    PaneView,
    QualityView,
    RaceView,
    ReadingView,
    StatusView,
    SweepPromptView,
    SweepView,
    VerdictView,
)

ASSET_ROUTE = "griffin"
"""Where `static_files` serves assets/, below the page's own address."""

BLOCK = 128
"""Items of a growing list that are encoded together, once they are complete only once."""

_ON_LOAD = """
import(new URL("{route}/js/{module}.js", document.baseURI))
  .then((module) => module.mount({{ element, props, watch, trigger }}))
  .catch((error) => {{ element.textContent = `This part of the page could not be loaded: ${{error.message}}`; }});
// events of this component: {events}
"""


def token_pane(view: PaneView) -> gr.HTML:
    """One lane's text and figures. Triggers `branch` with the `lane`, `index` and `token_id` of what was chosen."""
    return _component("token_pane", pane_value(view), classes=["pane-slot"], events=("branch",), labels=labels.PANE)


def verdict(view: VerdictView) -> gr.HTML:
    """The speed-up, its bound and its sentence."""
    return _component("verdict", view.as_json(), classes=["verdict-slot"])


def token_quality(view: QualityView) -> gr.HTML:
    """How each token looks to the full model; it marks the tokens in the panes."""
    return _component("token_quality", quality_value(view, StatusView(phase="ready", text="")), labels=labels.QUALITY)


def quality_value(view: QualityView, status: StatusView) -> dict[str, Any]:
    """Value of `token_quality`."""
    return {
        **view.as_json(),
        "texts": [
            {"lane": text.lane, "full": _reading(text.full), "pruned": text.pruned and _reading(text.pruned)}
            for text in view.texts
        ],
        "words": _growing(view.words),
        "status": status.as_json(),
    }


def _reading(view: ReadingView) -> dict[str, Any]:
    return {**view.as_json(), "rows": _growing(view.rows)}


def coverage(view: CoverageView) -> gr.HTML:
    """How much of each token's activation energy the kept neurons carry."""
    return _component("coverage", coverage_value(view), classes=["chart-slot"], labels=neuron_labels.COVERAGE)


def coverage_value(view: CoverageView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `coverage`. coming: a closer look is at work that will fill it."""
    series = [
        {**one.as_json(), "percent": _growing(one.percent), "tokens": _growing(one.tokens)} for one in view.series
    ]
    return {**view.as_json(), "series": series, "coming": coming}


def flocking(view: FlockingView) -> gr.HTML:
    """Relative activations of one layer. Triggers `look` with the `layer` the visitor wants to see."""
    return _component(
        "flocking", flocking_value(view), classes=["flocking-slot"], events=("look",), labels=neuron_labels.FLOCKING
    )


def flocking_value(view: FlockingView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `flocking`. coming: a closer look is at work that will fill it."""
    texts = [
        {**text.as_json(), "positions": _growing(text.positions), "tokens": _growing(text.tokens)}
        for text in view.texts
    ]
    return {**view.as_json(), "texts": texts, "coming": coming}


def layers(view: LayersView) -> gr.HTML:
    """How alike the tokens use the neurons, layer by layer; it tells the flocking view which layer is pressed."""
    return _component("layers", layers_value(view), classes=["chart-slot"], labels=neuron_labels.LAYERS)


def layers_value(view: LayersView, *, coming: bool = False) -> dict[str, Any]:
    """Value of `layers`. coming: a closer look is at work that will fill it."""
    return {**view.as_json(), "coming": coming}


def overlap(view: OverlapView) -> gr.HTML:
    """Which neurons prompts share: a chart of one pair, and a table of all pairs."""
    return _component("overlap", view.as_json(), labels=neuron_labels.OVERLAP)


def sweep_prompt(view: SweepPromptView) -> gr.HTML:
    """Which prompt a sweep would measure."""
    return _component("sweep_prompt", view.as_json(), labels=labels.SWEEP_PROMPT)


def sweep(view: SweepView) -> gr.HTML:
    """Points of quality against cost, and their table. Triggers `race` with `method` and `density` of one of them."""
    return _component("sweep", view.as_json(), events=("race",), labels=labels.SWEEP)


def live_chart(view: ChartView) -> gr.HTML:
    """Milliseconds per token."""
    return _component("live_chart", chart_value(view), labels=labels.CHART)


def neuron_map(view: MapView) -> gr.HTML:
    """Which neurons were kept."""
    return _component("neuron_map", view.as_json(), labels=labels.MAP)


def status_line(view: StatusView) -> gr.HTML:
    """What is going on, or what went wrong."""
    return _component("status_line", view.as_json())


def prompt_meter(view: MeterView, *, fields: str) -> gr.HTML:
    """Prompt tokens against the context. Triggers `settle` after a pause in typing in `fields`, a CSS selector."""
    return _component("prompt_meter", view.as_json(), classes=["meter-slot"], events=("settle",), fields=fields)


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
    return _component(
        "examples", value, classes=["examples-slot"], events=("choose",), labels=labels.EXAMPLES, fields=fields
    )


def tour(steps: Sequence[Step], *, first: str, breaks: str) -> gr.HTML:
    """The tour's button and panel. first, breaks: names of the examples that it may press."""
    value = {"steps": [dataclasses.asdict(step) for step in steps], "examples": {"first": first, "breaks": breaks}}
    return _component("tour", value, classes=["tour-slot"], labels=labels.TOUR)


def say(word: str) -> str:
    """A script for Gradio's `js=` that tells `word` to the page's modules, as `tell` in shared.js does."""
    return f'() => {{ document.dispatchEvent(new CustomEvent("griffin:{word}")); }}'


def compare() -> gr.HTML:
    """The swap test in one click, which triggers `swap`, and what opens the panel of extra lanes."""
    return _component("compare", {}, classes=["compare-slot"], events=("swap",), labels=labels.COMPARE)


def extras(table: Sequence[Example]) -> gr.HTML:
    """Kinds of extra lanes as chips; what is chosen is its value, also as an input.

    Triggers `take` with the `index` of an example, or with `german`, for the swap test's other prompt.
    """
    names = [{"index": index, "name": one.name} for index, one in enumerate(table) if one.group == "works"]
    return _component("extras", {"chosen": []}, events=("take",), labels={**labels.EXTRAS, "examples": names})


def extras_sentence(view: ExtrasView) -> gr.HTML:
    """What the extra lanes showed."""
    return _component("extras_sentence", view.as_json(), classes=["extras-slot"])


def ballot(view: BallotView) -> gr.HTML:
    """The vote of a blind run. Triggers `vote` with what was `said`: "A", "B" or ""."""
    return _component("ballot", view.as_json(), classes=["ballot-slot"], events=("vote",), labels=labels.BALLOT)


def figure_table(view: RaceView) -> gr.HTML:
    """All figures of both lanes and the facts about the machine."""
    return _component("figure_table", all_figures(view), labels=labels.FIGURES)


def all_figures(view: RaceView) -> dict[str, Any]:
    """Value of `figure_table`."""
    lanes = [{"title": pane.title, "figures": [*pane.figures, *pane.more]} for pane in view.panes]
    return {"lanes": lanes, "facts": [*view.verdict.facts, *view.status.details]}


def pane_value(view: PaneView) -> dict[str, Any]:
    """Value of `token_pane`."""
    return {**view.as_json(), "pieces": _growing(view.pieces)}


def chart_value(view: ChartView) -> dict[str, Any]:
    """Value of `live_chart`."""
    lanes = [{"lane": lane.lane, "name": lane.name, "ms": _growing(lane.ms)} for lane in view.lanes]
    return {"run": view.run, "lanes": lanes, "sentence": view.sentence}


def _growing(items: tuple[str | float | None, ...]) -> str:
    """A list as a string that only grows at its end: `["a"`, then `["a"` newline `"b"` …

    Gradio clones and compares every element of a list for each update, here and in the browser; a string is one value.
    """
    return "[" + "\n".join(_lines(items[start : start + BLOCK]) for start in range(0, len(items), BLOCK))


@lru_cache(maxsize=256)
def _lines(items: tuple[str | float | None, ...]) -> str:
    """JSON, an item a line; times to a hundredth of a millisecond."""
    rounded = [round(item, 2) if isinstance(item, float) else item for item in items]
    return json.dumps(rounded, separators=("\n", ":"), ensure_ascii=False)[1:-1]


def _component(
    module: str,
    value: object,
    *,
    classes: Sequence[str] = (),
    events: Sequence[str] = (),
    labels: dict[str, Any] | None = None,
    fields: str = "",
) -> gr.HTML:
    """`events` must stand in quotes in the script: that is how Gradio learns a component's own events."""
    quoted = ", ".join(f'"{event}"' for event in events) or "none"
    return gr.HTML(
        value=value,
        html_template="",
        js_on_load=_ON_LOAD.format(route=ASSET_ROUTE, module=module, events=quoted),
        apply_default_css=False,
        elem_classes=[*classes, "griffin-component"],
        labels=labels or {},
        fields=fields,
    )
