"""How fast decoding is: full against pruned, race against one after the other, and full against `generate`.

    python benchmarks/decode.py --json
    python benchmarks/decode.py --prompt-tokens 500 --prompt-tokens 2000 --new-tokens 64 --compiled-generate --json
    python benchmarks/decode.py --grid

One process; every second repeat runs all contestants and lanes in reverse, A B B A, so that a drift of the machine
falls on both sides. Times are medians over repeats; ratios are medians of paired repeats with a bootstrap interval.
The race and its sequential twin are a few per cent apart at most, less than a shared machine drifts between two runs:
they are open at once and advance by turns, a block of tokens each, and the ratio is taken block by block. The first
block of every row is thrown away.
`generate_tpot_ms` is decode only: the time of a two-token answer (prefill and one step) is subtracted from that of a
long one; it does not depend on the density and is measured with the first. --compiled-generate adds `generate` with a
static cache, of whose long answers it times the second half. What the machine gives at most (see ceiling) is measured
after every row, and the machine's clock and company are read between repeats (see clocks). --density, --prompt-tokens
and --new-tokens may be repeated and give a row for each. With --json the last line is one object {"rows": […],
"clocks": {…}}, whose fields are those of `rows.Row` and `clocks.Clocks`.
--grid races all densities of a prompt and answer length at once, without `generate` and sequential runs, and prints a
Markdown table (see grid); with --json also {"rows": […], "cells": […], "took_s": …, "clocks": {…}}.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import griffin_core as gc
from benchmarks import clocks, grid
from benchmarks.ceiling import ceiling_gb_s
from benchmarks.pairing import Contender, play_by_turns, prompt_of
from benchmarks.peak import begin_peak, peak_mb
from benchmarks.readings import Reading, read
from benchmarks.rows import Generated, Repeats, Row, say, summarise
from griffin_core.events import Event
from griffin_core.settings import LaneSettings
from griffin_core.timing import now_s

MIN_REPEATS, REPEATS = 5, 6
MIN_NEW_TOKENS = 8
COMPILING_ROUNDS = 2
_LEFT_BY_COMPILING = ("_compiled_call", "_last_compile_config", "_previous_max_cache_length")


def contenders(
    loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: Sequence[LaneSettings], *, new_tokens: int
) -> list[Contender]:
    """A race and, for each lane, a sequential run that it opens, to be cut when that lane has ended.

    End of text is ignored so that every answer is equally long.
    """

    def start(order: Sequence[LaneSettings], schedule: str) -> Generator[Event, None, None]:
        return gc.race(loaded, prompt, lanes=order, max_new_tokens=new_tokens, ignore_eos=True, schedule=schedule)

    race = Contender(start(lanes, "race"), [lane.name for lane in lanes])
    alone = [
        Contender(start([lane, *(other for other in lanes if other is not lane)], "sequential"), [lane.name])
        for lane in lanes
    ]
    return [race, *alone]


def race_both_ways(
    loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: list[LaneSettings], *, new_tokens: int, into: Repeats
) -> None:
    """A race and, by turns with it, each lane in a sequential run."""
    race, *alone = contenders(loaded, prompt, lanes, new_tokens=new_tokens)
    play_by_turns([race, *alone])
    into.add(lanes, race, alone)


def warm_up(loaded: gc.LoadedModel, prompt: torch.Tensor, lanes: list[LaneSettings], *, new_tokens: int) -> None:
    """Play the first block of every contender and throw it away: the first steps of a shape are not those that last."""
    for contender in contenders(loaded, prompt, lanes, new_tokens=new_tokens):
        contender.play_block()
        contender.run.close()


def generate_ms(loaded: gc.LoadedModel, prompt: torch.Tensor, *, tokens: Sequence[int], **options: object) -> float:
    """Time per token of `model.generate`, greedy, between a short and a long answer of so many `tokens`.

    Like the lanes it ignores the end of text: the one it looks for is no token of the model.
    """
    generate = cast(Callable[..., torch.Tensor], loaded.model.generate)  # transformers leaves it without a type
    took_s = []
    no_token = loaded.model.config.get_text_config().vocab_size
    for length in tokens:
        started_s = now_s(loaded.device)
        output = generate(prompt, max_new_tokens=length, do_sample=False, eos_token_id=no_token, **options)
        took_s.append(now_s(loaded.device) - started_s)
        if output.shape[1] - prompt.shape[1] != length:
            raise SystemExit(f"generate ended before {length} tokens, so its time per token is unknown")
    short, long = tokens
    return (took_s[1] - took_s[0]) * 1000 / (long - short)


def static_generate_ms(loaded: gc.LoadedModel, prompt: torch.Tensor, *, new_tokens: int, repeats: int) -> float:
    """The same with a static cache, median over repeats; transformers compiles for it on CUDA alone.

    The first rounds compile, and every answer begins with a few slow steps: the second half of the answer is timed.
    Whatever was compiled is removed from the model afterwards.
    """
    rounds = COMPILING_ROUNDS if loaded.device.type == "cuda" else 1
    tokens = (new_tokens // 2, new_tokens)
    size = prompt.shape[1] + new_tokens  # the same for the short answer, which else would be compiled apart
    try:
        times = [
            generate_ms(loaded, prompt, tokens=tokens, cache_implementation="static", max_cache_len=size)
            for _ in range(rounds + repeats)
        ]
    finally:
        for name in _LEFT_BY_COMPILING:
            vars(loaded.model).pop(name, None)
    return statistics.median(times[rounds:])


def measure(
    loaded: gc.LoadedModel,
    prompt: torch.Tensor,
    *,
    density: float,
    new_tokens: int,
    repeats: int,
    generated: Generated | None,
    with_static: bool,
    readings: list[Reading],
) -> Row:
    """All contestants in turn, `repeats` times; after each a reading of the machine is added to `readings`.

    `generated`: times of `generate` measured before, if any.
    """
    lanes = [gc.dense(), gc.pruned(density=density)]
    measured = Repeats()
    fresh: list[float] = []
    contestants = ["races"] if generated else ["races", "generate"]
    begin_peak(loaded.device)
    warm_up(loaded, prompt, lanes, new_tokens=new_tokens)
    for repeat in range(repeats):
        forwards = 1 if repeat % 2 == 0 else -1
        for contestant in contestants[::forwards]:
            if contestant == "generate":
                fresh.append(generate_ms(loaded, prompt, tokens=(2, new_tokens)))
            else:
                race_both_ways(loaded, prompt, lanes[::forwards], new_tokens=new_tokens, into=measured)
        readings.append(read(loaded.device))
        print(f"density {density}: repeat {repeat + 1} of {repeats}", file=sys.stderr)
    peak = peak_mb(loaded.device)  # what comes now is no part of decoding with lanes
    static_ms = None
    if with_static and not generated:
        static_ms = static_generate_ms(loaded, prompt, new_tokens=new_tokens, repeats=repeats)
    return summarise(
        measured,
        generated or Generated(tuple(fresh), static_ms),
        is_paired=bool(fresh),
        ceiling=ceiling_gb_s(loaded.device, loaded.dtype),
        peak_mb=peak,
    )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--device")
    parser.add_argument("--dtype")
    parser.add_argument(
        "--grid", action="store_true", help="a table of several densities, prompts and answers, raced together"
    )
    of_grid = "may be repeated; {} by default, with --grid {}"
    parser.add_argument("--density", type=float, action="append", help=of_grid.format("0.5 and 0.25", grid.DENSITIES))
    parser.add_argument("--prompt-tokens", type=int, action="append", help=of_grid.format(500, grid.PROMPT_TOKENS))
    parser.add_argument("--new-tokens", type=int, action="append", help=of_grid.format(64, grid.NEW_TOKENS))
    parser.add_argument(
        "--repeats",
        type=int,
        help=f"at least {MIN_REPEATS}; an even number balances A B B A; {REPEATS} by default, with --grid "
        f"{grid.LONG_REPEATS} for answers of more than {grid.LONG_ANSWER} tokens",
    )
    parser.add_argument(
        "--compiled-generate", action="store_true", help="time generate with a static cache, too (compiled on CUDA)"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    options.density = options.density or (grid.DENSITIES if options.grid else [0.5, 0.25])
    options.prompt_tokens = options.prompt_tokens or (grid.PROMPT_TOKENS if options.grid else [500])
    options.new_tokens = options.new_tokens or (grid.NEW_TOKENS if options.grid else [64])
    if options.repeats is None and not options.grid:
        options.repeats = REPEATS
    if options.repeats is not None and options.repeats < MIN_REPEATS:
        parser.error(f"--repeats must be at least {MIN_REPEATS}, got {options.repeats}: fewer have no interval")
    if (fewest := min(options.new_tokens)) < MIN_NEW_TOKENS:
        parser.error(f"--new-tokens must be at least {MIN_NEW_TOKENS}, got {fewest}")
    if options.grid and options.compiled_generate:
        parser.error("--grid does not time generate: leave out --compiled-generate, or run without --grid")
    return options


def measure_rows(loaded: gc.LoadedModel, options: argparse.Namespace, readings: list[Reading]) -> Iterator[Row]:
    """A row for every prompt length, answer length and density."""
    for prompt_tokens in options.prompt_tokens:
        prompt = prompt_of(loaded, prompt_tokens)
        for new_tokens in options.new_tokens:
            generated: Generated | None = None
            for density in options.density:
                row = measure(
                    loaded,
                    prompt,
                    density=density,
                    new_tokens=new_tokens,
                    repeats=options.repeats,
                    generated=generated,
                    with_static=options.compiled_generate,
                    readings=readings,
                )
                generated = Generated(row.generate_ms, row.static_generate_tpot_ms)
                yield row


def main(arguments: list[str] | None = None) -> None:
    """Measure everything asked for."""
    options = parse(arguments)
    loaded = gc.load_model(options.model, device=options.device, dtype=options.dtype)
    facts = loaded.facts
    print(f"{facts.model}, {facts.dtype}, {facts.device_name}, torch {facts.versions['torch']}", file=sys.stderr)
    if options.grid:
        sizes = {name: tuple(getattr(options, name)) for name in ("prompt_tokens", "new_tokens")}
        asked = grid.Grid(densities=tuple(options.density), repeats=options.repeats, **sizes)
        grid.run(loaded, asked, as_json=options.json)
        return
    if options.compiled_generate and loaded.device.type != "cuda":
        print("generate with a static cache is not compiled here: transformers compiles on CUDA", file=sys.stderr)
    readings = [read(loaded.device)]
    rows: list[Row] = []
    for row in measure_rows(loaded, options, readings):
        print(say(row))
        rows.append(row)
    clock = clocks.clocks_of(readings)
    print(clocks.say(clock))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "clocks": asdict(clock)}))


if __name__ == "__main__":
    main()
