"""An engine that plays a given list of events at their recorded pace. Knows no model; for tests of the page."""

import time
from collections.abc import Callable, Mapping, Sequence

from app.engines.interface import EngineState, PromptRequest, PromptSize, Request, RunRequest
from griffin_core.events import Event, ModelFacts, RunFinished

FACTS = ModelFacts(
    model="scripted",
    revision="0" * 40,
    architecture="LlamaForCausalLM",
    device="cpu",
    device_name="Scripted CPU",
    dtype="float32",
    versions={"griffin_core": "0.1.0", "torch": "2.13.0", "transformers": "5.17.0"},
    n_layers=4,
    d_model=16,
    d_ff=64,
    context=960,
)

Studies = Mapping[type[Request], Sequence[Event] | Callable[[Request], Sequence[Event]]]


class ScriptedRun:
    """Hands out events once `t_s / speed` seconds have passed since the start."""

    def __init__(self, events: Sequence[Event], *, speed: float) -> None:
        self._waiting = list(events)
        self._speed = speed
        self._started_s = time.monotonic()
        self._last_t_s = 0.0
        self.cancelled = False
        self.finished = False

    def next_events(self, timeout_s: float) -> list[Event]:
        until_s = time.monotonic() + timeout_s
        while not self.cancelled and not self._ends_now() and time.monotonic() < until_s:
            time.sleep(0.005)
        batch: list[Event] = []
        if self.cancelled and not self.finished:
            batch.append(RunFinished(t_s=self._last_t_s, reason="cancelled"))
            self._waiting.clear()
        while self._waiting and self._waiting[0].t_s <= self._now_s():
            batch.append(self._waiting.pop(0))
        self._last_t_s = batch[-1].t_s if batch else self._last_t_s
        self.finished = self.finished or not self._waiting
        return batch

    def cancel(self) -> None:
        self.cancelled = True

    def _now_s(self) -> float:
        return (time.monotonic() - self._started_s) * self._speed

    def _ends_now(self) -> bool:
        return not self._waiting or self._waiting[-1].t_s <= self._now_s()


class ScriptedEngine:
    """Every run plays the same events; `state_now` may be replaced while it runs, to play loading and failure.

    studies: the events of a study, by the type of its request, or what makes them from the request; a study that is
    not in it ends at once. `requests` and `runs` are those of races, `asked` and `study_runs` those of studies.
    """

    def __init__(
        self,
        events: Sequence[Event],
        *,
        speed: float = 1.0,
        model: str = "embedded",
        studies: Studies | None = None,
    ) -> None:
        self.events = tuple(events)
        self.speed = speed
        self.studies = studies or {}
        self.asked: list[Request] = []
        self.study_runs: list[ScriptedRun] = []
        self.runs: list[ScriptedRun] = []
        self.requests: list[RunRequest] = []
        self.prepared: list[str] = []
        self.state_now = EngineState(
            phase="ready", model=model, facts=FACTS, methods=("griffin", "magnitude", "random")
        )

    def state(self) -> EngineState:
        return self.state_now

    def prepare(self, model: str) -> None:
        self.prepared.append(model)

    def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
        return PromptSize(tokens=len(prompt.text.split()), context=FACTS.context)

    def start(self, request: Request) -> ScriptedRun:
        if isinstance(request, RunRequest):
            self.requests.append(request)
            self.runs.append(ScriptedRun(self.events, speed=self.speed))
            return self.runs[-1]
        script = self.studies.get(type(request), [RunFinished(t_s=0.0, reason="done")])
        self.asked.append(request)
        self.study_runs.append(ScriptedRun(script(request) if callable(script) else script, speed=self.speed))
        return self.study_runs[-1]
