"""One lane's events of two races, compared. Knows events; knows no model."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from griffin_core.events import Event, LaneFinished, ModelFacts, PlanMade, RunFinished, RunStarted, TokenEmitted
from griffin_core.kept_sets import kept_overlap, same_shape
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.verifying.records import LaneVerification, Verdict

WORDS = 8
"""Tokens of text shown before a difference, and from it on."""


@dataclass
class _Lane:
    tokens: list[TokenEmitted] = field(default_factory=list)
    plans: list[PlanMade] = field(default_factory=list)
    end: str | None = None


class Seen:
    """What a race has shown so far, lane by lane."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.tally = RunTally()
        self.complete = False
        self._lanes: dict[str, _Lane] = {}
        for event in events:
            self.add(event)

    def add(self, event: Event) -> None:
        """Take one more event."""
        self.tally.add(event)
        match event:
            case RunStarted():
                self._lanes = {facts.name: _Lane() for facts in event.lanes}
            case TokenEmitted():
                self._lanes[event.lane].tokens.append(event)
            case PlanMade():
                self._lanes[event.lane].plans.append(event)
            case LaneFinished():
                self._lanes[event.lane].end = event.finish_reason
            case RunFinished():
                self.complete = event.reason == "done"

    def given(self, lane: str) -> tuple[int, ...]:
        """Ids of the tokens the lane continued from."""
        return tuple(token.token_id for token in self._lanes[lane].tokens if token.given)

    def decoded(self, lane: str) -> int:
        """How many tokens the lane wrote itself."""
        return sum(not token.given for token in self._lanes[lane].tokens)

    def reaches(self, recorded: "Seen") -> bool:
        """Whether every lane is as far as the recorded one came."""
        return all(_reaches(self._lanes[name], lane) for name, lane in recorded._lanes.items())

    def compared_with(self, measured: "Seen", name: str) -> LaneVerification:
        """This race's lane as recorded, the same lane of `measured` as written again."""
        ours, theirs = self._lanes[name], measured._lanes[name]
        place, verdict = _first_difference(ours, theirs)
        at = len(ours.tokens) if place is None else place
        shown = place is not None
        missing = _missing_plans(ours, theirs)
        if verdict == "match" and ours.end != theirs.end and (ours.end is not None or self.complete):
            verdict = "end"
        elif verdict == "match" and missing:
            verdict = "plans"
        elif verdict == "match" and not self.decoded(name):
            verdict = "nothing"
        return LaneVerification(
            name=name,
            verdict=verdict,
            compared_tokens=self.decoded(name),
            ended=ours.end is not None,
            first_difference=place,
            text_before=_text(ours.tokens[max(0, at - WORDS) : at]) if shown else "",
            recorded_text=_text(ours.tokens[at : at + WORDS]) if shown else "",
            measured_text=_text(theirs.tokens[at : at + WORDS]) if shown else "",
            recorded_end=ours.end,
            measured_end=theirs.end,
            missing_plans=missing,
            kept_overlap=_overlap(ours, theirs) if same_shape(self._model, measured._model) else None,
            recorded_speedup=self._figures(name).speedup,
            measured_speedup=measured._figures(name).speedup,
        )

    @property
    def _model(self) -> ModelFacts:
        assert self.tally.start is not None  # it is asked for once a race has begun
        return self.tally.start.model

    def _figures(self, name: str) -> LaneFigures:
        return next(lane for lane in self.tally.lanes() if lane.name == name)


def _reaches(lane: _Lane, recorded: _Lane) -> bool:
    there = len(lane.tokens) >= len(recorded.tokens) and recorded.end is None
    return lane.end is not None or there or len(lane.tokens) > len(recorded.tokens)


def _first_difference(recorded: _Lane, measured: _Lane) -> tuple[int | None, Verdict]:
    """Index of the first token that is not the same, or that only one lane has; a lane cut short may go on.

    A token with another id comes before one with another text: if there is none, only the text was changed.
    """
    pairs = list(enumerate(zip(recorded.tokens, measured.tokens, strict=False)))
    for index, (ours, theirs) in pairs:
        if ours.token_id != theirs.token_id:
            return index, "tokens"
    counts = len(recorded.tokens), len(measured.tokens)
    if counts[1] < counts[0] or (counts[1] > counts[0] and recorded.end is not None):
        return min(counts), "tokens"
    other_text = next((index for index, (ours, theirs) in pairs if ours.text != theirs.text), None)
    return other_text, "match" if other_text is None else "text"


def _missing_plans(recorded: _Lane, measured: _Lane) -> int:
    """How many choices that were made here, for tokens that are recorded, the recording does not hold."""
    needed = sum(plan.at_token < len(recorded.tokens) for plan in measured.plans)
    return max(0, needed - len(recorded.plans))


def _text(tokens: Sequence[TokenEmitted]) -> str:
    return "".join(token.text for token in tokens)


def _overlap(recorded: _Lane, measured: _Lane) -> float | None:
    """Mean over the layers of every plan that both lanes made, models of one shape."""
    pairs = zip(recorded.plans, measured.plans, strict=False)
    shares = [share for ours, theirs in pairs for share in kept_overlap(ours.layers, theirs.layers)]
    return statistics.fmean(shares) if shares else None
