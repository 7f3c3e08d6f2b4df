"""What was set, and on what machine, in two recordings. Knows headers; knows no answer."""

import dataclasses
from collections.abc import Mapping

from griffin_core.comparing.records import Difference
from griffin_core.events import ModelFacts, RunStarted
from griffin_core.recording import Recording

_OF_THE_MACHINE = ("device", "device_name", "versions")
_TOLD_OTHERWISE = ("t_s", "model", "lanes", "kv", "prompt_tokens", "prompt_ids", "sources", "threads")


def same_prompt(a: Recording, b: Recording) -> bool | None:
    """Whether both continue one prompt; None where that cannot be known."""
    if a.header.prompt is not None and b.header.prompt is not None:
        return a.header.prompt == b.header.prompt
    one, other = a.header.run, b.header.run
    if one.model.model != other.model.model:
        return None
    if one.prompt_ids and other.prompt_ids:
        return one.prompt_ids == other.prompt_ids
    return False if one.prompt_tokens != other.prompt_tokens else None


def settings_that_differ(a: Recording, b: Recording) -> tuple[Difference, ...]:
    """Of the model, the run and the prompt."""
    prompts: tuple[Difference, ...] = ()
    if a.header.prompt is None or b.header.prompt is None:
        if same_prompt(a, b) is False:
            lengths = (f"{side.header.run.prompt_tokens:,} tokens" for side in (a, b))
            prompts = (Difference(name="prompt", a=next(lengths), b=next(lengths)),)
    else:
        prompts = _differences(_prompt(a), _prompt(b))
    return (*_differences(_settings(a.header.run), _settings(b.header.run)), *prompts)


def machines_that_differ(a: Recording, b: Recording) -> tuple[Difference, ...]:
    """Of the device and what ran on it."""
    return _differences(_machine(a), _machine(b))


def _settings(run: RunStarted) -> dict[str, object]:
    """Every field of the run that is a choice: one added later is compared, too."""
    model = {
        field.name: getattr(run.model, field.name)
        for field in dataclasses.fields(ModelFacts)
        if field.name not in _OF_THE_MACHINE
    }
    chosen = {
        field.name: getattr(run, field.name)
        for field in dataclasses.fields(RunStarted)
        if field.name not in _TOLD_OTHERWISE
    }
    texts = {f"text {source.name}": source.token_ids for source in run.sources}
    return {**model, "lanes": tuple(lane.name for lane in run.lanes), **chosen, **texts}


def _prompt(recording: Recording) -> dict[str, object]:
    prompt = recording.header.prompt
    assert prompt is not None  # asked for only where both are known
    return {"prompt": prompt.text, "system prompt": prompt.system, "chat template": prompt.chat}


def _machine(recording: Recording) -> dict[str, object]:
    run = recording.header.run
    return {
        "device": run.model.device,
        "device_name": run.model.device_name,
        "threads": run.threads,
        "software": recording.header.software,
        **{f"version of {name}": version for name, version in run.model.versions.items()},
    }


def _differences(a: Mapping[str, object], b: Mapping[str, object]) -> tuple[Difference, ...]:
    names = dict.fromkeys((*a, *b))
    return tuple(Difference(name=name, a=a.get(name), b=b.get(name)) for name in names if a.get(name) != b.get(name))
