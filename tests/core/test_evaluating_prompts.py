"""A file of prompts to evaluate on is checked as a whole, and says where it is broken."""

import json

import pytest

from griffin_core.errors import PromptError, SettingsError, SuiteError
from griffin_core.evaluating.prompts_file import EvaluationPrompt, digest, read_prompts
from griffin_core.evaluating.running import encode_prompts
from griffin_core.lanes import parse_lane
from griffin_core.settings import EvaluationSettings
from tests.tiny_models import CONTEXT


def file_of(folder, *lines):
    path = folder / "prompts.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_lines_become_prompts_with_their_references(tmp_path):
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    path = file_of(tmp_path, "# two", {"prompt": " a\n", "reference": "b", "kind": "x"}, "", {"messages": chat})
    first, second = read_prompts(path)
    assert first == EvaluationPrompt(line=2, text=" a\n", reference="b")
    assert second == EvaluationPrompt(line=4, messages=(("system", "Be brief."), ("user", "Why?")))
    assert (first.last_words, second.last_words) == (" a\n", "Why?")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"prompt": "a"', "not JSON"),
        ("[]", "must be an object"),
        ({}, 'either "prompt" or "messages", got the keys []'),
        ({"text": "a"}, "got the keys ['text']"),
        ({"prompt": None}, 'either "prompt" or "messages"'),
        ({"prompt": "a", "messages": [{"role": "user", "content": "b"}]}, "got both"),
        ({"prompt": 3}, '"prompt" must be a text, got 3'),
        ({"prompt": " "}, '"prompt" is empty'),
        ({"prompt": "a", "chat": True}, '"chat" is not read here'),
        ({"prompt": "a", "system": "b"}, '"system" is not read here'),
        ({"prompt": "a", "reference": ["b"]}, '"reference" must be a text'),
        ({"messages": []}, "got []"),
        ({"messages": "hello"}, "got 'hello'"),
        ({"messages": ["hello"]}, "a message must be an object"),
        ({"messages": [{"role": "user"}]}, "a message must be an object"),
        ({"messages": [{"role": "user", "content": None}]}, '"content" of a message must be a text'),
        ({"messages": [{"role": "user", "content": 7}]}, '"content" must be a text, got 7'),
        ('{"prompt": "\\ud800"}', "half a character"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(line, says, tmp_path):
    path = file_of(tmp_path, {"prompt": "fine"}, "# note", "", line, {"prompt": "fine"})
    with pytest.raises(SuiteError) as refused:
        read_prompts(path)
    assert str(refused.value).startswith("line 4 of the suite: ")
    assert says in str(refused.value)


def test_an_empty_file_and_none_at_all_are_refused(tmp_path):
    with pytest.raises(SuiteError, match="holds no prompt"):
        read_prompts(file_of(tmp_path, "# nothing", ""))
    with pytest.raises(SuiteError, match="cannot be read"):
        read_prompts(tmp_path / "nowhere.jsonl")


def test_a_digest_is_of_what_the_prompts_say(tmp_path):
    prompts = read_prompts(file_of(tmp_path, {"prompt": "a"}, {"prompt": "b"}))
    moved = read_prompts(file_of(tmp_path, "# moved down", {"prompt": "a"}, {"prompt": "b", "kind": "x"}))
    assert digest(prompts) == digest(moved)
    assert digest(prompts) != digest(read_prompts(file_of(tmp_path, {"prompt": "a"}, {"prompt": "c"})))
    assert digest(prompts) != digest(prompts[:1])


def test_a_text_is_continued_as_it_stands_and_messages_go_into_the_template(tiny_llama):
    prompts = [EvaluationPrompt(line=1, text="ab"), EvaluationPrompt(line=2, messages=(("user", "ab"),))]
    plain, chat = encode_prompts(tiny_llama, prompts, EvaluationSettings())
    assert tiny_llama.tokenizer.decode(plain[0]) == "ab"
    assert tiny_llama.tokenizer.decode(chat[0]) == "<|user|>ab</s><|answer|>"


def test_a_prompt_without_room_for_the_answer_is_refused_with_its_line(tiny_llama):
    fits = EvaluationPrompt(line=1, text="x" * (CONTEXT - 64))
    assert len(encode_prompts(tiny_llama, [fits], EvaluationSettings())) == 1
    with pytest.raises(PromptError, match=rf"line 9 of the suite: the prompt is {CONTEXT - 63} tokens long .* 64"):
        encode_prompts(tiny_llama, [fits, EvaluationPrompt(line=9, text="x" * (CONTEXT - 63))], EvaluationSettings())
    with pytest.raises(PromptError, match="line 9 of the suite: the prompt is"):
        encode_prompts(tiny_llama, [fits, EvaluationPrompt(line=9, text="x" * CONTEXT)], EvaluationSettings())


@pytest.mark.parametrize(
    ("lanes", "says"),
    [
        ([], "1 to 32 lanes, got 0"),
        (["dense"] * 33, "1 to 32 lanes, got 33"),
        (["dense", "dense"], "the lane dense is given twice"),
        (["griffin", "griffin:density=0.5"], "the lane griffin:density=0.5 is given twice"),
        (["dense:seed=7"], "draws no tokens"),
        (["griffin:experts=A"], "no such text is given"),
    ],
)
def test_lanes_that_cannot_be_judged_are_refused(lanes, says):
    with pytest.raises(SettingsError, match=says):
        EvaluationSettings(lanes=tuple(map(parse_lane, lanes)))


def test_an_answer_of_one_token_could_not_be_judged():
    with pytest.raises(SettingsError, match="max_new_tokens must be between 2"):
        EvaluationSettings(max_new_tokens=1)
    with pytest.raises(SettingsError, match="stop string"):
        EvaluationSettings(stop=("",))
