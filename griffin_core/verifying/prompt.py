"""Whether the prompt a recording shows is the one whose tokens it holds. Knows a tokenizer; runs nothing."""

from griffin_core.errors import PromptError
from griffin_core.loading import LoadedModel
from griffin_core.prompts import encode_prompt
from griffin_core.recording import Header, PromptText
from griffin_core.recording.header import public_model
from griffin_core.verifying.records import Prompt

_DATE = "strftime_now"
"""What templates call that write the day into the system prompt."""


def check_prompt(loaded: LoadedModel, header: Header) -> Prompt:
    """Encode the recorded prompt again. A chat template of another revision, or of another day, is told apart."""
    prompt = header.prompt
    if prompt is None:
        return "unknown"
    try:
        tokens = encode_prompt(loaded, prompt.text, chat=prompt.chat, system=prompt.system)
    except PromptError:
        return "other"
    if tuple(tokens[0].tolist()) == header.run.prompt_ids:
        return "same"
    return "template" if _may_differ(loaded, header) and _holds(loaded, header, prompt) else "other"


def _may_differ(loaded: LoadedModel, header: Header) -> bool:
    """Whether there is a reason for another template: another model, revision or library, or one that knows the day."""
    then, here = header.run.model, loaded.facts
    name = "transformers"
    known = (then.model, then.revision, then.versions.get(name))
    if known != (public_model(here.model), here.revision, here.versions.get(name)):
        return True
    return _DATE in str(loaded.tokenizer.chat_template or "")


def _holds(loaded: LoadedModel, header: Header, prompt: PromptText) -> bool:
    """Whether the recorded tokens say the prompt, and the system prompt before it, whatever stands around them."""
    said = _plain(str(loaded.tokenizer.decode(list(header.run.prompt_ids))))
    system, text = _plain(prompt.system or ""), _plain(prompt.text)
    return prompt.chat and text in said and system in said[: said.rindex(text)]


def _plain(text: str) -> str:
    """Templates strip texts, and tokenizers may put spaces elsewhere."""
    return " ".join(text.split())
