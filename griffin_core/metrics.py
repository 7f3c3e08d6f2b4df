"""Figures of a run, folded from its events. Pure numbers: knows no torch, no model and no screen.

Definitions (see docs/GLOSSARY.md):
    TTFT            compute from the start of the run to a lane's first token
    ITL, TPOT       gap between two tokens; its mean over decode, TTFT excluded
    speed-up        baseline TPOT / lane TPOT; the baseline is the first dense lane
    byte roofline   weight + KV bytes the baseline reads for these tokens / those the lane reads
"""

import dataclasses
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from griffin_core.events import (
    Event,
    KvLayers,
    LaneEvent,
    LaneFacts,
    LaneFinished,
    PlanMade,
    PrefillDone,
    RunFailed,
    RunFinished,
    RunStarted,
    TokenEmitted,
)

Z_95 = 1.96


def percentile(values: Sequence[float], share: float) -> float | None:
    """Value below which `share` (0-1) of the values lie, linear between neighbours; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def first_divergence(baseline: Sequence[int], lane: Sequence[int]) -> int | None:
    """0-based index of the first token that differs; None while one is a prefix of the other."""
    return next((i for i, (a, b) in enumerate(zip(baseline, lane, strict=False)) if a != b), None)


def matching_prefix(baseline: Sequence[int], lane: Sequence[int], *, forced: int = 0) -> int:
    """Equal tokens before the first difference, not counting the first token, which is dense in every lane.

    forced: tokens at the start that were given to both; they are not counted either.
    """
    parted = first_divergence(baseline, lane)
    equal = min(len(baseline), len(lane)) if parted is None else parted
    return max(0, equal - max(1, forced))


def kv_read_bytes(kv: Sequence[KvLayers], *, prompt_tokens: int, new_tokens: int) -> int:
    """KV bytes read by all decode steps of an answer of `new_tokens`, the first of which came from the prefill."""
    steps = max(0, new_tokens - 1)
    total = 0
    for group in kv:
        # A step reads all positions so far, itself included, until there are more than the window holds.
        growing = steps if group.window is None else min(steps, max(0, group.window - prompt_tokens))
        positions = growing * prompt_tokens + growing * (growing + 1) // 2
        positions += (steps - growing) * (group.window or 0)
        total += group.layers * group.bytes_per_position * positions
    return total


def byte_roofline(
    baseline: LaneFacts, lane: LaneFacts, kv: Sequence[KvLayers], *, prompt_tokens: int, new_tokens: int
) -> float:
    """Speed-up that memory bandwidth allows for decoding `new_tokens` after a prompt of `prompt_tokens`."""
    new_tokens = max(2, new_tokens)  # one decode step is the shortest answer that reads anything
    cache = kv_read_bytes(kv, prompt_tokens=prompt_tokens, new_tokens=new_tokens)
    steps = new_tokens - 1
    return (steps * baseline.weight_bytes + cache) / (steps * lane.weight_bytes + cache)


def ratio_interval(over: Sequence[float], under: Sequence[float]) -> tuple[float, float] | None:
    """95 % interval of mean(over) / mean(under) from their own scatter (delta method on the logarithm).

    It shows how steady one run was; it knows nothing of the difference between runs.
    """
    if len(over) < 2 or len(under) < 2:
        return None
    spread = 0.0
    for values in (over, under):
        mean = statistics.fmean(values)
        variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
        spread += variance / (len(values) * mean**2)
    centre = statistics.fmean(over) / statistics.fmean(under)
    factor = math.exp(Z_95 * math.sqrt(spread))
    return centre / factor, centre * factor


@dataclass(frozen=True, kw_only=True)
class LaneFigures:
    """One lane in numbers. None where a figure makes no sense (yet). Times in ms, sizes in bytes, shares in 0-1.

    selection_ms: statistics + selection + gather (0 for a dense lane).
    speedup_low, speedup_high: 95 % interval from the token times of this one run.
    speedup_end_to_end: TTFT included, at the baseline's answer length.
    break_even_tokens: decoded tokens after which selection is paid back.
    Both are None for a lane with experts of another text, whose reading no lane is charged for.
    step: how it decoded. given: tokens at the start that were there before this run. forced: those of them that no lane
    chose, because all were given the same ones; `matching_prefix` leaves them out.
    held_bytes: a dense lane's cache and the whole model, or a pruned lane's cache and slices, on top of the full model.
    """

    name: str
    method: str
    density: float
    effective_density: float
    k: int | tuple[int, ...]
    token_ids: tuple[int, ...]
    text: str
    finish_reason: str | None
    prefill_ms: float | None
    statistics_ms: float | None
    selection_ms: float | None
    ttft_ms: float | None
    itl_ms: tuple[float | None, ...]
    itl_ms_p50: float | None
    itl_ms_p95: float | None
    tpot_ms: float | None
    tokens_per_s: float | None
    speedup: float | None
    speedup_low: float | None
    speedup_high: float | None
    speedup_end_to_end: float | None
    break_even_tokens: int | None
    byte_roofline: float | None
    first_divergence: int | None
    matching_prefix: int | None
    held_bytes: int | None
    step: str | None = None
    given: int = 0
    forced: int = 0

    @property
    def speedup_is_clear(self) -> bool:
        """Whether this run shows a difference: not without an interval, not across 1, and never at density 1."""
        if self.speedup_low is None or self.speedup_high is None or self.effective_density >= 1.0:
            return False
        return not self.speedup_low <= 1.0 <= self.speedup_high

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, without the single token times."""
        values = dataclasses.asdict(self)
        del values["itl_ms"]
        return values


@dataclass
class _LaneTally:
    facts: LaneFacts
    token_ids: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    itl_ms: list[float | None] = field(default_factory=list)
    timed_ms: list[float] = field(default_factory=list)
    given: int = 0
    ttft_ms: float | None = None
    statistics_ms: float = 0.0
    selection_ms: float = 0.0
    finish_reason: str | None = None
    held_bytes: int | None = None
    step: str | None = None

    @property
    def tpot_ms(self) -> float | None:
        return statistics.fmean(self.timed_ms) if self.timed_ms else None


class RunTally:
    """Folds the events of one run. `add` each event in order; `lanes()` gives the figures so far."""

    def __init__(self, *, forced: int | None = None) -> None:
        """forced: tokens at the start that no lane chose; None: those given, if all lanes were given the same ones."""
        self._told_forced = forced
        self.start: RunStarted | None = None
        self.prefill: PrefillDone | None = None
        self.failure: RunFailed | None = None
        self.finished = False
        self._lanes: dict[str, _LaneTally] = {}

    def add(self, event: Event) -> None:
        """Take one more event; of those after the start, only the lanes named there are known."""
        match event:
            case RunStarted():
                self.start = event
                self._lanes = {facts.name: _LaneTally(facts) for facts in event.lanes}
            case PrefillDone():
                self.prefill = event
            case RunFinished() | RunFailed():
                self.finished = True
                self.failure = event if isinstance(event, RunFailed) else None
            case LaneEvent():
                self._add_to_lane(self._lanes[event.lane], event)

    def lanes(self) -> tuple[LaneFigures, ...]:
        """Figures of every lane, in the order the run was asked for."""
        baseline = next((lane for lane in self._lanes.values() if lane.facts.method == "dense"), None)
        forced = self._forced()
        return tuple(self._figures(lane, baseline, forced=forced) for lane in self._lanes.values())

    def _forced(self) -> int:
        if self._told_forced is not None:
            return self._told_forced
        given = [lane.token_ids[: lane.given] for lane in self._lanes.values() if lane.given]
        alike = len(given) == len(self._lanes) and all(ids == given[0] for ids in given)
        return len(given[0]) if alike and given else 0

    def _add_to_lane(self, lane: _LaneTally, event: LaneEvent) -> None:
        match event:
            case PlanMade():
                lane.statistics_ms += event.statistics_ms
                lane.selection_ms += event.statistics_ms + event.selection_ms + event.gather_ms
            case TokenEmitted():
                lane.token_ids.append(event.token_id)
                lane.pieces.append(event.text)
                lane.itl_ms.append(event.itl_ms)
                if event.itl_ms is not None:
                    lane.timed_ms.append(event.itl_ms)
                if event.given:
                    lane.given += 1
                elif lane.ttft_ms is None:
                    lane.ttft_ms = event.clock_us / 1000
            case LaneFinished():
                lane.finish_reason = event.finish_reason
                lane.held_bytes = event.held_bytes
                lane.step = event.step

    def _figures(self, lane: _LaneTally, baseline: _LaneTally | None, *, forced: int) -> LaneFigures:
        facts = lane.facts
        timed = lane.timed_ms
        comparison = self._compare(lane, baseline) if baseline else {}
        cut_short = "cancelled" if self.finished else None
        return LaneFigures(
            name=facts.name,
            method=facts.method,
            density=facts.density,
            effective_density=facts.effective_density,
            k=facts.k[0] if len(set(facts.k)) == 1 else facts.k,
            token_ids=tuple(lane.token_ids),
            text="".join(lane.pieces),
            finish_reason=lane.finish_reason or cut_short,
            prefill_ms=self.prefill.prefill_ms if self.prefill else None,
            statistics_ms=lane.statistics_ms if self.prefill else None,
            selection_ms=lane.selection_ms if self.prefill else None,
            ttft_ms=lane.ttft_ms,
            itl_ms=tuple(lane.itl_ms),
            itl_ms_p50=percentile(timed, 0.50),
            itl_ms_p95=percentile(timed, 0.95),
            tpot_ms=lane.tpot_ms,
            tokens_per_s=1000 / lane.tpot_ms if lane.tpot_ms else None,
            speedup=comparison.get("speedup"),
            speedup_low=comparison.get("speedup_low"),
            speedup_high=comparison.get("speedup_high"),
            speedup_end_to_end=comparison.get("speedup_end_to_end"),
            break_even_tokens=_whole(comparison.get("break_even_tokens")),
            byte_roofline=comparison.get("byte_roofline"),
            first_divergence=first_divergence(baseline.token_ids, lane.token_ids) if baseline else None,
            matching_prefix=matching_prefix(baseline.token_ids, lane.token_ids, forced=forced) if baseline else None,
            held_bytes=lane.held_bytes,
            step=lane.step,
            given=lane.given,
            forced=forced,
        )

    def _compare(self, lane: _LaneTally, baseline: _LaneTally) -> dict[str, float]:
        assert self.start is not None  # a lane exists only once the run has started
        figures = {
            "byte_roofline": byte_roofline(
                baseline.facts,
                lane.facts,
                self.start.kv,
                prompt_tokens=self.start.prompt_tokens + lane.given,
                new_tokens=len(lane.token_ids) - lane.given,
            )
        }
        if not (lane.tpot_ms and baseline.tpot_ms and lane.ttft_ms and baseline.ttft_ms):
            return figures
        figures["speedup"] = baseline.tpot_ms / lane.tpot_ms
        if lane is not baseline and (interval := ratio_interval(baseline.timed_ms, lane.timed_ms)):
            figures["speedup_low"], figures["speedup_high"] = interval
        if lane.facts.experts is not None:  # its neurons come from a text whose reading is on no clock
            return figures
        steps = len(baseline.token_ids) - baseline.given - 1
        baseline_ms = baseline.ttft_ms + steps * baseline.tpot_ms
        figures["speedup_end_to_end"] = baseline_ms / (lane.ttft_ms + steps * lane.tpot_ms)
        if lane.selection_ms and lane.tpot_ms < baseline.tpot_ms:
            figures["break_even_tokens"] = math.ceil(lane.selection_ms / (baseline.tpot_ms - lane.tpot_ms))
        return figures


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
