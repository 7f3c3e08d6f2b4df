"""A recording as a report to read, in Markdown (CommonMark with tables). Knows figures and words; draws nothing.

What a model or a person wrote stands in fenced blocks longer than any fence inside, or with every mark escaped.
"""

import re
import statistics
from collections.abc import Iterable, Sequence

from griffin_core.chance import chance_jaccard
from griffin_core.events import LayerChoice, PlanMade, RunStarted
from griffin_core.formatting import DASH, counted, percent, whole
from griffin_core.kept_sets import kept_overlap
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import baseline_of, device_of, kept_neurons, place_of, rows, sentences
from griffin_core.plain_text import visible
from griffin_core.recording import Recording

_MARKS = re.compile(r"[\\`*_\[\]<>#|~$&]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
"""What Markdown reads as markup; `://` and `www.` become links on their own."""

_NOBODY = "\N{WORD JOINER}"
"""Behind an @ it keeps forges from telling somebody of that name; they look for names after escapes are gone."""


def markdown(recording: Recording) -> str:
    """The report, ending with a line break."""
    tally = RunTally()
    for event in recording.race:
        tally.add(event)
    lanes = tally.lanes()
    header, start = recording.header, recording.header.run
    parts = [
        f"# {_inline(header.title or f'{start.model.model}: {len(lanes)} lanes on one prompt')}",
        _inline(
            f"Recorded on {device_of(start.model)}, {header.created}, with {header.software or 'unknown software'}."
        ),
        *_outcome(recording, tally, lanes),
        "## Figures",
        _figures(start, lanes),
        *_experts(recording, lanes),
        *_prompt(recording),
        "## Answers",
        *(part for lane in lanes for part in (f"### {_inline(lane.name)}", fenced(lane.text))),
        "## Settings",
        _table(("setting", "value"), _settings(recording)),
        "## Machine and model",
        _table(("what", "value"), _machine(start)),
    ]
    return "\n\n".join(parts) + "\n"


def fenced(text: str) -> str:
    """`text` as a block of code that nothing inside it can end."""
    text = visible(text.replace("\r\n", "\n"))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _inline(text: str) -> str:
    """`text` on one line, with no mark left that means something."""
    line = _MARKS.sub(lambda found: f"\\{found[0]}", " ".join(visible(text).split()))
    return line.replace("@", f"@{_NOBODY}")


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, [":--", *["--:"] * (len(head) - 1)] if len(head) > 2 else ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _outcome(recording: Recording, tally: RunTally, lanes: Sequence[LaneFigures]) -> list[str]:
    """What came out, in words; first of all, whether it came to an end."""
    said = list(sentences(tuple(lanes)))
    if tally.failure is not None:
        said.insert(0, f"The race broke: {tally.failure.message}")
    elif not tally.finished:
        said.insert(0, "The recording breaks off before the end of the race.")
    elif not recording.complete:
        said.insert(0, "The race was cancelled before its end.")
    return ["## Outcome", "\n".join(f"- {_inline(sentence)}" for sentence in said)]


def _figures(start: RunStarted, lanes: Sequence[LaneFigures]) -> str:
    baseline = baseline_of(lanes)
    columns = [rows(lane, compared=baseline is not None and lane is not baseline) for lane in lanes]
    body = [("neurons kept per layer", *(kept_neurons(facts, start.model.d_ff) for facts in start.lanes))]
    body += [(label.strip(), *(column[label] for column in columns)) for label in columns[0]]
    return _table(("", *(_inline(lane.name) for lane in lanes)), body)


def _experts(recording: Recording, lanes: Sequence[LaneFigures]) -> list[str]:
    """What the first choice of every pruned lane carries, and what two of them share."""
    plans: dict[str, tuple[LayerChoice, ...]] = {}
    for event in recording.race:
        if isinstance(event, PlanMade):
            plans.setdefault(event.lane, event.layers)
    known = {lane.name: plans[lane.name] for lane in lanes if plans.get(lane.name)}
    if not known:
        return []
    shares = _table(
        ("lane", "score kept, mean over layers", "lowest", "highest"),
        [(_inline(name), *_score_shares(layers)) for name, layers in known.items()],
    )
    names = list(known)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    parts = ["## Experts", "Share of the prompt's squared scores that the kept neurons carry.", shares]
    if pairs:
        d_ff = recording.header.run.model.d_ff
        body = [(f"{_inline(a)} and {_inline(b)}", *_overlap(known[a], known[b], d_ff)) for a, b in pairs]
        parts += ["Neurons in both over neurons in either (Jaccard), mean over layers."]
        parts += [_table(("lanes", "overlap", "by chance"), body)]
    return parts


def _score_shares(layers: Sequence[LayerChoice]) -> tuple[str, str, str]:
    shares = [layer.score_share for layer in layers if layer.score_share is not None]
    if not shares:
        return DASH, DASH, DASH
    return percent(statistics.fmean(shares)), percent(min(shares)), percent(max(shares))


def _overlap(a: Sequence[LayerChoice], b: Sequence[LayerChoice], d_ff: int) -> tuple[str, str]:
    found = statistics.fmean(kept_overlap(a, b))
    sizes = [(one.k, other.k) for one, other in zip(a, b, strict=True)]
    if not all(k for pair in sizes for k in pair):
        return percent(found), DASH
    return percent(found), percent(statistics.fmean(chance_jaccard(d_ff, *pair) for pair in sizes))


def _prompt(recording: Recording) -> list[str]:
    prompt, tokens = recording.header.prompt, counted(recording.header.run.prompt_tokens, "token")
    if prompt is None:
        return ["## Prompt", f"{tokens}; its text was not recorded."]
    template = "in the model's chat template" if prompt.chat else "given as it is, without a template"
    parts = ["## Prompt", f"{tokens}, {template}.", fenced(prompt.text)]
    if prompt.system is not None:
        parts += ["System prompt:", fenced(prompt.system)]
    return parts


def _settings(recording: Recording) -> list[tuple[str, str]]:
    start = recording.header.run
    values: list[tuple[str, str]] = [
        ("lanes", ", ".join(lane.name for lane in start.lanes)),
        ("new tokens per lane, at most", whole(start.max_new_tokens)),
        ("temperature", "0 (greedy)" if start.temperature == 0 else f"{start.temperature:g}"),
        ("top-k", "off" if start.top_k == 0 else whole(start.top_k)),
        ("top-p", "off" if start.top_p == 1 else f"{start.top_p:g}"),
        ("seed", str(start.seed)),
        ("end-of-sequence token", "ignored" if start.ignore_eos else "ends a lane"),
        ("stop strings", ", ".join(map(repr, start.stop)) or "none"),
        ("schedule", start.schedule),
        ("prompt tokens per prefill step", whole(start.prefill_chunk)),
        ("tags", ", ".join(recording.header.tags) or "none"),
    ]
    return [(name, _inline(value)) for name, value in values]


def _machine(start: RunStarted) -> list[tuple[str, str]]:
    model = start.model
    values = [
        ("model", model.model),
        ("revision", model.revision or DASH),
        ("architecture", model.architecture),
        ("layers × d_model × d_ff", f"{whole(model.n_layers)} × {whole(model.d_model)} × {whole(model.d_ff)}"),
        ("dtype", model.dtype),
        ("device", place_of(model)),
        ("threads", DASH if start.threads is None else whole(start.threads)),
        *sorted(model.versions.items()),
    ]
    return [(_inline(name), _inline(value)) for name, value in values]
