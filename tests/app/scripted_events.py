"""Event streams written by hand: a whole two-lane race from two lists of pieces. Knows no model."""

import base64
from collections.abc import Sequence

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
from tests.app.scripted_engine import FACTS

DENSE = "dense"
PRUNED = "griffin:density=0.5"
HOSTILE = (
    "${1+1}",
    "<img src=x onerror=alert(1)>",
    "C:\\new\\table",
    "`${x}`",
    "{{value}}",
    "</script>",
    "שלום",
    "👩‍🔬",
    "\x07",
)


def scripted_race(
    dense: Sequence[str] = ("The", " sun", " rises", " in", " the", " east", "."),
    pruned: Sequence[str] = ("The", " sun", " rises", " at", " dawn", ".", ""),
    *,
    itl_ms: tuple[float, float] = (30.0, 24.0),
    finish: tuple[str, str] = ("length", "eos"),
) -> list[Event]:
    """A dense and a GRIFFIN lane that take turns on their own clocks. A token's id is the number of its text."""
    ids: dict[str, int] = {}
    events = [_start(max(len(dense), len(pruned))), *_reading()]
    clock_us = [90_000, 101_000]
    left = [list(enumerate(dense)), list(enumerate(pruned))]
    t_s = 0.2
    while any(left):
        lane = min((n for n in (0, 1) if left[n]), key=lambda n: clock_us[n])
        index, text = left[lane].pop(0)
        gap_ms = None if index == 0 else itl_ms[lane] + index % 3
        clock_us[lane] += round((gap_ms or 0) * 1000)
        t_s += (gap_ms or 1) / 1000
        name = (DENSE, PRUNED)[lane]
        token_id = ids.setdefault(text, len(ids))
        events.append(
            TokenEmitted(
                t_s=t_s, lane=name, clock_us=clock_us[lane], index=index, token_id=token_id, text=text, itl_ms=gap_ms
            )
        )
        if not left[lane]:
            held = (80_000, 40_000)[lane]
            events.append(
                LaneFinished(t_s=t_s, lane=name, clock_us=clock_us[lane], finish_reason=finish[lane], held_bytes=held)
            )
    return [*events, RunFinished(t_s=t_s + 0.01, reason="done")]


def _start(max_new_tokens: int) -> RunStarted:
    full = LaneFacts(name=DENSE, method="dense", density=1.0, effective_density=1.0, k=(64,) * 4, weight_bytes=60_000)
    half = LaneFacts(
        name=PRUNED, method="griffin", density=0.5, effective_density=0.5, k=(32,) * 4, weight_bytes=42_000
    )
    return RunStarted(
        t_s=0.0,
        model=FACTS,
        lanes=(full, half),
        kv=(KvLayers(layers=4, bytes_per_position=64),),
        prompt_tokens=24,
        max_new_tokens=max_new_tokens,
        seed=0,
        temperature=0.0,
        top_k=0,
        top_p=1.0,
        ignore_eos=False,
        schedule="race",
        prefill_chunk=16,
    )


def _reading() -> list[Event]:
    layers = tuple(_choice(layer) for layer in range(4))
    plan = PlanMade(
        t_s=0.15,
        lane=PRUNED,
        clock_us=101_000,
        number=0,
        at_token=0,
        statistics_ms=5.0,
        selection_ms=4.0,
        gather_ms=2.0,
        layers=layers,
    )
    return [
        PrefillProgress(t_s=0.05, done_tokens=16),
        PrefillProgress(t_s=0.1, done_tokens=24),
        PrefillDone(t_s=0.1, prefill_ms=90.0, statistics_ms=5.0),
        plan,
    ]


def _choice(layer: int) -> LayerChoice:
    """Neurons 0–31 in even layers, every second one in odd layers; eight bins of eight neurons."""
    kept = b"\xff" * 4 + b"\x00" * 4 if layer % 2 == 0 else b"\x55" * 8
    scores = bytes(255 - 20 * bin_ for bin_ in range(8))
    return LayerChoice(
        k=32,
        kept=base64.b64encode(kept).decode(),
        scores=base64.b64encode(scores).decode(),
        bin_width=8,
        score_share=0.8 + 0.01 * layer,
        gini=0.3,
    )
