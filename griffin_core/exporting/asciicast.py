"""A recording as a film for terminals: asciicast v3 (docs.asciinema.org/manual/asciicast/v3), lanes side by side.

Knows the screen's layout and the recording's own pace; pauses take two seconds at most. Every line is drawn at its
place and closed by the pane's edge, so that nothing a model wrote can move what is beside it.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

from griffin_core.events import Event, LaneFinished, PrefillProgress, TokenEmitted
from griffin_core.exporting.panes import Pane, cut, shown, wrapped
from griffin_core.formatting import counted, rate, whole
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.outcome import ENDED, sentences
from griffin_core.plain_text import visible
from griffin_core.recording import Recording, moments

PANE_COLUMNS = 46
EDGE = " │ "
HEAD_ROWS = 4
FEWEST_ROWS, MOST_ROWS = 8, 32
IDLE_S = 2.0
PARTED = "◆"

_CLEAR = "\x1b[?25l\x1b[2J"
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_SHOW_CURSOR = "\x1b[?25h"

Moment = tuple[float, str, str]
"""Seconds since the start, the format's code, its data."""


def asciicast(recording: Recording) -> str:
    """The film: a header, then one line an event, each with the seconds since the one before."""
    film = _Film(recording)
    lines = [json.dumps(film.header())]
    written_ms = 0
    for at_s, code, data in film.moments():
        # The sum is rounded, not each step: rounding errors must not add up over thousands of tokens.
        step_ms = round(1000 * at_s) - written_ms
        written_ms += step_ms
        lines.append(json.dumps([step_ms / 1000, code, data]))
    return "\n".join(lines) + "\n"


class _Film:
    """The race on a screen just large enough for its answers, up to `MOST_ROWS` lines of them."""

    def __init__(self, recording: Recording) -> None:
        tally = RunTally()
        for event in recording.race:
            tally.add(event)
        self._recording = recording
        self._timed = list(zip(recording.events, moments(recording, idle_s=IDLE_S), strict=True))
        self._lanes = {lane.name: lane for lane in tally.lanes()}
        self._places = {name: place for place, name in enumerate(self._lanes)}
        self._columns = len(self._lanes) * (PANE_COLUMNS + len(EDGE)) - len(EDGE)
        self._texts = {name: [""] for name in self._lanes}
        self._added, tallest = self._wrapped()
        self._body = min(MOST_ROWS, max(FEWEST_ROWS, tallest))
        self._drawn = {name: [""] * self._body for name in self._lanes}
        said = sentences(tuple(self._lanes.values()))
        self._ending = [line for sentence in said for line in wrapped(visible(sentence), self._columns)]

    def header(self) -> dict[str, object]:
        """The first line: the screen's size, and what the film is about."""
        header = self._recording.header
        values: dict[str, object] = {
            "version": 3,
            "term": {"cols": self._columns, "rows": HEAD_ROWS + self._body + 1 + len(self._ending)},
            "title": visible(header.title or f"{header.run.model.model}: {', '.join(self._lanes)}"),
            "tags": [visible(tag) for tag in header.tags],
        }
        created = _timestamp(header.created)
        return values if created is None else {**values, "timestamp": created}

    def moments(self) -> list[Moment]:
        """All of the film, in order of time."""
        last = self._recording.race[-1]
        end_s = next(at_s for event, at_s in self._timed if event is last)
        marks = [mark for mark in self._marks() if mark[0] <= end_s]
        # Sorting is stable: a mark follows what it marks.
        shown = sorted([*self._race(end_s), *marks], key=itemgetter(0))
        return [*shown, (end_s, "o", self._closing()), (end_s, "x", "0")]

    def _race(self, end_s: float) -> Iterator[Moment]:
        yield 0.0, "o", self._opening()
        for event, at_s in self._timed:
            if at_s > end_s:
                return
            if data := self._drawing(event):
                yield at_s, "o", data
            if label := self._chapter(event):
                yield at_s, "m", label

    def _marks(self) -> Iterator[Moment]:
        """The viewer's own marks, at their place in the film."""
        for mark in self._recording.marks:
            place = max(0, bisect_right(self._timed, mark.at_s, key=lambda timed: timed[0].t_s) - 1)
            before, at_s = self._timed[place]
            yield at_s + min(max(0.0, mark.at_s - before.t_s), IDLE_S), "m", visible(mark.label)

    def _opening(self) -> str:
        header = self._recording.header
        model = header.run.model
        place = model.device_name or model.device
        facts = f"{model.model} · {model.dtype} · recorded on {place}, {header.created}"
        prompt = header.prompt.text if header.prompt else f"({counted(header.run.prompt_tokens, 'token')})"
        return "".join(
            (
                _CLEAR,
                _at(1, 1, cut(facts, self._columns)),
                _at(2, 1, cut(f"› {prompt}", self._columns)),
                *(self._cell(3, name, f"{_BOLD}{cut(name, PANE_COLUMNS)}{_PLAIN}") for name in self._lanes),
                *(self._cell(row, name, "") for name in self._lanes for row in range(4, HEAD_ROWS + self._body + 1)),
            )
        )

    def _drawing(self, event: Event) -> str:
        match event:
            case PrefillProgress(source=None):
                said = f"reading the prompt: {counted(event.done_tokens, 'token')}"
                return "".join(self._status(name, said) for name in self._lanes)
            case TokenEmitted():
                text = self._texts[event.lane]
                text[-1:] = next(self._added)
                del text[:-MOST_ROWS]  # the others are out of sight for good
                written = self._status(event.lane, counted(event.index + 1, "token"))
                return written + self._body_drawing(event.lane, shown(text, self._body))
            case LaneFinished():
                return self._status(event.lane, _summary(self._lanes[event.lane]))
        return ""

    def _chapter(self, event: Event) -> str:
        """A place to jump to."""
        match event:
            case TokenEmitted() if event.index == self._lanes[event.lane].first_divergence:
                return visible(f"{event.lane} goes its own way")
            case LaneFinished():
                return visible(f"{event.lane} ends")
        return ""

    def _closing(self) -> str:
        """The outcome in words under the answers, and the cursor below all."""
        first = HEAD_ROWS + self._body + 2
        said = "".join(_at(first + place, 1, line) for place, line in enumerate(self._ending))
        return f"{said}{_SHOW_CURSOR}"

    def _piece(self, event: TokenEmitted) -> str:
        """The token's text, with a mark where the lane leaves the full model's answer."""
        if event.index != self._lanes[event.lane].first_divergence:
            return event.text
        word = event.text.lstrip(" ")
        return f"{event.text[: len(event.text) - len(word)]}{PARTED}{word}"

    def _wrapped(self) -> tuple[Iterator[list[str]], int]:
        """For each token in turn the lines it makes of the last one, and how many lines the longest text takes."""
        panes = {name: Pane(PANE_COLUMNS) for name in self._lanes}
        tokens = (event for event in self._recording.race if isinstance(event, TokenEmitted))
        added = [panes[token.lane].add(self._piece(token))[-MOST_ROWS:] for token in tokens]
        return iter(added), max(len(pane.lines) for pane in panes.values())

    def _status(self, name: str, said: str) -> str:
        return self._cell(HEAD_ROWS, name, f"{_DIM}{cut(said, PANE_COLUMNS)}{_PLAIN}")

    def _body_drawing(self, name: str, lines: list[str]) -> str:
        """The lines of a pane that are not on the screen yet."""
        drawn, self._drawn[name] = self._drawn[name], lines
        changed = (place for place, line in enumerate(lines) if line != drawn[place])
        return "".join(self._cell(HEAD_ROWS + 1 + place, name, lines[place]) for place in changed)

    def _cell(self, row: int, name: str, text: str) -> str:
        """`text` in the row of a pane, all of it drawn anew, and the pane's edge behind it."""
        place = self._places[name]
        column = 1 + place * (PANE_COLUMNS + len(EDGE))
        edge = _at(row, column + PANE_COLUMNS, EDGE) if place + 1 < len(self._places) else ""
        return f"{_at(row, column, '')}\x1b[{PANE_COLUMNS}X{text}{edge}"


def _at(row: int, column: int, text: str) -> str:
    return f"\x1b[{row};{column}H{text}"


def _summary(lane: LaneFigures) -> str:
    parts = [counted(len(lane.token_ids), "token"), rate(lane.tokens_per_s), ENDED.get(lane.finish_reason or "", "")]
    if lane.first_divergence is not None:
        parts.append(f"{PARTED} {whole(lane.first_divergence + 1)}")
    return " · ".join(part for part in parts if part)


def _timestamp(created: str) -> int | None:
    try:
        return int(datetime.fromisoformat(created).timestamp())
    except (ValueError, OverflowError):
        return None
