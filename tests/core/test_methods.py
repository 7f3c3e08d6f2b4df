import pytest
import torch
from torch import nn

import griffin_core as gc
from griffin_core.adapters import FeedForward, FeedForwardLayout, find_feed_forwards
from griffin_core.errors import DeviceError, PromptError, SettingsError
from griffin_core.methods.budgets import uniform_budget
from griffin_core.methods.griffin import griffin_scores
from griffin_core.methods.magnitude import magnitude_scores
from griffin_core.methods.method import LayerEvidence
from griffin_core.methods.selection import draw, keep_and_draw, keep_strongest
from griffin_core.planning import choose_neurons
from griffin_core.prompt_stats import LayerStatistics, PromptStatistics
from tests.tiny_models import tiny_loaded


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 4)
        self.fc2 = nn.Linear(4, 2)


def feed_forward() -> FeedForward:
    return FeedForward("tiny", Plain(), FeedForwardLayout(("fc1",), "fc2"))


def counted(*chunks, batch=1, masks=None):
    statistics = PromptStatistics([feed_forward()], batch=batch, device=torch.device("cpu"))
    for index, chunk in enumerate(chunks):
        with statistics.watching(None if masks is None else masks[index]):
            statistics.add(0, torch.as_tensor(chunk))
    return statistics.layers()[0]


def griffin(statistics: LayerStatistics):
    return griffin_scores(LayerEvidence(feed_forward(), statistics, torch.Generator()))


def test_griffin_scores_of_two_tokens_by_hand():
    # ‖(3, 4)‖ = 5 and ‖(0, 2)‖ = 2, so the squared shares are (0.36, 0.64) and (0, 1).
    scores = griffin(counted([[[3.0, 4.0], [0.0, 2.0]]]))
    assert scores.tolist() == pytest.approx([0.6, 1.64**0.5])


def test_squared_scores_add_up_to_the_tokens():
    scores = griffin(counted(torch.randn(1, 17, 4)))
    assert float(scores.square().sum()) == pytest.approx(17, rel=1e-5)


def test_silent_token_scores_zero_not_nan():
    statistics = counted([[[0.0, 0.0], [1.0, 0.0]]])
    assert griffin(statistics).tolist() == [1.0, 0.0]
    assert statistics.tokens.tolist() == [1.0]


def test_votes_add_up_over_chunks():
    z = torch.randn(1, 10, 4)
    whole, chunks = counted(z), counted(z[:, :3], z[:, 3:4], z[:, 4:])
    torch.testing.assert_close(whole.votes, chunks.votes)
    assert torch.equal(whole.tokens, chunks.tokens)


def test_flattened_activations_count_like_batched_ones():
    z = torch.randn(2, 5, 4)
    assert torch.equal(counted(z, batch=2).votes, counted(z.flatten(0, 1), batch=2).votes)


def test_half_precision_activations_are_counted_in_float32():
    z = torch.full((1, 4096, 2), 1.0, dtype=torch.bfloat16)
    assert griffin(counted(z)).square().tolist() == pytest.approx([2048.0, 2048.0], rel=1e-5)


def test_masked_positions_do_not_vote():
    z = torch.randn(1, 4, 4)
    assert torch.equal(counted(z, masks=[torch.tensor([[0, 1, 1, 0]])]).votes, counted(z[:, 1:3]).votes)


def test_shared_choice_weighs_prompts_by_the_root_of_their_length():
    z = torch.zeros(2, 4, 2)
    z[0, :, 0] = 1.0  # four tokens for neuron 0
    z[1, :1, 1] = 1.0  # one token for neuron 1, then padding
    mask = torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0]])
    assert griffin(counted(z, batch=2, masks=[mask])).tolist() == [1.0, 1.0]


def test_magnitude_is_the_product_of_gate_and_up_norms():
    loaded = tiny_loaded("llama")
    (first, *_) = find_feed_forwards(loaded.model)
    scores = magnitude_scores(LayerEvidence(first, None, torch.Generator()))
    expected = first.owner.gate_proj.weight.norm(dim=1) * first.owner.up_proj.weight.norm(dim=1)
    torch.testing.assert_close(scores, expected)


def test_magnitude_of_a_plain_feed_forward_is_the_norm_of_its_rows():
    plain = feed_forward()
    scores = magnitude_scores(LayerEvidence(plain, None, torch.Generator()))
    torch.testing.assert_close(scores, plain.owner.fc1.weight.norm(dim=1))


@pytest.mark.parametrize(("d_ff", "density", "k"), [(1536, 0.5, 768), (10, 0.25, 2), (10, 0.01, 1), (7, 1.0, 7)])
def test_budget_rounds_down_and_keeps_at_least_one(d_ff, density, k):
    assert uniform_budget([d_ff, d_ff], density) == (k, k)


def test_strongest_neurons_come_in_ascending_order():
    scores = torch.tensor([0.1, 0.9, 0.5, 0.8])
    assert keep_strongest(scores, 2, torch.Generator()).tolist() == [1, 3]


@pytest.mark.parametrize("select", [draw, keep_and_draw])
@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_drawn_neurons_are_distinct_ascending_and_seeded(select, k):
    scores = torch.tensor([0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    drawn = select(scores, k, torch.Generator().manual_seed(3))
    assert drawn.tolist() == sorted(set(drawn.tolist()))
    assert len(drawn) == k
    assert torch.equal(drawn, select(scores, k, torch.Generator().manual_seed(3)))


def test_draws_follow_the_scores():
    scores = torch.tensor([1.0, 9.0])
    generator = torch.Generator().manual_seed(0)
    share = sum(int(draw(scores, 1, generator)) for _ in range(2000)) / 2000
    assert share == pytest.approx(0.9, abs=0.03)


def test_top_half_is_always_among_the_partly_drawn():
    scores = torch.rand(20)
    strongest = set(scores.topk(4).indices.tolist())
    for seed in range(10):
        assert strongest < set(keep_and_draw(scores, 8, torch.Generator().manual_seed(seed)).tolist())


def test_random_differs_by_seed_and_repeats_by_seed():
    loaded = tiny_loaded("llama")
    tokens = torch.tensor([[5, 6, 7]])
    kept = [
        gc.make_plan(loaded, tokens, gc.PruningSettings(method="random", seed=seed)).layers[0].kept
        for seed in (1, 1, 2)
    ]
    assert torch.equal(kept[0], kept[1])
    assert not torch.equal(kept[0], kept[2])


def test_one_token_prompt_makes_a_plan():
    plan = gc.make_plan(tiny_loaded("llama"), torch.tensor([[5]]))
    assert all(bool(layer.scores.isfinite().all()) for layer in plan.layers)


def test_activations_that_are_not_finite_are_refused_by_layer():
    statistics = LayerStatistics(torch.tensor([[float("nan"), 1.0, 1.0, 1.0]]), torch.tensor([1.0]))
    with pytest.raises(DeviceError, match="layer 0 has activations that are not finite"):
        choose_neurons([feed_forward()], [statistics], gc.PruningSettings())


@pytest.mark.parametrize("ids", [[5, 300], [5, -1]])
def test_token_ids_the_model_does_not_know_are_refused(ids):
    with pytest.raises(PromptError, match="the model knows 0 to 299"):
        gc.make_plan(tiny_loaded("llama"), torch.tensor([ids]))


def test_mask_and_prefill_steps_that_cannot_be_are_refused():
    loaded, tokens = tiny_loaded("llama"), torch.tensor([[5, 6, 7]])
    with pytest.raises(PromptError, match="attention_mask must have the prompt's shape"):
        gc.make_plan(loaded, tokens, attention_mask=torch.ones(1, 2))
    for chunk in (0, -3):
        with pytest.raises(SettingsError, match="prefill_chunk"):
            gc.make_plan(loaded, tokens, prefill_chunk=chunk)


@pytest.mark.parametrize(
    "prompt",
    [
        torch.zeros(0),
        torch.zeros((1, 0)),
        torch.zeros(3),
        torch.zeros((1, 3)),
        torch.zeros((1, 3), dtype=torch.bool),
    ],
)
def test_prompt_of_the_wrong_shape_or_type_is_refused(prompt):
    with pytest.raises(PromptError, match="token ids"):
        gc.make_plan(tiny_loaded("llama"), prompt)
