"""Figures of an evaluation, each worked out by hand, and intervals whose width is known."""

import math
import sys

import pytest
import torch

from griffin_core.evaluating.bootstrap import compare, mean_interval
from griffin_core.evaluating.figures import evaluation_figures, first_divergent
from griffin_core.evaluating.generating import answer_text
from griffin_core.evaluating.rouge import MISSING, NO_REFERENCE, rouge_l
from tests.core.hand_made_results import PRUNED, SETTINGS, lane, result, two_prompts


def test_figures_by_hand():
    full, pruned = evaluation_figures(two_prompts(), [None, None], SETTINGS)
    assert (full.name, pruned.name) == ("dense", PRUNED)
    assert pruned.kl_mean == pytest.approx((0.4 + 0.6) / 2)  # the prompts' means, not the mean of all positions
    assert pruned.kl_median == pytest.approx((0.3 + 0.5) / 2)  # of 0.1 0.2 0.3 0.5 0.7 1.0
    assert pruned.kl_p95 == pytest.approx(0.7 + 0.75 * 0.3)  # place 4.75 of 0 … 5
    assert pruned.kl_by_position == pytest.approx((0.3, 0.45, 0.3, 1.0))
    assert pruned.top1 == pytest.approx((0.75 + 1.0) / 2)
    assert pruned.sdt == pytest.approx(0.125)
    assert pruned.fdt_mean == (2 + 2) / 2  # the third position; and both of two, where none diverges
    assert pruned.undiverged == 1
    assert pruned.full_logprob == -3.5
    assert pruned.full_perplexity == pytest.approx(math.exp(3.5))
    assert (pruned.tpot_ms, pruned.selection_ms, pruned.ff_bytes_share) == (13.0, 4.0, 0.5)
    assert (pruned.judged, pruned.tokens) == (2, 6)
    assert (full.kl_mean, full.kl_ci95, full.top1, full.sdt, full.undiverged) == (0.0, (0.0, 0.0), 1.0, 0.0, 2)


def test_lanes_are_compared_with_the_first_prompt_by_prompt():
    full, pruned = evaluation_figures(two_prompts(), [None, None], SETTINGS)
    times = pruned.against_first["tpot_ms"]
    assert times is not None
    assert times.difference == pytest.approx(13.0 - 22.0)
    assert times.ratio == pytest.approx(13.0 / 22.0)
    assert times.ratio_ci95 == pytest.approx((0.5, 16 / 24))  # the two prompts' own ratios
    kl = pruned.against_first["kl"]
    assert kl is not None
    assert (kl.difference, kl.ratio, kl.ratio_ci95) == (pytest.approx(0.5), None, None)  # the full model's is 0
    own = full.against_first["tpot_ms"]
    assert own is not None
    assert (own.difference, own.difference_ci95, own.ratio, own.ratio_ci95) == (0.0, (0.0, 0.0), 1.0, (1.0, 1.0))


def test_a_prompt_that_the_full_model_answers_with_one_token_is_not_judged():
    short = result(3, lane("dense", [], []), lane(PRUNED, [], [], full_logprob=-0.5))
    _, pruned = evaluation_figures([*two_prompts(), short], [None] * 3, SETTINGS)
    assert (pruned.judged, pruned.kl_mean, pruned.tpot_ms) == (2, pytest.approx(0.5), 13.0)
    assert pruned.full_logprob == pytest.approx(-2.5)  # its own answer was written all the same
    _, nothing = evaluation_figures([short], [None], SETTINGS)
    assert (nothing.kl_mean, nothing.kl_median, nothing.top1, nothing.sdt, nothing.fdt_mean) == (None,) * 5
    assert nothing.against_first == dict.fromkeys(("kl", "top1", "rouge_l", "tpot_ms"))


@pytest.mark.parametrize(
    ("agrees", "index"), [([], 0), ([True], 1), ([False, True], 0), ([True, True, False, False], 2)]
)
def test_first_divergent_token(agrees, index):
    assert first_divergent(agrees) == index


def test_an_interval_of_the_mean_has_the_width_that_theory_gives():
    values = torch.randn(400, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = mean_interval((values * 3 + 10).tolist(), seed=0)
    mean, error = float(values.mean()) * 3 + 10, 3 * float(values.std(correction=0)) / math.sqrt(400)
    assert found == pytest.approx((mean - 1.96 * error, mean + 1.96 * error), abs=0.15 * error)


def test_two_prompts_have_the_interval_that_can_be_counted():
    # A quarter of the resamples is 0, 0 and a quarter 1, 1: both ends lie inside those.
    assert mean_interval([0.0, 1.0], seed=0) == (0.0, 1.0)
    assert mean_interval([0.0], seed=0) is None
    assert mean_interval([], seed=0) is None


def test_pairs_cancel_what_prompts_have_in_common():
    first = torch.randn(50, generator=torch.Generator().manual_seed(2)).mul(100).tolist()
    found = compare(first, [value + 1 for value in first], seed=0)
    assert found is not None
    assert found.difference == pytest.approx(1.0)
    assert found.difference_ci95 == pytest.approx((1.0, 1.0))  # unpaired it would be some 40 wide
    doubled = compare([3.0, 1.0, 7.0], [6.0, 2.0, 14.0], seed=0)
    assert doubled is not None
    assert (doubled.ratio, doubled.ratio_ci95) == (pytest.approx(2.0), pytest.approx((2.0, 2.0)))


def test_only_prompts_measured_in_both_lanes_are_compared():
    found = compare([1.0, None, 5.0], [2.0, 9.0, None], seed=0)
    assert found is not None
    assert (found.difference, found.difference_ci95, found.ratio) == (1.0, None, 2.0)
    assert compare([None], [1.0], seed=0) is None


def test_the_seed_alone_decides_an_interval():
    values = [0.1, 0.9, 0.4, 2.5, 0.3]
    assert mean_interval(values, seed=3) == mean_interval(values, seed=3)
    assert mean_interval(values, seed=3) != mean_interval(values, seed=4)


@pytest.mark.parametrize(
    ("text", "stop", "answer"),
    [
        ("\n The end.\nMore", ("\n",), "The end."),
        (" one ### two\n", ("\n", "###"), "one"),
        (" one\ntwo ### ", ("###", "\n"), "one"),
        (" no stop at all ", ("\n",), "no stop at all"),
        ("\n\n", ("\n",), ""),
        ("a\nb", (), "a\nb"),
    ],
)
def test_an_answer_ends_before_the_first_stop_string_behind_its_first_word(text, stop, answer):
    assert answer_text(text, stop) == answer


def test_without_the_package_rouge_is_not_measured_and_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rouge_score", None)
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    found = rouge_l(["a", "b"], ["a", None])
    assert found.f_measures == (None, None)
    assert found.how == MISSING
    assert "pip install rouge-score" in MISSING
    _, pruned = evaluation_figures(two_prompts(), ["a", "a"], SETTINGS)
    assert (pruned.rouge_l, pruned.rouge, pruned.against_first["rouge_l"]) == (None, MISSING, None)


def test_without_references_rouge_is_not_measured():
    assert rouge_l(["a"], [None]).how == NO_REFERENCE


def test_rouge_by_hand():
    pytest.importorskip("rouge_score", reason="the optional package rouge-score is not installed")
    found = rouge_l(["the cat sat on the mat", "anything"], ["the cats on a mat", None])
    # Stems the cat on mat in common, in order: 4 of 6 words and 4 of 5.
    assert found.f_measures == (pytest.approx(2 * (4 / 6) * (4 / 5) / (4 / 6 + 4 / 5)), None)
    assert found.how.startswith("rouge-score 0.")
    assert "use_stemmer=True" in found.how
