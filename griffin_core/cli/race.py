"""`race`: one prompt in several lanes. Checks what can be checked, then loads the model, then runs.

Knows the order of these steps; how a run looks is with `screen` and `report`.
"""

import argparse
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

from griffin_core.cli.experts import check_use, encode_experts, read_experts
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
from griffin_core.events import Event, RunFailed
from griffin_core.metrics import RunTally
from griffin_core.settings import DEFAULT_LANES, RunSettings, SamplingSettings, check_experts


def run(arguments: argparse.Namespace, output: Output) -> None:
    """Run the race and write its result."""
    experts = read_experts(arguments.experts or ())
    settings = read_settings(arguments)
    check_experts(settings.lanes, experts)
    check_use(experts, settings.lanes)
    prompt = read_prompt(arguments.prompt)
    check_template(arguments)
    tally = RunTally()
    with closing(open_race(arguments, prompt, settings, experts)) as events:
        if output.is_terminal:
            _watch(events, tally, output)
        else:
            for event in events:
                _add(tally, event)
    if output.as_json:
        output.write_object(result(tally))
    else:
        from griffin_core.cli.report import write_report

        write_report(tally, output)


def read_settings(arguments: argparse.Namespace) -> RunSettings:
    """The checked settings of the options. Cheap checks come first: the table of methods needs torch."""
    sampling = SamplingSettings(**given(arguments, "temperature", "top_k", "top_p", "seed"))
    numbers = given(arguments, "max_new_tokens", "prefill_chunk", "schedule")
    stop = tuple(arguments.stop or ())
    placeholders = DEFAULT_LANES[:1] * len(arguments.lanes) if arguments.lanes else DEFAULT_LANES
    RunSettings(lanes=placeholders, sampling=sampling, stop=stop, ignore_eos=arguments.ignore_eos, **numbers)
    lanes = read_lanes(arguments.lanes) if arguments.lanes else DEFAULT_LANES
    return RunSettings(lanes=lanes, sampling=sampling, stop=stop, ignore_eos=arguments.ignore_eos, **numbers)


def open_race(
    arguments: argparse.Namespace, prompt: str, settings: RunSettings, experts: Mapping[str, str]
) -> Generator[Event, None, None]:
    """Load the model, then run. Closing the generator frees the device."""
    loaded, tokens = load_and_encode(arguments, prompt)
    settings = replace(settings, sources=encode_experts(loaded, experts, arguments))
    from griffin_core.racing import start_race

    yield from getting_ready(start_race(loaded, tokens, settings))


def result(tally: RunTally) -> dict[str, Any]:
    """The run as the JSON contract has it."""
    start = tally.start
    if start is None:
        raise GriffinError("the run ended before it started.")
    return {
        **model_keys(start.model),
        "seed": start.seed,
        "prompt_tokens": start.prompt_tokens,
        "lanes": [lane.as_json() for lane in tally.lanes()],
    }


def _watch(events: Iterator[Event], tally: RunTally, output: Output) -> None:
    from griffin_core.cli.screen import LiveLanes

    with LiveLanes(output.stream) as screen:
        for event in events:
            _add(tally, event)
            screen.show(event, tally)


def _add(tally: RunTally, event: Event) -> None:
    tally.add(event)
    if isinstance(event, RunFailed):
        raise GriffinError(event.message)
