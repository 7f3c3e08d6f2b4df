"""What the page asks of whatever runs the models: start a run or a study, take its events, cancel it.

Everything that crosses this line is plain picklable data, so that a worker process or a cluster can stand behind it
as well as a thread. Knows no torch, no gradio and no way of running anything: `local` is one.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from griffin_core.events import Event, ModelFacts
from griffin_core.settings import LaneSettings, PruningSettings, RunSettings


@dataclass(frozen=True, kw_only=True)
class PromptRequest:
    """What the model is to read. model: a catalog name, hub id or path; chat: wrap it in the model's chat template."""

    model: str
    text: str
    system: str | None = None
    chat: bool = True


@dataclass(frozen=True, kw_only=True)
class NamedPrompt:
    """A prompt under the name by which lanes or a chart refer to it."""

    name: str
    prompt: PromptRequest


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One race: a prompt and how to continue it. sources: texts whose neurons a lane may borrow, by name."""

    prompt: PromptRequest
    settings: RunSettings = field(default_factory=RunSettings)
    sources: tuple[NamedPrompt, ...] = ()

    @property
    def model(self) -> str:
        return self.prompt.model


@dataclass(frozen=True, kw_only=True)
class InspectionRequest:
    """A closer look at a finished race. texts: each lane's tokens; layer: of the flocking picture, None the middle."""

    run: RunRequest
    texts: tuple[tuple[int, ...], ...]
    layer: int | None = None

    @property
    def model(self) -> str:
        return self.run.model


@dataclass(frozen=True, kw_only=True)
class OverlapRequest:
    """Which neurons several prompts choose, by every one of several methods. All prompts name the same model."""

    prompts: tuple[NamedPrompt, ...]
    pruning: tuple[PruningSettings, ...] = (PruningSettings(),)

    @property
    def model(self) -> str:
        return self.prompts[0].prompt.model


@dataclass(frozen=True, kw_only=True)
class SweepRequest:
    """Many pruned lanes measured one by one on one prompt. new_tokens: length of the text they are judged on."""

    prompt: PromptRequest
    lanes: tuple[LaneSettings, ...]
    new_tokens: int = 48
    seed: int = 0

    @property
    def model(self) -> str:
        return self.prompt.model


Request = RunRequest | InspectionRequest | OverlapRequest | SweepRequest


@dataclass(frozen=True, kw_only=True)
class PromptSize:
    """Length of an encoded prompt and of the model's context, in tokens."""

    tokens: int
    context: int


@dataclass(frozen=True, kw_only=True)
class EngineState:
    """Whether runs start at once.

    model: the name last asked for, as in `PromptRequest.model`; facts: what was loaded for it, None until it is.
    detail: what is being done, or why it failed, in words; progress: 0–1, None when unknown.
    coming: a model that will be loaded once the device is free.
    """

    phase: Literal["loading", "ready", "failed"]
    model: str
    detail: str = ""
    progress: float | None = None
    facts: ModelFacts | None = None
    methods: tuple[str, ...] = ()
    coming: str | None = None


class Run(Protocol):
    """One started run. Take its events regularly: a run that nobody listens to is cancelled."""

    @property
    def finished(self) -> bool:
        """Whether the last event (RunFinished or RunFailed) has been handed out."""

    def next_events(self, timeout_s: float) -> list[Event]:
        """Collect for `timeout_s` and return what came, in order; return early only when the run ends.

        One batch an update keeps the page's work out of the timed steps.
        """

    def cancel(self) -> None:
        """Return at once; the events end with RunFinished("cancelled") within one step. May be called again."""


class Engine(Protocol):
    """Runs models, one run at a time a device."""

    def state(self) -> EngineState:
        """What the engine is doing. Never waits."""

    def prepare(self, model: str) -> None:
        """Load `model` once the device is free; `state` tells how far it is. Returns at once."""

    def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
        """Count the tokens. Raises GriffinError when the prompt's model is not loaded or cannot encode it."""

    def start(self, request: Request) -> Run:
        """Queue a run or a study; its model is loaded first where needed.

        Raises GriffinError for what is wrong at the door.
        """
