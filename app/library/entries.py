"""What the gallery knows of a recording: one frozen entry, summed up from its events. Knows no folder and no index."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.library.errors import LibraryError
from app.library.store import FileFound
from app.text import library as text
from griffin_core.events import RunFinished
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.recording import Header, Recording

State = Literal["complete", "stopped", "unfinished", "damaged"]

EXCERPT = 280
SEARCHED = 4_000
"""Letters of a prompt that are shown on a card, and that are searched."""

_LONGEST = 120
_MOST_TAGS = 16


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A recording in the gallery. Texts are cut to one line of sane length; they came from anybody.

    id, size_bytes, bundled, pinned: of the file. bundled: comes with the app and stays.
    created: when it was recorded, ISO 8601, UTC. model, device, dtype: what it ran on.
    density, speedup, speedup_clear, matching, agreement: of the first pruned lane; None where there is none (yet).
    matching: equal tokens before the lanes part, the first not counted; agreement: as a share of all of them, in 0-1.
    tokens: of the longest lane. methods: of the pruned lanes, each once.
    looked, voted: whether closer looks and blind votes are in it.
    problem: for a damaged file, what is wrong with it.
    """

    id: str
    title: str
    size_bytes: int
    state: State
    prompt: str = ""
    model: str = ""
    device: str = ""
    dtype: str = ""
    created: str = ""
    methods: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    density: float | None = None
    speedup: float | None = None
    speedup_clear: bool = False
    matching: int | None = None
    agreement: float | None = None
    tokens: int = 0
    duration_s: float = 0.0
    looked: bool = False
    voted: bool = False
    bundled: bool = False
    pinned: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """An entry and the words it can be found by."""

    entry: Entry
    words: str


def summarise(recording: Recording, file: FileFound) -> Summary:
    """Sum up a recording. Raises LibraryError when its events do not fit together."""
    header = recording.header
    lanes = _figures(recording)
    pruned = next((lane for lane in lanes if lane.method != "dense"), None)
    full = next((lane for lane in lanes if lane.method == "dense"), None)
    model = header.run.model
    entry = Entry(
        id=file.id,
        title=title_of(header),
        size_bytes=file.size,
        state=_state(recording),
        prompt=_cut(header.prompt.text, EXCERPT) if header.prompt else "",
        model=_cut(model.model),
        device=_cut(model.device_name or model.device),
        dtype=_cut(model.dtype),
        created=_moment(header.created, file.id),
        methods=tuple(dict.fromkeys(_cut(lane.method) for lane in lanes if lane.method != "dense")),
        tags=tuple(dict.fromkeys(line for tag in header.tags if (line := _cut(tag, 40))))[:_MOST_TAGS],
        density=pruned.density if pruned else None,
        speedup=_finite(pruned.speedup) if pruned and full else None,
        speedup_clear=bool(pruned and full and pruned.speedup_is_clear),
        matching=pruned.matching_prefix if pruned and full and pruned.token_ids and full.token_ids else None,
        agreement=_agreement(full, pruned),
        tokens=max((len(lane.token_ids) for lane in lanes), default=0),
        duration_s=recording.duration_s,
        looked=bool(recording.looks),
        voted=bool(recording.votes),
        bundled=file.bundled,
        pinned=file.pinned,
    )
    prompt = header.prompt.text[:SEARCHED] if header.prompt else ""
    return Summary(entry=entry, words=folded(" ".join((entry.title, prompt, entry.model, *entry.tags))))


def damaged(problem: str, file: FileFound) -> Summary:
    """The entry of a file that cannot be read."""
    entry = Entry(
        id=file.id,
        title=text.DAMAGED_TITLE,
        size_bytes=file.size,
        state="damaged",
        created=_moment("", file.id),
        problem=_cut(problem, 2 * _LONGEST),
        bundled=file.bundled,
        pinned=file.pinned,
    )
    return Summary(entry=entry, words=folded(entry.title))


def title_of(header: Header) -> str:
    """The title given, else how the prompt begins."""
    if title := _cut(header.title):
        return title
    if header.prompt and (line := _cut(header.prompt.text, 80)):
        return line
    return text.untitled(header.run.prompt_tokens)


def folded(words: str) -> str:
    """For searching: capitals and kinds of blanks make no difference."""
    return " ".join(words.casefold().split())


def _state(recording: Recording) -> State:
    if recording.complete:
        return "complete"
    return "stopped" if isinstance(recording.race[-1], RunFinished) else "unfinished"


def _figures(recording: Recording) -> tuple[LaneFigures, ...]:
    tally = RunTally()
    try:
        for event in recording.race:
            tally.add(event)
        return tally.lanes()
    except (KeyError, ValueError, ArithmeticError) as error:  # times below zero or without measure
        raise LibraryError(text.NO_FIGURES) from error


def _agreement(full: LaneFigures | None, pruned: LaneFigures | None) -> float | None:
    if full is None or pruned is None or pruned.matching_prefix is None:
        return None
    judged = max(len(full.token_ids), len(pruned.token_ids)) - max(1, full.forced)
    return pruned.matching_prefix / judged if judged > 0 else None


def _moment(created: str, recording_id: str) -> str:
    """`created` where it is a time that can be, else when the recording came to this library."""
    try:
        moment = datetime.fromisoformat(created)
        return f"{moment.astimezone(UTC) if moment.tzinfo else moment:%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        day, time = recording_id[:8], recording_id[9:15]
        return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


def _cut(words: str, most: int = _LONGEST) -> str:
    """`words` on one line, of `most` letters at most."""
    line = " ".join(words[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
