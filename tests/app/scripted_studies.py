"""Streams of studies written by hand, to go with `scripted_race`. Knows no model."""

import base64
import random
from collections.abc import Sequence

import numpy as np

from app.engines.interface import InspectionRequest, OverlapRequest, Request
from griffin_core.events import (
    ActivationsRead,
    Alternative,
    Event,
    ExpertsChosen,
    LayerChoice,
    LayersMeasured,
    RunFinished,
    StudyProgress,
    StudyStarted,
    TextRead,
)
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import DENSE, PRUNED

COLUMNS, BIN_WIDTH, CHUNK = 32, 2, 16
MIDDLE = 2
STEP_S = 0.1


def scripted_inspection(
    prompt: int = 24, answers: tuple[int, int] = (60, 60), *, layer: int = MIDDLE, columns: int = COLUMNS
) -> list[Event]:
    """A closer look at `scripted_race`: coverage falls from 0.9 to 0.6 halfway through the pruned lane's text."""
    draw = random.Random(layer)
    t_s = 0.0
    events: list[Event] = [
        StudyStarted(t_s=t_s, kind="inspection", model=FACTS, steps=prompt + sum(answers)),
        StudyProgress(t_s=t_s, what="reading", done=prompt, total=prompt),
        activations(None, range(prompt), layer=layer, draw=draw, columns=columns),
        layers_measured(None, (0.8, 0.7, 0.6, 0.5)),
    ]
    for text, length in zip((DENSE, PRUNED), answers, strict=True):
        for first in range(0, length, CHUNK):
            places = range(first, min(first + CHUNK, length))
            shares = [0.9 if text == DENSE or place < length // 2 else 0.6 for place in places]
            t_s += STEP_S
            events += [
                text_read(text, DENSE, first, [None] * len(places), t_s=t_s),
                text_read(text, PRUNED, first, shares, t_s=t_s),
                activations(text, places, layer=layer, draw=draw, columns=columns, t_s=t_s),
                layers_measured(text, (0.75, 0.65, 0.55, 0.45), t_s=t_s),
            ]
    return [*events, RunFinished(t_s=t_s, reason="done")]


def activations(
    text: str | None,
    positions: Sequence[int],
    *,
    layer: int = MIDDLE,
    draw: random.Random | None = None,
    columns: int = COLUMNS,
    t_s: float = 0.0,
) -> ActivationsRead:
    """Rows that fade to the right, some columns brighter than others."""
    draw = draw or random.Random(0)
    streaks = [max(0.0, (1 - column / columns) * (255 if column % 5 else 120)) for column in range(columns)]
    values = bytes(int(streak * draw.uniform(0.5, 1)) for _ in positions for streak in streaks)
    return ActivationsRead(
        t_s=t_s,
        layer=layer,
        text=text,
        positions=tuple(positions),
        tokens=tuple(f" word{position}" for position in positions),
        columns=columns,
        bin_width=BIN_WIDTH,
        full_scale=0.25,
        values=base64.b64encode(values).decode(),
    )


def layers_measured(text: str | None, flocking: tuple[float, ...], *, t_s: float = 0.0) -> LayersMeasured:
    """Four layers of a text."""
    return LayersMeasured(t_s=t_s, text=text, tokens=24, density=0.5, flocking=flocking, chance=1 / 3)


def text_read(text: str, reader: str, first: int, coverage: Sequence[float | None], *, t_s: float = 0.0) -> TextRead:
    """A piece of a text; without coverage it is the full model that reads."""
    count = len(coverage)
    shares = tuple(share for share in coverage if share is not None)
    best = (Alternative(token_id=1, text=" word", probability=0.5),) * 5
    return TextRead(
        t_s=t_s,
        text=text,
        reader=reader,
        first_index=first,
        logprob=(-1.0,) * count,
        rank=(0,) * count,
        best=(best,) * count,
        agrees=(True,) * count,
        kl=(0.1,) * count if shares else None,
        coverage=shares or None,
    )


def inspection_of(request: Request) -> list[Event]:
    """For ScriptedEngine: a closer look at the layer asked for."""
    assert isinstance(request, InspectionRequest)
    return scripted_inspection(layer=MIDDLE if request.layer is None else request.layer)


def overlap_of(request: Request) -> list[Event]:
    """For ScriptedEngine: prompt number n keeps 32 of 64 neurons from number 4 n on, the fixed methods others."""
    assert isinstance(request, OverlapRequest)
    starts = [(named.name, 4 * number) for number, named in enumerate(request.prompts)]
    fixed = [settings.method for settings in request.pruning if settings.method != "griffin"]
    steps = len(starts) + len(fixed)
    events: list[Event] = [StudyStarted(t_s=0.0, kind="overlap", model=FACTS, steps=steps)]
    for number, (name, start) in enumerate(starts):
        events.append(StudyProgress(t_s=number * STEP_S, what="reading", done=number + 1, total=len(starts)))
        events.append(chosen(name, "griffin", range(start, start + 32), number=number, t_s=number * STEP_S))
    for number, method in enumerate(fixed, start=len(starts)):
        events.append(chosen(None, method, range(number % 2, 64, 2), number=number, t_s=number * STEP_S))
    return [*events, RunFinished(t_s=steps * STEP_S, reason="done")]


def chosen(name: str | None, method: str, kept: Sequence[int], *, number: int, t_s: float = 0.0) -> ExpertsChosen:
    """The same neurons in every of four layers of 64."""
    bits = np.zeros(64, dtype=np.uint8)
    bits[list(kept)] = 1
    layer = LayerChoice(
        k=len(kept),
        kept=base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode(),
        scores=base64.b64encode(bytes(8)).decode(),
        bin_width=8,
        score_share=None,
        gini=0.3,
    )
    return ExpertsChosen(
        t_s=t_s,
        name=name,
        method=method,
        density=0.5,
        number=number,
        prompt_tokens=0 if name is None else 24,
        layers=(layer,) * 4,
    )
