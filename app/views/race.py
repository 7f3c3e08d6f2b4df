"""What the page shows, as frozen records. Knows no event, no model and no widget: texts arrive here formatted.

Every view has `run`, the id of the run it belongs to ("" before the first one). Within one id, `pieces` and `ms`
grow at their end, so that the page may append; a continued answer may also complete its last half character.
A new id means: start afresh.
"""

from dataclasses import dataclass, field
from typing import Literal

from app.asking.form import InspectionForm, RaceForm
from app.views.base import Figure, View
from app.views.recordings import RecordedView

PanePhase = Literal["idle", "warming", "reading", "running", "done", "error"]
StatusPhase = Literal["loading", "ready", "queued", "reading", "running", "done", "error", "cancelled"]
StripKind = Literal["share", "gini", "overlap"]


@dataclass(frozen=True, kw_only=True)
class PaneView(View):
    """One lane's text and its quiet line of figures.

    pieces: what each token added to the text; may be "" (a character is not complete yet, or end of text).
    diverges_at: index into `pieces` of the first token that differs from the first lane's; None while they agree.
    branched_at: index into `pieces` of the token that the visitor chose; those before it are shared by all lanes.
    shared: whose text those are, in words; "" without any.
    ended: the last piece is the end-of-text token. note: a sentence about how the lane ended, or "".
    figures: the quiet line, short; more: the whole table, the same labels in the same order in every lane.
    """

    run: str = ""
    lane: int
    title: str
    subtitle: str = ""
    phase: PanePhase = "idle"
    pieces: tuple[str, ...] = ()
    diverges_at: int | None = None
    branched_at: int | None = None
    shared: str = ""
    ended: bool = False
    note: str = ""
    figures: tuple[Figure, ...] = ()
    more: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GaugeView(View):
    """The speed-up as plain numbers, for a scale: its 95 % interval within this run, and what bandwidth allows."""

    value: float
    bound: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class VerdictView(View):
    """The one big number and what keeps it honest.

    headline "1.27×" or "–"; clear: the run shows a difference, so the number says something; caption, bound, spread:
    short lines under it, each may be ""; sentence: plain words, also when there is no speed-up; facts: further figures;
    hover: what bound and interval mean.
    """

    run: str = ""
    phase: PanePhase = "idle"
    headline: str = "–"
    clear: bool = True
    caption: str = ""
    bound: str = ""
    spread: str = ""
    sentence: str = ""
    hover: str = ""
    facts: tuple[Figure, ...] = ()
    gauge: GaugeView | None = None


@dataclass(frozen=True, kw_only=True)
class LaneSeries(View):
    """Milliseconds per token of one lane; None where a token has no time (the first, and continued ones)."""

    lane: int
    name: str
    ms: tuple[float | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChartView(View):
    """The latency chart."""

    run: str = ""
    lanes: tuple[LaneSeries, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class MapStrip(View):
    """One number a layer, drawn beside the map.

    values, chance: in 0–1, layer 0 first; chance: what neurons drawn at random would give, () where that says nothing.
    against: whose neurons they are compared with, "" where with none. sentence: its reading in words; without values,
    why there are none.
    """

    kind: StripKind
    values: tuple[float, ...] = ()
    chance: tuple[float, ...] = ()
    against: str = ""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class MapLane(View):
    """The neurons that one pruned lane keeps.

    kept: base64 of layers × ceil(neurons / 8) bytes, layer 0 first, a bit a neuron, least significant first.
    score: base64 of layers × bins bytes, mean score of the bin, 255 = the layer's strongest bin.
    bin_width: neurons in a bin (the last bin of a layer may be narrower); k: kept neurons, a number a layer.
    chip: name of its button, as short as it can be; caption: model, method and density, for a saved picture.
    """

    lane: int
    name: str
    chip: str
    caption: str
    bins: int
    bin_width: int
    k: tuple[int, ...]
    kept: str
    score: str
    strips: tuple[MapStrip, ...]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class MapView(View):
    """The neuron map: `layers` × `neurons`, once for every pruned lane. layers 0: nothing to show yet."""

    run: str = ""
    layers: int = 0
    neurons: int = 0
    lanes: tuple[MapLane, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StatusView(View):
    """The one line about what is going on. `fix`: what to do, for errors. progress: 0–1, None when unknown.

    machine: model and machine in one line; details: revision and library versions.
    """

    phase: StatusPhase
    text: str
    fix: str = ""
    progress: float | None = None
    machine: str = ""
    details: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MeterView(View):
    """How much of the context the prompt takes. `share` may exceed 1; `text` says it with numbers."""

    text: str = ""
    share: float = 0.0
    fits: bool = True


@dataclass(frozen=True, kw_only=True)
class ExtrasView(View):
    """What the extra lanes showed, in one sentence; "" where there are none or before the end."""

    run: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class RaceView(View):
    """Everything the race tab shows at one moment.

    form: what is being run, to run it again; resume: the form that continues it, None while there is nothing to
    continue; finished: the form of a closer look, once the race is over. They are for handing back to the service.
    recording: what became of recording this run.
    refused: turned away at the door, in the words of `status`; nothing of the run was shown, so that what was on the
    screen before may stay.
    """

    run: str = ""
    panes: tuple[PaneView, ...]
    verdict: VerdictView
    chart: ChartView
    map: MapView
    status: StatusView
    extras: ExtrasView = field(default_factory=ExtrasView)
    form: RaceForm | None = None
    resume: RaceForm | None = None
    finished: InspectionForm | None = None
    recording: RecordedView = field(default_factory=RecordedView)
    refused: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status.phase in ("done", "error", "cancelled")
