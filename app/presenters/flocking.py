"""Relative activations of one layer. Knows events and views; knows no widget."""

import base64
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.asking.form import InspectedLane
from app.text import flocking as text
from app.views import FlockingText, FlockingView
from griffin_core.events import ActivationsRead, Event, LayersMeasured, RunFinished, StudyStarted

MAX_ROWS = 256
"""Tokens of a text that an inspection draws at most."""

_ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
_LEVELS = "".join(_ALPHABET[value // 4] for value in range(256)).encode()
"""The 64 levels that an eye can tell apart, a character each: a whole byte would take a third more on the wire."""


@dataclass
class _Rows:
    """What has come of one text. measured: mean Jaccard index a layer and its chance."""

    positions: list[int] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    measured: LayersMeasured | None = None


class FlockingPresenter:
    """`add` each event of an inspection in order; `view()` is this part at that moment."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        self._lanes = {lane.name: lane for lane in lanes}
        self._texts: dict[str | None, _Rows] = {None: _Rows()}
        for kind in (True, False):  # these two are drawn; their places are kept from the start
            drawn = next((lane for lane in lanes if (lane.method == "dense") is kind), None)
            if drawn is not None and drawn.tokens:
                self._texts[drawn.name] = _Rows()
        self._start: StudyStarted | None = None
        self._drawn: ActivationsRead | None = None
        self._over = False

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case StudyStarted():
                self._start = event
            case ActivationsRead():
                self._drawn = self._drawn or event  # columns and scale are the same in all of them
                rows = self._texts.setdefault(event.text, _Rows())
                rows.positions += event.positions
                rows.tokens += event.tokens
                rows.rows.append(base64.b64decode(event.values).translate(_LEVELS).decode())
            case LayersMeasured():
                self._texts.setdefault(event.text, _Rows()).measured = event
            case RunFinished():
                self._over = True

    def view(self) -> FlockingView:
        """The part after the events so far."""
        if self._start is None or self._drawn is None:
            return FlockingView(run=self._run)
        facts = self._start.model
        return FlockingView(
            run=self._run,
            layer=self._drawn.layer,
            layers=facts.n_layers,
            neurons=facts.d_ff,
            columns=self._drawn.columns,
            bin_width=self._drawn.bin_width,
            full_scale=self._drawn.full_scale,
            kept=self._kept(facts.d_ff),
            texts=tuple(self._text(name, rows) for name, rows in self._texts.items() if rows.rows or not self._over),
            sentence=self._sentence(None),
        )

    def _kept(self, d_ff: int) -> int:
        """Neurons kept from the left: only GRIFFIN keeps them in the order of the prompt's scores."""
        for lane in self._lanes.values():
            if lane.method == "griffin" and "experts=" not in lane.name:
                return round(lane.density * d_ff)
        return 0

    def _text(self, name: str | None, rows: _Rows) -> FlockingText:
        lane = None if name is None else self._lanes[name]
        expected = len(rows.positions) if self._over or lane is None else min(lane.tokens, MAX_ROWS)
        return FlockingText(
            lane=-1 if lane is None else lane.lane,
            name=text.PROMPT if lane is None else lane.label,
            heading=text.prompt_heading(expected, max(rows.positions, default=0) + 1)
            if lane is None
            else text.text_of(lane.label),
            expected=expected,
            positions=tuple(rows.positions),
            tokens=tuple(rows.tokens),
            rows="".join(rows.rows),
            sentence="" if name is None else self._sentence(name),
        )

    def _sentence(self, name: str | None) -> str:
        rows = self._texts.get(name)
        if rows is None or rows.measured is None or self._drawn is None:
            return ""
        layer = self._drawn.layer
        share = rows.measured.flocking[layer]
        if name is None:
            return text.flocking_sentence(layer, share, rows.measured.chance)
        return text.text_flocking_sentence(self._lanes[name].label, share)
