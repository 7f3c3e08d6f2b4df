"""How fast models of known shapes decode, with random weights: one command for a GPU of 80 GB, nothing to download.

    python benchmarks/shapes.py
    python benchmarks/shapes.py --shape Llama-2-7B --shape Gemma-7B --density 0.5 --density 0.25 --json

Time depends on the sizes of the matrices, not on what is in them: each shape is built from its configuration, with
weights drawn on the device in bfloat16, raced dense against pruned on random prompts, and freed before the next. Every
second race has its lanes in reverse; the first tokens of a row are thrown away; end of text is ignored. Tables of
positions are lengthened where prompt and answer need it. Figures are those of `races.PairFigures`, with the GPU's
ceiling measured after every row. What does not fit into memory is left out, and said. Printed is a Markdown table; with
--json the last line is one object {"rows": […]}. --tiny runs every shape shrunk, on the CPU: a rehearsal, whose figures
mean nothing.
"""

import argparse
import gc as garbage
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import griffin_core as gc
from benchmarks.ceiling import ceiling_gb_s
from benchmarks.pairing import BLOCK_TOKENS
from benchmarks.peak import begin_peak, peak_mb
from benchmarks.races import PairFigures, Races, interval, say_pair, tallies
from benchmarks.random_models import SHAPES, build, config_of
from griffin_core.errors import OutOfMemoryError
from griffin_core.memory import ran_out_of_memory

MIN_REPEATS = 5


@dataclass(frozen=True, kw_only=True)
class Row(PairFigures):
    """One shape at one density. parameters: weights of the model, tied ones counted once; device_name: what ran it."""

    shape: str
    parameters: int
    device_name: str


def measure(loaded: gc.LoadedModel, *, density: float, prompt_tokens: int, new_tokens: int, repeats: int) -> Row:
    """Race the two lanes `repeats` times after a random prompt."""
    draw = random.Random(prompt_tokens)
    vocabulary = loaded.model.config.get_text_config().vocab_size
    prompt = torch.tensor([[draw.randrange(vocabulary) for _ in range(prompt_tokens)]], device=loaded.device)
    lanes = [gc.dense(), gc.pruned(density=density)]
    races = Races()
    begin_peak(loaded.device)
    for tally in tallies(loaded, prompt, lanes, new_tokens=new_tokens, repeats=repeats):
        races.add(tally)
    peak = peak_mb(loaded.device)
    loaded.twins.clear()
    pair = races.summary(ceiling=ceiling_gb_s(loaded.device, loaded.dtype), peak_mb=peak)
    parameters = sum(parameter.numel() for parameter in loaded.model.parameters())
    return Row(**asdict(pair), shape=loaded.facts.model, parameters=parameters, device_name=loaded.facts.device_name)


def measure_shape(shape: str, options: argparse.Namespace, device: torch.device) -> Iterator[Row]:
    """Every row of one shape; the model is free again when the last one has been given."""
    positions = max(options.prompt_tokens) + max(options.new_tokens)
    loaded = build(shape, config_of(shape, positions=positions, tiny=options.tiny), device)
    for prompt_tokens, new_tokens, density in product(options.prompt_tokens, options.new_tokens, options.density):
        print(f"{shape}: {prompt_tokens} + {new_tokens} tokens, density {density}", file=sys.stderr)
        yield measure(
            loaded, density=density, prompt_tokens=prompt_tokens, new_tokens=new_tokens, repeats=options.repeats
        )


def measure_all(options: argparse.Namespace, device: torch.device) -> Iterator[Row]:
    """Shape after shape, one in memory at a time. After `most_minutes` no further one is begun."""
    started_s = time.monotonic()
    for shape in options.shape:
        if time.monotonic() - started_s > options.most_minutes * 60:
            print(f"{shape}: left out, {options.most_minutes:g} minutes are over", file=sys.stderr)
            continue
        too_large = False
        try:
            yield from measure_shape(shape, options, device)
        except (gc.GriffinError, MemoryError, RuntimeError) as error:
            if not isinstance(error, OutOfMemoryError) and not ran_out_of_memory(error):
                raise
            too_large = True
        if too_large:  # outside the handler, whose traceback holds the model
            print(f"{shape}: left out, it does not fit into the memory of {device}", file=sys.stderr)
        garbage.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    head = (
        "Shape", "Density", "Prompt + new", "Dense ms", "Pruned ms", "Speed-up [95 %]", "Roofline", "Share",
        "Dense GB/s", "Pruned GB/s", "Ceiling GB/s", "Selection / prefill ms", "Peak GB", "Steps",
    )  # fmt: skip
    lines = [head, ("---",) * len(head)]
    lines += [
        (
            row.shape,
            f"{row.density:g}",
            f"{row.prompt_tokens} + {row.new_tokens}",
            f"{row.dense_tpot_ms:.2f}",
            f"{row.pruned_tpot_ms:.2f}",
            f"{row.speedup:.2f}× {interval(row.speedup_ci95)}",
            f"{row.byte_roofline:.2f}×",
            f"{row.roofline_share:.0%}",
            f"{row.dense_gb_s:.0f}",
            f"{row.pruned_gb_s:.0f}",
            f"{row.ceiling_gb_s:.0f}",
            f"{row.selection_ms:.0f} / {row.prefill_ms:.0f}",
            f"{(row.peak_memory_mb or row.peak_rss_mb or 0) / 1000:.1f}",
            row.dense_step if row.dense_step == row.pruned_step else f"{row.dense_step}, {row.pruned_step}",
        )
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line; what is not given is smaller with --tiny."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shape", action="append", choices=SHAPES, help="may be repeated; all by default")
    parser.add_argument("--density", type=float, action="append", help="may be repeated; 0.5 by default")
    parser.add_argument("--prompt-tokens", type=int, action="append", help="may be repeated; 2048 by default")
    parser.add_argument("--new-tokens", type=int, action="append", help="may be repeated; 128 by default")
    parser.add_argument("--repeats", type=int, help=f"at least {MIN_REPEATS}; 6 by default")
    parser.add_argument("--most-minutes", type=float, default=7.5, help="begin no further shape after that")
    parser.add_argument("--tiny", action="store_true", help="every shape shrunk, on the CPU")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    options.shape = options.shape or list(SHAPES)
    options.density = options.density or [0.5]
    options.prompt_tokens = options.prompt_tokens or [32 if options.tiny else 2048]
    options.new_tokens = options.new_tokens or [BLOCK_TOKENS if options.tiny else 128]
    options.repeats = options.repeats or (MIN_REPEATS if options.tiny else 6)
    if options.repeats < MIN_REPEATS:
        parser.error(f"--repeats must be at least {MIN_REPEATS}, got {options.repeats}: fewer have no interval")
    if (fewest := min(options.new_tokens)) < BLOCK_TOKENS:
        parser.error(f"--new-tokens must be at least {BLOCK_TOKENS}, got {fewest}")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every shape asked for."""
    options = parse(arguments)
    if not options.tiny and not torch.cuda.is_available():
        raise SystemExit("No CUDA device: these shapes need a GPU of 80 GB. Use --tiny for a rehearsal on the CPU.")
    device = torch.device("cpu") if options.tiny else torch.device("cuda", torch.cuda.current_device())
    rows = []
    for row in measure_all(options, device):
        print(f"{row.shape}, {say_pair(row)}", file=sys.stderr)
        rows.append(row)
    print(table(rows))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
