"""A session as one HTML file that needs no script and no network. Knows figures and markup; measures nothing.

Whatever a prompt, a model or a lane says is escaped: it is text, never markup.
"""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from griffin_core.formatting import DASH, counted, milliseconds, times
from griffin_core.metrics import LaneFigures
from griffin_core.outcome import heading
from griffin_core.session.chart import speedup_chart
from griffin_core.session.page import html_page
from griffin_core.session.result import PromptFailure, PromptResult
from griffin_core.session.style import STYLE
from griffin_core.session.summary import Summary
from griffin_core.session.words import COLUMNS, lane_cells, outcome_sentences

_EXCERPT = 90


def report_html(summary: Summary, *, title: str) -> str:
    """The whole page."""
    body = "\n".join([*_head(summary, title), *_lanes(summary), *_failures(summary.failures), *_prompts(summary)])
    return html_page(title, body, style=STYLE)


def _head(summary: Summary, title: str) -> Iterable[str]:
    yield f"<h1>{escape(title)}</h1>"
    if summary.model is not None:
        run = summary.settings.run
        longest = max(result.prompt_tokens for result in summary.results)
        asked = (
            f"{heading(summary.model, prompt_tokens=longest)} at most · {counted(run.max_new_tokens, 'new token')} "
            f"at most · temperature {run.sampling.temperature:g} · seed {run.sampling.seed}"
        )
        yield f'<p class="soft">{escape(asked)}</p>'
    yield f"<p>{'<br>'.join(escape(said) for said in outcome_sentences(summary))}</p>"


def _lanes(summary: Summary) -> Iterable[str]:
    if not summary.lanes:
        return
    yield "<h2>Lanes</h2>"
    rows = [[f'<td class="name">{escape(lane.name)}</td>', *map(_number, lane_cells(lane))] for lane in summary.lanes]
    yield _table(("lane",), COLUMNS, rows)
    if chart := speedup_chart(summary):
        yield "<h2>Decode speed-up, prompt by prompt</h2>"
        yield f'<div class="wide">{chart}</div>'
        yield '<p class="soft">A dot is one prompt, run once. The box holds the middle half of them, its thick line is '
        yield "the median. At the dashed line nothing is gained.</p>"


def _failures(failures: Sequence[PromptFailure]) -> Iterable[str]:
    if not failures:
        return
    yield f'<h2 class="failed">Failed: {counted(len(failures), "prompt")}</h2>\n<ul>'
    for failure in failures:
        prompt = failure.task.prompt
        yield f"<li>{escape(prompt.id)} (line {prompt.line:,} of the suite): {escape(failure.message)}</li>"
    yield "</ul>"


def _prompts(summary: Summary) -> Iterable[str]:
    if not summary.results:
        return
    yield "<h2>Prompts</h2>"
    compared = [(place, lane.name) for place, lane in enumerate(summary.lanes) if not lane.baseline]
    heads = [f"{name}: {what}" for _, name in compared for what in ("speed-up", "time per token", "matching prefix")]
    rows = []
    for result in summary.results:
        figures = [cell for place, _ in compared for cell in _figures(result.lanes[place])]
        rows.append([_words(result.task.prompt.id), _answers(result), *map(_number, figures), _link(result)])
    yield _table(("id", "prompt and answers"), (*heads, "file"), rows)
    yield '<p class="soft">Play a recording with <code>python -m griffin_core replay FILE</code>; run it again with '
    yield "<code>python -m griffin_core verify FILE</code>.</p>"


def _figures(lane: LaneFigures) -> tuple[str, ...]:
    prefix = DASH if lane.matching_prefix is None else f"{lane.matching_prefix:,} of {len(lane.token_ids):,}"
    return times(lane.speedup), milliseconds(lane.tpot_ms), prefix


def _answers(result: PromptResult) -> str:
    """The prompt, and behind it what every lane wrote."""
    prompt = result.task.prompt
    shown = prompt.title or " ".join(prompt.prompt.text.split())
    excerpt = shown if len(shown) <= _EXCERPT else f"{shown[:_EXCERPT]}…"
    texts = [("Prompt", prompt.prompt.text), *((lane.name, lane.text) for lane in result.lanes)]
    if prompt.prompt.system:
        texts.insert(0, ("System", prompt.prompt.system))
    parts = "".join(f"<p>{escape(name)}</p><pre>{escape(text)}</pre>" for name, text in texts)
    return f'<td class="text answers"><details><summary>{escape(excerpt)}</summary>{parts}</details></td>'


def _link(result: PromptResult) -> str:
    file = quote(result.task.file)
    return f'<td><a href="{file}" title="{file}" download>recording</a></td>'


def _table(texts: Sequence[str], numbers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of rows of cells that are marked up already; heads are words."""
    heads = [f'<th class="text" scope="col">{escape(head)}</th>' for head in texts]
    heads += [f'<th scope="col">{escape(head)}</th>' for head in numbers]
    lines = "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return (
        f'<div class="wide"><table>\n<thead><tr>{"".join(heads)}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n'
        "</table></div>"
    )


def _words(text: str) -> str:
    return f'<td class="text">{escape(text)}</td>'


def _number(text: str) -> str:
    return f"<td>{escape(text)}</td>"
