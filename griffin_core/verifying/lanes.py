"""One lane's events of two races, compared. Knows events; knows no model."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from griffin_core.events import Event, LaneFacts, LaneFinished, PlanMade, RunStarted, TokenEmitted
from griffin_core.kept_sets import kept_overlap
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.verifying.outcome import LaneVerification

WORDS = 8
"""Tokens of text shown before a difference, and from it on."""


@dataclass
class _Lane:
    tokens: list[TokenEmitted] = field(default_factory=list)
    plans: list[PlanMade] = field(default_factory=list)
    ended: bool = False


class Seen:
    """What a race has shown so far, lane by lane."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.tally = RunTally()
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
                self._lanes[event.lane].ended = True

    def given(self, lane: str) -> tuple[int, ...]:
        """Ids of the tokens the lane continued from."""
        return tuple(token.token_id for token in self._lanes[lane].tokens if token.given)

    def decoded(self, lane: str) -> int:
        """How many tokens the lane wrote itself."""
        return sum(not token.given for token in self._lanes[lane].tokens)

    def reaches(self, recorded: "Seen") -> bool:
        """Whether every lane is as far as the recorded one came."""
        return all(_reaches(self._lanes[name], lane) for name, lane in recorded._lanes.items())

    def compared_with(self, measured: "Seen", facts: LaneFacts) -> LaneVerification:
        """This race's lane as recorded, the same lane of `measured` as written again."""
        ours, theirs = self._lanes[facts.name], measured._lanes[facts.name]
        place = _first_difference(ours, theirs)
        at = len(ours.tokens) if place is None else place
        shown = place is not None
        return LaneVerification(
            name=facts.name,
            compared_tokens=self.decoded(facts.name),
            first_difference=place,
            text_before=_text(ours.tokens[max(0, at - WORDS) : at]) if shown else "",
            recorded_text=_text(ours.tokens[at : at + WORDS]) if shown else "",
            measured_text=_text(theirs.tokens[at : at + WORDS]) if shown else "",
            kept_overlap=_overlap(ours.plans, theirs.plans),
            recorded_speedup=self._figures(facts.name).speedup,
            measured_speedup=measured._figures(facts.name).speedup,
        )

    def _figures(self, name: str) -> LaneFigures:
        return next(lane for lane in self.tally.lanes() if lane.name == name)


def _reaches(lane: _Lane, recorded: _Lane) -> bool:
    there = len(lane.tokens) >= len(recorded.tokens) and not recorded.ended
    return lane.ended or there or len(lane.tokens) > len(recorded.tokens)


def _first_difference(recorded: _Lane, measured: _Lane) -> int | None:
    """Index of the first token that is not the same, or that only one lane has; a lane cut short may go on."""
    pairs = zip(recorded.tokens, measured.tokens, strict=False)
    for index, (ours, theirs) in enumerate(pairs):
        if ours.token_id != theirs.token_id:
            return index
    shorter, longer = len(measured.tokens) < len(recorded.tokens), len(measured.tokens) > len(recorded.tokens)
    return min(len(recorded.tokens), len(measured.tokens)) if shorter or (longer and recorded.ended) else None


def _text(tokens: Sequence[TokenEmitted]) -> str:
    return "".join(token.text for token in tokens)


def _overlap(recorded: Sequence[PlanMade], measured: Sequence[PlanMade]) -> float | None:
    """Mean over the layers of every plan that both lanes made; None for models of different shapes."""
    pairs = [(ours.layers, theirs.layers) for ours, theirs in zip(recorded, measured, strict=False)]
    if not pairs or any(len(ours) != len(theirs) for ours, theirs in pairs):
        return None
    shares = [share for ours, theirs in pairs for share in kept_overlap(ours, theirs)]
    return statistics.fmean(shares) if shares else None
