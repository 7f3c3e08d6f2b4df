"""A session records every prompt once, whatever interrupts it, and goes on where it stopped."""

import dataclasses
import json
from contextlib import closing
from pathlib import Path

import pytest

import griffin_core as gc
from griffin_core.errors import OutOfMemoryError, SuiteError
from griffin_core.events import TokenEmitted
from griffin_core.prompts import encode_prompt
from griffin_core.recording import read_recording
from griffin_core.session import (
    PromptFailure,
    PromptResult,
    SessionFolder,
    SessionSettings,
    make_tasks,
    read_suite,
    running,
)
from griffin_core.session.running import Progress, run_session
from griffin_core.settings import RunSettings
from tests.tiny_models import CONTEXT, tiny_loaded

SETTINGS = SessionSettings(run=RunSettings(max_new_tokens=4, ignore_eos=True))
PROMPTS = [{"prompt": text} for text in ("one", "two", "three", "four")]


class Session:
    """A suite and a folder; `run` runs what is left to do."""

    def __init__(self, path: Path, prompts=PROMPTS, settings=SETTINGS, loaded=None) -> None:
        self.loads = 0
        self.loaded = loaded or tiny_loaded("llama")
        self.settings = settings
        suite = path / "suite.jsonl"
        suite.write_text("\n".join(map(json.dumps, prompts)), encoding="utf-8")
        self.tasks = make_tasks(read_suite(suite), settings)
        self.folder = SessionFolder(path / "out")

    def load(self):
        self.loads += 1
        return self.loaded

    def events(self):
        return run_session(self.tasks, self.folder, self.settings, self.load)

    def run(self):
        return [event for event in self.events() if not isinstance(event, Progress)]

    def files(self, pattern="*.jsonl"):
        return {path.name: path.read_bytes() for path in self.folder.path.glob(pattern)}


def places(outcomes):
    return [(outcome.task.prompt.number, outcome.kept) for outcome in outcomes]


def interrupt(session, *, results, tokens):
    """Close the session after so many results and, in the prompt after those, so many tokens."""
    done = 0
    with closing(session.events()) as events:
        for event in events:
            if not isinstance(event, Progress):
                done += 1
            elif done == results and event.tokens == tokens:
                return
    raise AssertionError("the session ended before it could be interrupted")


def test_every_prompt_gets_a_recording_of_its_own(tmp_path):
    prompts = [{"prompt": "one", "title": "First", "tags": ["a"]}, {"prompt": "two", "chat": False}]
    session = Session(tmp_path, prompts)
    assert places(session.run()) == [(1, False), (2, False)]
    assert session.loads == 1
    first, second = (read_recording(session.folder.path / task.file) for task in session.tasks)
    assert first.complete
    assert (first.header.title, first.header.tags, first.header.prompt.text) == ("First", ("a",), "one")
    assert second.header.run.prompt_ids == tuple(encode_prompt(session.loaded, "two", chat=False)[0].tolist())
    assert gc.verify(session.loaded, second).matches
    assert session.files("*.part") == {}


def test_progress_counts_the_tokens_of_all_lanes(tmp_path):
    seen = [event for event in Session(tmp_path, PROMPTS[:1]).events() if isinstance(event, Progress)]
    assert [event.tokens for event in seen] == list(range(9))
    assert {event.most_tokens for event in seen} == {8}


@pytest.mark.parametrize("results", [0, 1, 3])
def test_an_interrupted_session_goes_on_without_repeating(results, tmp_path):
    interrupt(Session(tmp_path), results=results, tokens=3)
    before = Session(tmp_path).files()
    assert len(before) == results
    again = Session(tmp_path)
    outcomes = again.run()
    assert places(outcomes) == [(number, number <= results) for number in (1, 2, 3, 4)]
    after = again.files()
    assert len(after) == 4
    assert {name: after[name] for name in before} == before  # byte for byte: they were not run again
    assert all(read_recording(again.folder.path / name).complete for name in after)
    assert again.files("*.part") == {}


def test_half_a_recording_is_done_again(tmp_path):
    session = Session(tmp_path, PROMPTS[:1])
    interrupt(session, results=0, tokens=3)
    (part,) = session.files("*.part").values()
    assert part.count(b"\n") > 1  # something was there
    (result,) = session.run()
    assert not result.kept
    assert [len(lane.token_ids) for lane in result.lanes] == [4, 4]


def test_a_finished_session_loads_no_model(tmp_path):
    first = Session(tmp_path).run()
    again = Session(tmp_path)
    assert [outcome.lanes for outcome in again.run()] == [outcome.lanes for outcome in first]
    assert again.loads == 0


def test_a_changed_line_is_the_only_one_run_again(tmp_path):
    Session(tmp_path).run()
    changed = Session(tmp_path, [*PROMPTS[:2], {"prompt": "another"}, PROMPTS[3]])
    outcomes = changed.run()
    assert sorted(places(outcomes)) == [(1, True), (2, True), (3, False), (4, True)]
    assert changed.folder.others(changed.tasks) == 1


def test_a_line_put_before_the_others_moves_them_without_running_them(tmp_path):
    Session(tmp_path, PROMPTS[:2]).run()
    moved = Session(tmp_path, [{"prompt": "zero"}, *PROMPTS[:2]])
    assert sorted(places(moved.run())) == [(1, False), (2, True), (3, True)]
    assert set(moved.files()) == {task.file for task in moved.tasks}


def test_changed_settings_run_everything_and_leave_the_old_recordings(tmp_path):
    old = Session(tmp_path, PROMPTS[:1])
    old.run()
    new = Session(tmp_path, PROMPTS[:1], dataclasses.replace(SETTINGS, run=RunSettings(max_new_tokens=3)))
    assert places(new.run()) == [(1, False)]
    assert set(new.files()) == {old.tasks[0].file, new.tasks[0].file}


@pytest.mark.parametrize("damage", ["cut", "cancelled"])
def test_a_recording_that_is_not_whole_is_done_again(damage, tmp_path):
    session = Session(tmp_path, PROMPTS[:1])
    session.run()
    path = session.folder.path / session.tasks[0].file
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes({"cut": whole[:-30], "cancelled": whole.replace(b'"done"', b'"cancelled"')}[damage])
    assert path.read_bytes() != whole
    assert places(session.run()) == [(1, False)]
    assert len(path.read_bytes().splitlines()) == len(lines)


def test_a_prompt_that_fails_is_told_and_costs_no_other(tmp_path):
    prompts = [PROMPTS[0], {"prompt": "x" * CONTEXT, "id": "long"}, PROMPTS[1]]
    session = Session(tmp_path, prompts)
    first, failed, last = session.run()
    assert isinstance(first, PromptResult)
    assert isinstance(last, PromptResult)
    assert (failed.task.prompt.id, failed.type) == ("long", "PromptError")
    assert "tokens long" in failed.message
    assert len(session.files("*")) == 3  # two recordings and the lock


@pytest.mark.parametrize("error", [OutOfMemoryError("memory is full."), ZeroDivisionError("division by zero")])
def test_a_race_that_breaks_leaves_no_recording_and_is_tried_again_next_time(error, tmp_path, monkeypatch):
    start_race = running.start_race

    def breaking(loaded, prompt, settings):
        for event in start_race(loaded, prompt, settings):
            yield event
            if isinstance(event, TokenEmitted) and event.index == 2:
                raise error

    session = Session(tmp_path, PROMPTS[:1])
    monkeypatch.setattr(running, "start_race", breaking)
    (failed,) = session.run()
    assert isinstance(failed, PromptFailure)
    assert (failed.type, failed.message) == (type(error).__name__, str(error))
    assert session.files() == session.files("*.part") == {}
    monkeypatch.setattr(running, "start_race", start_race)
    assert places(session.run()) == [(1, False)]


@pytest.mark.parametrize(
    ("what", "value", "said"),
    [
        ("dtype", "bfloat16", "dtype"),
        ("device_name", "cpu, 99 threads", "device name"),
        ("versions", {"torch": "1.0"}, "version of"),
    ],
)
def test_recordings_of_another_machine_are_not_mixed_in(what, value, said, tmp_path):
    interrupt(Session(tmp_path), results=1, tokens=0)
    other = tiny_loaded("llama")
    other.facts = dataclasses.replace(other.facts, **{what: value})
    with pytest.raises(SuiteError, match=f"another {said}.*another --out"):
        Session(tmp_path, loaded=other).run()


def test_texts_of_experts_are_put_like_the_prompt(tmp_path):
    settings = SessionSettings(
        run=RunSettings(lanes=(gc.pruned(experts="A"),), max_new_tokens=2), experts={"A": "a text"}
    )
    session = Session(tmp_path, [{"prompt": "one", "system": "Be brief."}, {"prompt": "two", "chat": False}], settings)
    assert all(isinstance(outcome, PromptResult) for outcome in session.run())
    read = [read_recording(session.folder.path / task.file).header.run.sources[0] for task in session.tasks]
    wanted = [
        encode_prompt(session.loaded, "a text", system="Be brief."),
        encode_prompt(session.loaded, "a text", chat=False),
    ]
    assert [(source.name, source.token_ids) for source in read] == [("A", tuple(ids[0].tolist())) for ids in wanted]
