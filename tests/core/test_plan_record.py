"""A plan described small enough to send, with figures worked out by hand."""

import base64

import pytest
import torch

from griffin_core.plan_record import MAX_BINS, describe_plan
from griffin_core.planning import LayerPlan, Plan
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.settings import PruningSettings


def described(scores, kept=(0,), votes=None):
    plan = Plan(PruningSettings(), (LayerPlan(torch.tensor(kept), torch.as_tensor(scores, dtype=torch.float32)),))
    statistics = None if votes is None else [LayerStatistics(torch.tensor([votes]), torch.tensor([1.0]))]
    (layer,) = describe_plan(plan, statistics)
    return layer


def bytes_of(text):
    return list(base64.b64decode(text))


@pytest.mark.parametrize(
    ("scores", "gini"),
    [
        ([2.0, 2.0, 2.0, 2.0], 0.0),  # all alike
        ([0.0, 0.0, 5.0, 0.0], 3 / 4),  # one has it all: (n - 1) / n
        ([4.0, 1.0, 3.0, 2.0], 1 / 4),  # (-3·1 - 1·2 + 1·3 + 3·4) / (4 · 10)
        ([40.0, 10.0, 30.0, 20.0], 1 / 4),  # whatever the unit
        ([1.0, 3.0], 1 / 4),  # (-1·1 + 1·3) / (2 · 4)
        ([0.0, 0.0], 0.0),  # silence is no concentration
        ([7.0], 0.0),
    ],
)
def test_gini_by_hand(scores, gini):
    assert described(scores).gini == pytest.approx(gini, abs=1e-12)


def test_score_share_is_of_the_squared_scores_by_hand_and_silence_has_none():
    assert described([3.0, 2.0, 1.0], kept=(0, 2), votes=[9.0, 4.0, 1.0]).score_share == pytest.approx(10 / 14)
    assert described([0.0, 0.0], votes=[0.0, 0.0]).score_share == 0.0
    assert described([3.0, 2.0]).score_share is None


def test_kept_neurons_are_bits_the_lowest_first():
    layer = described([1.0] * 10, kept=(0, 3, 9))
    assert (layer.k, bytes_of(layer.kept)) == (3, [0b1001, 0b10])


def test_scores_are_bytes_of_the_strongest_and_a_narrow_last_bin_counts_what_it_has():
    assert bytes_of(described([1.0, 0.0, 0.6, 0.2]).scores) == [255, 0, 153, 51]
    scores = torch.zeros(2 * MAX_BINS + 2)
    scores[[0, 1, 2]] = torch.tensor([2.0, 4.0, 1.0])
    scores[-1] = 6.0  # the only one of its bin
    layer = described(scores)
    assert (layer.bin_width, len(bytes_of(layer.scores))) == (3, 684)
    assert bytes_of(layer.scores)[:2] == [round(7 / 3 / 6 * 255), 0]
    assert bytes_of(layer.scores)[-1] == 255
