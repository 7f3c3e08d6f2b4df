"""Races and closer looks drawn at random by hypothesis: any lanes, any texts, any end. Knows no model."""

from typing import Any

from hypothesis import strategies as st

from griffin_core.events import (
    Event,
    LaneFacts,
    LaneFinished,
    MarkSet,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFailed,
    RunFinished,
    RunStarted,
    StudyProgress,
    StudyStarted,
    TokenEmitted,
    VoteCast,
)
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import HOSTILE, scripted_race
from tests.app.scripted_studies import activations, layers_measured, text_read

NAMES = (
    "dense",
    "griffin:density=0.5",
    "griffin:density=0.5,experts=other",
    "random:density=0.5",
    "dense:seed=1",
)
_START, _PLAN = scripted_race()[0], scripted_race()[4]
assert isinstance(_START, RunStarted)
assert isinstance(_PLAN, PlanMade)

pieces = st.text(max_size=6) | st.sampled_from(HOSTILE)
gaps_ms = st.floats(0.01, 5_000)


@st.composite
def races(draw: st.DrawFn, *, whole: bool = False) -> list[Event]:
    """A race from its start to any end, or to none. whole: each lane writes, and it is done."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    events: list[Event] = [_started(names), PrefillProgress(t_s=0.01, done_tokens=draw(st.integers(0, 24)))]
    read = whole or draw(st.booleans())
    events += _read_and_planned(names) if read else []
    clocks_us, t_s = dict.fromkeys(names, 101_000), 0.2
    written = {name: list[str]() for name in names}
    turns = st.tuples(st.sampled_from(names), pieces, st.integers(0, 3), gaps_ms)
    for name, text, token_id, gap_ms in draw(st.lists(turns, min_size=1, max_size=30)) if read else []:
        first = not written[name]
        clocks_us[name] += round(gap_ms * 1000)
        t_s += draw(st.sampled_from((0.0, gap_ms / 1000)))
        token: dict[str, Any] = {"index": len(written[name]), "token_id": token_id, "text": text}
        itl_ms = None if first else gap_ms
        events.append(TokenEmitted(t_s=t_s, lane=name, clock_us=clocks_us[name], itl_ms=itl_ms, **token))
        written[name].append(text)
    finished = names if whole else draw(st.lists(st.sampled_from(names), unique=True)) if read else []
    for name in finished:
        reason = draw(st.sampled_from(("eos", "stop", "length")))
        events.append(
            LaneFinished(t_s=t_s, lane=name, clock_us=clocks_us[name], finish_reason=reason, held_bytes=1_000)
        )
    ends: list[list[Event]] = [[RunFinished(t_s=t_s, reason="done")]] if set(finished) == set(names) else []
    if not whole:
        ends += [[], [RunFinished(t_s=t_s, reason="cancelled")], [RunFailed(t_s=t_s, type="X", message="It broke.")]]
    return [*events, *draw(st.sampled_from(ends))]


@st.composite
def sessions(draw: st.DrawFn) -> list[Event]:
    """A race and what may follow it: closer looks, a vote, marks."""
    events = draw(races(whole=True))
    for layer in draw(st.lists(st.integers(0, 3), max_size=2)):
        events += draw(looks(events, layer))
    if draw(st.booleans()):
        events.append(VoteCast(t_s=0.0, said=draw(st.sampled_from(("A", "B", ""))), pruned="B"))
    for at_s in draw(st.lists(st.floats(0, 10), max_size=2)):
        events.append(MarkSet(t_s=0.0, at_s=at_s, label=" ".join(draw(pieces).split())))
    return events


@st.composite
def looks(draw: st.DrawFn, race: list[Event], layer: int) -> list[Event]:
    """A closer look at what was written, to any end. A dense lane and a pruned one read, where there are such."""
    start = race[0]
    assert isinstance(start, RunStarted)
    readers = [next((lane.name for lane in start.lanes if (lane.method == "dense") is dense), "") for dense in (1, 0)]
    events: list[Event] = [
        StudyStarted(t_s=0.0, kind="inspection", model=FACTS, steps=9),
        StudyProgress(t_s=0.0, what="reading", done=24, total=24),
        activations(None, range(4), layer=layer),
        layers_measured(None, (0.8, 0.7, 0.6, 0.5)),
    ]
    for lane in start.lanes:
        count = sum(isinstance(event, TokenEmitted) and event.lane == lane.name for event in race)
        size = draw(st.integers(1, 8))
        for first in range(0, count if all(readers) else 0, size):
            places = range(first, min(first + size, count))
            events.append(text_read(lane.name, readers[0], first, [None] * len(places)))
            events.append(text_read(lane.name, readers[1], first, [0.1 * draw(st.integers(1, 9)) for _ in places]))
            events.append(activations(lane.name, places, layer=layer))
    return [*events, RunFinished(t_s=1.0, reason=draw(st.sampled_from(("done", "cancelled"))))]


def _started(names: list[str]) -> RunStarted:
    return RunStarted(**{**_START.__dict__, "lanes": tuple(_facts(name) for name in names), "max_new_tokens": 30})


def _facts(name: str) -> LaneFacts:
    method = name.partition(":")[0]
    density = 1.0 if method == "dense" else 0.5
    kept = (round(64 * density),) * 4
    return LaneFacts(name=name, method=method, density=density, effective_density=density, k=kept, weight_bytes=60_000)


def _read_and_planned(names: list[str]) -> list[Event]:
    plans = [PlanMade(**{**_PLAN.__dict__, "lane": name}) for name in names if not name.startswith("dense")]
    return [PrefillDone(t_s=0.1, prefill_ms=90.0, statistics_ms=5.0), *plans]
