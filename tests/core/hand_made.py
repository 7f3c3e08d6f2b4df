"""Recordings written by hand: what each lane says, in what order and how fast. Knows no model and no file."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from griffin_core.events import (
    Event,
    KvLayers,
    LaneFacts,
    LaneFinished,
    LayerChoice,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFinished,
    RunStarted,
    TokenEmitted,
)
from griffin_core.recording import Header, PromptText, Recording
from tests.core.scripted_run import DENSE, FACTS, PRUNED

D_FF = FACTS.d_ff
PROMPT = PromptText(text="Why is the sky blue?")
WORDS = (" The", " sky", " is", " blue", ".")
OTHERS = (" The", " sky", " is", " azure", ".")

Answers = Sequence[tuple[LaneFacts, Sequence[str], float]]
"""(lane, its pieces, ms per token)"""
ANSWERS: Answers = ((DENSE, WORDS, 30.0), (PRUNED, OTHERS, 20.0))


def choice(kept: range, *, score_share: float | None = 0.8) -> LayerChoice:
    """A layer that keeps these neurons."""
    bits = sum(1 << neuron for neuron in kept)
    return LayerChoice(
        k=len(kept),
        kept=base64.b64encode(bits.to_bytes(D_FF // 8, "little")).decode(),
        scores=base64.b64encode(bytes(D_FF)).decode(),
        bin_width=1,
        score_share=score_share,
        gini=0.5,
    )


PAUSE_S = 60.0
"""Between the last lane's end and that of the race."""

HALF = (choice(range(32)), choice(range(32), score_share=0.6))


def lane(name: str, **changes: Any) -> LaneFacts:
    """A pruned lane of this name."""
    return replace(PRUNED, name=name, **changes)


def recording(
    answers: Answers = ANSWERS,
    *,
    layers: Sequence[LayerChoice] = HALF,
    prompt: PromptText | None = PROMPT,
    title: str = "",
    tags: tuple[str, ...] = (),
    created: str = "2026-05-04T12:30:00Z",
    after: Sequence[Event] = (),
    ended: bool = True,
    **start: Any,
) -> Recording:
    """A race in which the lanes take turns. after: events behind its end; start: fields of RunStarted to change."""
    fields = {
        "model": FACTS,
        "kv": (KvLayers(layers=2, bytes_per_position=64),),
        "prompt_tokens": 6,
        "prompt_ids": (1, 2, 3, 4, 5, 6),
        "max_new_tokens": 5,
        "seed": 0,
        "temperature": 0.0,
        "top_k": 0,
        "top_p": 1.0,
        "ignore_eos": False,
        "schedule": "race",
        "prefill_chunk": 6,
    }
    run = RunStarted(t_s=0.0, lanes=tuple(facts for facts, _, _ in answers), **{**fields, **start})
    race = tuple(_race(answers, tuple(layers)))
    end = (RunFinished(t_s=race[-1].t_s + PAUSE_S, reason="done"),) if ended else ()
    events = (run, *race, *end, *after)
    header = Header(created=created, software="griffin_core 0.1.0", title=title, tags=tags, prompt=prompt, run=run)
    return Recording(header=header, events=events)


def _race(answers: Answers, layers: tuple[LayerChoice, ...]) -> Iterator[Event]:
    """Token n of every lane comes 0.1 s after token n - 1; ids are the same for the same text."""
    yield PrefillProgress(t_s=0.05, done_tokens=6)
    yield PrefillDone(t_s=0.1, prefill_ms=90.0, statistics_ms=2.0)
    for facts, _, _ in answers:
        if facts.method != "dense":
            yield PlanMade(
                t_s=0.1, lane=facts.name, clock_us=93_000, number=0, at_token=0, statistics_ms=2.0, selection_ms=1.0,
                gather_ms=0.0, layers=layers,
            )  # fmt: skip
    ids: dict[str, int] = {}
    for index in range(max(len(pieces) for _, pieces, _ in answers)):
        for facts, pieces, itl_ms in answers:
            t_s = 0.2 + 0.1 * index
            # Not all gaps alike, or no interval could be told.
            gap_ms = itl_ms + index % 2 if index else None
            clock_us = 93_000 + round(1000 * index * (itl_ms + 1))
            if index < len(pieces):
                yield TokenEmitted(
                    t_s=t_s, lane=facts.name, clock_us=clock_us, index=index,
                    token_id=ids.setdefault(pieces[index], len(ids)), text=pieces[index], itl_ms=gap_ms,
                )  # fmt: skip
            if index == len(pieces) - 1:
                yield LaneFinished(
                    t_s=t_s, lane=facts.name, clock_us=clock_us, finish_reason="length", held_bytes=1_500_000
                )
