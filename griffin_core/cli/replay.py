"""`replay`: a recorded race, played again. Needs neither torch nor the model; knows recordings and how races look."""

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output, remark
from griffin_core.cli.race import result, watch, write_result
from griffin_core.errors import SettingsError
from griffin_core.events import Event, RunFailed, RunFinished
from griffin_core.metrics import RunTally
from griffin_core.outcome import place_of

if TYPE_CHECKING:
    from griffin_core.recording import Header, Recording


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Play the race of the recording, then show its figures."""
    speed = read_speed(arguments.speed)
    from griffin_core.recording import play, read_recording

    recording = read_recording(arguments.file)
    paced = play(recording, speed=speed)  # it knows how fast it can be
    label = recorded_on(recording.header)
    tally = RunTally()
    events = paced if output.is_terminal else recording.race
    watch(_race_of(events), tally, output, caption=f"{label} · {speed:g}×")
    if output.as_json:
        header = recording.header
        told = {"created": header.created, "device_name": header.run.model.device_name}
        output.write_object({**result(tally), "recorded": told})
    else:
        for line in introduction(recording.header):
            output.write_line(line)
        write_result(tally, output)
        output.write_line(f"\n{label}")
    for sentence in _what_is_missing(recording):
        remark(sentence)
    return DONE


def read_speed(words: str) -> float:
    """`--speed` as a number. Raises SettingsError."""
    try:
        return float(words)
    except ValueError:
        raise SettingsError(f"speed must be a number, got {words!r}. Use 1 for the recorded pace.") from None


def recorded_on(header: "Header") -> str:
    """recorded on cpu, AMD EPYC 7B13, 2 threads, 2026-11-23 12:50 UTC"""
    moment = header.created.replace("T", " ").removesuffix("Z")[:16]
    return f"recorded on {place_of(header.run.model)}, {moment} UTC"


def introduction(header: "Header") -> list[str]:
    """What was asked, for a reader who was not there; nothing where only token ids are known."""
    lines = [header.title] if header.title else []
    if header.prompt is not None:
        if header.prompt.system:
            lines.append(f"System: {header.prompt.system}")
        lines.append(f"Prompt: {header.prompt.text}")
    return [*lines, ""] if lines else []


def _race_of(events: Iterable[Event]) -> Iterator[Event]:
    """The events up to the end of the race; one that was never written is added, so that no lane seems to run on."""
    last: Event | None = None
    for last in events:
        yield last
        if isinstance(last, RunFinished | RunFailed):
            return
    if last is not None:
        yield RunFinished(t_s=last.t_s, reason="cancelled")


def _what_is_missing(recording: "Recording") -> list[str]:
    """Remarks on a recording that is not whole."""
    end = recording.race[-1]
    said = []
    if isinstance(end, RunFailed):
        said.append(f"the recorded race broke: {end.message}")
    elif not recording.complete:
        said.append("the recording was broken off: this is the race until then.")
    if recording.skipped:
        said.append(f"{recording.skipped} lines are of a newer format and were left out.")
    return said
