"""Races of three and four lanes written by hand, from the two-lane race. Knows no model."""

from collections.abc import Sequence
from dataclasses import replace

from griffin_core.events import Event, LaneFacts, LaneFinished, PlanMade, RunFinished, RunStarted, TokenEmitted
from tests.app.scripted_events import scripted_race

SWAPPED = "griffin:density=0.5,experts=other"
RANDOM = "random:density=0.5"
SEEDED = "dense:seed=1"


def race_of_four(
    dense: Sequence[str] = ("The", " sun", " rises", " in", " the", " east", "."),
    pruned: Sequence[str] = ("The", " sun", " rises", " at", " dawn", ".", ""),
    swapped: Sequence[str] = ("The", " sun", " is", " a", " star", "."),
    drawn: Sequence[str] = ("The", " the", " the", " the", " the", " the"),
    *,
    names: tuple[str, ...] = (SWAPPED, RANDOM),
    temperature: float = 0.0,
) -> list[Event]:
    """The two-lane race with extra lanes of these canonical names, one token each in turn after the first two began."""
    events = scripted_race(dense, pruned)
    start, *rest = events
    assert isinstance(start, RunStarted)
    plan = next(event for event in rest if isinstance(event, PlanMade))
    ids = {event.text: event.token_id for event in rest if isinstance(event, TokenEmitted)}
    end = rest.pop()
    t_s = end.t_s
    more: list[Event] = []
    for name, pieces in zip(names, (swapped, drawn), strict=False):
        if not name.startswith("dense"):
            more.append(replace(plan, lane=name))
        for index, text in enumerate(pieces):
            t_s += 0.025
            token_id = ids.setdefault(text, len(ids))
            gap_ms = None if index == 0 else 25.0 + index % 2
            more.append(
                TokenEmitted(
                    t_s=t_s,
                    lane=name,
                    clock_us=101_000 + 25_000 * index,
                    index=index,
                    token_id=token_id,
                    text=text,
                    itl_ms=gap_ms,
                )
            )
        more.append(LaneFinished(t_s=t_s, lane=name, clock_us=400_000, finish_reason="length", held_bytes=40_000))
    facts = tuple(_facts(name) for name in names)
    started = replace(start, lanes=(*start.lanes, *facts), temperature=temperature)
    return [started, *rest, *more, RunFinished(t_s=t_s + 0.01, reason="done")]


def _facts(name: str) -> LaneFacts:
    dense = name.startswith("dense")
    return LaneFacts(
        name=name,
        method=name.partition(":")[0],
        density=1.0 if dense else 0.5,
        effective_density=1.0 if dense else 0.5,
        k=(64 if dense else 32,) * 4,
        weight_bytes=60_000 if dense else 42_000,
    )
