"""The engine in this process: one thread owns the device, loads models and plays runs, one after the other.

Because that thread alone advances and closes a race, a run can be cancelled from anywhere at any time.
Knows griffin_core and its loading; knows no visitors, no views and no widgets.
"""

import dataclasses
import gc
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Literal, Protocol

import griffin_core
from app.engines.interface import EngineState, PromptRequest, PromptSize, Request
from app.engines.local_jobs import events_of
from app.engines.local_run import LocalRun
from app.text import race as text
from griffin_core.errors import GriffinError, ModelError
from griffin_core.events import ModelFacts
from griffin_core.settings import RunSettings

if TYPE_CHECKING:
    from griffin_core.loading import LoadedModel

# Names of griffin_core are looked up when used: torch is then imported by the device's thread, after the page is up.

log = logging.getLogger(__name__)

CLOSE_S = 3.0
"""Longest wait for the step in hand when the server stops."""

Progress = Callable[[str, float | None], None]


class Loader(Protocol):
    """`griffin_core.load_model` with device and dtype already chosen."""

    def __call__(self, name: str, *, progress: Progress) -> "LoadedModel": ...


class LocalEngine:
    """Holds one model at a time; asking for another one frees it."""

    def __init__(self, load: Loader, *, model: str) -> None:
        """Begin to load `model` at once, in the background."""
        self._load_model = load
        self._loaded: LoadedModel | None = None
        self._state = EngineState(phase="loading", model=model, detail=text.LIBRARIES)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._current: LocalRun | None = None
        self._coming: str | None = None
        self._thread = threading.Thread(target=self._work, name="device", daemon=True)
        self.prepare(model)
        self._thread.start()

    def state(self) -> EngineState:
        """What the engine is doing. Never waits."""
        return dataclasses.replace(self._state, coming=self._coming)

    def prepare(self, model: str) -> None:
        """Load `model` once the device is free, unless another one is asked for before that. Returns at once."""
        if self._loaded is not None and self._state.model == model:
            self._coming = None
            return
        self._coming = model
        self._jobs.put(lambda: self._prepare(model))

    def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
        """Count the tokens. Raises GriffinError when the prompt's model is not loaded or cannot encode it."""
        loaded = self._loaded
        if loaded is None or self._state.model != prompt.model:
            raise ModelError(text.NOT_LOADED)
        from griffin_core.prompts import prompt_length  # only here: see above

        tokens = prompt_length(loaded, prompt.text, chat=prompt.chat, system=prompt.system)
        return PromptSize(tokens=tokens, context=loaded.context)

    def start(self, request: Request) -> LocalRun:
        """Queue a run. What the model or the device refuses comes as RunFailed."""
        run = LocalRun(request)
        self._jobs.put(lambda: self._play(run))
        return run

    def close(self) -> None:
        """Cancel what is running and wait for the thread, though not for long: a load cannot be cut short."""
        if (run := self._current) is not None:
            run.cancel()
        self._jobs.put(None)
        self._thread.join(CLOSE_S)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _prepare(self, model: str) -> None:
        if self._coming != model:
            return
        try:
            self._model_for(model)
        except GriffinError as error:
            log.warning("%s could not be loaded: %s", model, error)
        except Exception:
            log.exception("%s could not be loaded", model)
        finally:
            if self._coming == model:
                self._coming = None

    def _play(self, run: LocalRun) -> None:
        if run.finished or run.unwanted:
            run.end_cancelled()
            return
        self._current = run
        try:
            loaded = self._model_for(run.request.model)
            if run.begin_playing():
                self._play_events(run, loaded)
        except GriffinError as error:
            run.end_failed(type(error).__name__, str(error))
        except Exception as error:
            log.exception("a run broke")
            if _device_is_lost(error):
                self._loaded = None  # nothing that was on it can be used again in this process
                self._tell("failed", run.request.model, text.DEVICE_LOST)
                run.end_failed(type(error).__name__, text.DEVICE_LOST)
            else:
                run.end_failed(type(error).__name__, f"{text.UNEXPECTED} {text.TRY_AGAIN}")
        finally:
            self._current = None

    def _play_events(self, run: LocalRun, loaded: "LoadedModel") -> None:
        with closing(events_of(run.request, loaded)) as events:
            for event in events:
                run.put(event)
                run.wait_for_page()
                if run.unwanted:
                    break
        run.end_cancelled()  # unless it has ended by itself

    def _model_for(self, model: str) -> "LoadedModel":
        """The model, loaded now unless it is the one at hand. Raises GriffinError."""
        if self._loaded is not None and self._state.model == model:
            return self._loaded
        self._free()
        self._tell("loading", model)
        try:
            loaded = self._load_model(model, progress=lambda words, share: self._tell("loading", model, words, share))
            _rehearse(loaded)
        except GriffinError as error:
            self._tell("failed", model, str(error))
            raise
        except Exception:
            self._tell("failed", model, f"{text.LOAD_BROKE} {text.TRY_AGAIN}")
            raise
        self._loaded = loaded
        self._tell("ready", model, facts=loaded.facts)
        return loaded

    def _free(self) -> None:
        self._loaded = None
        gc.collect()
        import torch  # only here: see above

        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _tell(
        self,
        phase: Literal["loading", "ready", "failed"],
        model: str,
        detail: str = "",
        progress: float | None = None,
        *,
        facts: ModelFacts | None = None,
    ) -> None:
        methods = griffin_core.method_names() if phase == "ready" else self._state.methods
        self._state = EngineState(
            phase=phase, model=model, detail=detail, progress=progress, facts=facts, methods=methods
        )


def _device_is_lost(error: Exception) -> bool:
    """Whether `error` came from an accelerator, whose errors stay until the process ends."""
    import torch  # only here: see above

    return isinstance(error, torch.AcceleratorError)


def _rehearse(loaded: "LoadedModel") -> None:
    """Run two tokens, so that the first visitor does not wait for first-time work, and a misfit shows at once."""
    for _ in griffin_core.start_race(
        loaded, griffin_core.encode_prompt(loaded, "Hello"), RunSettings(max_new_tokens=2)
    ):
        pass
