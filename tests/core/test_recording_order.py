"""What cannot be: one thing wrong in a recording that is right otherwise, and the words it is refused with."""

import base64
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from griffin_core.errors import RecordingError
from griffin_core.events import (
    ActivationsRead,
    Alternative,
    Event,
    ExpertsChosen,
    LaneFinished,
    LayersMeasured,
    MarkSet,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFinished,
    RunStarted,
    StudyStarted,
    TextRead,
    TokenEmitted,
    VoteCast,
)
from griffin_core.recording.checking import Checker
from tests.core.hand_made import choice, recording
from tests.core.scripted_run import FACTS

T_S = 100.0
READ = TextRead(
    t_s=T_S, text="dense", reader="dense", first_index=0, logprob=(-0.5, -1.0), rank=(0, 1), agrees=(True, False),
    best=((Alternative(1, "a", 0.5),), (Alternative(2, "b", 0.5),)), kl=None, coverage=None,
)  # fmt: skip
PICTURE = ActivationsRead(
    t_s=T_S, layer=0, text=None, positions=(0, 1), tokens=("a", "b"), columns=2, bin_width=1, full_scale=0.5,
    values=base64.b64encode(bytes(4)).decode(),
)  # fmt: skip
MEASURED = LayersMeasured(t_s=T_S, text=None, tokens=3, density=0.5, flocking=(0.5,) * FACTS.n_layers, chance=0.3)
LOOK = (
    StudyStarted(t_s=T_S, kind="inspection", model=FACTS),
    READ,
    PICTURE,
    MEASURED,
    RunFinished(t_s=T_S, reason="done"),
)
EVENTS = recording(after=(*LOOK, VoteCast(t_s=T_S, said="A", pruned="B"), MarkSet(t_s=T_S, at_s=1.0))).events

Change = Callable[[Event], Any]
"""What stands in the place of an event: another one, several, or None."""


def check(events: tuple[Event, ...]) -> None:
    start = events[0]
    assert isinstance(start, RunStarted)
    checker = Checker(start)
    for event in events[1:]:
        checker.add(event)


def changed(kind: type[Event], change: Change, *, lane: str = "") -> tuple[Event, ...]:
    """The events with the first of `kind`, of a lane whose name begins so, replaced by one, none or several."""
    at = next(
        n for n, event in enumerate(EVENTS) if isinstance(event, kind) and getattr(event, "lane", "").startswith(lane)
    )
    made = change(EVENTS[at])
    return (*EVENTS[:at], *(made if isinstance(made, tuple) else () if made is None else (made,)), *EVENTS[at + 1 :])


def put(**values: object) -> Change:
    return lambda event: dataclasses.replace(event, **values)  # type: ignore[arg-type]


def plan(**values: object) -> Change:
    """A plan whose first layer is another."""

    def change(event: Event) -> Event:
        assert isinstance(event, PlanMade)
        return dataclasses.replace(event, layers=(dataclasses.replace(event.layers[0], **values), *event.layers[1:]))  # type: ignore[arg-type]

    return change


def run(**values: object) -> Change:
    return put(**values)


def lane(**values: object) -> Change:
    def change(event: Event) -> Event:
        assert isinstance(event, RunStarted)
        return dataclasses.replace(event, lanes=(event.lanes[0], dataclasses.replace(event.lanes[1], **values)))  # type: ignore[arg-type]

    return change


TWICE: Change = lambda event: (event, event)  # noqa: E731
AWAY: Change = lambda event: None  # noqa: E731
EXPERTS = ExpertsChosen(t_s=T_S, name="A", method="griffin", density=0.5, number=0, prompt_tokens=1, layers=())
LATE = TokenEmitted(t_s=T_S, lane="dense", clock_us=10**9, index=5, token_id=1, text="x", itl_ms=1.0)

WRONG = {
    "no lanes": (RunStarted, run(lanes=()), "0 lanes cannot be"),
    "two lanes of one name": (RunStarted, lane(name="dense"), "two lanes have one name"),
    "no k for every layer": (RunStarted, lane(k=(1,)), "does not say k for every layer"),
    "k beyond d_ff": (RunStarted, lane(k=(65, 32)), "keeps more neurons than there are"),
    "no density": (RunStarted, lane(density=0.0), r"no density in \(0, 1\]"),
    "density above one": (RunStarted, lane(density=1.5), "density is too large"),
    "no weights": (RunStarted, lane(weight_bytes=0), "reads no weights"),
    "huge weights": (RunStarted, lane(weight_bytes=10**400), "weight_bytes is too large"),
    "no prompt": (RunStarted, run(prompt_tokens=0, prompt_ids=()), "the prompt has no tokens"),
    "ids and count": (RunStarted, run(prompt_ids=(1,)), "not as many as prompt_tokens"),
    "huge id": (RunStarted, run(prompt_ids=(2**40,) * 6), "token id 1099511627776 cannot be"),
    "schedule": (RunStarted, run(schedule="banana"), 'schedule "banana" cannot be'),
    "cold": (RunStarted, run(temperature=-1.0), "temperature must not be below 0"),
    "late start": (PrefillProgress, put(t_s=1e9), "is too long"),
    "too much read": (PrefillProgress, put(done_tokens=7), "more of the prompt is read than there is"),
    "unknown text": (PrefillProgress, put(source="A"), 'text "A" is not to be read'),
    "read twice": (PrefillDone, TWICE, "the prompt is read twice"),
    "not read": (PrefillDone, AWAY, "begins before the prompt was read"),
    "slow reading": (PrefillDone, put(prefill_ms=1e10), "reading takes too long"),
    "dense plan": (PlanMade, put(lane="dense"), "the full model has no plan"),
    "plan number": (PlanMade, put(number=1), "plan 0 of .* is missing"),
    "plan ahead": (PlanMade, put(at_token=9), "far ahead"),
    "slow plan": (PlanMade, put(gather_ms=1e10), "a plan takes too long"),
    "short plan": (PlanMade, put(layers=(choice(range(32)),)), "a plan has 1 of 2 layers"),
    "too many bits": (PlanMade, plan(kept=base64.b64encode(bytes(9)).decode()), "neurons that are not there"),
    "not k": (PlanMade, plan(k=31), "does not keep k neurons"),
    "no bins": (PlanMade, plan(bin_width=0), "has no scores"),
    "too many bins": (PlanMade, plan(bin_width=9), "more scores than neurons"),
    "no base64": (PlanMade, plan(kept="!"), "packed values are damaged"),
    "share": (PlanMade, plan(score_share=1.5), "score_share is too large"),
    "given late": (TokenEmitted, lambda event: (event, put(index=1, given=True)(event)), "was given a"),
    "no time": (TokenEmitted, put(itl_ms=1e-200), "itl_ms must be at least"),
    "long time": (TokenEmitted, put(itl_ms=1e10), "is too long"),
    "a long word": (TokenEmitted, put(text="x" * 5000), "text may have 4,096 characters"),
    "too many tokens": (RunStarted, run(max_new_tokens=4), "writes more than max_new_tokens"),
    "clock back": (LaneFinished, put(clock_us=1), "runs backwards"),
    "no such end": (LaneFinished, put(finish_reason="tired"), 'does not end by "tired"'),
    "ends twice": (LaneFinished, TWICE, "goes on after its end"),
    "no lane end": (LaneFinished, AWAY, "is done, but lane .* has no end"),
    "no reason": (RunFinished, put(reason="bored"), 'not "bored"'),
    "token after the end": (RunFinished, lambda event: (event, LATE), "comes after the end"),
    "look in a race": (RunFinished, AWAY, "has no end|begins before the race"),
    "race in a look": (StudyStarted, lambda event: (event, LATE), "out of place in a closer look"),
    "experts in a look": (StudyStarted, lambda event: (event, EXPERTS), "out of place in a closer look"),
    "look in a look": (StudyStarted, TWICE, "begins before"),
    "unequal reading": (TextRead, put(rank=(0,)), "values of different lengths"),
    "unknown reader": (TextRead, put(reader="nobody"), "of an unknown lane"),
    "reading beyond": (TextRead, put(first_index=4), "beyond the text"),
    "no choice": (TextRead, put(best=((), ())), "without a first choice"),
    "picture of nobody": (ActivationsRead, put(text="nobody"), "a picture is of an unknown lane"),
    "picture of no layer": (ActivationsRead, put(layer=2), "layer 2 is not there"),
    "picture of no words": (ActivationsRead, put(tokens=("a",)), "not one text a token"),
    "picture of nothing": (ActivationsRead, put(columns=0), "has no columns"),
    "short picture": (ActivationsRead, put(columns=3), "a picture lacks values"),
    "flocking of nobody": (LayersMeasured, put(text="nobody"), "flocking is of an unknown lane"),
    "flocking of a layer": (LayersMeasured, put(flocking=(0.5,)), "not given for every layer"),
    "flocking above one": (LayersMeasured, put(flocking=(0.5, 2.0)), "flocking is too large"),
    "a vote for nobody": (VoteCast, put(said="Z"), "a vote is for A or B"),
    "a mark before time": (MarkSet, put(at_s=-1.0), "at_s must not be below 0"),
    "a mark of lines": (MarkSet, put(label="a\nb"), "is one line"),
}


def test_what_is_changed_here_is_right_otherwise():
    check(EVENTS)


@pytest.mark.parametrize(("kind", "change", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused(kind, change, says):
    with pytest.raises(RecordingError, match=says):
        check(changed(kind, change))
