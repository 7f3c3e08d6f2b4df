"""Answers side by side for LLM Comparator, Google PAIR's tool (github.com/PAIR-code/llm-comparator).

Model A is the full model, model B the lane beside it: every other lane of every recording makes an example. The format
is that of the tool's README and of its `client/lib/types.ts`. Knows figures and votes; judges nothing itself.

The tool's score says which answer is better, and nobody here was asked that: every score is null. Blind votes were
asked "Which one is pruned?"; what they said stands among the rationales, in words.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

from griffin_core.errors import SettingsError
from griffin_core.events import VoteCast
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import ENDED, baseline_of, device_of
from griffin_core.recording import Recording
from griffin_core.settings import DENSE

CUSTOM_FIELDS = (
    ("title", "string"),
    ("recorded", "string"),
    ("model", "category"),
    ("device", "category"),
    ("method", "category"),
    ("density", "number"),
    ("speedup", "number"),
    ("speedup_low", "number"),
    ("speedup_high", "number"),
    ("matching_prefix", "number"),
    ("tokens", "per_model_number"),
    ("tokens_per_s", "per_model_number"),
    ("ttft_ms", "per_model_number"),
    ("ended_by", "per_model_category"),
    ("system_prompt", "text"),
)
"""Name and type of what every example carries besides; the types are the tool's own."""

_FOUND = "Asked which answer is pruned, the reader found the pruned one (B)."
_MISTAKEN = "Asked which answer is pruned, the reader took the full model's (A) for it."
_UNDECIDED = "Asked which answer is pruned, the reader could not tell."


def llm_comparator(*recordings: Recording) -> str:
    """The file to load into the tool. Raises SettingsError when no recording has two lanes to put side by side."""
    pairs = [(recording, *pair) for recording in recordings for pair in _pairs(recording)]
    if not pairs:
        raise SettingsError(
            "LLM Comparator puts two answers side by side, and no recording given has two lanes. "
            "Record a race with a dense and a pruned lane."
        )
    model = _shared((recording.header.run.model.model for recording, _, _, _ in pairs), otherwise="several models")
    content = {
        "metadata": {
            "source_path": ", ".join(dict.fromkeys(_source(recording) for recording, _, _, _ in pairs)),
            "custom_fields_schema": [{"name": name, "type": kind} for name, kind in CUSTOM_FIELDS],
        },
        "models": [
            {"name": f"{model} · {_shared((a.name for _, a, _, _ in pairs), otherwise='full')}"},
            {"name": f"{model} · {_shared((b.name for _, _, b, _ in pairs), otherwise='other lanes')}"},
        ],
        "examples": [_example(recording, a, b, votes) for recording, a, b, votes in pairs],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _pairs(recording: Recording) -> list[tuple[LaneFigures, LaneFigures, tuple[VoteCast, ...]]]:
    """The baseline with every other lane, and the votes on them.

    A blind run shows the first dense lane and the first pruned one, whatever else runs and in whatever order.
    """
    tally = RunTally()
    for event in recording.race:
        tally.add(event)
    lanes = tally.lanes()
    dense, pruned = baseline_of(lanes), next((lane for lane in lanes if lane.method != DENSE), None)
    baseline = dense or lanes[0]
    others = [lane for lane in lanes if lane is not baseline]
    return [(baseline, lane, recording.votes if dense and lane is pruned else ()) for lane in others]


def _example(recording: Recording, a: LaneFigures, b: LaneFigures, votes: tuple[VoteCast, ...]) -> dict[str, Any]:
    header = recording.header
    values = {
        "title": header.title,
        "recorded": header.created,
        "model": header.run.model.model,
        "device": device_of(header.run.model),
        "method": b.method,
        "density": b.density,
        "speedup": _finite(b.speedup),
        "speedup_low": _finite(b.speedup_low),
        "speedup_high": _finite(b.speedup_high),
        "matching_prefix": b.matching_prefix,
        "tokens": [len(a.token_ids), len(b.token_ids)],
        "tokens_per_s": [_finite(a.tokens_per_s), _finite(b.tokens_per_s)],
        "ttft_ms": [_finite(a.ttft_ms), _finite(b.ttft_ms)],
        "ended_by": [ENDED.get(lane.finish_reason or "", "not over") for lane in (a, b)],
        "system_prompt": header.prompt.system or "" if header.prompt else "",
    }
    return {
        "input_text": _prompt(recording),
        "tags": list(header.tags),
        "output_text_a": a.text,
        "output_text_b": b.text,
        "score": None,
        "individual_rater_scores": [],
        "rationale_list": [{"rationale": _said(vote), "similarities": []} for vote in votes],
        "custom_fields": values,
    }


def _said(vote: VoteCast) -> str:
    """What a blind vote tells of the two answers."""
    if not vote.said:
        return _UNDECIDED
    return _FOUND if vote.said == vote.pruned else _MISTAKEN


def _prompt(recording: Recording) -> str:
    if recording.header.prompt is not None:
        return recording.header.prompt.text
    return f"(a prompt of {recording.header.run.prompt_tokens:,} tokens, whose text was not recorded)"


def _source(recording: Recording) -> str:
    named = f" {recording.header.title}" if recording.header.title else ""
    return f"GRIFFIN Live recording of {recording.header.created}{named}"


def _shared(names: Iterable[str], *, otherwise: str) -> str:
    found = set(names)
    return found.pop() if len(found) == 1 else otherwise


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
