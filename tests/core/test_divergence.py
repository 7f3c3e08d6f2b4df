import math

import pytest
import torch

from griffin_core.inspection.divergence import kl_divergence


def test_kl_of_two_coins_by_hand():
    full = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).log()
    other = torch.tensor([[0.25, 0.75], [0.5, 0.5]]).log()
    by_hand = [0.5 * math.log(2) + 0.5 * math.log(2 / 3), 0.9 * math.log(1.8) + 0.1 * math.log(0.2)]
    assert kl_divergence(full, other).tolist() == pytest.approx(by_hand, rel=1e-5)


def test_kl_of_equal_logits_is_zero_and_a_shift_of_all_logits_changes_nothing():
    logits = torch.randn(4, 1000)
    assert kl_divergence(logits, logits + 3.0).max() == pytest.approx(0.0, abs=1e-5)


def test_a_token_that_both_rule_out_adds_nothing_by_hand():
    full = torch.tensor([[0.5, 0.5, 0.0, 0.0]]).log()  # log 0 is -inf
    other = torch.tensor([[0.25, 0.25, 0.5, 0.0]]).log()
    assert kl_divergence(full, other).tolist() == pytest.approx([math.log(2)])
    assert kl_divergence(other, full).tolist() == [math.inf]  # what is said to be impossible comes half of the time


def test_kl_of_half_precision_logits_is_taken_in_float32():
    logits = torch.randn(2, 50_000, dtype=torch.bfloat16)
    assert kl_divergence(logits, logits).dtype == torch.float32
    assert kl_divergence(logits, logits).abs().max() < 1e-5
