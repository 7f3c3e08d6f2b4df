"""Read the prompt of a study, chunk by chunk, with its statistics. Knows a model; knows nothing of what is studied."""

from collections.abc import Generator

from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Prefilled, prefill
from griffin_core.events import Event, StudyProgress
from griffin_core.loading import LoadedModel
from griffin_core.prompt_stats import LayerStatistics, PromptStatistics
from griffin_core.timing import SessionClock


def read_prompt(
    loaded: LoadedModel, prompt: Tensor, *, chunk: int, session: SessionClock, progress: tuple[int, int]
) -> Generator[Event, None, tuple[Prefilled, list[LayerStatistics]]]:
    """Read `prompt`, (1, S) ids on the model's device, once; returns where it ended and what its neurons did.

    progress: tokens read before this prompt, and of all prompts of the study.
    """
    statistics = PromptStatistics(find_feed_forwards(loaded.model), batch=1, device=loaded.device)
    prefilled: Prefilled | None = None
    before, total = progress
    for prefilled in prefill(loaded.model, prompt, chunk=chunk, statistics=statistics):
        yield StudyProgress(t_s=session.t_s, what="reading", done=before + prefilled.done_tokens, total=total)
    assert prefilled is not None  # a prompt has at least one token
    return prefilled, statistics.layers()
