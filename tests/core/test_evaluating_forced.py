"""One forward over an answer predicts what step-by-step decoding predicts; KL and agreement are those of the book."""

import math

import pytest
import torch

import griffin_core as gc
from griffin_core.errors import DeviceError
from griffin_core.evaluating import teacher_forcing
from griffin_core.evaluating.figures import first_divergent
from griffin_core.evaluating.teacher_forcing import mean_logprob, read_forced
from griffin_core.inspection.finished_texts import after_prompt
from griffin_core.loading import make_loaded
from tests.core.activations_seen import masked_pass, whole_pass
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_config, tiny_loaded, tiny_model

ANSWER = torch.randint(5, 250, (70,), generator=torch.Generator().manual_seed(3))  # more than a forward reads


def stepped(loaded, plan, answer):
    """Predictions of answer[1:], (T - 1, vocabulary), by the steps a live lane decodes with, a token each."""
    prefilled = after_prompt(loaded, TOKENS)
    with loaded.twins.lend(plan.k) as twin:
        twin.refill([layer.kept for layer in plan.layers])
        step = twin.steps.with_room(TOKENS.shape[1] + len(answer), prefilled.cache)
        return torch.cat([step(token[None, None]).clone() for token in answer[:-1]])


def forced(loaded, plan, answer):
    with gc.pruned_model(loaded, plan) as model:
        (reading,) = read_forced(loaded.model, [model], after_prompt(loaded, TOKENS), answer)
    return reading


@pytest.mark.parametrize("kind", ["llama", "mistral", "gpt2", "opt", "phi3", "gemma3_text"])
@pytest.mark.parametrize("method", ["griffin", "magnitude"])
def test_one_forward_finds_what_step_by_step_decoding_finds(kind, method):
    loaded = tiny_loaded(kind)
    plan = gc.make_plan(loaded, TOKENS, gc.PruningSettings(method=method, density=0.5))
    reading = forced(loaded, plan, ANSWER)
    full = whole_pass(loaded.model, torch.cat([TOKENS[0], ANSWER])[None])[1][TOKENS.shape[1] : -1]
    expected = [row.log_softmax(-1) for row in full]
    found = [row.log_softmax(-1) for row in stepped(loaded, plan, ANSWER).float()]
    kl = [float((p.exp() * (p - q)).sum()) for p, q in zip(expected, found, strict=True)]
    assert reading.kl == pytest.approx(kl, rel=1e-3, abs=1e-4)
    assert list(reading.agrees) == [bool(p.argmax() == q.argmax()) for p, q in zip(expected, found, strict=True)]
    assert max(kl) > 0.01  # pruning is felt


def test_the_lane_is_pruned_behind_the_prompt_and_nowhere_else():
    """No twin, no cache: one whole pass in which the dropped neurons are silent from the answer's first token on."""
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    tokens = torch.cat([TOKENS[0], ANSWER])[None]
    start = TOKENS.shape[1]
    _, full = whole_pass(loaded.model, tokens)
    pruned = masked_pass(loaded.model, tokens, [layer.kept for layer in plan.layers], start=start)
    p, q = full[start:-1].log_softmax(-1), pruned[start:-1].log_softmax(-1)
    assert forced(loaded, plan, ANSWER).kl == pytest.approx((p.exp() * (p - q)).sum(-1).tolist(), rel=1e-3, abs=1e-4)


def test_a_model_that_encodes_by_length_is_read_token_by_token():
    config = tiny_config("phi3")
    config.original_max_position_embeddings = 32
    config.rope_parameters = {
        "rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 4, "long_factor": [4.0] * 4,
        "original_max_position_embeddings": 32,
    }  # fmt: skip
    loaded = make_loaded(tiny_model(config), tiny_loaded("phi3").tokenizer, name="longrope")
    plan = gc.make_plan(loaded, TOKENS)
    answer = ANSWER[:40]  # crosses the length at which its encoding changes
    found = [row.log_softmax(-1) for row in stepped(loaded, plan, answer).float()]
    with torch.inference_mode():
        cache = after_prompt(loaded, TOKENS).cache
        full = [loaded.model(token[None, None], past_key_values=cache).logits[0, -1] for token in answer[:-1]]
    expected = [row.log_softmax(-1) for row in full]
    kl = [float((p.exp() * (p - q)).sum()) for p, q in zip(expected, found, strict=True)]
    assert forced(loaded, plan, answer).kl == pytest.approx(kl, rel=1e-3, abs=1e-4)


def test_every_neuron_kept_is_no_difference():
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS, gc.PruningSettings(density=1.0))
    reading = forced(loaded, plan, ANSWER)
    assert reading.kl == (0.0,) * 69
    assert reading.agrees == (True,) * 69


def test_kl_and_agreement_by_hand(monkeypatch):
    falling, swapped = [1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 4, 1 / 2, 1 / 8, 1 / 8]
    rows = {"full": [swapped, falling, falling, falling], "lane": [falling, falling, swapped, falling[::-1]]}
    monkeypatch.setattr(
        teacher_forcing, "_reading", lambda model, prefilled, text: torch.tensor(rows[model]).log().split(3)
    )
    (reading,) = read_forced("full", ["lane"], None, torch.tensor([0, 0, 0, 0]))
    in_bits = [0, 1 / 2 - 1 / 4, 2 / 2 + 1 / 4 - 1 / 8 - 2 / 8]  # the first token is left out
    assert reading.kl == pytest.approx([bits * math.log(2) for bits in in_bits], abs=1e-6)
    assert reading.agrees == (True, False, False)
    assert first_divergent(reading.agrees) == 1


def test_log_probability_by_hand(monkeypatch):
    rows = torch.tensor([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]).log()
    monkeypatch.setattr(teacher_forcing, "_reading", lambda model, prefilled, text: rows.split(2))
    monkeypatch.setattr(teacher_forcing, "FORWARD_TOKENS", 2)
    monkeypatch.setattr(teacher_forcing, "depends_on_length", lambda model: False)
    found = mean_logprob(None, None, torch.tensor([0, 0, 2]))
    assert found == pytest.approx((math.log(0.5) + math.log(0.25) + math.log(0.5)) / 3)


def test_log_probability_is_that_of_the_full_model():
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    expected = gc.token_quality(loaded, TOKENS, ANSWER, plan).full.logprob.mean()
    assert mean_logprob(loaded.model, after_prompt(loaded, TOKENS), ANSWER) == pytest.approx(float(expected), rel=1e-4)


def test_the_first_divergent_token_is_where_the_race_parts():
    loaded = tiny_loaded("llama")
    dense, pruned = lanes_of(run(loaded, max_new_tokens=20))
    reading = forced(loaded, gc.make_plan(loaded, TOKENS), torch.tensor(dense.token_ids))
    assert pruned.first_divergence is not None
    assert first_divergent(reading.agrees) + 1 == pruned.first_divergence  # the race counts the first token


def test_the_prompts_cache_is_left_as_it_is():
    loaded = tiny_loaded("llama")
    prefilled = after_prompt(loaded, TOKENS)
    read_forced(loaded.model, [loaded.model], prefilled, ANSWER)
    mean_logprob(loaded.model, prefilled, ANSWER)
    assert prefilled.cache.get_seq_length() == TOKENS.shape[1]


def test_predictions_that_are_no_numbers_are_refused(monkeypatch):
    rows = {"full": [[0.0, 1.0], [0.0, 1.0]], "lane": [[0.0, 1.0], [math.nan, 1.0]]}
    monkeypatch.setattr(teacher_forcing, "_reading", lambda model, prefilled, text: [torch.tensor(rows[model])])
    with pytest.raises(DeviceError, match="not finite"):
        read_forced("full", ["lane"], None, torch.tensor([0, 0]))
