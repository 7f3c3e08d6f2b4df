import pytest
import torch

import griffin_core as gc
from griffin_core.errors import PromptError, SettingsError
from griffin_core.inspection.activations import covered_shares
from tests.core.activations_seen import silence, unhooked
from tests.core.runs import TOKENS
from tests.tiny_models import tiny_config, tiny_loaded, tiny_model

TEXT = torch.randint(5, 250, (40,), generator=torch.Generator().manual_seed(2))  # more than a step reads


def test_coverage_by_hand_and_a_row_of_zeros_counts_as_one():
    z = torch.tensor([[3.0, -4.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    kept = torch.tensor([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])  # neuron 1; neurons 0 and 1
    torch.testing.assert_close(covered_shares(z, kept), torch.tensor([[0.64, 1.0], [0.0, 0.0], [1.0, 1.0]]))


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_coverage_does_not_depend_on_a_size_whose_square_float32_cannot_hold(size):
    z = size * torch.tensor([[3.0, -4.0, 0.0]])
    torch.testing.assert_close(covered_shares(z, torch.tensor([[0.0], [1.0], [1.0]])), torch.tensor([[0.64]]))
    assert covered_shares(z, torch.ones(3, 1)).tolist() == [[1.0]]


def test_coverage_where_the_model_is_silent_is_1():
    loaded = tiny_loaded("opt")
    plan = gc.make_plan(loaded, TOKENS)
    silence(loaded)
    assert torch.equal(gc.coverage(loaded, TOKENS, TEXT, plan), torch.ones(3, 40))


def test_a_text_may_be_a_sequence_but_not_empty():
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    with pytest.raises(PromptError, match="the text is empty"):
        gc.coverage(loaded, TOKENS, [], plan)
    assert torch.equal(gc.coverage(loaded, TOKENS, TEXT.tolist(), plan), gc.coverage(loaded, TOKENS, TEXT, plan))


def test_nothing_stays_on_the_model_even_when_a_step_breaks(monkeypatch):
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    gc.coverage(loaded, TOKENS, TEXT, plan)
    assert unhooked(loaded)

    def breaks(*args, **kwargs):
        raise ArithmeticError

    monkeypatch.setattr("griffin_core.inspection.coverage.covered_shares", breaks)
    with pytest.raises(ArithmeticError):
        gc.coverage(loaded, TOKENS, TEXT, plan)
    assert unhooked(loaded)


def test_bad_input_is_refused():
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    with pytest.raises(PromptError, match="the text has the token id 999"):
        gc.coverage(loaded, TOKENS, [5, 999], plan)
    with pytest.raises(SettingsError, match=r"the text has 250 tokens after 7 .* context holds 256"):
        gc.coverage(loaded, TOKENS, [5] * 250, plan)
    with pytest.raises(PromptError, match="Leave the batch out"):
        gc.coverage(loaded, TOKENS, TEXT[None], plan)
    with pytest.raises(SettingsError, match="one by one"):
        gc.coverage(loaded, TOKENS.repeat(2, 1), TEXT, plan)
    config = tiny_config("llama")
    config.intermediate_size = 60
    other = gc.LoadedModel(tiny_model(config), loaded.tokenizer, loaded.facts, loaded.stop_ids)
    with pytest.raises(SettingsError, match="44 neurons, but tiny-llama has 3 layers of 60"):
        gc.coverage(other, TOKENS, TEXT, plan)
