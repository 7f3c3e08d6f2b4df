"""A recorded race, run again. Knows recordings, races and torch's threads; what is compared is with its neighbours."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import torch

from griffin_core.errors import RecordingError
from griffin_core.events import Event, RunStarted
from griffin_core.lanes import parse_lane
from griffin_core.loading import LoadedModel
from griffin_core.racing import start_race
from griffin_core.recording import Recording
from griffin_core.settings import RunSettings, SamplingSettings, Source, lane_names
from griffin_core.verifying.lanes import Seen
from griffin_core.verifying.machine import machine_differences, run_differences
from griffin_core.verifying.prompt import check_prompt
from griffin_core.verifying.records import Verification

MOST_THREADS = 256  # what a recording says is no reason to take a machine down


def verify(loaded: LoadedModel, recording: Recording) -> Verification:
    """Run the recording's race again with `loaded`, and compare its start, and every lane token by token.

    On a processor torch uses the recorded number of threads meanwhile. Raises RecordingError for a recording without
    tokens or without the prompt's ids, and what `race` raises where this model cannot run it.
    """
    run = start_verifying(loaded, recording)
    while True:
        try:
            next(run)
        except StopIteration as done:
            outcome: Verification = done.value
            return outcome


def start_verifying(loaded: LoadedModel, recording: Recording) -> Generator[Event, None, Verification]:
    """`verify` while it goes on: yields the events of the new race, and returns the outcome.

    Raises at once, before the first event. Closing the generator ends the race.
    """
    recorded = Seen(recording.race)
    if not any(recorded.decoded(lane.name) for lane in recording.header.run.lanes):
        raise RecordingError("the recording holds no token that was decoded, so there is nothing to compare.")
    settings = _settings(recording)
    race = start_race(loaded, torch.tensor([recording.header.run.prompt_ids]), settings)
    return _run(loaded, recording, recorded, race)


def _settings(recording: Recording) -> RunSettings:
    """The choices of the recorded race; tokens that its lanes continued from are the prefixes.

    Raises RecordingError where the recording does not tell them, SettingsError for what is not known here.
    """
    start = recording.header.run
    if not start.prompt_ids:
        raise RecordingError("the recording does not hold the prompt's token ids, so it cannot be run again.")
    lanes = tuple(parse_lane(lane.name.partition("#")[0]) for lane in start.lanes)
    names = lane_names(lanes)
    if names != (told := tuple(lane.name for lane in start.lanes)):
        raise RecordingError(f"lanes {', '.join(told)} would be called {', '.join(names)} here. They cannot be run.")
    recorded = Seen(recording.race)
    prefixes = tuple(recorded.given(name) for name in names)
    return RunSettings(
        lanes=lanes,
        max_new_tokens=start.max_new_tokens,
        sampling=SamplingSettings(temperature=start.temperature, top_k=start.top_k, top_p=start.top_p, seed=start.seed),
        ignore_eos=start.ignore_eos,
        stop=start.stop,
        schedule=start.schedule,
        prefill_chunk=start.prefill_chunk,
        prefixes=prefixes if any(prefixes) else (),
        sources=tuple(Source(name=source.name, token_ids=source.token_ids) for source in start.sources),
    )


def _run(
    loaded: LoadedModel, recording: Recording, recorded: Seen, race: Generator[Event, None, None]
) -> Generator[Event, None, Verification]:
    start, here = recording.header.run, recording.header.run
    measured = Seen()
    with closing(race), _recorded_threads(loaded, start) as threads:
        for event in race:
            measured.add(event)
            if isinstance(event, RunStarted):
                here = event
            yield event
            if not recording.complete and measured.reaches(recorded):
                break
        used = torch.get_num_threads()
    return Verification(
        complete=recording.complete,
        lanes=tuple(recorded.compared_with(measured, facts.name) for facts in start.lanes),
        prompt=check_prompt(loaded, recording.header),
        run=run_differences(start, here),
        differences=machine_differences(start, loaded.facts, threads=used),
        threads=threads,
    )


@contextmanager
def _recorded_threads(loaded: LoadedModel, start: RunStarted) -> Iterator[int | None]:
    """Inside, a processor uses as many threads as it did for the recording. Yields their number if that is a change."""
    before, wanted = torch.get_num_threads(), start.threads
    on_processors = loaded.device.type == "cpu" and start.model.device == "cpu"
    if wanted is None or not on_processors or not 1 <= wanted <= MOST_THREADS or wanted == before:
        yield None
        return
    torch.set_num_threads(wanted)
    try:
        yield wanted
    finally:
        torch.set_num_threads(before)
