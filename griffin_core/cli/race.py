"""`race`: one prompt in several lanes. Checks what can be checked, then loads the model, then runs.

Knows the order of these steps; how a run looks is with `screen` and `report`.
"""

import argparse
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from griffin_core.cli.output import Output, Progress, remark
from griffin_core.errors import GriffinError, PromptError, SettingsError
from griffin_core.events import Event, RunFailed
from griffin_core.metrics import RunTally
from griffin_core.settings import DEFAULT_LANES, LaneSettings, RunSettings, SamplingSettings

if TYPE_CHECKING:
    from griffin_core.loading import LoadedModel


def run(arguments: argparse.Namespace, output: Output) -> None:
    """Run the race and write its result."""
    settings = read_settings(arguments)
    prompt = read_prompt(arguments.prompt)
    if arguments.system is not None and not arguments.chat:
        raise SettingsError("--system needs the chat template. Leave out --no-chat, or put its text into the prompt.")
    tally = RunTally()
    with closing(open_race(arguments, prompt, settings)) as events:
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
    sampling = SamplingSettings(**_given(arguments, "temperature", "top_k", "top_p", "seed"))
    numbers = _given(arguments, "max_new_tokens", "prefill_chunk", "schedule")
    stop = tuple(arguments.stop or ())
    placeholders = DEFAULT_LANES[:1] * len(arguments.lanes) if arguments.lanes else DEFAULT_LANES
    RunSettings(lanes=placeholders, sampling=sampling, stop=stop, ignore_eos=arguments.ignore_eos, **numbers)
    lanes = _read_lanes(arguments.lanes) if arguments.lanes else DEFAULT_LANES
    return RunSettings(lanes=lanes, sampling=sampling, stop=stop, ignore_eos=arguments.ignore_eos, **numbers)


def read_prompt(words: str) -> str:
    """The prompt itself; `-` stands for standard input, whose last line break does not belong to it."""
    if words == "-":
        if sys.stdin is None:
            raise PromptError("there is no standard input to read the prompt from. Give it as an argument.")
        if sys.stdin.isatty():
            remark("Type the prompt; Ctrl+D on an empty line ends it.")
        try:
            words = sys.stdin.buffer.read().decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise PromptError(f"standard input is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    if not words.isascii() and any("\ud800" <= letter <= "\udfff" for letter in words):
        raise PromptError("the prompt is not UTF-8 text. Check the encoding of the terminal or of the file.")
    if not words.strip():
        raise PromptError("the prompt is empty. Write some text.")
    return words


def open_race(arguments: argparse.Namespace, prompt: str, settings: RunSettings) -> Generator[Event, None, None]:
    """Load the model, then run. Closing the generator frees the device."""
    progress = Progress()
    progress(f"loading {arguments.model}", None)
    try:
        # Importing torch takes seconds: say first that something is being done.
        from griffin_core.loading import load_model
        from griffin_core.prompts import encode_prompt
        from griffin_core.racing import start_race

        loaded: LoadedModel = load_model(
            arguments.model,
            device=arguments.device,
            dtype=arguments.dtype,
            revision=arguments.revision,
            progress=progress,
        )
        tokens = encode_prompt(loaded, prompt, chat=arguments.chat, system=arguments.system)
    finally:
        progress.clear()
    yield from start_race(loaded, tokens, settings)


def result(tally: RunTally) -> dict[str, Any]:
    """The run as the JSON contract has it."""
    start = tally.start
    if start is None:
        raise GriffinError("the run ended before it started.")
    return {
        "model": start.model.model,
        "revision": start.model.revision,
        "device": start.model.device,
        "dtype": start.model.dtype,
        "versions": start.model.versions,
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


def _read_lanes(lanes: list[str]) -> tuple[LaneSettings, ...]:
    from griffin_core.lanes import parse_lane

    return tuple(parse_lane(lane) for lane in lanes)


def _given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Options that were given; the settings know the defaults of the others."""
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
