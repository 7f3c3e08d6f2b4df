"""Fidelity: the embedded model in float32 against outputs of the reference implementation."""

import pytest
import torch

import griffin_core as gc
from tests.core.golden import DECIDED, load_golden, parting

GOLDEN = load_golden()
WHOLE = 100_000  # the reference reads every prompt in one piece


@pytest.fixture(params=GOLDEN["prompts"])
def case(request):
    return GOLDEN["prompts"][request.param]


def differing_layers(plan, reference, near_tie):
    return [
        index
        for index, layer in enumerate(plan.layers)
        if (set(layer.kept.tolist()) ^ set(reference[index])) - set(near_tie[index])
    ]


@pytest.mark.parametrize("chunk", [WHOLE, 64])
def test_griffin_keeps_the_neurons_the_reference_keeps(embedded, case, chunk):
    plan = gc.make_plan(
        embedded, torch.tensor([case["ids"]]), gc.PruningSettings(density=GOLDEN["density"]), prefill_chunk=chunk
    )
    assert len(plan.layers) == 30
    assert differing_layers(plan, case["experts"], case["near_tie"]) == []


def test_magnitude_keeps_the_neurons_the_reference_keeps(embedded):
    plan = gc.make_plan(embedded, torch.tensor([[5]]), gc.PruningSettings(method="magnitude"))
    assert differing_layers(plan, GOLDEN["magnitude_experts"], [[]] * 30) == []


def test_both_lanes_continue_like_the_reference_wherever_it_is_decided(embedded, case, record_property):
    tally = gc.RunTally()
    prompt = torch.tensor([case["ids"]])
    for event in gc.race(embedded, prompt, max_new_tokens=64, ignore_eos=True, prefill_chunk=WHOLE):
        tally.add(event)
    for lane, kind in zip(tally.lanes(), ("dense", "griffin"), strict=True):
        parted = parting(list(lane.token_ids), case[f"{kind}_tokens"], case[f"{kind}_margin"])
        record_property(f"{kind} parts from the reference", str(parted))
        assert parted is None or parted.margin <= DECIDED, f"{kind}: {parted}"


def test_dense_lane_equals_generate_on_the_embedded_model(embedded):
    prompt = torch.tensor([GOLDEN["prompts"]["summarise"]["ids"]])
    tally = gc.RunTally()
    for event in gc.race(embedded, prompt, lanes=[gc.dense()], max_new_tokens=48, prefill_chunk=WHOLE):
        tally.add(event)
    generated = embedded.model.generate(prompt, max_new_tokens=48, do_sample=False)
    assert list(tally.lanes()[0].token_ids) == generated[0, prompt.shape[1] :].tolist()
