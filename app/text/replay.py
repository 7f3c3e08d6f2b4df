"""What a replay says: its header, its controls, its markers. Times and dates are formatted here."""

from datetime import UTC, datetime
from typing import Any

from app.text import labels, neuron_labels
from griffin_core.formatting import counted

UNTITLED = "Recorded race"
NO_SCRIPT = "A replay needs JavaScript. Allow it for this page."
NO_PROMPT = "The recording holds the prompt as token ids only."
CUT = "The last line of the recording was cut off, as by a crash: it plays up to there."
UNFINISHED = "The race did not come to its end: it plays as far as it went."
STOPPED = "The race was stopped before its own end: it plays as far as it went."
BROKEN_OFF = "Broken off here."
CHAT = "wrapped in the model's chat template"
NO_CHAT = "without a chat template"
LOOK_LATER = "The closer look follows the race: play on, or press its marker."
LOOK_MARK = "Closer look begins"
OWN_MARK = "Mark"

CONTROLS: dict[str, Any] = {
    "name": "Replay",
    "play": "Play",
    "pause": "Pause",
    "again": "Play again",
    "back": "One token back",
    "forward": "One token forward",
    "earlier": "Previous marker",
    "later": "Next marker",
    "loop": "Loop",
    "waits": "Shorten waits",
    "waitsHint": "Waits of more than {seconds} s take {seconds} s; the figures are as recorded",
    "speed": "Speed",
    "times": "{speed}×",
    "keys": "Keys",
    "place": "{now} of {all} s",
    "said": "{now} of {all} seconds",
    "at": "{label}, at {now} s",
    "seek": "Place in the recording",
    "markers": "Markers",
    "prompt": "Prompt",
    "system": "System prompt",
    "neurons": "Neurons",
    "help": [
        ["Space", "play or pause"],
        [". ,", "one token on, one back"],
        ["→ ←", "one second on, one back; with Shift five"],
        ["] [", "next marker, previous one"],
        ["+ −", "faster, slower"],
        ["Home End", "to the start, to the end"],
        ["L", "loop"],
    ],
}
"""Words that the player's own controls draw."""

_PANE: dict[str, Any] = labels.PANE

PARTS: dict[str, dict[str, Any]] = {
    "pane": {**_PANE, "back": "", "card": {**_PANE["card"], "foot": "", "still": True}},
    "chart": labels.CHART,
    "map": labels.MAP,
    "figures": labels.FIGURES,
    "quality": {**labels.QUALITY, "hint": LOOK_LATER},
    "flocking": {**neuron_labels.FLOCKING, "still": True, "empty": LOOK_LATER, "coming": LOOK_LATER},
    "layers": {
        **neuron_labels.LAYERS,
        "hint": "",
        "keys": "Arrow keys move along the layers.",
        "empty": LOOK_LATER,
        "coming": LOOK_LATER,
    },
    "coverage": {**neuron_labels.COVERAGE, "empty": LOOK_LATER, "coming": LOOK_LATER},
}
"""Words of the components. What needs a model at work (branching, another layer) is not offered: `still`."""


def recorded(device: str, created: str) -> str:
    """The label that tells a replay from a live run."""
    return f"Recorded on {device}, {_date(created)}"


def page_title(title: str) -> str:
    """Of the window."""
    return f"{title} · GRIFFIN Live replay"


def versions(software: str, known: dict[str, str]) -> str:
    """Library versions, the ones that matter for speed first."""
    first = [name for name in ("torch", "transformers") if name in known]
    rest = [name for name in known if name not in (*first, "griffin_core")]
    return " · ".join([software, *(f"{name} {known[name]}" for name in (*first, *rest))]).strip(" ·")


def skipped(lines: int) -> str:
    """About lines of a newer version."""
    return f"{counted(lines, 'line')} of a newer version left out." if lines else ""


def cannot_be_shown(number: int, code: str) -> str:
    """A forged recording."""
    return f'event {number} ("{code}") does not fit what came before it, so the recording cannot be shown.'


def divergence_mark(label: str, token: int) -> str:
    """A pruned lane's text parts from the full model's. token: counted from 1."""
    return f"{label} differs from token {token} on"


def end_mark(label: str) -> str:
    """A lane has written its last token."""
    return f"{label} ends"


def vote_mark(said: str, pruned: str) -> str:
    """A blind vote was cast."""
    if said not in ("A", "B"):
        return "Vote: could not tell"
    return f"Vote: {said} is pruned, {'right' if said == pruned else 'wrong'}"


def _date(created: str) -> str:
    try:
        moment = datetime.fromisoformat(created).astimezone(UTC)
    except (ValueError, OverflowError):
        return created
    return f"{moment.day} {moment:%B %Y}, {moment:%H:%M} UTC"
