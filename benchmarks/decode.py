"""How fast decoding is: full against pruned, race against one after the other, and full against `generate`.

    python benchmarks/decode.py --json

One process; every second repeat runs all contestants and lanes in reverse, A B B A, so that a drift of the machine
falls on both sides. Times are medians over repeats; ratios are medians of paired repeats with a bootstrap interval.
`generate_tpot_ms` is decode only: the time of a two-token answer (prefill and one step) is subtracted from that of a
long one; it does not depend on the density and is measured with the first. With --json the last line is one object
{"rows": […]}.
"""

import argparse
import json
import math
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import griffin_core as gc
from griffin_core.settings import DENSE, LaneSettings
from griffin_core.timing import now_s

NAMES = ("dense", "pruned")
MIN_REPEATS = 5
MIN_NEW_TOKENS = 8
RESAMPLES = 10_000

TEXT = (
    "The harbour of a small town is older than the town itself. Fishermen came first, then a chapel, then a market "
    "on Thursdays, and after a hundred years somebody thought of a mayor. "
)


@dataclass(frozen=True)
class Row:
    """One density. Times in ms, medians over repeats; every `…_ci95` is an interval over repeats.

    generate_ms: ms per token of `model.generate` in every repeat.
    sequential_tpot_ms: the dense lane alone on the machine; race_over_sequential: TPOT in the race over that.
    dense_over_generate_speed: tokens a second of the dense lane over those of `model.generate`.
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
    dense_over_generate_speed: float
    dense_over_generate_speed_ci95: tuple[float, float]
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


def ratio_over_pairs(over: list[float], under: list[float]) -> tuple[float, tuple[float, float]]:
    """Median of the paired ratios, and its 95 % bootstrap interval over repeats."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return statistics.median(ratios), (medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES)])


def prompt_of(loaded: gc.LoadedModel, tokens: int) -> torch.Tensor:
    """A prompt of exactly `tokens` tokens, (1, tokens)."""
    one = loaded.tokenizer(TEXT)["input_ids"]
    ids = (one * (tokens // len(one) + 1))[:tokens]
    return torch.tensor([ids], device=loaded.device)


def race(
    loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: list[LaneSettings], *, new_tokens: int, schedule: str
) -> tuple[gc.LaneFigures, ...]:
    """One run's figures, dense first; end of text is ignored so that every answer is equally long."""
    tally = gc.RunTally()
    for event in gc.race(loaded, prompt, lanes=lanes, max_new_tokens=new_tokens, ignore_eos=True, schedule=schedule):
        tally.add(event)
    return tuple(sorted(tally.lanes(), key=lambda lane: lane.method != DENSE))


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
    runs: dict[str, list[tuple[gc.LaneFigures, ...]]] = {"race": [], "sequential": []}
    fresh: list[float] = []
    contestants = ["race", "sequential"] if generated else ["race", "generate", "sequential"]
    race(loaded, prompt, lanes, new_tokens=4, schedule="race")  # allocates the twin, warms everything
    for repeat in range(repeats):
        forwards = 1 if repeat % 2 == 0 else -1
        for contestant in contestants[::forwards]:
            if contestant == "generate":
                fresh.append(generate_tpot_ms(loaded, prompt, new_tokens=new_tokens))
            else:
                figures = race(loaded, prompt, lanes[::forwards], new_tokens=new_tokens, schedule=contestant)
                runs[contestant].append(figures)
        print(f"density {density}: repeat {repeat + 1} of {repeats}", file=sys.stderr)
    return summarise(runs, list(generated) or fresh, loaded=loaded, prompt=prompt, density=density)


def summarise(
    runs: dict[str, list[tuple[gc.LaneFigures, ...]]],
    generated: list[float],
    *,
    loaded: gc.LoadedModel,
    prompt: torch.Tensor,
    density: float,
) -> Row:
    """Medians and intervals over all repeats."""
    tpot = {
        schedule: {lane: [figures[i].tpot_ms or math.nan for figures in runs[schedule]] for i, lane in enumerate(NAMES)}
        for schedule in runs
    }
    dense, pruned = tpot["race"]["dense"], tpot["race"]["pruned"]
    speedup, interval = ratio_over_pairs(dense, pruned)
    against_generate, against_generate_interval = ratio_over_pairs(generated, dense)
    between = {lane: ratio_over_pairs(tpot["race"][lane], tpot["sequential"][lane]) for lane in NAMES}
    last = runs["race"][-1][1]
    return Row(
        density=density,
        prompt_tokens=prompt.shape[1],
        new_tokens=len(last.token_ids),
        dense_tpot_ms=statistics.median(dense),
        pruned_tpot_ms=statistics.median(pruned),
        speedup=speedup,
        speedup_ci95=interval,
        byte_roofline=last.byte_roofline or math.nan,
        generate_tpot_ms=statistics.median(generated),
        generate_ms=tuple(generated),
        dense_over_generate_speed=against_generate,
        dense_over_generate_speed_ci95=against_generate_interval,
        prefill_ms=median_of(runs["race"], "prefill_ms"),
        selection_ms=median_of(runs["race"], "selection_ms"),
        sequential_tpot_ms=statistics.median(tpot["sequential"]["dense"]),
        sequential_pruned_tpot_ms=statistics.median(tpot["sequential"]["pruned"]),
        race_over_sequential=between["dense"][0],
        race_over_sequential_ci95=between["dense"][1],
        race_over_sequential_pruned=between["pruned"][0],
        race_over_sequential_pruned_ci95=between["pruned"][1],
        dtype=loaded.facts.dtype,
        repeats=len(dense),
    )


def median_of(runs: list[tuple[gc.LaneFigures, ...]], figure: str) -> float:
    """Median of one figure of the pruned lane over runs."""
    values: list[float] = [getattr(figures[1], figure) for figures in runs]
    return statistics.median(values)


def show(row: Row) -> None:
    """One row in words."""
    low, high = row.speedup_ci95
    slow, fast = row.dense_over_generate_speed_ci95
    print(
        f"density {row.density}: dense {row.dense_tpot_ms:.1f} ms, pruned {row.pruned_tpot_ms:.1f} ms a token, "
        f"{row.speedup:.2f}x [{low:.2f}, {high:.2f}] of a possible {row.byte_roofline:.2f}x; "
        f"generate {row.generate_tpot_ms:.1f} ms, dense is {row.dense_over_generate_speed:.2f}x as fast "
        f"[{slow:.2f}, {fast:.2f}]; selection {row.selection_ms:.0f} ms of {row.prefill_ms:.0f} ms prefill; "
        f"race/sequential {row.race_over_sequential:.3f} dense, {row.race_over_sequential_pruned:.3f} pruned"
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
