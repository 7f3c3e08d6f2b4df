"""Races of a dense lane against a pruned one, again and again: their figures, and what both read a second.

What the benchmarks of decoding, on a model, in a grid and on shapes, have in common. Knows how figures are summed up
over repeats; knows no command line.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import torch

import griffin_core as gc
from benchmarks.pairing import Contender, ratio_over_pairs
from griffin_core.events import RunStarted
from griffin_core.metrics import kv_read_bytes
from griffin_core.settings import DENSE, LaneSettings

PRUNED = "pruned"
KINDS = (DENSE, PRUNED)


@dataclass(frozen=True, kw_only=True)
class PairFigures:
    """A dense lane and a pruned one. Times in ms, medians over repeats; every `…_ci95` is an interval over repeats.

    roofline_share: speed-up over the byte roofline. dense_gb_s, pruned_gb_s: weight and KV bytes that a token reads,
    over the lane's TPOT; ceiling_gb_s: what the machine gives at most, measured in the same process (see ceiling).
    selection_ms: statistics, selection and gather; selection_share: of the time of the prefill, on top of it.
    dense_step, pruned_step: how the lanes decoded, in words.
    peak_rss_mb: most main memory of the process in these repeats; on CUDA None, and peak_memory_mb that of tensors on
    the device.
    """

    density: float
    prompt_tokens: int
    new_tokens: int
    dense_tpot_ms: float
    pruned_tpot_ms: float
    speedup: float
    speedup_ci95: tuple[float, float]
    byte_roofline: float
    roofline_share: float
    dense_gb_s: float
    pruned_gb_s: float
    ceiling_gb_s: float
    prefill_ms: float
    selection_ms: float
    selection_share: float
    dense_step: str
    pruned_step: str
    peak_rss_mb: float | None
    peak_memory_mb: float | None
    dtype: str
    repeats: int


def tallies(
    loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: Sequence[LaneSettings], *, new_tokens: int, repeats: int
) -> Iterator[gc.RunTally]:
    """Race `repeats` times, every second one with its lanes in reverse; prompt: (1, S) token ids.

    Before the first a block of one more race is thrown away. End of text is ignored.
    """
    for repeat in range(-1, repeats):
        order = lanes[:: 1 if repeat % 2 == 0 else -1]
        run = gc.race(loaded, prompt, lanes=order, max_new_tokens=new_tokens, ignore_eos=True)
        race = Contender(run, [lane.name for lane in lanes])
        with closing(run):
            while race.play_block() and repeat >= 0:
                pass
        if repeat >= 0:
            yield race.tally


@dataclass
class Races:
    """Races that differ in the order of their lanes alone, and of each the dense lane and one pruned lane.

    pruned: name of the one, where there are several. figures: of each race, dense first.
    """

    pruned: str | None = None
    start: RunStarted | None = None
    figures: list[tuple[gc.LaneFigures, ...]] = field(default_factory=list)

    def add(self, tally: gc.RunTally) -> None:
        """One more race that is over."""
        self.start = tally.start
        lanes = [lane for lane in tally.lanes() if lane.method == DENSE or self.pruned in (None, lane.name)]
        self.figures.append(tuple(sorted(lanes, key=lambda lane: lane.method != DENSE)))

    def tpot_ms(self, kind: str) -> list[float]:
        """The lane's TPOT in every race."""
        return [figures[KINDS.index(kind)].tpot_ms or math.nan for figures in self.figures]

    def median_of_pruned(self, figure: str) -> float:
        """Median of one figure of the pruned lane over all races."""
        values: list[float] = [getattr(figures[1], figure) for figures in self.figures]
        return statistics.median(values)

    def token_bytes(self, kind: str) -> float:
        """Weight and KV bytes that a decoded token reads, mean over the answer."""
        assert self.start is not None
        last = self.figures[-1][KINDS.index(kind)]
        (facts,) = [lane for lane in self.start.lanes if lane.name == last.name]
        tokens = len(last.token_ids)
        read = kv_read_bytes(self.start.kv, prompt_tokens=self.start.prompt_tokens, new_tokens=tokens)
        return facts.weight_bytes + read / (tokens - 1)

    def gb_s(self, kind: str) -> float:
        """10^9 bytes that the lane reads in a second of its own clock."""
        return self.token_bytes(kind) / statistics.median(self.tpot_ms(kind)) / 1e6

    def step(self, kind: str) -> str:
        """How the lane decoded; all ways if the races differ in it."""
        steps = [figures[KINDS.index(kind)].step or "" for figures in self.figures]
        return " / ".join(dict.fromkeys(steps))

    def summary(self, *, ceiling: float, peak_mb: float) -> PairFigures:
        """Medians and intervals over all races."""
        assert self.start is not None
        dense, pruned = self.tpot_ms(DENSE), self.tpot_ms(PRUNED)
        speedup, ends = ratio_over_pairs(dense, pruned)
        last = self.figures[-1][1]
        roofline = last.byte_roofline or math.nan
        prefill_ms, selection_ms = self.median_of_pruned("prefill_ms"), self.median_of_pruned("selection_ms")
        on_gpu = self.start.model.device.startswith("cuda")
        return PairFigures(
            density=last.density,
            prompt_tokens=self.start.prompt_tokens,
            new_tokens=len(last.token_ids),
            dense_tpot_ms=statistics.median(dense),
            pruned_tpot_ms=statistics.median(pruned),
            speedup=speedup,
            speedup_ci95=ends,
            byte_roofline=roofline,
            roofline_share=speedup / roofline,
            dense_gb_s=self.gb_s(DENSE),
            pruned_gb_s=self.gb_s(PRUNED),
            ceiling_gb_s=ceiling,
            prefill_ms=prefill_ms,
            selection_ms=selection_ms,
            selection_share=selection_ms / prefill_ms,
            dense_step=self.step(DENSE),
            pruned_step=self.step(PRUNED),
            peak_rss_mb=None if on_gpu else peak_mb,
            peak_memory_mb=peak_mb if on_gpu else None,
            dtype=self.start.model.dtype,
            repeats=len(dense),
        )


def interval(ends: Sequence[float]) -> str:
    """An interval as text."""
    return f"[{ends[0]:.3f}, {ends[1]:.3f}]"


def say_pair(row: PairFigures) -> str:
    """The two lanes and the machine in words."""
    return (
        f"density {row.density}: dense {row.dense_tpot_ms:.1f} ms, pruned {row.pruned_tpot_ms:.1f} ms a token, "
        f"{row.speedup:.2f}x {interval(row.speedup_ci95)} of a possible {row.byte_roofline:.2f}x, "
        f"a share of {row.roofline_share:.0%}; "
        f"{row.dense_gb_s:.0f} and {row.pruned_gb_s:.0f} GB/s of at most {row.ceiling_gb_s:.0f}"
    )


def say_selection(row: PairFigures) -> str:
    """What choosing the neurons costs, in words."""
    return f"selection {row.selection_ms:.0f} ms on {row.prefill_ms:.0f} ms prefill ({row.selection_share:.0%})"
