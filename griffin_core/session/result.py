"""What became of a prompt: its figures, or why it failed. Knows recordings and figures; knows no model."""

from dataclasses import dataclass

from griffin_core.events import ModelFacts
from griffin_core.metrics import LaneFigures, RunTally
from griffin_core.recording import Recording
from griffin_core.session.task import Task


@dataclass(frozen=True, kw_only=True)
class PromptResult:
    """A prompt whose race is recorded. kept: it had been recorded before this session began."""

    task: Task
    model: ModelFacts
    prompt_tokens: int
    lanes: tuple[LaneFigures, ...]
    kept: bool


@dataclass(frozen=True, kw_only=True)
class PromptFailure:
    """A prompt that could not be run. type: the error's class name; message: fit for the reader."""

    task: Task
    type: str
    message: str


PromptOutcome = PromptResult | PromptFailure


def result_of(task: Task, recording: Recording, *, kept: bool) -> PromptResult:
    """The figures of a finished recording."""
    tally = RunTally()
    for event in recording.race:
        tally.add(event)
    start = recording.header.run
    return PromptResult(task=task, model=start.model, prompt_tokens=start.prompt_tokens, lanes=tally.lanes(), kept=kept)
