"""`verify`: a recorded race, run again here. Knows the order of the steps; what it found is shown by `verify_table`."""

import argparse
import json
import re
import shlex
from collections.abc import Generator
from pathlib import Path
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
    """The options, with the recorded model and number format where none are given.

    Raises SettingsError where the model would have to be looked for, or to be downloaded because a file names it.
    """
    chosen = argparse.Namespace(**vars(arguments))
    chosen.dtype = arguments.dtype or recorded.dtype
    if arguments.model is not None:
        return chosen
    from griffin_core.loading import embedded

    if recorded.model == embedded.TITLE:
        chosen.model = embedded.NAME
    elif _COMMIT.fullmatch(recorded.revision or ""):  # the hub's models have one, folders and files have none
        chosen.model, chosen.revision = recorded.model, arguments.revision or recorded.revision
        if not _is_here(chosen.model, chosen.revision):
            raise SettingsError(
                f"the race was recorded with {chosen.model} of the model hub, which is not on this machine, and what "
                f"a file names is not downloaded unasked. To have it: --model {shlex.quote(chosen.model)} "
                f"--revision {shlex.quote(chosen.revision)}"
            )
    else:
        raise SettingsError(
            f"the race was recorded with the model {recorded.model}, which came from a folder or a file. "
            "Say where it is with --model."
        )
    return chosen


def _is_here(name: str, revision: str) -> bool:
    """Whether a model of the hub lies in the cache of the hub's client: its description and all of its weights."""
    from huggingface_hub import try_to_load_from_cache

    def found(file: str) -> Path | None:
        try:
            path = try_to_load_from_cache(name, file, revision=revision)
        except ValueError:  # what no model can be called
            return None
        return Path(path) if isinstance(path, str) else None

    if found("config.json") is None:
        return False
    for weights in ("model.safetensors", "pytorch_model.bin"):
        if found(weights):
            return True
        if index := found(f"{weights}.index.json"):
            return all(map(found, _parts(index)))
    return False


def _parts(index: Path) -> set[str]:
    """Files that hold the weights; of a damaged index one that is not there."""
    try:
        return set(map(str, json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"unknown"}


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
