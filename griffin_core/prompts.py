"""Text or chat messages → token ids, never cut. Knows templates and the context; knows nothing of decoding."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import torch

from griffin_core.errors import PromptError
from griffin_core.loading import LoadedModel

Messages = Sequence[Mapping[str, str]]


def encode_prompt(
    loaded: LoadedModel, prompt: str | Messages, *, chat: bool = True, system: str | None = None
) -> torch.Tensor:
    """Token ids of a prompt, (1, S) int64 on the model's device.

    prompt: a text, or chat messages such as `{"role": "user", "content": "Hello"}`.
    chat: put it into the model's chat template, if the model has one, and open the answer.
    system: text for the system role; without a template it stands before the prompt.

    Raises PromptError when the prompt is empty or malformed, when the template refuses it, or when it leaves no
    room for one more token in the model's context.
    """
    ids = _token_ids(loaded, prompt, chat=chat, system=system)
    if len(ids) + 1 > loaded.context:
        raise PromptError(
            f"the prompt is {len(ids):,} tokens long, and the model's context of {loaded.context:,} must also hold "
            "the answer. Shorten the prompt."
        )
    return torch.tensor([ids], dtype=torch.int64, device=loaded.device)  # (1, S)


def prompt_length(loaded: LoadedModel, prompt: str | Messages, *, chat: bool = True, system: str | None = None) -> int:
    """Tokens of the prompt as `encode_prompt` would make it, also where they are too many. Raises PromptError."""
    return len(_token_ids(loaded, prompt, chat=chat, system=system))


def _token_ids(loaded: LoadedModel, prompt: str | Messages, *, chat: bool, system: str | None) -> list[int]:
    messages = _messages(prompt, system=system)
    templated = chat and loaded.tokenizer.chat_template is not None
    text = _templated(loaded, messages) if templated else "\n\n".join(message["content"] for message in messages)
    # Templates write their own special tokens; plain text gets those the tokenizer adds. The context is checked
    # by the caller, so the tokenizer's warning about it would say the same twice.
    encoded = loaded.tokenizer(text, add_special_tokens=not templated, verbose=False)
    ids: list[int] = encoded["input_ids"]
    if not ids:
        raise PromptError("the prompt holds no token the model knows. Write some text.")
    return ids


def _messages(prompt: str | Messages, *, system: str | None) -> list[dict[str, str]]:
    if isinstance(prompt, str):
        messages = [{"role": "user", "content": prompt}]
    elif _are_messages(prompt):
        messages = [dict(message) for message in prompt]
    else:
        raise PromptError(
            'a prompt is a text or a list of messages like {"role": "user", "content": "Hello"}, '
            f"got {_shown(prompt)}."
        )
    if not any(message["content"].strip() for message in messages):
        raise PromptError("the prompt is empty. Write some text.")
    if system is not None and system.strip():
        if any(message["role"] == "system" for message in messages):
            raise PromptError("a system prompt is given twice, by itself and among the messages. Leave one out.")
        messages.insert(0, {"role": "system", "content": system})
    for message in messages:
        _refuse_half_characters(message["content"])
    return messages


def _are_messages(value: object) -> TypeGuard[Messages]:
    return isinstance(value, Sequence) and all(map(_is_message, value)) and len(value) > 0


def _is_message(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(value.get(key), str) for key in ("role", "content"))


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PromptError(
            f"the prompt holds half a character (U+{ord(text[error.start]):04X} at position {error.start}), "
            "which no encoding can hold. Remove it."
        ) from error


def _templated(loaded: LoadedModel, messages: list[dict[str, str]]) -> str:
    try:
        text = loaded.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    except Exception as error:  # a template is a program of the model's maker and raises what it likes
        raise PromptError(_refusal(str(error), messages)) from error
    unheard = [m for m in messages if m["role"] == "system" and m["content"].strip() not in str(text)]
    if unheard:
        raise PromptError(_refusal("it leaves out the system prompt", messages))
    return str(text)


def _refusal(detail: str, messages: list[dict[str, str]]) -> str:
    roles = [message["role"] for message in messages]
    if "system" in roles:
        advice = (
            "Leave the system prompt empty and write what it should say into the prompt, or switch the template off."
        )
    else:
        advice = "Begin with a user message and let roles alternate, or switch the template off."
    return f"the model's chat template refuses this ({detail}); it was given the roles {', '.join(roles)}. {advice}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
