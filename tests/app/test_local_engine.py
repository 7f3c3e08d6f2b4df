"""The engine in this process, with tiny random models."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.asking.form import RaceForm
from app.engines.interface import EngineState, PromptRequest, RunRequest
from app.engines.local import LocalEngine, Progress
from app.engines.local_run import LocalRun
from griffin_core.errors import ModelError, UnknownModelError
from griffin_core.events import Event, PrefillDone, RunFailed, RunFinished, RunStarted, TokenEmitted
from griffin_core.loading import LoadedModel
from griffin_core.settings import RunSettings
from tests.tiny_models import CONTEXT, tiny_loaded

PATIENCE_S = 60.0


def load(name: str, *, progress: Progress) -> LoadedModel:
    progress("making it up", 0.5)
    if name == "broken":
        raise ZeroDivisionError
    if name not in ("llama", "gpt2"):
        raise UnknownModelError(f'there is no model "{name}". Take another.')
    return tiny_loaded(name)


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    made = LocalEngine(load, model="llama")
    yield made
    made.close()


def request(model: str = "llama", text: str = "Hello", tokens: int = 4) -> RunRequest:
    return RunRequest(
        prompt=PromptRequest(model=model, text=text), settings=RunSettings(max_new_tokens=tokens, ignore_eos=True)
    )


def events_of(run: LocalRun) -> list[Event]:
    events: list[Event] = []
    until_s = time.monotonic() + PATIENCE_S
    while not run.finished and time.monotonic() < until_s:
        events += run.next_events(0.5)
    assert run.finished
    return events


def settled(engine: LocalEngine, *, model: str = "llama") -> EngineState:
    until_s = time.monotonic() + PATIENCE_S
    while engine.state().phase == "loading" or engine.state().model != model:
        assert time.monotonic() < until_s
        time.sleep(0.01)
    return engine.state()


def test_a_run_streams_events_to_its_end(engine: LocalEngine) -> None:
    events = events_of(engine.start(request()))
    assert events[-1] == RunFinished(t_s=events[-1].t_s, reason="done")
    assert sum(isinstance(event, TokenEmitted) for event in events) == 8


def test_the_model_is_loaded_in_the_background_with_progress() -> None:
    may_go_on = threading.Event()

    def slow_load(name: str, *, progress: Progress) -> LoadedModel:
        progress("reading weights", 0.25)
        assert may_go_on.wait(PATIENCE_S)
        return tiny_loaded("llama")

    engine = LocalEngine(slow_load, model="llama")
    while engine.state().progress is None:
        time.sleep(0.01)
    state = engine.state()
    assert (state.phase, state.detail, state.progress) == ("loading", "reading weights", 0.25)
    may_go_on.set()
    state = settled(engine)
    engine.close()
    assert state.phase == "ready"
    assert state.facts is not None
    assert "griffin" in state.methods


def test_a_run_cancelled_while_its_model_loads_ends_at_once() -> None:
    never = threading.Event()

    def stuck_load(name: str, *, progress: Progress) -> LoadedModel:
        never.wait(PATIENCE_S)
        return tiny_loaded("llama")

    engine = LocalEngine(stuck_load, model="llama")
    run = engine.start(request())
    run.cancel()
    assert [type(event) for event in run.next_events(PATIENCE_S)] == [RunFinished]
    never.set()
    engine.close()


def test_stop_ends_the_race_and_the_next_run_starts(engine: LocalEngine) -> None:
    run = engine.start(request(tokens=200))
    seen: list[Event] = []
    while not any(isinstance(event, TokenEmitted) for event in seen):
        seen += run.next_events(0.01)
    run.cancel()
    rest = events_of(run)
    assert isinstance(rest[-1], RunFinished)
    assert rest[-1].reason == "cancelled"
    assert sum(isinstance(event, TokenEmitted) for event in seen + rest) < 400
    assert isinstance(events_of(engine.start(request()))[-1], RunFinished)


def test_runs_take_turns(engine: LocalEngine) -> None:
    runs = [engine.start(request(tokens=50)) for _ in range(3)]
    order: list[int] = []
    while len(order) < len(runs):
        for number, run in enumerate(runs):
            if not run.finished and any(isinstance(event, RunStarted) for event in run.next_events(0.01)):
                assert all(earlier.finished for earlier in runs[:number])
                order.append(number)
    assert order == [0, 1, 2]


def test_only_the_model_asked_for_last_is_loaded() -> None:
    loads: list[str] = []
    may_go_on = threading.Event()

    def slow_load(name: str, *, progress: Progress) -> LoadedModel:
        loads.append(name)
        assert may_go_on.wait(PATIENCE_S)
        return tiny_loaded(name)

    with closing(LocalEngine(slow_load, model="llama")) as engine:
        while not loads:
            time.sleep(0.01)
        for name in ("a", "b", "c", "gpt2"):
            engine.prepare(name)
        assert engine.state().coming == "gpt2"
        may_go_on.set()
        assert settled(engine, model="gpt2").phase == "ready"
        assert isinstance(events_of(engine.start(request(model="gpt2")))[-1], RunFinished)
        assert engine.state().coming is None
    assert loads == ["llama", "gpt2"]


def test_a_run_that_nobody_listens_to_frees_the_device(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(engine)
    monkeypatch.setattr("app.engines.local_run.LISTEN_TIMEOUT_S", 0.0)
    run = engine.start(request(tokens=200))
    time.sleep(0.01)
    monkeypatch.setattr("app.engines.local_run.LISTEN_TIMEOUT_S", 30.0)
    events = events_of(run)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "cancelled"


def test_what_the_model_refuses_arrives_as_a_failure_in_words(engine: LocalEngine) -> None:
    failure = events_of(engine.start(request(text="x" * 2 * CONTEXT)))[-1]
    assert isinstance(failure, RunFailed)
    assert failure.type == "PromptError"
    assert "Shorten" in failure.message


def test_more_tokens_than_the_context_holds_are_refused(engine: LocalEngine) -> None:
    failure = events_of(engine.start(request(tokens=CONTEXT)))[-1]
    assert isinstance(failure, RunFailed)
    assert "Ask for at most" in failure.message


def test_an_unknown_model_fails_its_run_and_no_other(engine: LocalEngine) -> None:
    failure = events_of(engine.start(request(model="nowhere")))[-1]
    assert isinstance(failure, RunFailed)
    assert failure.message == 'there is no model "nowhere". Take another.'
    assert engine.state().phase == "failed"
    assert isinstance(events_of(engine.start(request()))[-1], RunFinished)


def test_a_bug_while_loading_is_logged_and_told_without_details(
    engine: LocalEngine, caplog: pytest.LogCaptureFixture
) -> None:
    failure = events_of(engine.start(request(model="broken")))[-1]
    assert isinstance(failure, RunFailed)
    assert failure.message.startswith("Something broke on the server")
    assert "ZeroDivisionError" in caplog.text


def test_an_error_in_the_middle_of_a_run_ends_it_and_not_the_engine(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(engine)

    def break_at_the_page(run: LocalRun) -> None:
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(LocalRun, "wait_for_page", break_at_the_page)
        assert isinstance(events_of(engine.start(request()))[-1], RunFailed)
    assert isinstance(events_of(engine.start(request()))[-1], RunFinished)


def test_switching_models_frees_the_old_one(engine: LocalEngine) -> None:
    settled(engine)
    assert engine._loaded is not None
    old = weakref.ref(engine._loaded.model)
    engine.prepare("gpt2")
    assert settled(engine, model="gpt2").facts == tiny_loaded("gpt2").facts
    gc.collect()
    assert old() is None


def test_a_prompt_is_measured_as_it_will_be_read(engine: LocalEngine) -> None:
    settled(engine)
    prompt = PromptRequest(model="llama", text="Hello", system="Be brief.")
    size = engine.measure_prompt(prompt)
    started = events_of(engine.start(RunRequest(prompt=prompt)))[0]
    assert isinstance(started, RunStarted)
    assert size.tokens == started.prompt_tokens
    assert size.context == CONTEXT


def test_a_prompt_beyond_the_context_is_measured_too(engine: LocalEngine) -> None:
    settled(engine)
    assert engine.measure_prompt(PromptRequest(model="llama", text="x" * 1000)).tokens > CONTEXT


def test_a_prompt_is_not_measured_with_another_model(engine: LocalEngine) -> None:
    settled(engine)
    with pytest.raises(ModelError, match="once the model is loaded"):
        engine.measure_prompt(PromptRequest(model="gpt2", text="Hello"))


def test_every_hostile_prompt_is_read(engine: LocalEngine) -> None:
    for prompt in ("\x00\x07", "👩‍🔬", "שלום", "${1+1}", "<img src=x onerror=alert(1)>", "C:\\new\\table"):
        assert isinstance(events_of(engine.start(request(text=prompt)))[-1], RunFinished)


def test_a_closed_engine_ends_its_thread() -> None:
    engine = LocalEngine(load, model="llama")
    run = engine.start(request(tokens=200))
    while not any(isinstance(event, PrefillDone) for event in run.next_events(0.05)):
        pass
    engine.close()
    assert isinstance(events_of(run)[-1], RunFinished)
    engine._thread.join(PATIENCE_S)
    assert not engine._thread.is_alive()


def test_every_method_of_the_core_has_a_title_on_the_page(engine: LocalEngine) -> None:
    from app.text import race as text

    assert settled(engine).methods == text.METHODS
    RaceForm(prompt="Hello", method=text.METHODS[1]).request(methods=text.METHODS)
