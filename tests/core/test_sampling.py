import pytest
import torch

from griffin_core.sampling import make_sampler
from griffin_core.settings import SamplingSettings

CPU = torch.device("cpu")
LOGITS = torch.tensor([[0.0, 1.0, 2.0, 3.0]])


def draws(count=200, **settings):
    sampler = make_sampler(SamplingSettings(**settings), device=CPU)
    return [int(sampler(LOGITS, index)) for index in range(count)]


def test_greedy_takes_the_largest_logit():
    assert set(draws()) == {3}


def test_token_ids_keep_the_shape_the_model_wants():
    for temperature in (0.0, 1.0):
        sampler = make_sampler(SamplingSettings(temperature=temperature), device=CPU)
        assert sampler(LOGITS, 0).shape == (1, 1)


def test_top_k_and_top_p_leave_the_others_out():
    assert set(draws(temperature=1.0, top_k=2)) == {2, 3}
    assert set(draws(temperature=1.0, top_p=0.6)) == {3}


def test_draws_follow_the_softmax():
    counts = draws(4000, temperature=1.0)
    expected = LOGITS.softmax(dim=-1)[0]
    for token in range(4):
        assert counts.count(token) / 4000 == pytest.approx(float(expected[token]), abs=0.03)


def test_smallest_temperature_takes_the_largest_logit():
    assert set(draws(temperature=1e-38)) == {3}


def test_draw_depends_on_seed_and_index_alone():
    sampler = make_sampler(SamplingSettings(temperature=1.0, seed=4), device=CPU)
    forwards = [int(sampler(LOGITS, index)) for index in range(30)]
    backwards = [int(sampler(LOGITS, index)) for index in reversed(range(30))]
    assert forwards == backwards[::-1]
    assert forwards != draws(30, temperature=1.0, seed=5)
