"""Read a prompt for a study, chunk by chunk, and say so. Knows a model; knows nothing of what is studied."""

from collections.abc import Generator

from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Counted, read_and_count
from griffin_core.events import Event, StudyProgress
from griffin_core.inspection.activations import Look, watched
from griffin_core.loading import LoadedModel
from griffin_core.timing import SessionClock


def read_prompt(
    loaded: LoadedModel,
    prompt: Tensor,
    *looks: Look,
    chunk: int | None,
    session: SessionClock,
    progress: tuple[int, int],
) -> Generator[Event, None, Counted]:
    """Read `prompt`, (1, S) ids on the model's device, once; returns where it ended and what its tokens excited.

    looks: are shown every layer's activations. chunk: tokens a step; None takes what suits the device.
    progress: tokens read before this prompt, and of all prompts of the study.
    """
    counted: Counted | None = None
    before, total = progress
    for counted in watched(read_and_count(loaded, prompt, chunk=chunk), find_feed_forwards(loaded.model), *looks):
        done = before + counted.prefilled.done_tokens
        yield StudyProgress(t_s=session.t_s, what="reading", done=done, total=total)
    assert counted is not None  # a prompt has at least one token
    return counted
