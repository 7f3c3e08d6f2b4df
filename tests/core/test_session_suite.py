"""A suite is checked as a whole, and its tasks are known by what decides their race."""

import json
from pathlib import Path

import pytest

from griffin_core.errors import SuiteError
from griffin_core.recording import PromptText
from griffin_core.session import SessionSettings, make_tasks, read_suite
from griffin_core.settings import RunSettings


def suite(path: Path, *lines: object) -> Path:
    file = path / "suite.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def test_lines_become_prompts_with_what_they_say(tmp_path):
    full = {"prompt": "Why?", "id": "q", "system": "Be brief.", "chat": True, "title": "A\nq", "tags": ["a", "b", "a"]}
    first, second = read_suite(suite(tmp_path, "# two prompts", full, "", {"prompt": "naïve 👩‍🔬", "chat": False}))
    assert (first.number, first.line, first.id, first.title, first.tags) == (1, 2, "q", "A q", ("a", "b"))
    assert first.prompt == PromptText(text="Why?", system="Be brief.", chat=True)
    assert (second.number, second.line, second.id, second.title, second.tags) == (2, 4, "2", "", ())
    assert second.prompt == PromptText(text="naïve 👩‍🔬", system=None, chat=False)


def test_numbers_as_ids_step_aside_for_ids_that_were_given(tmp_path):
    lines = [{"prompt": "a"}, {"prompt": "b", "id": "1"}, {"prompt": "c", "id": "1-2"}, {"prompt": "d"}]
    assert [prompt.id for prompt in read_suite(suite(tmp_path, *lines))] == ["1-3", "1", "1-2", "4"]


def test_files_of_other_systems_are_read(tmp_path):
    file = tmp_path / "suite.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"prompt": "one"}\r\n\r\n{"prompt": "two"}')
    assert [prompt.prompt.text for prompt in read_suite(file)] == ["one", "two"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("hello", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"prompt": "a"', "not JSON"),
        ("[]", "must be an object"),
        ({}, '"prompt"'),
        ({"prompt": None}, '"prompt"'),
        ({"prompt": 3}, "must be a text, got 3"),
        ({"prompt": " \n"}, "empty"),
        ('{"prompt": "\\ud800"}', "half a character"),
        ({"prompt": "a", "system": ["b"]}, '"system" must be a text'),
        ({"prompt": "a", "system": ""}, '"system" is empty'),
        ({"prompt": "a", "system": "b", "chat": False}, "chat template"),
        ({"prompt": "a", "chat": "yes"}, "true or false"),
        ({"prompt": "a", "chat": None}, "true or false"),
        ({"prompt": "a", "id": 7}, '"id" must be a text'),
        ({"prompt": "a", "id": "x" * 81}, "80 characters"),
        ({"prompt": "a", "id": "two\nlines"}, "one line"),
        ({"prompt": "a", "title": "x" * 121}, "120 characters"),
        ({"prompt": "a", "tags": "science"}, "list of texts"),
        ({"prompt": "a", "tags": [None]}, "null"),
        ({"prompt": "a", "tags": ["x" * 41]}, "40 characters"),
        ({"prompt": "a", "colour": "red"}, '"colour". Known keys: prompt, id'),
        ({"prompt": "a", "id": "first"}, 'the id "first" is that of line 1'),
    ],
)
def test_a_bad_line_is_refused_with_its_number(line, says, tmp_path):
    file = suite(tmp_path, {"prompt": "fine", "id": "first"}, "", "# note", line, {"prompt": "fine, too"})
    with pytest.raises(SuiteError) as refused:
        read_suite(file)
    assert str(refused.value).startswith("line 4 of the suite: ")
    assert says in str(refused.value)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    file = tmp_path / "suite.jsonl"
    file.write_bytes(b'{"prompt": "fine"}\n{"prompt": "\xff"}\n')
    with pytest.raises(SuiteError, match="line 2 of the suite: this is not UTF-8"):
        read_suite(file)


@pytest.mark.parametrize("lines", [(), ("# nothing",)])
def test_an_empty_suite_is_refused(lines, tmp_path):
    with pytest.raises(SuiteError, match="holds no prompt"):
        read_suite(suite(tmp_path, *lines))


@pytest.mark.parametrize("name", ["no-such-file", ".", "null\0byte"])
def test_a_suite_that_cannot_be_read_is_refused(name, tmp_path):
    with pytest.raises(SuiteError, match="cannot be read"):
        read_suite(tmp_path / name)


def test_a_suite_has_bounds(tmp_path, monkeypatch):
    file = suite(tmp_path, *({"prompt": "a"} for _ in range(3)))
    monkeypatch.setattr("griffin_core.session.suite.MAX_PROMPTS", 2)
    with pytest.raises(SuiteError, match="line 3 .* 2 prompts"):
        read_suite(file)
    monkeypatch.setattr("griffin_core.session.suite_lines.MAX_BYTES", 10)
    with pytest.raises(SuiteError, match="larger than 10 bytes"):
        read_suite(file)


def names(path, *lines, **settings):
    settings = SessionSettings(run=RunSettings(**settings))
    return [task.file for task in make_tasks(read_suite(suite(path, *lines)), settings)]


def test_file_names_are_ours_whatever_a_prompt_is_called(tmp_path):
    (name,) = names(tmp_path, {"prompt": "../../etc/passwd", "id": "../../x", "title": "/a/b", "tags": ["c/d"]})
    assert name.startswith("0001-")
    assert name.endswith(".griffin.jsonl")
    assert set(name.removesuffix(".griffin.jsonl")) <= set("0123456789abcdef-")


def test_a_name_keeps_its_digest_when_its_line_moves(tmp_path):
    alone = names(tmp_path, {"prompt": "b"})
    moved = names(tmp_path, {"prompt": "a"}, "", {"prompt": "b", "id": "renamed"})
    assert alone[0].removeprefix("0001") == moved[1].removeprefix("0002")


@pytest.mark.parametrize(
    "change",
    [{"prompt": "c"}, {"prompt": "b", "system": "s"}, {"prompt": "b", "chat": False}, {"prompt": "b", "title": "t"}],
)
def test_what_changes_a_recording_changes_its_name(change, tmp_path):
    assert names(tmp_path, {"prompt": "b"}) != names(tmp_path, change)


def test_settings_model_and_experts_change_every_name(tmp_path):
    prompts = read_suite(suite(tmp_path, {"prompt": "a"}))
    variants = [
        SessionSettings(),
        SessionSettings(run=RunSettings(max_new_tokens=9)),
        SessionSettings(experts={"A": "text"}),
        SessionSettings(model={"model": "embedded"}),
    ]
    assert len({make_tasks(prompts, settings)[0].file for settings in variants}) == 4


def test_a_prompt_that_stands_twice_is_run_twice(tmp_path):
    assert len(set(names(tmp_path, {"prompt": "a"}, {"prompt": "a"}, {"prompt": "a"}))) == 3
