"""Runs a session: one recorded race a prompt, those done before left out. Knows races and the folder; no terminal.

A generator: closing it, wherever it stands, leaves every finished recording in place, and the next session goes on.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from griffin_core.differences import differences, machine_of, model_of
from griffin_core.errors import GriffinError, PromptError, SuiteError
from griffin_core.events import Event, ModelFacts, TokenEmitted
from griffin_core.loading import LoadedModel
from griffin_core.prompts import encode_prompt
from griffin_core.racing import start_race
from griffin_core.recording import PromptText, Recorder
from griffin_core.recording.header import public_model
from griffin_core.session.folder import SessionFolder
from griffin_core.session.result import PromptFailure, PromptOutcome, PromptResult, result_of
from griffin_core.session.task import SessionSettings, Task
from griffin_core.settings import RunSettings, Source


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A prompt is being run. tokens: written so far by all lanes, of at most `most_tokens`."""

    task: Task
    tokens: int
    most_tokens: int


def run_session(
    tasks: Sequence[Task], folder: SessionFolder, settings: SessionSettings, load: Callable[[], LoadedModel]
) -> Generator[Progress | PromptOutcome, None, None]:
    """Outcomes of prompts recorded before, then of the others as they are run, with their progress.

    load: called once, and only if something is left to run. A prompt that fails does not end the session.
    Raises SuiteError where another session has the folder, where its recordings come from another machine or cannot
    be read, and where it cannot be written.
    """
    with folder.held():
        done: dict[str, PromptResult] = {}
        for task in tasks:
            if recording := folder.finished(task):
                done[task.digest] = result_of(task, recording, kept=True)
                yield done[task.digest]
        left = [task for task in tasks if task.digest not in done]
        if not left:
            return
        loaded = load()
        for result in done.values():
            _check_same(result, loaded.facts, folder)
        for task in left:
            yield from _run_task(loaded, task, folder, settings)


def _run_task(
    loaded: LoadedModel, task: Task, folder: SessionFolder, settings: SessionSettings
) -> Iterator[Progress | PromptOutcome]:
    most = settings.run.max_new_tokens * len(settings.run.lanes)
    tokens = 0
    yield Progress(task=task, tokens=0, most_tokens=most)
    try:
        with closing(_recorded(loaded, task, folder, settings)) as events:
            for event in events:
                if isinstance(event, TokenEmitted):
                    tokens += 1
                    yield Progress(task=task, tokens=tokens, most_tokens=most)
        result = result_of(task, folder.finish(task), kept=False)
    except SuiteError:  # the folder cannot be written: nor could it for the prompts after this one
        folder.give_up(task)
        raise
    except GriffinError as error:
        folder.give_up(task)
        yield PromptFailure(task=task, type=type(error).__name__, message=str(error))
    except Exception as error:  # noqa: BLE001  # one prompt must not cost the others; the summary lists it
        folder.give_up(task)
        yield PromptFailure(task=task, type=type(error).__name__, message=str(error) or "unexpected error")
    else:
        yield result


def _recorded(
    loaded: LoadedModel, task: Task, folder: SessionFolder, settings: SessionSettings
) -> Generator[Event, None, None]:
    """The events of the task's race, each in the file before it is passed on."""
    prompt, path = task.prompt, folder.begin(task)
    tokens = encode_prompt(loaded, prompt.prompt.text, chat=prompt.prompt.chat, system=prompt.prompt.system)
    race = start_race(loaded, tokens, _with_experts(loaded, settings, prompt.prompt))
    with closing(race):
        with folder.writing():
            recorder = Recorder(path, title=prompt.title, prompt=prompt.prompt, tags=prompt.tags)
        try:
            for event in race:
                with folder.writing():
                    recorder.add(event)
                yield event
        finally:
            with folder.writing():
                recorder.close()


def _with_experts(loaded: LoadedModel, settings: SessionSettings, prompt: PromptText) -> RunSettings:
    """The run's settings, with the texts of experts put into the same template as the prompt."""
    sources = []
    for name, text in settings.experts.items():
        try:
            tokens = encode_prompt(loaded, text, chat=prompt.chat, system=prompt.system)
        except PromptError as error:
            raise PromptError(f"experts {name}: {error}") from error
        sources.append(Source(name=name, token_ids=tuple(tokens[0].tolist())))
    return replace(settings.run, sources=tuple(sources))


def _check_same(result: PromptResult, here: ModelFacts, folder: SessionFolder) -> None:
    """Raise SuiteError unless the recording comes from this model and machine: their speeds would be mixed up."""
    for found in differences(_facts(result.model), _facts(here)):
        raise SuiteError(
            f"{folder.path} holds recordings of this session with another {found.name.replace('_', ' ')}: {found.a}; "
            f"here it is {found.b}. Choose another --out, or delete them."
        )


def _facts(model: ModelFacts) -> dict[str, object]:
    """Of the model and the machine, its threads among them; recordings name a local model without its folders."""
    named = {"model": public_model(model.model), "device_name": model.device_name}
    return {**model_of(model), **machine_of(model), **named}
