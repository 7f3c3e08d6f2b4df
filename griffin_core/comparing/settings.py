"""What was set, and on what machine, in two recordings. Knows headers; knows no answer."""

from griffin_core.differences import Difference, choices_of, differences, machine_of, model_of
from griffin_core.events import RunStarted
from griffin_core.recording import Recording


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
        prompts = differences(_prompt(a), _prompt(b))
    return (*differences(_settings(a.header.run), _settings(b.header.run)), *prompts)


def machines_that_differ(a: Recording, b: Recording) -> tuple[Difference, ...]:
    """Of the device and what ran on it."""
    return differences(_machine(a), _machine(b))


def _settings(run: RunStarted) -> dict[str, object]:
    return {**model_of(run.model), "lanes": tuple(lane.name for lane in run.lanes), **choices_of(run)}


def _prompt(recording: Recording) -> dict[str, object]:
    prompt = recording.header.prompt
    assert prompt is not None  # asked for only where both are known
    return {"prompt": prompt.text, "system prompt": prompt.system, "chat template": prompt.chat}


def _machine(recording: Recording) -> dict[str, object]:
    run = recording.header.run
    return {**machine_of(run.model), "threads": run.threads, "software": recording.header.software}
