"""The events of a small race, written by hand. Knows no model."""

from collections.abc import Iterator, Sequence
from typing import Any

from griffin_core.events import (
    Event,
    KvLayers,
    LaneFacts,
    LaneFinished,
    ModelFacts,
    PlanMade,
    PrefillDone,
    RunFinished,
    RunStarted,
    TokenEmitted,
)

FACTS = ModelFacts(
    model="tiny",
    revision="0123456789abcdef",
    architecture="llama",
    device="cpu",
    device_name="a processor",
    dtype="float32",
    versions={"torch": "2.13.0"},
    n_layers=2,
    d_model=8,
    d_ff=64,
    context=128,
)
DENSE = LaneFacts(name="dense", method="dense", density=1.0, effective_density=1.0, k=(64, 64), weight_bytes=60_000)
PRUNED = LaneFacts(
    name="griffin:density=0.5", method="griffin", density=0.5, effective_density=0.5, k=(32, 32), weight_bytes=42_000
)


def scripted_run(
    answers: Sequence[tuple[LaneFacts, Sequence[str], float]] = (
        (DENSE, (" The", " sun", " rises", " early"), 30.0),
        (PRUNED, (" The", " sun", " rises", " late"), 20.0),
    ),
    *,
    finish_reason: str = "length",
    selection_ms: float = 3.0,
    **start: Any,
) -> Iterator[Event]:
    """One lane after the other: (facts, pieces, ms per token). A token's id is the number of its text."""
    yield _start(tuple(facts for facts, _, _ in answers), **start)
    yield PrefillDone(t_s=0.1, prefill_ms=90.0, statistics_ms=2.0)
    ids: dict[str, int] = {}
    t_s = 0.1
    for facts, pieces, itl_ms in answers:
        clock_us = 90_000
        if facts.method != "dense":
            clock_us += round(1000 * selection_ms)
            yield PlanMade(
                t_s=t_s,
                lane=facts.name,
                clock_us=clock_us,
                number=0,
                at_token=0,
                statistics_ms=0.0,
                selection_ms=selection_ms,
                gather_ms=0.0,
                layers=(),
            )
        for index, piece in enumerate(pieces):
            gap_ms = itl_ms + 0.1 * (index % 2) if index else None
            clock_us += round(1000 * (gap_ms or 0))
            t_s += (gap_ms or 0) / 1000
            yield TokenEmitted(
                t_s=t_s,
                lane=facts.name,
                clock_us=clock_us,
                index=index,
                token_id=ids.setdefault(piece, len(ids)),
                text=piece,
                itl_ms=gap_ms,
            )
        yield LaneFinished(
            t_s=t_s, lane=facts.name, clock_us=clock_us, finish_reason=finish_reason, held_bytes=1_500_000
        )
    yield RunFinished(t_s=t_s, reason="done")


def _start(lanes: tuple[LaneFacts, ...], **changes: Any) -> RunStarted:
    fields = {
        "prompt_tokens": 24,
        "max_new_tokens": 4,
        "seed": 0,
        "temperature": 0.0,
        "top_k": 0,
        "top_p": 1.0,
        "ignore_eos": False,
        "schedule": "race",
        "prefill_chunk": 24,
    }
    kv = (KvLayers(layers=2, bytes_per_position=64),)
    return RunStarted(t_s=0.0, model=FACTS, lanes=lanes, kv=kv, **{**fields, **changes})
