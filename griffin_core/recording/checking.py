"""Whether events make sense one after the other, so that nothing downstream has to ask. Knows no file and no line.

A recording is one race, then any number of closer looks; votes and marks may stand anywhere. The order is that of
docs/EVENTS.md.
"""

from collections import defaultdict

from griffin_core.events import (
    ActivationsRead,
    Event,
    LaneFinished,
    LayersMeasured,
    MarkSet,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFailed,
    RunFinished,
    RunStarted,
    StudyProgress,
    StudyStarted,
    TextRead,
    TokenEmitted,
    VoteCast,
)
from griffin_core.recording.bounds import MOST_MS, check_values
from griffin_core.recording.sizes import check_layer, check_picture, check_start, expect

_RACE = (PrefillProgress, PrefillDone, PlanMade, TokenEmitted, LaneFinished)
_LOOK = (StudyProgress, TextRead, LayersMeasured, ActivationsRead)
_ENDS = (RunFinished, RunFailed)


class Checker:
    """`add` each event in order; the first is the race's start. Raises RecordingError at the first that cannot be."""

    def __init__(self, start: RunStarted) -> None:
        check_values(start)
        check_start(start)
        self._start = start
        self._lanes = {lane.name: lane for lane in start.lanes}
        self._sources = {source.name for source in start.sources} | {"shuffled"}
        self._t_s = start.t_s
        self._part = "race"
        self._prefilled = False
        self._tokens: dict[str, int] = defaultdict(int)
        self._given: dict[str, int] = defaultdict(int)
        self._plans: dict[str, int] = defaultdict(int)
        self._clocks_us: dict[str, int] = defaultdict(int)
        self._finished: set[str] = set()

    @property
    def race_is_over(self) -> bool:
        """Whether a closer look may follow."""
        return self._part == "between"

    def add(self, event: Event) -> None:
        """Take the next event."""
        check_values(event)
        expect(event.t_s >= self._t_s, f"time runs backwards, from {self._t_s} to {event.t_s} s")
        expect(event.t_s * 1000 <= MOST_MS, f"{event.t_s} s is too long")
        self._t_s = event.t_s
        match event:
            case VoteCast():
                expect(event.said in ("A", "B", "") and event.pruned in ("A", "B"), "a vote is for A or B, or for none")
            case MarkSet():
                expect(event.label == " ".join(event.label.split()), "the label of a mark is one line")
            case StudyStarted():
                expect(self._part == "between", "a closer look begins before the race, or another look, has ended")
                self._part = "look"
            case _:
                self._check_part(event)

    def _check_part(self, event: Event) -> None:
        expect(self._part != "between", f'"{event.code}" comes after the end and belongs to no closer look')
        if isinstance(event, _ENDS):
            self._check_end(event)
            self._part = "between"
        elif self._part == "race":
            expect(isinstance(event, _RACE), f'"{event.code}" is out of place in a race')
            self._check_race(event)
        else:
            expect(isinstance(event, _LOOK), f'"{event.code}" is out of place in a closer look')
            self._check_look(event)

    def _check_end(self, event: Event) -> None:
        if self._part == "race" and isinstance(event, RunFinished) and event.reason == "done":
            missing = sorted(self._lanes.keys() - self._finished)
            expect(not missing, f'the race is done, but lane "{"".join(missing[:1])}" has no end')
        if isinstance(event, RunFinished):
            expect(event.reason in ("done", "cancelled"), f'a run ends "done" or "cancelled", not "{event.reason}"')

    def _check_race(self, event: Event) -> None:
        match event:
            case PrefillProgress(source=None):
                expect(not self._prefilled, "the prompt is read on after it was read")
                expect(event.done_tokens <= self._start.prompt_tokens, "more of the prompt is read than there is")
            case PrefillProgress():
                expect(self._prefilled and event.source in self._sources, f'text "{event.source}" is not to be read')
            case PrefillDone():
                expect(not self._prefilled, "the prompt is read twice")
                expect(max(event.prefill_ms, event.statistics_ms) <= MOST_MS, "reading takes too long")
                self._prefilled = True
            case PlanMade() | TokenEmitted() | LaneFinished():
                self._check_lane(event)

    def _check_lane(self, event: PlanMade | TokenEmitted | LaneFinished) -> None:
        name = event.lane
        expect(name in self._lanes, f'lane "{name}" was not started')
        expect(self._prefilled, f'lane "{name}" begins before the prompt was read')
        expect(name not in self._finished, f'lane "{name}" goes on after its end')
        expect(event.clock_us >= self._clocks_us[name], f'the clock of lane "{name}" runs backwards')
        expect(event.clock_us <= MOST_MS * 1000, f"{event.clock_us} µs is too long")
        self._clocks_us[name] = event.clock_us
        match event:
            case PlanMade():
                self._check_plan(event)
            case TokenEmitted():
                self._check_token(event)
            case LaneFinished():
                reasons = ("eos", "stop", "length")
                expect(event.finish_reason in reasons, f'a lane does not end by "{event.finish_reason}"')
                self._finished.add(name)

    def _check_plan(self, event: PlanMade) -> None:
        expect(self._lanes[event.lane].method != "dense", "the full model has no plan")
        expect(event.number == self._plans[event.lane], f'plan {self._plans[event.lane]} of "{event.lane}" is missing')
        expect(event.at_token <= self._tokens[event.lane], "a plan is for a token that is far ahead")
        expect(max(event.statistics_ms, event.selection_ms, event.gather_ms) <= MOST_MS, "a plan takes too long")
        layers, wanted = len(event.layers), self._start.model.n_layers
        expect(layers == wanted, f"a plan has {layers} of {wanted} layers")
        for layer in event.layers:
            check_layer(layer, self._start.model.d_ff)
        self._plans[event.lane] += 1

    def _check_token(self, event: TokenEmitted) -> None:
        name, count = event.lane, self._tokens[event.lane]
        expect(event.index == count, f'token {count} of lane "{name}" is missing')
        expect(not event.given or self._given[name] == count, f'lane "{name}" was given a token after its own')
        expect(event.itl_ms is None or event.itl_ms <= MOST_MS, f"{event.itl_ms} ms is too long")
        self._given[name] += event.given
        self._tokens[name] += 1
        own = self._tokens[name] - self._given[name]
        expect(own <= self._start.max_new_tokens, f'lane "{name}" writes more than max_new_tokens')

    def _check_look(self, event: Event) -> None:
        layers = self._start.model.n_layers
        match event:
            case TextRead():
                self._check_reading(event)
            case LayersMeasured():
                expect(event.text is None or event.text in self._lanes, "flocking is of an unknown lane")
                expect(len(event.flocking) == layers, "flocking is not given for every layer")
            case ActivationsRead():
                expect(event.text is None or event.text in self._lanes, "a picture is of an unknown lane")
                check_picture(event, layers=layers)

    def _check_reading(self, event: TextRead) -> None:
        lengths = {len(values) for values in (event.logprob, event.rank, event.best, event.agrees)}
        lengths |= {len(values) for values in (event.kl, event.coverage) if values is not None}
        expect(len(lengths) == 1, "a reading has values of different lengths")
        known = event.text in self._lanes and event.reader in {"dense", *self._lanes}
        expect(known, "a reading is of an unknown lane")
        last = event.first_index + lengths.pop()
        expect(last <= self._tokens[event.text], "a reading goes beyond the text")
        expect(all(event.best), "a reading has a token without a first choice")
