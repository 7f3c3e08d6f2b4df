import functools
import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # as torch's own documentation has it

import griffin_core as gc
from griffin_core.errors import PromptError, SettingsError
from griffin_core.inspection.token_quality import view_tokens
from tests.core.activations_seen import unhooked, whole_pass
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


def test_a_view_by_hand():
    logits = torch.tensor([[0.1, 0.2, 0.4, 0.3], [0.7, 0.1, 0.1, 0.1]]).log()
    view = view_tokens(logits, torch.tensor([3, 0]))
    assert view.logprob.tolist() == pytest.approx([math.log(0.3), math.log(0.7)])
    assert view.rank.tolist() == [1, 0]
    assert view.best[0].tolist() == [2, 3, 1, 0]  # a vocabulary of four has no five best
    assert view.probability[0].tolist() == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_full_view_is_that_of_one_whole_pass(loaded):
    text = torch.randint(5, 250, (40,), generator=torch.Generator().manual_seed(2))  # more than a step reads
    found = gc.token_quality(loaded, TOKENS, text, gc.make_plan(loaded, TOKENS))
    _, logits = whole_pass(loaded.model, torch.cat([TOKENS[0], text])[None])
    expected = view_tokens(logits[TOKENS.shape[1] - 1 : -1], text)
    torch.testing.assert_close(found.full.logprob, expected.logprob, rtol=1e-4, atol=1e-4)
    assert torch.equal(found.full.rank, expected.rank)
    assert torch.equal(found.full.best, expected.best)


def test_each_lane_finds_its_own_greedy_text_the_likeliest(loaded):
    dense, pruned = lanes_of(run(loaded, max_new_tokens=20))
    plan = gc.make_plan(loaded, TOKENS)
    of_dense = gc.token_quality(loaded, TOKENS, dense.token_ids, plan)
    of_pruned = gc.token_quality(loaded, TOKENS, pruned.token_ids, plan)
    assert not of_dense.full.rank.any()
    assert not of_pruned.pruned.rank.any()
    assert of_pruned.full.rank.any()  # the full model would have written something else
    assert of_dense.full.best[:, 0].tolist() == list(dense.token_ids)


def test_the_first_disagreement_on_the_dense_text_is_the_first_divergence_of_the_race(loaded):
    dense, pruned = lanes_of(run(loaded, max_new_tokens=20))
    agrees = gc.token_quality(loaded, TOKENS, dense.token_ids, gc.make_plan(loaded, TOKENS)).agrees.tolist()
    assert pruned.first_divergence is not None
    assert agrees.index(False) == pruned.first_divergence


def test_kl_and_agreement_by_hand(loaded, monkeypatch):
    falling = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 32]
    swapped = [1 / 4, 1 / 2, 1 / 8, 1 / 16, 1 / 32, 1 / 32]
    predicted = {
        True: torch.tensor([falling, falling, falling]).log(),
        False: torch.tensor([falling, swapped, falling[::-1]]).log(),
    }
    monkeypatch.setattr(
        "griffin_core.inspection.token_quality.read_after",
        lambda model, prefilled, text: predicted[model is loaded.model].split(2),
    )
    found = gc.token_quality(loaded, TOKENS, [0, 1, 5], gc.make_plan(loaded, TOKENS))
    in_bits = [0, 1 / 2 - 1 / 4, 4 / 2 + 3 / 4 + 1 / 8 - 1 / 16 - 3 / 32 - 4 / 32]
    assert found.kl.tolist() == pytest.approx([bits * math.log(2) for bits in in_bits], abs=1e-6)
    assert found.agrees.tolist() == [True, False, False]
    assert found.pruned.logprob.tolist() == pytest.approx([math.log(1 / 2)] * 3)
    assert found.full.rank.tolist() == [0, 1, 5]  # of two equally likely ones it is the second


def test_kl_is_that_of_feed_forwards_written_out_with_every_dropped_neuron_silent_after_the_prompt(loaded):
    """No twin, no cache, no hook: the Llama feed-forward in torch, and the divergence in torch."""
    text = torch.tensor([5, 80, 33, 7])
    plan = gc.make_plan(loaded, TOKENS)
    found = gc.token_quality(loaded, TOKENS, text, plan)
    tokens, start = torch.cat([TOKENS[0], text])[None], TOKENS.shape[1]
    logprobs = []
    for dropped in (0.0, 1.0):  # the full model, then the pruned one
        other = tiny_loaded("llama").model
        for block, layer in zip(other.model.layers, plan.layers, strict=True):
            keep = torch.ones(tokens.shape[1], 44)
            keep[start:] -= dropped * (~torch.isin(torch.arange(44), layer.kept)).float()
            block.mlp.forward = functools.partial(written_out, block.mlp, keep)
        with torch.no_grad():
            logprobs.append(other(tokens).logits[0, start - 1 : -1].double().log_softmax(dim=-1))
    full, pruned = logprobs
    expected = F.kl_div(pruned, full, log_target=True, reduction="none").sum(dim=-1)
    torch.testing.assert_close(found.kl.double(), expected, rtol=1e-3, atol=1e-6)
    assert found.kl[0] == 0  # predicted by the full model in both
    assert (found.kl[1:] > 1e-3).all()


def written_out(mlp, keep, x):
    """down(silu(gate x) ⊙ up x ⊙ keep): x is (1, S, d_model), keep (S, d_ff)."""
    z = F.silu(F.linear(x, mlp.gate_proj.weight)) * F.linear(x, mlp.up_proj.weight)
    return F.linear(z * keep, mlp.down_proj.weight)


def test_at_density_1_nothing_differs(loaded):
    text = lanes_of(run(loaded, max_new_tokens=20))[0].token_ids
    found = gc.token_quality(loaded, TOKENS, text, gc.make_plan(loaded, TOKENS, gc.PruningSettings(density=1.0)))
    assert found.agrees.all()
    assert found.kl.max() < 1e-6
    assert torch.equal(found.full.logprob, found.pruned.logprob)


@pytest.mark.parametrize("length", [1, 16, 17])
def test_a_text_may_have_any_length(loaded, length):
    found = gc.token_quality(loaded, TOKENS, [5] * length, gc.make_plan(loaded, TOKENS))
    assert found.kl.shape == found.agrees.shape == found.full.logprob.shape == found.pruned.rank.shape == (length,)
    assert found.full.best.shape == found.pruned.probability.shape == (length, 5)
    assert (found.agrees.dtype, found.full.rank.dtype) == (torch.bool, torch.int64)


def test_nothing_stays_on_the_model_and_the_twin_comes_back(loaded, monkeypatch):
    plan = gc.make_plan(loaded, TOKENS)
    gc.token_quality(loaded, TOKENS, [5, 6], plan)
    assert unhooked(loaded)
    assert len(loaded.twins._idle) == 1

    def breaks(*args, **kwargs):
        raise ArithmeticError

    monkeypatch.setattr("griffin_core.inspection.token_quality.view_tokens", breaks)
    with pytest.raises(ArithmeticError):
        gc.token_quality(loaded, TOKENS, [5, 6], plan)
    assert len(loaded.twins._idle) == 1


def test_bad_input_is_refused(loaded):
    plan = gc.make_plan(loaded, TOKENS)
    with pytest.raises(PromptError, match="the text has the token id -1"):
        gc.token_quality(loaded, TOKENS, [5, -1], plan)
    with pytest.raises(PromptError, match="the text is empty"):
        gc.token_quality(loaded, TOKENS, [], plan)
    with pytest.raises(PromptError, match="row of token ids, got str"):
        gc.token_quality(loaded, TOKENS, "The sun rises", plan)
    with pytest.raises(PromptError, match="float"):
        gc.token_quality(loaded, TOKENS, torch.tensor([1.5]), plan)
    with pytest.raises(SettingsError, match="context holds 256"):
        gc.token_quality(loaded, TOKENS, [5] * 250, plan)


def test_first_choice_is_the_one_that_greedy_decoding_takes_also_where_bfloat16_ties():
    logits = torch.zeros(1, 4096, dtype=torch.bfloat16)
    logits[0, [7, 900, 3000]] = 5.0  # three equals
    view = view_tokens(logits, torch.tensor([7]))
    assert view.best[0, 0] == logits.argmax(dim=-1)[0]
    assert sorted(view.best[0, :3].tolist()) == [7, 900, 3000]
    assert view.rank[0] == 0
    assert view.probability[0].tolist() == sorted(view.probability[0].tolist(), reverse=True)


def test_of_equally_likely_tokens_rank_and_list_tell_the_same_order():
    tied = torch.tensor([[0.0, 3.0, 1.0, 3.0, 3.0, -torch.inf, -torch.inf, 2.0]], dtype=torch.bfloat16)
    for token, place in ((1, 0), (3, 1), (4, 2), (7, 3), (2, 4), (0, 5), (5, 6), (6, 7)):
        view = view_tokens(tied, torch.tensor([token]))
        assert view.best[0].tolist() == [1, 3, 4, 7, 2]
        assert view.rank.tolist() == [place]


def test_list_names_no_token_twice_where_most_are_ruled_out():
    logits = torch.tensor([[-torch.inf, 0.0, -torch.inf, -torch.inf, -torch.inf, -torch.inf]])
    assert view_tokens(logits, torch.tensor([1])).best[0].tolist() == [1, 0, 2, 3, 4]
