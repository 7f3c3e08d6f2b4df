"""What a recording says of its run and what is not so here. Knows facts; runs nothing.

Model and machine may be others: that is told, for it may be why tokens differ. The race itself may not: its settings,
its lanes, its cache and the model's shape are what the recording claims to have run.
"""

from griffin_core.differences import Difference, choices_of, differences, facts_of, machine_of, model_of
from griffin_core.events import ModelFacts, RunStarted
from griffin_core.recording.header import public_model

_NAMES = ("model", "revision", "dtype")
_BYTES = "weight_bytes of "


def run_differences(recorded: RunStarted, here: RunStarted) -> tuple[Difference, ...]:
    """Of the race itself. Bytes of weights and cache are compared between equal number formats only."""
    return differences(_race(recorded, bytes_too=_same(recorded, here)), _race(here, bytes_too=_same(recorded, here)))


def machine_differences(recorded: RunStarted, here: ModelFacts, *, threads: int) -> tuple[Difference, ...]:
    """Of model and machine. threads: those that ran here; of no matter where no processor computes."""
    threads_matter = recorded.threads is not None and "cpu" in (recorded.model.device, here.device)
    return differences(
        {**_named(recorded.model), **({"threads": recorded.threads} if threads_matter else {})},
        {**_named(here), **({"threads": threads} if threads_matter else {})},
    )


def _named(model: ModelFacts) -> dict[str, object]:
    """A recording names a local model without its folders."""
    named = {name: getattr(model, name) for name in _NAMES} | {"model": public_model(model.model)}
    return {**named, **machine_of(model)}


def _race(run: RunStarted, *, bytes_too: bool) -> dict[str, object]:
    shape = {name: value for name, value in model_of(run.model).items() if name not in _NAMES}
    lanes = {name: value for lane in run.lanes for name, value in facts_of(lane).items()}
    cache: dict[str, object] = {
        "layers and windows of the cache": tuple((group.layers, group.window) for group in run.kv)
    }
    if bytes_too:
        cache["bytes a position of the cache"] = tuple(group.bytes_per_position for group in run.kv)
    else:
        lanes = {name: value for name, value in lanes.items() if not name.startswith(_BYTES)}
    return {
        **shape,
        "lanes": tuple(lane.name for lane in run.lanes),
        **lanes,
        **cache,
        "prompt_tokens": run.prompt_tokens,
        "prompt_ids": run.prompt_ids,
        **choices_of(run),
    }


def _same(recorded: RunStarted, here: RunStarted) -> bool:
    return recorded.model.dtype == here.model.dtype
