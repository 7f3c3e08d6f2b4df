"""What differs between the model and machine of a recording and those here. Knows facts; runs nothing."""

import re
from collections.abc import Iterator

from griffin_core.events import ModelFacts
from griffin_core.verifying.outcome import Difference

_UNKNOWN = "none"
_THREADS = re.compile(r", \d+ threads?$")


def differences(
    recorded: ModelFacts, here: ModelFacts, *, recorded_threads: int | None, threads: int
) -> tuple[Difference, ...]:
    """In the order in which they matter. threads: those that run here."""
    pairs = list(_pairs(recorded, here))
    if recorded_threads is not None and "cpu" in (recorded.device, here.device):
        pairs.append(("threads", recorded_threads, threads))
    return tuple(
        Difference(what=what, recorded=_said(then), here=_said(now)) for what, then, now in pairs if then != now
    )


def _pairs(recorded: ModelFacts, here: ModelFacts) -> Iterator[tuple[str, object, object]]:
    yield "model", recorded.model, here.model
    yield "revision", recorded.revision, here.revision
    for name in ("architecture", "n_layers", "d_model", "d_ff", "dtype"):
        yield name, getattr(recorded, name), getattr(here, name)
    yield "device", _device(recorded), _device(here)
    for name in dict.fromkeys((*recorded.versions, *here.versions)):
        yield name, recorded.versions.get(name), here.versions.get(name)


def _device(facts: ModelFacts) -> str:
    """A processor's name ends with its threads when the model was loaded, which need not be those that ran."""
    name = _THREADS.sub("", facts.device_name)
    return facts.device if name in ("", facts.device) else f"{facts.device}, {name}"


def _said(value: object) -> str:
    return _UNKNOWN if value is None else str(value)
