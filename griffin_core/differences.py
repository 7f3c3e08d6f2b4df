"""What is not the same about two runs: their model, machine and settings. Knows facts; runs nothing."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from griffin_core.events import LaneFacts, ModelFacts, RunStarted

_OF_THE_MACHINE = ("device", "device_name", "versions")
_TOLD_OTHERWISE = ("t_s", "model", "lanes", "kv", "prompt_tokens", "prompt_ids", "sources", "threads")
_THREADS = re.compile(r", \d+ threads?$")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A setting, or a fact of model or machine, that is not the same in A and B; None where it is not known."""

    name: str
    a: object
    b: object


def differences(a: Mapping[str, object], b: Mapping[str, object]) -> tuple[Difference, ...]:
    """Every name whose values differ, in the order of A, then of B."""
    names = dict.fromkeys((*a, *b))
    return tuple(Difference(name=name, a=a.get(name), b=b.get(name)) for name in names if a.get(name) != b.get(name))


def machine_of(model: ModelFacts) -> dict[str, object]:
    """The device and what ran on it.

    A processor's name ends with its threads when the model was loaded, which need not be those that ran.
    """
    return {
        "device": model.device,
        "device_name": _THREADS.sub("", model.device_name),
        **{f"version of {name}": version for name, version in model.versions.items()},
    }


def model_of(model: ModelFacts) -> dict[str, object]:
    """Every other fact of the model: one added later is compared, too."""
    return _values(model, without=_OF_THE_MACHINE)


def choices_of(run: RunStarted) -> dict[str, object]:
    """Every field of the run that is a choice, and the texts of experts."""
    texts = {f"text {source.name}": source.token_ids for source in run.sources}
    return {**_values(run, without=_TOLD_OTHERWISE), **texts}


def facts_of(lane: LaneFacts) -> dict[str, object]:
    """Everything about a lane, under names that say which."""
    return {f"{name} of {lane.name}": value for name, value in _values(lane, without=("name",)).items()}


def _values(record: ModelFacts | RunStarted | LaneFacts, *, without: Iterable[str]) -> dict[str, object]:
    names = (field.name for field in dataclasses.fields(record))
    return {name: getattr(record, name) for name in names if name not in without}
