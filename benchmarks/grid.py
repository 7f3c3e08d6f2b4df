"""A grid of densities, prompts and answers: every cell is one race of all densities, again and again; a Markdown table.

All lanes of a cell take turns in one race, the dense one (density 1) and a pruned one for each other density, so a
drift of the machine falls on all. Every second race has them in reverse; before the first a block of tokens is thrown
away. A cell is printed when it is finished, so that a grid cut short leaves what it has. Knows no command line.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product

import griffin_core as gc
from benchmarks.ceiling import ceiling_gb_s
from benchmarks.clocks import Clocks, clocks_of, say
from benchmarks.pairing import prompt_of
from benchmarks.peak import begin_peak, peak_mb
from benchmarks.races import PairFigures, Races, interval, tallies
from benchmarks.readings import Reading, read
from griffin_core.settings import MAX_LANES, LaneSettings

DENSITIES = (1.0, 0.75, 0.5, 0.25)
PROMPT_TOKENS = (128, 1000, 4000)
NEW_TOKENS = (128, 1024)
REPEATS, LONG_REPEATS = 6, 5
LONG_ANSWER = 512
"""Answers longer than that are raced LONG_REPEATS times."""
_HEAD = (
    "Prompt + new", "Density", "ms a token", "Speed-up [95 %]", "Roofline", "Share of it", "End to end",
    "Selection / prefill ms", "Races", "Steal, others",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is measured. repeats: races of every cell; None takes fewer for long answers."""

    densities: tuple[float, ...] = DENSITIES
    prompt_tokens: tuple[int, ...] = PROMPT_TOKENS
    new_tokens: tuple[int, ...] = NEW_TOKENS
    repeats: int | None = None

    @property
    def lanes(self) -> list[LaneSettings]:
        """The dense lane, which is density 1, and one for each other density."""
        return [gc.dense(), *(gc.pruned(density=density) for density in dict.fromkeys(self.densities) if density != 1)]

    @property
    def cells(self) -> list[tuple[int, int, int]]:
        """Tokens of the prompt, tokens of the answer, races."""
        return [
            (prompt, new, self.repeats or (LONG_REPEATS if new > LONG_ANSWER else REPEATS))
            for prompt, new in product(self.prompt_tokens, self.new_tokens)
        ]

    def check(self, context: int) -> None:
        """Exit, before anything is measured, with what cannot be. context: positions that the model has."""
        lanes = len(self.lanes)
        if not 2 <= lanes <= MAX_LANES:
            raise SystemExit(
                f"a grid takes 1 to {MAX_LANES - 1} densities below 1, got {lanes - 1}: all of them and the dense lane "
                "run in one race. Name fewer with --density, or more."
            )
        if (longest := max(self.prompt_tokens) + max(self.new_tokens)) > context:
            raise SystemExit(
                f"the largest cell has {longest} tokens, but the model's context holds {context}. "
                "Name smaller ones with --prompt-tokens and --new-tokens."
            )


@dataclass(frozen=True, kw_only=True)
class Row(PairFigures):
    """One density of one cell. speedup_end_to_end: prefill and selection included, median over races."""

    speedup_end_to_end: float


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One prompt and answer length, finished. took_s: seconds of everything, the discarded block included."""

    rows: tuple[Row, ...]
    took_s: float
    readings: tuple[Reading, ...]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, without the rows."""
        first = self.rows[0]
        sizes = {name: getattr(first, name) for name in ("prompt_tokens", "new_tokens", "repeats")}
        return {**sizes, "took_s": self.took_s, "clocks": asdict(clocks_of(self.readings))}


def measure(loaded: gc.LoadedModel, grid: Grid) -> Iterator[Cell]:
    """Cell after cell, in the order of the table."""
    lanes = grid.lanes
    for prompt_tokens, new_tokens, repeats in grid.cells:
        began_s = time.monotonic()
        readings = [read(loaded.device)]
        races = [Races(pruned=lane.name) for lane in lanes[1:]]
        begin_peak(loaded.device)
        prompt = prompt_of(loaded, prompt_tokens)
        for tally in tallies(loaded, prompt, lanes, new_tokens=new_tokens, repeats=repeats):
            for race in races:
                race.add(tally)
            readings.append(read(loaded.device))
        peak = peak_mb(loaded.device)
        ceiling = ceiling_gb_s(loaded.device, loaded.dtype)
        rows = tuple(
            Row(
                **asdict(race.summary(ceiling=ceiling, peak_mb=peak)),
                speedup_end_to_end=race.median_of_pruned("speedup_end_to_end"),
            )
            for race in races
        )
        yield Cell(rows=rows, took_s=time.monotonic() - began_s, readings=tuple(readings))


def run(loaded: gc.LoadedModel, grid: Grid, *, as_json: bool) -> None:
    """Measure and print: the table cell by cell, on what and how long it was measured, and JSON if asked for."""
    grid.check(loaded.context)
    races = sum(repeats for *_, repeats in grid.cells)
    print(f"{len(grid.cells)} cells, {races} races of {len(grid.lanes)} lanes", file=sys.stderr)
    print(f"{_line(_HEAD)}\n{_line(['---'] * len(_HEAD))}", flush=True)
    cells: list[Cell] = []
    for cell in measure(loaded, grid):
        cells.append(cell)
        print("\n".join(lines(cell)), flush=True)
        print(f"cell {len(cells)} of {len(grid.cells)} took {cell.took_s:.0f} s", file=sys.stderr)
    rows = [row for cell in cells for row in cell.rows]
    took_s = sum(cell.took_s for cell in cells)
    whole = clocks_of([reading for cell in cells for reading in cell.readings])
    facts = loaded.facts
    steps = ", ".join(dict.fromkeys(step for row in rows for step in (row.dense_step, row.pruned_step)))
    print(
        f"\n{facts.model}, {facts.dtype}, {facts.device_name}, "
        f"torch {facts.versions['torch']}; steps: {steps}. {races} races in {took_s / 60:.1f} minutes.\n{say(whole)}"
    )
    if as_json:
        found = {"rows": [asdict(row) for row in rows], "cells": [cell.as_json() for cell in cells]}
        print(json.dumps({**found, "took_s": took_s, "clocks": asdict(whole)}))


def lines(cell: Cell) -> Iterator[str]:
    """The cell's rows of the table, the dense lane first."""
    first = cell.rows[0]
    clock = clocks_of(cell.readings)
    sizes, company = f"{first.prompt_tokens:,} + {first.new_tokens:,}", _company(clock)
    ends = (str(first.repeats), company)
    yield _line(
        (sizes, "1", f"{first.dense_tpot_ms:.2f}", *["1×"] * 2, "–", "1×", f"– / {first.prefill_ms:.0f}", *ends)
    )
    for row in cell.rows:
        yield _line(
            (
                sizes,
                f"{row.density:g}",
                f"{row.pruned_tpot_ms:.2f}",
                f"{row.speedup:.2f}× {interval(row.speedup_ci95)}",
                f"{row.byte_roofline:.2f}×",
                f"{row.roofline_share:.0%}",
                f"{row.speedup_end_to_end:.2f}×",
                f"{row.selection_ms:.0f} / {row.prefill_ms:.0f}",
                *ends,
            )
        )


def _company(clock: Clocks) -> str:
    if clock.steal_share is None or clock.others_share is None:
        return "unknown"
    return f"{clock.steal_share:.1%}, {clock.others_share:.1%}{'' if clock.quiet else ' (not quiet)'}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
