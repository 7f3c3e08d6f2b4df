"""An evaluation as one HTML file that needs no script and no network. Knows figures and markup; measures nothing.

Whatever a prompt, a model or a lane says is escaped: it is text, never markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from griffin_core.evaluating.chart import kl_chart
from griffin_core.evaluating.figures import LaneEvaluation
from griffin_core.evaluating.prompts_file import EvaluationPrompt
from griffin_core.evaluating.result import PromptResult
from griffin_core.evaluating.style import STYLE
from griffin_core.evaluating.words import COLUMNS, comparison_rows, lane_cells, notes
from griffin_core.events import ModelFacts
from griffin_core.formatting import DASH, counted
from griffin_core.outcome import place_of
from griffin_core.session.page import html_page
from griffin_core.settings import EvaluationSettings

_EXCERPT = 90


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """An evaluation that is done: what was asked, what was found, and the figures of every lane."""

    model: ModelFacts
    settings: EvaluationSettings
    prompts: Sequence[EvaluationPrompt]
    results: Sequence[PromptResult]
    lanes: Sequence[LaneEvaluation]


def report_html(evaluation: Evaluation) -> str:
    """The whole page."""
    title = f"Evaluation on {counted(len(evaluation.results), 'prompt')}"
    parts = [*_head(evaluation, title), *_lanes(evaluation.lanes), *_prompts(evaluation)]
    body = "\n".join(parts)
    return html_page(title, body, style=STYLE)


def _head(evaluation: Evaluation, title: str) -> Iterable[str]:
    model, settings = evaluation.model, evaluation.settings
    stop = ", ".join(map(repr, settings.stop)) or "none"
    versions = ", ".join(f"{name} {number}" for name, number in model.versions.items())
    revision = f" ({model.revision})" if model.revision else ""
    asked = (
        f"{model.model}{revision}, {model.dtype}, {place_of(model)} · greedy, "
        f"{counted(settings.max_new_tokens, 'new token')} at most · stop strings: {stop} · seed {settings.seed} · "
        f"{versions}"
    )
    yield f"<h1>{escape(title)}</h1>"
    yield f'<p class="soft">{escape(asked)}</p>'
    for note in notes(evaluation.lanes, prompts=len(evaluation.results)):
        yield f"<p>{escape(note)}</p>"


def _lanes(lanes: Sequence[LaneEvaluation]) -> Iterable[str]:
    yield "<h2>Lanes</h2>"
    figures = list(zip(COLUMNS, *map(lane_cells, lanes), strict=True))
    yield _table("", [lane.name for lane in lanes], figures)
    yield "<p class='soft'>Every lane reads the full model's greedy answers, teacher-forced: KL(full ‖ lane), forced "
    yield "agreement, divergent tokens. The full model reads the lane's own greedy answers: log-probability. Means are "
    yield "over prompts; median and 95th percentile of KL over all positions.</p>"
    if rows := comparison_rows(lanes):
        yield f"<h2>Against {escape(lanes[0].name)}, paired by prompt</h2>"
        yield _table("lane", ("figure", "difference [95 %]", "ratio [95 %]"), rows)
    if chart := kl_chart(lanes):
        yield "<h2>KL by position, in nats</h2>"
        yield f'<div class="wide">{chart}</div>'


def _prompts(evaluation: Evaluation) -> Iterable[str]:
    yield "<h2>Prompts</h2>"
    rows = []
    for prompt, result in zip(evaluation.prompts, evaluation.results, strict=True):
        figures = [DASH if not lane.kl else f"{sum(lane.kl) / len(lane.kl):.3f}" for lane in result.lanes]
        cells = "".join(f"<td>{figure}</td>" for figure in figures)
        rows.append(f"<tr><td>{prompt.line:,}</td>{_texts(prompt, result)}{cells}</tr>")
    heads = "".join(f'<th scope="col">KL, {escape(lane.name)}</th>' for lane in evaluation.lanes)
    yield (
        '<div class="wide"><table>\n<thead><tr><th scope="col">line</th>'
        f'<th class="text" scope="col">prompt and answers</th>{heads}</tr></thead>\n<tbody>\n'
    )
    yield from rows
    yield "</tbody>\n</table></div>"


def _texts(prompt: EvaluationPrompt, result: PromptResult) -> str:
    words = " ".join(prompt.last_words.split())
    excerpt = words if len(words) <= _EXCERPT else f"…{words[-_EXCERPT:]}"
    asked = [("Prompt", prompt.text)] if prompt.text is not None else list(prompt.messages or ())
    texts = [*asked, ("Reference", prompt.reference), ("Full model", result.answer)]
    texts += [(lane.name, lane.text) for lane in result.lanes]
    parts = "".join(f"<p>{escape(name)}</p><pre>{escape(text)}</pre>" for name, text in texts if text is not None)
    return f'<td class="text answers"><details><summary>{escape(excerpt)}</summary>{parts}</details></td>'


def _table(first: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of words; the first column is names."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    lines = "\n".join(
        f'<tr><td class="name">{escape(name)}</td>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in rows
    )
    return (
        f'<div class="wide"><table>\n<thead><tr><th class="text" scope="col">{escape(first)}</th>{head}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody>\n</table></div>"
    )
