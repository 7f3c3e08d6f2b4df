"""Text and messages become token ids, never cut, always in words when they cannot."""

import pytest
import torch

from griffin_core.errors import PromptError
from griffin_core.loading import LoadedModel
from griffin_core.prompts import encode_prompt, prompt_length
from tests.tiny_models import CONTEXT, tiny_tokenizer

HOSTILE = (
    "${1+1}",
    "<img src=x onerror=alert(1)>",
    r"C:\new\table",
    "\x00\x07\x1b[31m",
    "🦜 👩‍👩‍👧‍👦",
    "שלום עולם",
    "{{ 7 * 7 }}{% raw %}",
)


def said(loaded: LoadedModel, ids: torch.Tensor) -> str:
    return str(loaded.tokenizer.decode(ids[0]))


def test_prompt_is_one_row_of_int64_on_the_models_device(tiny_llama: LoadedModel) -> None:
    ids = encode_prompt(tiny_llama, "hello")
    assert ids.dtype == torch.int64
    assert ids.shape == (1, len("<|user|>hello</s><|answer|>") - len("<|user|></s><|answer|>") + 3)
    assert ids.device == tiny_llama.device


def test_template_frames_the_prompt_and_opens_the_answer(tiny_llama: LoadedModel) -> None:
    assert said(tiny_llama, encode_prompt(tiny_llama, "hello")) == "<|user|>hello</s><|answer|>"


def test_without_chat_the_prompt_is_the_text_alone(tiny_llama: LoadedModel) -> None:
    assert said(tiny_llama, encode_prompt(tiny_llama, "hello", chat=False)) == "hello"


def test_model_without_template_takes_the_text_alone(tiny_llama: LoadedModel) -> None:
    tiny_llama.tokenizer.chat_template = None
    assert said(tiny_llama, encode_prompt(tiny_llama, "hello", system="be brief")) == "be brief\n\nhello"


def test_system_prompt_takes_the_system_role(tiny_llama: LoadedModel) -> None:
    ids = encode_prompt(tiny_llama, "hello", system="be brief")
    assert said(tiny_llama, ids) == "<|system|>be brief</s><|user|>hello</s><|answer|>"


def test_blank_system_prompt_is_none(tiny_llama: LoadedModel) -> None:
    assert torch.equal(encode_prompt(tiny_llama, "hello", system="  "), encode_prompt(tiny_llama, "hello"))


def test_messages_keep_their_order(tiny_llama: LoadedModel) -> None:
    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "one"},
        {"role": "user", "content": "two"},
    ]
    ids = encode_prompt(tiny_llama, messages)
    assert said(tiny_llama, ids) == "<|system|>be brief</s><|user|>one</s><|user|>two</s><|answer|>"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("chat", [True, False])
def test_any_text_is_encoded_as_it_is(tiny_llama: LoadedModel, text: str, chat: bool) -> None:
    written = said(tiny_llama, encode_prompt(tiny_llama, text, chat=chat))
    assert written == (f"<|user|>{text}</s><|answer|>" if chat else text)


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000"])
def test_blank_prompt_is_refused(tiny_llama: LoadedModel, text: str) -> None:
    with pytest.raises(PromptError, match="empty"):
        encode_prompt(tiny_llama, text)
    with pytest.raises(PromptError, match="empty"):
        encode_prompt(tiny_llama, [{"role": "user", "content": text}])


@pytest.mark.parametrize(
    "malformed",
    [[], [1], ["hello"], [{"role": "user"}], [{"role": "user", "content": 3}], {"role": "user"}, None, 5, b"hello"],
)
def test_malformed_messages_are_refused(tiny_llama: LoadedModel, malformed: object) -> None:
    with pytest.raises(PromptError, match="a text or a list of messages"):
        encode_prompt(tiny_llama, malformed)  # type: ignore[arg-type]


def test_half_a_character_is_refused_with_its_place(tiny_llama: LoadedModel) -> None:
    with pytest.raises(PromptError, match=r"U\+D83E at position 3"):
        encode_prompt(tiny_llama, "abc\ud83e")


def test_prompt_must_leave_room_for_one_token(tiny_llama: LoadedModel) -> None:
    assert encode_prompt(tiny_llama, "x" * (CONTEXT - 1), chat=False).shape == (1, CONTEXT - 1)
    with pytest.raises(PromptError, match="256 tokens long.* 256 must also"):
        encode_prompt(tiny_llama, "x" * CONTEXT, chat=False)


def test_two_hundred_thousand_characters_are_refused_in_words(tiny_llama: LoadedModel) -> None:
    with pytest.raises(PromptError, match="200,000 tokens"):
        encode_prompt(tiny_llama, "é" * 100_000, chat=False)


def test_length_is_told_also_when_it_is_too_long(tiny_llama: LoadedModel) -> None:
    assert prompt_length(tiny_llama, "x" * 1000, chat=False) == 1000
    assert prompt_length(tiny_llama, "hello") == encode_prompt(tiny_llama, "hello").shape[1]


def test_template_that_refuses_the_system_role_is_quoted(tiny_llama: LoadedModel) -> None:
    tiny_llama.tokenizer.chat_template = (
        "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{{ messages[0]['content'] }}"
    )
    assert said(tiny_llama, encode_prompt(tiny_llama, "hello")) == "hello"
    with pytest.raises(PromptError, match=r"System role not supported.*Leave the system prompt empty"):
        encode_prompt(tiny_llama, "hello", system="be brief")


def test_template_that_drops_the_system_prompt_is_not_believed(tiny_llama: LoadedModel) -> None:
    tiny_llama.tokenizer.chat_template = "{{ messages[-1]['content'] }}"
    with pytest.raises(PromptError, match="leaves out the system prompt"):
        encode_prompt(tiny_llama, "hello", system="be brief")


def test_system_prompt_given_twice_is_refused(tiny_llama: LoadedModel) -> None:
    with pytest.raises(PromptError, match="twice"):
        encode_prompt(tiny_llama, [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}], system="c")


def test_long_prompt_prints_no_warning_of_the_tokenizer(
    tiny_llama: LoadedModel, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    tiny_llama.tokenizer.model_max_length = 10
    encode_prompt(tiny_llama, "x" * 100)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_tiny_tokenizer_says_every_byte() -> None:
    tokenizer = tiny_tokenizer()
    text = "".join(map(chr, range(1, 0x300)))
    assert tokenizer.decode(tokenizer.encode(text)) == text
