import pytest
import torch

import griffin_core as gc
from griffin_core.chance import chance_jaccard
from griffin_core.errors import PromptError, SettingsError
from griffin_core.inspection.activations import mean_chance, mean_jaccard, relative_activations, top_sets
from griffin_core.inspection.flocking import evenly_spaced
from tests.core.activations_seen import silence, unhooked
from tests.tiny_models import tiny_loaded


def text_of(length):
    return torch.randint(5, 250, (1, length), generator=torch.Generator().manual_seed(0))


def as_sets(*members):
    return torch.stack([torch.isin(torch.arange(4), torch.tensor(sorted(each))) for each in members])


def test_relative_activations_by_hand_and_a_row_of_zeros_stays_zeros():
    z = torch.tensor([[3.0, -4.0], [0.0, 0.0]])
    torch.testing.assert_close(relative_activations(z), torch.tensor([[0.6, 0.8], [0.0, 0.0]]))


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_relative_activations_do_not_depend_on_a_size_whose_square_float32_cannot_hold(size):
    z = size * torch.tensor([[3.0, -4.0]])
    torch.testing.assert_close(relative_activations(z), torch.tensor([[0.6, 0.8]]))


def test_relative_activations_of_half_precision_are_float32():
    z = torch.full((1, 3), 300.0, dtype=torch.float16)  # whose squares float16 cannot hold
    torch.testing.assert_close(relative_activations(z), torch.full((1, 3), 3**-0.5))


def test_top_sets_go_by_size_and_leave_silent_neurons_out():
    z = torch.tensor([[0.1, -5.0, 2.0, 0.3], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert torch.equal(top_sets(z, 2), as_sets({1, 2}, {1}, set()))


def test_mean_jaccard_by_hand():
    sets = as_sets({0, 1}, {1, 2}, {0, 1})  # pairs: 1/3, 1, 1/3
    assert mean_jaccard(sets) == pytest.approx(5 / 9)
    assert mean_jaccard(as_sets({0, 1}, {2, 3})) == 0.0
    assert mean_jaccard(as_sets({0, 1}, set(), {1, 2})) == pytest.approx(1 / 3)  # a silent token says nothing
    assert mean_jaccard(as_sets(set(), set())) == 0.0


def test_chance_is_that_of_the_sizes_seen_not_of_the_size_asked_for():
    """After a ReLU few neurons speak: independent tokens must not look as if they avoided each other."""
    torch.manual_seed(0)
    z = torch.rand(40, 400) * (torch.rand(40, 400) < 0.05)
    sets = top_sets(z, 200)
    assert mean_jaccard(sets) == pytest.approx(mean_chance(sets), abs=0.005)
    assert mean_chance(sets) < 0.05  # sets of 200 would give a third
    assert mean_chance(as_sets({0, 1}, {2, 3}, {1, 3})) == pytest.approx(chance_jaccard(4, 2, 2))
    assert mean_jaccard(as_sets({0}, set())) == 0.0


def test_chance_is_that_of_random_sets():
    found = gc.flocking(tiny_loaded("llama"), text_of(10), density=0.5)
    generator = torch.Generator().manual_seed(0)
    random_sets = top_sets(torch.rand(300, 44, generator=generator) + 0.1, 22)
    assert float(found.chance[0]) == pytest.approx(mean_jaccard(random_sets), abs=2e-3)
    assert len(found.chance) == len(found.jaccard) == 3


def test_a_text_of_one_token_repeated_flocks_completely():
    found = gc.flocking(tiny_loaded("llama"), torch.full((1, 9), 65), density=0.25)
    assert found.jaccard == pytest.approx((1.0,) * 3)


def test_the_middle_layer_is_the_default_and_density_1_makes_all_sets_equal():
    found = gc.flocking(tiny_loaded("llama"), text_of(5), density=1.0)
    assert found.layer == 1
    assert found.jaccard == found.chance == (1.0,) * 3


def test_a_model_that_is_silent_gives_zeros_and_no_nan():
    loaded = tiny_loaded("opt")
    silence(loaded)
    found = gc.flocking(loaded, text_of(5))
    assert not found.activations.any()
    assert found.jaccard == found.chance == (0.0,) * 3  # silence is no agreement


def test_places_are_evenly_spaced_and_include_both_ends():
    assert evenly_spaced(1, 64) == [0]
    assert evenly_spaced(4, 4) == [0, 1, 2, 3]
    assert evenly_spaced(10, 4) == [0, 3, 6, 9]
    for length in range(1, 150):
        places = evenly_spaced(length, 64)
        assert len(set(places)) == len(places) == min(length, 64)
        assert (places[0], places[-1]) == (0, length - 1)


def test_nothing_stays_on_the_model():
    loaded = tiny_loaded("llama")
    before = {name: tensor.clone() for name, tensor in loaded.model.state_dict().items()}
    gc.flocking(loaded, text_of(5))
    assert unhooked(loaded)
    assert not torch.is_inference_mode_enabled()
    assert all(torch.equal(before[name], tensor) for name, tensor in loaded.model.state_dict().items())


def test_prompt_statistics_are_what_a_plan_is_made_of():
    loaded = tiny_loaded("llama")
    statistics = gc.prompt_statistics(loaded, text_of(20))
    plan = gc.make_plan(loaded, text_of(20))
    assert [layer.votes.shape for layer in statistics] == [(1, 44)] * 3
    assert [layer.tokens.tolist() for layer in statistics] == [[20.0]] * 3
    for layer, chosen in zip(statistics, plan.layers, strict=True):
        torch.testing.assert_close(layer.votes[0].sqrt(), chosen.scores)
    padded = gc.prompt_statistics(loaded, text_of(20), attention_mask=torch.tensor([[0] * 5 + [1] * 15]))
    assert padded[0].tokens.tolist() == [15.0]
    with pytest.raises(PromptError, match="attention_mask"):
        gc.prompt_statistics(loaded, text_of(20), attention_mask=torch.ones(1, 3))


@pytest.mark.parametrize(
    ("tokens", "settings", "match"),
    [
        (text_of(5), {"layer": 3}, "between 0 and 2, got 3"),
        (text_of(5), {"layer": -1}, "between 0 and 2, got -1"),
        (text_of(5), {"layer": 1.5}, "between 0 and 2, got 1.5"),
        (text_of(5), {"max_tokens": 2.5}, "whole number"),
        (text_of(1), {}, "at least 2 tokens"),
        (text_of(5), {"max_tokens": 1}, "between 2 and 512, got 1"),
        (text_of(5), {"density": 0.0}, "density"),
        (text_of(5).repeat(2, 1), {}, "one by one"),
    ],
)
def test_bad_input_is_refused(tokens, settings, match):
    with pytest.raises(SettingsError, match=match):
        gc.flocking(tiny_loaded("llama"), tokens, **settings)
