"""`race`: one prompt in several lanes. Checks what can be checked, then loads the model, then runs.

Knows the order of these steps; how a run looks is with `screen` and `report`.
"""

import argparse
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.experts import check_use, encode_experts, read_experts
from griffin_core.cli.output import Output
from griffin_core.cli.quality import HOW, QualityTally, check_quality, read_again
from griffin_core.cli.recording import check_recording, recorded
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


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Run the race and write its result."""
    check_recording(arguments)
    settings, experts = read_run(arguments)
    if arguments.quality:
        check_quality(settings)
    prompt = read_prompt(arguments.prompt)
    check_template(arguments)
    tally, quality = RunTally(), QualityTally() if arguments.quality else None
    with recorded(open_race(arguments, prompt, settings, experts), arguments, prompt) as events:
        watch(_unbroken(quality.noting(events) if quality else events), tally, output)
    borrowing = any(lane.experts is not None for lane in settings.lanes)
    write_result(tally, output, quality=quality, closing=[HOW] if borrowing and not quality else ())
    return DONE


def read_run(arguments: argparse.Namespace) -> tuple[RunSettings, dict[str, str]]:
    """The checked settings of the options, and the texts of `--experts` by name."""
    experts = read_experts(arguments.experts or ())
    settings = read_settings(arguments)
    check_experts(settings.lanes, experts)
    check_use(experts, settings.lanes)
    return settings, experts


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

    events = getting_ready(start_race(loaded, tokens, settings))
    yield from read_again(loaded, tokens, settings, events) if getattr(arguments, "quality", False) else events


def result(tally: RunTally, *, quality: QualityTally | None = None) -> dict[str, Any]:
    """The run as the JSON contract has it."""
    start = tally.start
    if start is None:
        raise GriffinError("the run ended before it started.")
    return {
        **model_keys(start.model),
        "seed": start.seed,
        "prompt_tokens": start.prompt_tokens,
        "lanes": [lane.as_json() | (quality.of(lane.name) if quality else {}) for lane in tally.lanes()],
    }


def watch(events: Iterable[Event], tally: RunTally, output: Output, *, caption: str = "") -> None:
    """Take all events in; on a terminal, draw what they show, with `caption` above."""
    if not output.is_terminal:
        for event in events:
            tally.add(event)
        return
    from griffin_core.cli.screen import LiveLanes

    with LiveLanes(output.stream, caption=caption) as screen:
        for event in events:
            tally.add(event)
            screen.show(event, tally)


def write_result(
    tally: RunTally, output: Output, *, quality: QualityTally | None = None, closing: Sequence[str] = ()
) -> None:
    """The finished run: an object for programs, else answers, figures, the outcome in words and `closing`."""
    if output.as_json:
        output.write_object(result(tally, quality=quality))
        return
    from griffin_core.cli.report import write_report

    write_report(tally, output, closing=quality.sentences() if quality else closing)


def _unbroken(events: Iterable[Event]) -> Iterator[Event]:
    """The same events; a run that says that it broke is an error here."""
    for event in events:
        if isinstance(event, RunFailed):
            raise GriffinError(event.message)
        yield event
