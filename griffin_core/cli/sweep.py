"""`sweep`: many densities and methods on one prompt. Checks what can be checked, then loads the model, then measures.

Knows the order of these steps; how a sweep looks is with `sweep_table`.
"""

import argparse
import dataclasses
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output
from griffin_core.cli.request import (
    check_template,
    getting_ready,
    given,
    load_and_encode,
    model_keys,
    read_lanes,
    read_prompt,
)
from griffin_core.errors import GriffinError
from griffin_core.events import Event
from griffin_core.inspection.sweep_tally import SweepTally
from griffin_core.settings import DEFAULT_SWEEP, SWEPT_DENSITIES, PruningSettings, SweepSettings


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Run the sweep and write its points."""
    settings = read_settings(arguments)
    prompt = read_prompt(arguments.prompt)
    check_template(arguments)
    tally = SweepTally()
    with closing(open_sweep(arguments, prompt, settings)) as events:
        if output.is_terminal:
            _watch(events, tally, output)
        else:
            for event in events:
                _add(tally, event)
    if output.as_json:
        output.write_object(result(tally, settings))
    else:
        from griffin_core.cli.sweep_table import write_points

        write_points(tally, output)
    return DONE


def read_settings(arguments: argparse.Namespace) -> SweepSettings:
    """The checked settings of the options. Cheap checks come first: the table of methods needs torch."""
    numbers = given(arguments, "new_tokens", "timed_tokens", "seed", "prefill_chunk")
    lanes = _lane_texts(arguments)
    for density in arguments.densities or ():
        PruningSettings(density=density)
    SweepSettings(lanes=DEFAULT_SWEEP[:1] * len(lanes), **numbers)
    return SweepSettings(lanes=read_lanes(lanes), **numbers)


def open_sweep(arguments: argparse.Namespace, prompt: str, settings: SweepSettings) -> Generator[Event, None, None]:
    """Load the model, then measure. Closing the generator frees the device."""
    loaded, tokens = load_and_encode(arguments, prompt)
    from griffin_core.inspection.sweep import start_sweep

    yield from getting_ready(start_sweep(loaded, tokens, settings))


def result(tally: SweepTally, settings: SweepSettings) -> dict[str, Any]:
    """The sweep as the JSON contract has it: a lane has its `name` and its `k` as in a race."""
    if tally.start is None:
        raise GriffinError("the sweep ended before it started.")
    points, best = [], tally.best
    for index, point in enumerate(tally.points):
        values = dataclasses.asdict(point)
        del values["t_s"]
        points.append({"name": values.pop("lane"), **values, "pareto": index in best})
    return {
        **model_keys(tally.start.model),
        "seed": settings.seed,
        "prompt_tokens": tally.prompt_tokens,
        "new_tokens": tally.new_tokens,
        "timed_tokens": settings.timed_tokens,
        "points": points,
    }


def _lane_texts(arguments: argparse.Namespace) -> list[str]:
    """Every method at every density, then the lanes written out; lanes alone leave the usual densities out."""
    methods, densities, lanes = arguments.methods, arguments.densities, arguments.lanes or []
    if lanes and not methods and not densities:
        return list(lanes)
    crossed = [
        f"{method}:density={density}" for method in methods or ["griffin"] for density in densities or SWEPT_DENSITIES
    ]
    return [*crossed, *lanes]


def _watch(events: Iterator[Event], tally: SweepTally, output: Output) -> None:
    from griffin_core.cli.sweep_table import LiveTable

    with LiveTable(output.stream) as screen:
        for event in events:
            _add(tally, event)
            screen.show(event, tally)


def _add(tally: SweepTally, event: Event) -> None:
    tally.add(event)
    if tally.failure is not None:
        raise GriffinError(tally.failure.message)
