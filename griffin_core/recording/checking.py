"""Whether events make sense one after the other, so that nothing downstream has to ask. Knows no file and no line.

A recording is one race, then any number of closer looks; votes and marks may stand anywhere.
"""

import binascii
from collections import defaultdict

from griffin_core.errors import RecordingError
from griffin_core.events import (
    ActivationsRead,
    Event,
    LaneEvent,
    LaneFinished,
    LayerChoice,
    LayersMeasured,
    MarkSet,
    PlanMade,
    PrefillDone,
    RunFailed,
    RunFinished,
    RunStarted,
    StudyStarted,
    TextRead,
    TokenEmitted,
    VoteCast,
)

MAX_LANES = 16
MAX_LAYERS = 4_096
MAX_D_FF = 1 << 18
MAX_TOKEN_ID = (1 << 31) - 1
MAX_SCORE_BINS = 4_096
MAX_MS = 1e9
"""Eleven days, for one step or for a whole recording."""

_ENDS = (RunFinished, RunFailed)


class Checker:
    """`add` each event in order; the first is the race's start. Raises RecordingError at the first that cannot be."""

    def __init__(self, start: RunStarted) -> None:
        _check_start(start)
        self._start = start
        self._lanes = {lane.name for lane in start.lanes}
        self._layers = start.model.n_layers
        self._t_s = start.t_s
        self._part = "race"
        self._tokens: dict[str, int] = defaultdict(int)
        self._clocks_us: dict[str, int] = defaultdict(int)
        self._finished: set[str] = set()

    def add(self, event: Event) -> None:
        """Take the next event."""
        _expect(event.t_s >= self._t_s, f"time runs backwards, from {self._t_s} to {event.t_s} s")
        _expect(event.t_s * 1000 <= MAX_MS, f"{event.t_s} s is too long")
        self._t_s = event.t_s
        if isinstance(event, VoteCast | MarkSet):
            return
        self._check_part(event)
        if isinstance(event, LaneEvent):
            self._check_lane(event)
        self._check_content(event)

    def _check_part(self, event: Event) -> None:
        if isinstance(event, StudyStarted):
            _expect(self._part == "between", "a closer look begins before the race, or another look, has ended")
            self._part = "look"
        elif self._part == "between":
            raise RecordingError(f'"{event.code}" comes after the end of the race and belongs to no closer look.')
        else:
            race = event.code in ("prefill", "prefilled", "plan", "token", "lane_end")
            _expect(
                isinstance(event, _ENDS) or race is (self._part == "race"),
                f'"{event.code}" is out of place in a {self._part}',
            )
            if isinstance(event, _ENDS):
                self._part = "between"

    def _check_lane(self, event: LaneEvent) -> None:
        _expect(event.lane in self._lanes, f'lane "{event.lane}" was not started')
        _expect(event.lane not in self._finished, f'lane "{event.lane}" goes on after its end')
        _expect(event.clock_us >= self._clocks_us[event.lane], f'the clock of lane "{event.lane}" runs backwards')
        _expect(event.clock_us <= MAX_MS * 1000, f"{event.clock_us} µs is too long")
        self._clocks_us[event.lane] = event.clock_us

    def _check_content(self, event: Event) -> None:
        match event:
            case TokenEmitted():
                expected = self._tokens[event.lane]
                _expect(event.index == expected, f'token {expected} of lane "{event.lane}" is missing')
                _expect(0 <= event.token_id <= MAX_TOKEN_ID, f"token id {event.token_id} cannot be")
                _check_ms(event.itl_ms or 0.0)
                self._tokens[event.lane] += 1
            case LaneFinished():
                self._finished.add(event.lane)
            case PrefillDone():
                _check_ms(event.prefill_ms, event.statistics_ms)
            case PlanMade():
                _check_ms(event.statistics_ms, event.selection_ms, event.gather_ms)
                _expect(len(event.layers) == self._layers, f"a plan has {len(event.layers)} of {self._layers} layers")
                for layer in event.layers:
                    _check_layer(layer, self._start.model.d_ff)
            case TextRead():
                self._check_reading(event)
            case LayersMeasured():
                _expect(len(event.flocking) == self._layers, "flocking is not given for every layer")
            case ActivationsRead():
                self._check_picture(event)

    def _check_reading(self, event: TextRead) -> None:
        lengths = {len(values) for values in (event.logprob, event.rank, event.best, event.agrees)}
        lengths |= {len(values) for values in (event.kl, event.coverage) if values is not None}
        _expect(len(lengths) == 1, "a reading has values of different lengths")
        _expect(
            event.text in self._lanes and event.reader in {"dense", *self._lanes}, "a reading is of an unknown lane"
        )
        last = event.first_index + lengths.pop()
        _expect(event.first_index >= 0 and last <= self._tokens[event.text], "a reading goes beyond the text")
        _expect(all(len(best) >= 1 for best in event.best), "a reading has a token without a first choice")

    def _check_picture(self, event: ActivationsRead) -> None:
        _expect(0 <= event.layer < self._layers, f"layer {event.layer} is not there")
        _expect(event.text is None or event.text in self._lanes, "a picture is of an unknown lane")
        _expect(len(event.tokens) == len(event.positions), "a picture has not one text a token")
        _expect(0 < event.columns <= MAX_D_FF and 0 < event.bin_width <= MAX_D_FF, "a picture has no columns")
        _expect(len(_decoded(event.values)) == len(event.positions) * event.columns, "a picture lacks values")


def _check_start(start: RunStarted) -> None:
    model, names = start.model, [lane.name for lane in start.lanes]
    _expect(1 <= len(names) <= MAX_LANES, f"{len(names)} lanes cannot be")
    _expect(len(set(names)) == len(names), "two lanes have one name")
    _expect(1 <= model.n_layers <= MAX_LAYERS, f"{model.n_layers} layers cannot be")
    _expect(1 <= model.d_ff <= MAX_D_FF, f"d_ff {model.d_ff} cannot be")
    _expect(0 <= start.t_s * 1000 <= MAX_MS, f"{start.t_s} s cannot be the start")
    _expect(start.prompt_tokens >= 1, "the prompt has no tokens")
    _expect(len(start.prompt_ids) in (0, start.prompt_tokens), "prompt_ids are not as many as prompt_tokens")
    for lane in start.lanes:
        _expect(len(lane.k) == model.n_layers, f'lane "{lane.name}" does not say k for every layer')
        _expect(all(0 <= k <= model.d_ff for k in lane.k), f'lane "{lane.name}" keeps more neurons than there are')
        _expect(
            0 < lane.density <= 1 and 0 < lane.effective_density <= 1, f'lane "{lane.name}" has no density in (0, 1]'
        )
        _expect(lane.weight_bytes > 0, f'lane "{lane.name}" reads no weights')


def _check_layer(layer: LayerChoice, d_ff: int) -> None:
    kept, scores = _decoded(layer.kept), _decoded(layer.scores)
    _expect(len(kept) <= (d_ff + 7) // 8, "a layer keeps neurons that are not there")
    _expect(sum(byte.bit_count() for byte in kept) == layer.k, "a layer does not keep k neurons")
    _expect(layer.bin_width >= 1 and 1 <= len(scores) <= MAX_SCORE_BINS, "a layer has no scores")
    _expect((len(scores) - 1) * layer.bin_width < 8 * len(kept), "a layer has more scores than neurons")


def _check_ms(*times: float) -> None:
    _expect(all(0 <= time <= MAX_MS for time in times), f"{max(times, key=abs)} ms cannot be")


def _decoded(base64: str) -> bytes:
    try:
        return binascii.a2b_base64(base64.encode("ascii"), strict_mode=True)
    except ValueError as error:  # UnicodeEncodeError and binascii.Error are ValueErrors
        raise RecordingError(f"packed values are damaged: {error}.") from error


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RecordingError(f"{otherwise}.")
