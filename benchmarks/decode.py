"""How fast decoding is: full against pruned, race against one after the other, and full against `generate`.

    python benchmarks/decode.py --json

One process; every second repeat runs all contestants and lanes in reverse, A B B A, so that a drift of the machine
falls on both sides. Times are medians over repeats; ratios are medians of paired repeats with a bootstrap interval.
The race and its sequential twin are a few per cent apart at most, less than a shared machine drifts between two runs:
they are open at once and advance by turns, a block of tokens each, and the ratio is taken block by block.
`generate_tpot_ms` is decode only: the time of a two-token answer (prefill and one step) is subtracted from that of a
long one; it does not depend on the density and is measured with the first. With --json the last line is one object
{"rows": […]}.
"""

import argparse
import json
import math
import statistics
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import griffin_core as gc
from benchmarks.pairing import Contender, play_by_turns, prompt_of, ratio_over_pairs
from griffin_core.events import Event
from griffin_core.settings import DENSE, LaneSettings
from griffin_core.timing import now_s

PRUNED = "pruned"
MIN_REPEATS = 5
MIN_NEW_TOKENS = 8


@dataclass(frozen=True)
class Row:
    """One density. Times in ms, medians over repeats; every `…_ci95` is an interval over repeats.

    generate_ms: ms per token of `model.generate` in every repeat.
    sequential_tpot_ms: the dense lane in a sequential run that it opens; race_over_sequential: latency in the race over
    that one, median over repeats of the median over pairs of blocks of some eight tokens of the lane.
    dense_over_generate_speed: tokens a second of the dense lane over those of `model.generate`; None in a row that did
    not measure `generate` beside its own repeats.
    """

    density: float
    prompt_tokens: int
    new_tokens: int
    dense_tpot_ms: float
    pruned_tpot_ms: float
    speedup: float
    speedup_ci95: tuple[float, float]
    byte_roofline: float
    generate_tpot_ms: float
    generate_ms: tuple[float, ...]
    dense_over_generate_speed: float | None
    dense_over_generate_speed_ci95: tuple[float, float] | None
    prefill_ms: float
    selection_ms: float
    sequential_tpot_ms: float
    sequential_pruned_tpot_ms: float
    race_over_sequential: float
    race_over_sequential_ci95: tuple[float, float]
    race_over_sequential_pruned: float
    race_over_sequential_pruned_ci95: tuple[float, float]
    dtype: str
    repeats: int


@dataclass
class Repeats:
    """What all repeats of one density gave, times in ms.

    races: figures of each race, dense first; sequential_ms: TPOT of a lane that has the machine to itself.
    raced_over_alone: of every repeat, the median ratio of a lane's latency in blocks played beside each other.
    """

    races: list[tuple[gc.LaneFigures, ...]] = field(default_factory=list)
    sequential_ms: dict[str, list[float]] = field(default_factory=lambda: {DENSE: [], PRUNED: []})
    raced_over_alone: dict[str, list[float]] = field(default_factory=lambda: {DENSE: [], PRUNED: []})

    def tpot_ms(self, kind: str) -> list[float]:
        """The lane's TPOT in every race."""
        return [figures[0 if kind == DENSE else 1].tpot_ms or math.nan for figures in self.races]

    def median_of_pruned(self, figure: str) -> float:
        """Median of one figure of the pruned lane over all races."""
        values: list[float] = [getattr(figures[1], figure) for figures in self.races]
        return statistics.median(values)


def race_both_ways(
    loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: list[LaneSettings], *, new_tokens: int, into: Repeats
) -> None:
    """A race and, by turns with it, each lane in a sequential run that it opens, cut when that lane has ended.

    End of text is ignored so that every answer is equally long.
    """

    def start(order: list[LaneSettings], schedule: str) -> Generator[Event, None, None]:
        return gc.race(loaded, prompt, lanes=order, max_new_tokens=new_tokens, ignore_eos=True, schedule=schedule)

    race = Contender(start(lanes, "race"), [lane.name for lane in lanes])
    alone = [
        Contender(start([lane, *(other for other in lanes if other is not lane)], "sequential"), [lane.name])
        for lane in lanes
    ]
    play_by_turns([race, *alone])
    into.races.append(_dense_first(race.tally.lanes()))
    for lane, contender in zip(lanes, alone, strict=True):
        kind = DENSE if lane.pruning is None else PRUNED
        (figures,) = [figures for figures in contender.tally.lanes() if figures.name == lane.name]
        into.sequential_ms[kind].append(figures.tpot_ms or math.nan)
        pairs = [
            raced[lane.name] / lone[lane.name]
            for raced, lone in zip(race.itl_ms, contender.itl_ms, strict=False)
            if len(raced) == len(lanes) and lane.name in lone  # the race's last blocks hold the slower lane alone
        ]
        into.raced_over_alone[kind].append(statistics.median(pairs))


def _dense_first(lanes: Sequence[gc.LaneFigures]) -> tuple[gc.LaneFigures, ...]:
    return tuple(sorted(lanes, key=lambda lane: lane.method != DENSE))


def generate_tpot_ms(loaded: gc.LoadedModel, prompt: torch.Tensor, *, new_tokens: int) -> float:
    """Decode time per token of `model.generate`, greedy, prefill subtracted."""
    generate = cast(Callable[..., torch.Tensor], loaded.model.generate)  # transformers leaves it without a type
    took = {}
    for length in (2, new_tokens):
        started_s = now_s(loaded.device)
        output = generate(prompt, max_new_tokens=length, do_sample=False)
        took[length] = now_s(loaded.device) - started_s
        if output.shape[1] - prompt.shape[1] != length:
            raise SystemExit(f"generate ended before {length} tokens, so its time per token is unknown")
    return (took[new_tokens] - took[2]) * 1000 / (new_tokens - 2)


def measure(
    loaded: gc.LoadedModel,
    prompt: torch.Tensor,
    *,
    density: float,
    new_tokens: int,
    repeats: int,
    generated: Sequence[float],
) -> Row:
    """All contestants in turn, `repeats` times. `generated`: times of `generate` measured before, if any."""
    lanes = [gc.dense(), gc.pruned(density=density)]
    measured = Repeats()
    fresh: list[float] = []
    contestants = ["races"] if generated else ["races", "generate"]
    for _ in gc.race(loaded, prompt, lanes=lanes, max_new_tokens=4):  # warms everything
        pass
    for repeat in range(repeats):
        forwards = 1 if repeat % 2 == 0 else -1
        for contestant in contestants[::forwards]:
            if contestant == "generate":
                fresh.append(generate_tpot_ms(loaded, prompt, new_tokens=new_tokens))
            else:
                race_both_ways(loaded, prompt, lanes[::forwards], new_tokens=new_tokens, into=measured)
        print(f"density {density}: repeat {repeat + 1} of {repeats}", file=sys.stderr)
    return summarise(
        measured, fresh or list(generated), is_paired=bool(fresh), loaded=loaded, prompt=prompt, density=density
    )


def summarise(
    measured: Repeats,
    generated: list[float],
    *,
    is_paired: bool,
    loaded: gc.LoadedModel,
    prompt: torch.Tensor,
    density: float,
) -> Row:
    """Medians and intervals over all repeats. is_paired: `generated` belongs to these repeats, one each."""
    dense, pruned = measured.tpot_ms(DENSE), measured.tpot_ms(PRUNED)
    speedup, speedup_interval = ratio_over_pairs(dense, pruned)
    against_generate = ratio_over_pairs(generated, dense) if is_paired else (None, None)
    between = {
        kind: ratio_over_pairs(ratios, [1.0] * len(ratios)) for kind, ratios in measured.raced_over_alone.items()
    }
    last = measured.races[-1][1]
    return Row(
        density=density,
        prompt_tokens=prompt.shape[1],
        new_tokens=len(last.token_ids),
        dense_tpot_ms=statistics.median(dense),
        pruned_tpot_ms=statistics.median(pruned),
        speedup=speedup,
        speedup_ci95=speedup_interval,
        byte_roofline=last.byte_roofline or math.nan,
        generate_tpot_ms=statistics.median(generated),
        generate_ms=tuple(generated),
        dense_over_generate_speed=against_generate[0],
        dense_over_generate_speed_ci95=against_generate[1],
        prefill_ms=measured.median_of_pruned("prefill_ms"),
        selection_ms=measured.median_of_pruned("selection_ms"),
        sequential_tpot_ms=statistics.median(measured.sequential_ms[DENSE]),
        sequential_pruned_tpot_ms=statistics.median(measured.sequential_ms[PRUNED]),
        race_over_sequential=between[DENSE][0],
        race_over_sequential_ci95=between[DENSE][1],
        race_over_sequential_pruned=between[PRUNED][0],
        race_over_sequential_pruned_ci95=between[PRUNED][1],
        dtype=loaded.facts.dtype,
        repeats=len(dense),
    )


def interval(ends: tuple[float, float]) -> str:
    """An interval as text."""
    return f"[{ends[0]:.3f}, {ends[1]:.3f}]"


def against_generate(row: Row) -> str:
    """The dense lane next to `generate`, where they were measured beside each other."""
    if row.dense_over_generate_speed is None or row.dense_over_generate_speed_ci95 is None:
        return "generate not measured again"
    return (
        f"generate {row.generate_tpot_ms:.1f} ms, dense is {row.dense_over_generate_speed:.2f}x as fast "
        f"{interval(row.dense_over_generate_speed_ci95)}"
    )


def show(row: Row) -> None:
    """One row in words."""
    print(
        f"density {row.density}: dense {row.dense_tpot_ms:.1f} ms, pruned {row.pruned_tpot_ms:.1f} ms a token, "
        f"{row.speedup:.2f}x {interval(row.speedup_ci95)} of a possible {row.byte_roofline:.2f}x; "
        f"{against_generate(row)}; "
        f"selection {row.selection_ms:.0f} ms of {row.prefill_ms:.0f} ms prefill; "
        f"race/sequential {row.race_over_sequential:.3f} {interval(row.race_over_sequential_ci95)} dense, "
        f"{row.race_over_sequential_pruned:.3f} {interval(row.race_over_sequential_pruned_ci95)} pruned"
    )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--device")
    parser.add_argument("--dtype")
    parser.add_argument("--density", type=float, action="append", help="may be repeated; 0.5 and 0.25 by default")
    parser.add_argument("--prompt-tokens", type=int, default=500)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument(
        "--repeats", type=int, default=6, help=f"at least {MIN_REPEATS}; an even number balances A B B A"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.repeats < MIN_REPEATS:
        parser.error(f"--repeats must be at least {MIN_REPEATS}, got {options.repeats}: fewer have no interval")
    if options.new_tokens < MIN_NEW_TOKENS:
        parser.error(f"--new-tokens must be at least {MIN_NEW_TOKENS}, got {options.new_tokens}")
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure every density asked for."""
    options = parse(arguments)
    loaded = gc.load_model(options.model, device=options.device, dtype=options.dtype)
    facts = loaded.facts
    print(f"{facts.model}, {facts.dtype}, {facts.device_name}, torch {facts.versions['torch']}", file=sys.stderr)
    prompt = prompt_of(loaded, options.prompt_tokens)
    rows: list[Row] = []
    for density in options.density or [0.5, 0.25]:
        row = measure(
            loaded,
            prompt,
            density=density,
            new_tokens=options.new_tokens,
            repeats=options.repeats,
            generated=rows[0].generate_ms if rows else (),
        )
        show(row)
        rows.append(row)
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
