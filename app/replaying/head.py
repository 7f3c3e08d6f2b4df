"""What stands above a replay: what was asked, on what it ran, when. Knows the header; knows no event."""

from typing import Any

from app.text import replay as text
from griffin_core.events import RunFinished
from griffin_core.recording import Recording

TITLE_LENGTH = 80


def head_of(recording: Recording) -> dict[str, Any]:
    """Plain JSON values, words already; the browser puts them into text nodes."""
    header = recording.header
    model, prompt = header.run.model, header.prompt
    notes = [
        _end(recording),
        text.skipped(recording.skipped),
    ]
    return {
        "title": title_of(recording),
        "badge": text.recorded(model.device_name, header.created),
        "machine": f"{model.model} · {model.dtype}",
        "versions": text.versions(header.software, model.versions),
        "tags": list(header.tags),
        "prompt": prompt.text if prompt else text.NO_PROMPT,
        "system": (prompt.system or "") if prompt else "",
        "template": (text.CHAT if prompt.chat else text.NO_CHAT) if prompt else "",
        "note": " ".join(filter(None, notes)),
    }


def _end(recording: Recording) -> str:
    """How a race ended that did not come to its own end."""
    if recording.cut:
        return text.CUT
    if recording.complete:
        return ""
    return text.STOPPED if isinstance(recording.race[-1], RunFinished) else text.UNFINISHED


def title_of(recording: Recording) -> str:
    """The title given, else the prompt's first words."""
    header = recording.header
    if header.title or header.prompt is None:
        return header.title or text.UNTITLED
    words = " ".join(header.prompt.text.split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"
