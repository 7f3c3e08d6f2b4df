"""`verify`: a recorded race, run again here. Knows the order of the steps; what it found is shown by `verify_table`."""

import argparse
import re
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from griffin_core.cli.exit_codes import DIFFERENT, DONE
from griffin_core.cli.output import Output
from griffin_core.cli.race import watch
from griffin_core.cli.request import getting_ready, load, model_keys, starting_torch
from griffin_core.errors import SettingsError
from griffin_core.events import Event, ModelFacts
from griffin_core.metrics import RunTally

if TYPE_CHECKING:
    from griffin_core.recording import Recording
    from griffin_core.verifying import Verification

_COMMIT = re.compile(r"[0-9a-f]{40}")


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Run the recorded race again, and say whether it is the same."""
    from griffin_core.recording import read_recording

    recording = read_recording(arguments.file)
    tally = RunTally()
    outcome = _watched(open_verification(arguments, recording), tally, output)
    if output.as_json:
        output.write_object(result(outcome, recording, tally))
    else:
        from griffin_core.cli.verify_table import write_verification

        write_verification(outcome, recording, output)
    return DONE if outcome.matches else DIFFERENT


def open_verification(arguments: argparse.Namespace, recording: "Recording") -> "Generator[Event, None, Verification]":
    """Load the model, then run; returns what was found. Closing the generator frees the device."""
    with starting_torch():
        from griffin_core.verifying import start_verifying
    loaded = load(with_recorded_model(arguments, recording.header.run.model))
    return (yield from getting_ready(start_verifying(loaded, recording)))


def with_recorded_model(arguments: argparse.Namespace, recorded: ModelFacts) -> argparse.Namespace:
    """The options, with the recorded model and number format where none are given. Raises SettingsError."""
    chosen = argparse.Namespace(**vars(arguments))
    chosen.dtype = arguments.dtype or recorded.dtype
    if arguments.model is not None:
        return chosen
    from griffin_core.loading import embedded

    if recorded.model == embedded.TITLE:
        chosen.model = embedded.NAME
    elif _COMMIT.fullmatch(recorded.revision or ""):  # the hub's models have one, folders and files have none
        chosen.model, chosen.revision = recorded.model, arguments.revision or recorded.revision
    else:
        raise SettingsError(
            f"the race was recorded with the model {recorded.model}, which came from a folder or a file. "
            "Say where it is with --model."
        )
    return chosen


def result(outcome: "Verification", recording: "Recording", tally: RunTally) -> dict[str, Any]:
    """What was found, for programs; the keys of model and machine are those of the run here."""
    header = recording.header
    assert tally.start is not None  # there is an outcome
    return {
        **model_keys(tally.start.model),
        "recorded": {**model_keys(header.run.model), "created": header.created, "threads": header.run.threads},
        **outcome.as_json(),
    }


def _watched(events: "Generator[Event, None, Verification]", tally: RunTally, output: Output) -> "Verification":
    """Draw the race on a terminal while it goes on; returns what `events` returns."""
    found = []

    def kept() -> Generator[Event, None, None]:
        found.append((yield from events))

    watch(kept(), tally, output, caption="running the recorded race again")
    return found[0]
