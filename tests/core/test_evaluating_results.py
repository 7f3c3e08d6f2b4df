"""Results in a file: kept as they come, read back the same, and never mixed with those of another evaluation."""

import dataclasses
import json

import pytest

from griffin_core.errors import SuiteError
from griffin_core.evaluating.prompts_file import EvaluationPrompt
from griffin_core.evaluating.results_file import make_header, open_results
from tests.core.hand_made_results import SETTINGS, two_prompts
from tests.core.scripted_run import FACTS

PROMPTS = [EvaluationPrompt(line=1, text="a"), EvaluationPrompt(line=2, text="b")]
HEADER = make_header(PROMPTS, SETTINGS, FACTS, threads=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.jsonl"


def write(path, *results):
    with open_results(path, HEADER) as file:
        for result in results:
            file.add(result)


def test_results_are_read_back_as_they_were(path):
    first, second = two_prompts()
    write(path, first)
    with open_results(path, HEADER) as file:
        assert file.done == (first,)
        file.add(second)
    with open_results(path, HEADER) as file:
        assert file.done == (first, second)
    assert json.loads(path.read_text().splitlines()[0])["lanes"] == ["dense", "griffin:density=0.5"]


def test_a_result_is_in_the_file_before_the_next_prompt_begins(path):
    with open_results(path, HEADER) as file:
        file.add(two_prompts()[0])
        assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("lost", [1, 30])
def test_a_line_that_breaks_off_is_cut_away(path, lost):
    first, second = two_prompts()
    write(path, first, second)
    path.write_bytes(path.read_bytes()[:-lost])
    with open_results(path, HEADER) as file:
        assert file.done == (first,)
        file.add(second)
    with open_results(path, HEADER) as file:
        assert file.done == (first, second)


def test_a_header_that_breaks_off_is_written_again(path):
    write(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    write(path)
    assert path.read_bytes() == whole


OTHERS = {
    "prompts": {"prompts": PROMPTS[:1]},
    "prompts_sha256": {"prompts": [PROMPTS[0], EvaluationPrompt(line=2, text="c")]},
    "lanes": {"settings": dataclasses.replace(SETTINGS, lanes=SETTINGS.lanes[:1])},
    "max_new_tokens": {"settings": dataclasses.replace(SETTINGS, max_new_tokens=9)},
    "stop": {"settings": dataclasses.replace(SETTINGS, stop=("\n",))},
    "seed": {"settings": dataclasses.replace(SETTINGS, seed=1)},
    "threads": {"threads": 2},
    "dtype": {"model": dataclasses.replace(FACTS, dtype="bfloat16")},
    "device_name": {"model": dataclasses.replace(FACTS, device_name="another")},
}


@pytest.mark.parametrize("key", OTHERS)
def test_results_of_another_evaluation_are_refused_and_left_as_they_are(path, key):
    write(path, two_prompts()[0])
    before = path.read_bytes()
    asked = {"prompts": PROMPTS, "settings": SETTINGS, "model": FACTS, "threads": 1} | OTHERS[key]
    other = make_header(asked["prompts"], asked["settings"], asked["model"], threads=asked["threads"])
    with (
        pytest.raises(SuiteError, match=rf"another evaluation: its {key} is .*, here it is"),
        open_results(path, other),
    ):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["hello\n", "hello", '{"prompt": "a"}\n', "[]\n", "\n"])
def test_a_file_of_something_else_is_refused_and_left_as_it_is(path, text):
    path.write_text(text)
    with pytest.raises(SuiteError, match="is no file of results"), open_results(path, HEADER):
        pass
    assert path.read_text() == text


def test_lines_that_are_no_results_are_refused(path):
    write(path, two_prompts()[0])
    whole = path.read_text()
    path.write_text(whole + '{"number": 2}\n')
    with pytest.raises(SuiteError, match=r"line 3 of .* is no result \(prompt_tokens: "), open_results(path, HEADER):
        pass
    path.write_text(whole + whole.splitlines()[1] + "\n")
    with pytest.raises(SuiteError, match="line 3 of .* has prompt 1, but 2 is next"), open_results(path, HEADER):
        pass


def test_two_evaluations_cannot_write_to_one_file(path):
    with (
        open_results(path, HEADER),
        pytest.raises(SuiteError, match="another evaluation is writing"),
        open_results(path, HEADER),
    ):
        pass


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / "out.jsonl"):
        with pytest.raises(SuiteError, match="cannot be written"), open_results(path, HEADER):
            pass
