"""Layers of a plan written by hand, and races of models of any shape that chose them. Knows no model; for tests."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from griffin_core.events import Event, LaneFacts, LayerChoice, PlanMade, RunStarted, TokenEmitted
from tests.app.scripted_events import PRUNED, scripted_race

EMBEDDED, LLAMA = (30, 1_536), (32, 14_336)
"""(layers, neurons a layer) of the embedded model and of Llama 3.1 8B."""


def choice(
    kept: Sequence[int], d_ff: int, *, bin_width: int = 1, scores: bytes = b"", gini: float = 0.3
) -> LayerChoice:
    """A layer that keeps these neurons; without scores, all bins score alike."""
    bits = np.zeros(d_ff, dtype=np.uint8)
    bits[list(kept)] = 1
    scores = scores or b"\xff" * -(-d_ff // bin_width)
    return LayerChoice(
        k=len(kept),
        kept=base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode(),
        scores=base64.b64encode(scores).decode(),
        bin_width=bin_width,
        score_share=0.75,
        gini=gini,
    )


def large_plan(shape: tuple[int, int], *, seed: int) -> list[LayerChoice]:
    """Half of the neurons, drawn at random like their scores: there is nothing to squeeze."""
    n_layers, d_ff = shape
    random = np.random.default_rng(seed)
    width = -(-d_ff // 1_024)
    return [
        choice(
            random.permutation(d_ff)[: d_ff // 2].tolist(),
            d_ff,
            bin_width=width,
            scores=random.integers(0, 256, -(-d_ff // width), dtype=np.uint8).tobytes(),
            gini=random.random(),
        )
        for _ in range(n_layers)
    ]


def start_of(names: Sequence[str], shape: tuple[int, int]) -> RunStarted:
    """A run with a dense lane and one pruned lane a name."""
    start = scripted_race()[0]
    assert isinstance(start, RunStarted)
    dense, facts = start.lanes
    n_layers, d_ff = shape
    return replace(
        start,
        model=replace(start.model, n_layers=n_layers, d_ff=d_ff),
        lanes=(dense, *(_named(facts, name) for name in names)),
    )


def plans_of(layers: Mapping[str, Sequence[LayerChoice]]) -> dict[str, PlanMade]:
    """The plan of every lane."""
    plan = next(event for event in scripted_race() if isinstance(event, PlanMade))
    return {name: replace(plan, lane=name, layers=tuple(chosen)) for name, chosen in layers.items()}


def race_of(shape: tuple[int, int]) -> list[Event]:
    """The scripted race, run by a model of this shape."""
    plans = plans_of({PRUNED: large_plan(shape, seed=0)})
    others = [event for event in scripted_race() if not isinstance(event, (RunStarted, PlanMade))]
    return sorted([start_of([PRUNED], shape), *plans.values(), *others], key=lambda event: event.t_s)


def large_race(shape: tuple[int, int], *, tokens: int) -> list[Event]:
    """A race of this many tokens a lane, in all that is sent and recorded as large as a real one."""
    n_layers, d_ff = shape
    words = [f" word{number * 7919 % 5000}" for number in range(tokens)]
    events: list[Event] = []
    for event in scripted_race(words, words):
        match event:
            case RunStarted():
                lanes = tuple(replace(lane, k=(d_ff // 2,) * n_layers) for lane in event.lanes)
                events.append(replace(event, model=replace(event.model, n_layers=n_layers, d_ff=d_ff), lanes=lanes))
            case PlanMade():
                events.append(replace(event, layers=tuple(large_plan(shape, seed=1))))
            case TokenEmitted() if event.itl_ms is not None:  # all the digits that a clock gives
                events.append(replace(event, itl_ms=event.itl_ms + math.pi * event.index / 1000))
            case _:
                events.append(event)
    return events


def _named(facts: LaneFacts, name: str) -> LaneFacts:
    return replace(facts, name=name, method=name.split(":", 1)[0])
