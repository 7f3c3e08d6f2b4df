"""What a request means to the core: which of its generators plays it. Knows griffin_core; knows no thread."""

import dataclasses
from collections.abc import Generator
from typing import TYPE_CHECKING

import griffin_core
from app.engines.interface import InspectionRequest, OverlapRequest, PromptRequest, Request, RunRequest, SweepRequest
from griffin_core.events import Event
from griffin_core.settings import RunSettings, Source

if TYPE_CHECKING:
    from torch import Tensor

    from griffin_core.loading import LoadedModel

# Names of griffin_core are looked up when used: torch is then imported by the device's thread, after the page is up.


def events_of(request: Request, loaded: "LoadedModel") -> Generator[Event, None, None]:
    """The events of the run or study asked for. Raises GriffinError before the first one for what is wrong."""
    events: Generator[Event, None, None]
    match request:
        case RunRequest():
            events = griffin_core.start_race(loaded, _encode(loaded, request.prompt), _settings(loaded, request))
        case InspectionRequest(run=run):
            prompt, settings = _encode(loaded, run.prompt), _settings(loaded, run)
            events = griffin_core.inspect(loaded, prompt, settings, request.texts, layer=request.layer)
        case OverlapRequest():
            prompts = [(named.name, _encode(loaded, named.prompt)) for named in request.prompts]
            events = griffin_core.choose_experts(loaded, prompts, request.pruning)
        case SweepRequest():
            prompt = _encode(loaded, request.prompt)
            events = griffin_core.sweep(loaded, prompt, request.lanes, new_tokens=request.new_tokens, seed=request.seed)
    return events


def _settings(loaded: "LoadedModel", run: RunRequest) -> RunSettings:
    """The run's settings with the texts that lanes borrow neurons from, encoded."""
    sources = tuple(
        Source(name=named.name, token_ids=tuple(_encode(loaded, named.prompt)[0].tolist())) for named in run.sources
    )
    return dataclasses.replace(run.settings, sources=sources) if sources else run.settings


def _encode(loaded: "LoadedModel", prompt: PromptRequest) -> "Tensor":
    """Token ids, (1, S)."""
    return griffin_core.encode_prompt(loaded, prompt.text, chat=prompt.chat, system=prompt.system)
