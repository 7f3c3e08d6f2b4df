"""The status line: what the engine, the queue or an error says. Knows no lanes."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.engines.interface import EngineState
from app.text import race as text
from app.views import Figure, StatusPhase, StatusView
from griffin_core.events import ModelFacts
from griffin_core.formatting import DASH, whole
from griffin_core.metrics import RunTally

# Our errors say what is wrong first and what to do last.
_FIRST_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def engine_status(state: EngineState) -> StatusView:
    """What a visitor should know before a run."""
    if state.phase == "failed":
        return error_status(state.detail, state.facts)
    loading = state.phase == "loading"
    if state.coming is not None and not loading:
        return StatusView(
            phase="loading",
            text=text.loading(text.DEVICE_BUSY),
            machine=machine_line(state.facts),
            details=machine_details(state.facts),
        )
    return StatusView(
        phase="loading" if loading else "ready",
        text=text.loading(state.detail) if loading else text.READY,
        progress=state.progress if loading else None,
        machine=machine_line(state.facts),
        details=machine_details(state.facts),
    )


def queued_status(ahead: int, facts: ModelFacts | None, *, own: bool = False) -> StatusView:
    """Waiting for the device, with `ahead` runs before this one; own: all of them are the visitor's."""
    return StatusView(
        phase="queued", text=text.queued(ahead, own=own), machine=machine_line(facts), details=machine_details(facts)
    )


def error_status(message: str, facts: ModelFacts | None) -> StatusView:
    """An error in words: its first sentence says what is wrong, the rest what to do."""
    wrong, *advice = _FIRST_SENTENCE_END.split(text.setting_error(message.strip()), maxsplit=1)
    return StatusView(
        phase="error",
        text=_sentence_case(wrong),
        fix=" ".join(advice),
        machine=machine_line(facts),
        details=machine_details(facts),
    )


def _sentence_case(words: str) -> str:
    """A capital to begin with, unless the first word is a name such as a hub id."""
    return words[:1].upper() + words[1:] if words.split(" ", 1)[0].isalpha() else words


def run_status(
    phase: StatusPhase, tally: RunTally, *, given: Mapping[str, int], read_tokens: int, before: StatusView
) -> StatusView:
    """Where a run is.

    given: tokens of each lane that the run continues; before: the line shown last, for the machine until the run
    has named it.
    """
    start = tally.start
    facts = start.model if start else None
    if tally.failure is not None:
        failed = error_status(tally.failure.message, facts)
        return failed if facts else replace(failed, machine=before.machine, details=before.details)
    lanes = tally.lanes()
    written = [len(lane.token_ids) - given[lane.name] for lane in lanes]
    words, progress = text.STARTING, None
    if phase == "done":
        words = text.done(written, more=any(given.values()))
    elif phase == "cancelled":
        words = text.STOPPED
    elif start is None:
        pass
    elif phase == "reading":
        words, progress = text.reading(read_tokens, start.prompt_tokens), read_tokens / start.prompt_tokens
    elif any(written):
        words, progress = text.writing(written, start.max_new_tokens), None
    else:
        words = text.CHOOSING
    return StatusView(
        phase=phase,
        text=words,
        progress=progress,
        machine=machine_line(facts) or before.machine,
        details=machine_details(facts) or before.details,
    )


def machine_line(facts: ModelFacts | None) -> str:
    """Model, dtype and device in one line; "" when nothing is loaded."""
    if facts is None:
        return ""
    return f"{facts.model} · {facts.dtype} · {facts.device_name}"


def machine_details(facts: ModelFacts | None) -> tuple[Figure, ...]:
    """What somebody needs to repeat a run."""
    if facts is None:
        return ()
    versions = [(name, version, "") for name, version in facts.versions.items()]
    return (
        ("Model", facts.model, facts.architecture),
        ("Revision", facts.revision or DASH, ""),
        ("Device", facts.device_name, facts.device),
        ("dtype", facts.dtype, "Number format of weights and cache"),
        ("Layers", whole(facts.n_layers), ""),
        ("Neurons", f"{whole(facts.d_ff)} per layer", "Width of a feed-forward layer, d_ff"),
        ("Context", f"{whole(facts.context)} tokens", "Prompt and answer together"),
        *versions,
    )
