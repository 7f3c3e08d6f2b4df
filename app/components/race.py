"""The race: panes, verdict, chart, status, meter, examples, figures."""

import gradio as gr

from app.components.component import component
from app.text import labels
from app.text.recordings import NOT_AGREED
from app.views import ChartView, MeterView, PaneView, RaceView, StatusView, VerdictView
from app.wire import all_figures, chart_value, pane_value


def token_pane(view: PaneView) -> gr.HTML:
    """One lane's text and figures.

    Triggers `branch` with the `lane`, `index` and `token_id` of what was chosen, and `back` to before a branch.
    """
    return component(
        "race/token_pane", pane_value(view), classes=["pane-slot"], events=("branch", "back"), labels=labels.PANE
    )


def verdict(view: VerdictView) -> gr.HTML:
    """The speed-up, its bound and its sentence."""
    return component("race/verdict", view.as_json(), classes=["verdict-slot"])


def live_chart(view: ChartView) -> gr.HTML:
    """Milliseconds per token."""
    return component("race/live_chart", chart_value(view), labels=labels.CHART)


def status_line(view: StatusView) -> gr.HTML:
    """What is going on, or what went wrong."""
    return component("race/status_line", view.as_json(), labels={"notAgreed": NOT_AGREED})


def prompt_meter(view: MeterView, *, fields: str) -> gr.HTML:
    """Prompt tokens against the context. Triggers `settle` after a pause in typing in `fields`, a CSS selector."""
    return component("race/prompt_meter", view.as_json(), classes=["meter-slot"], events=("settle",), fields=fields)


def figure_table(view: RaceView) -> gr.HTML:
    """All figures of both lanes and the facts about the machine."""
    return component("race/figure_table", all_figures(view), labels=labels.FIGURES)
