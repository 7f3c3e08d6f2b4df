"""Every study on every feed-forward layout, held against the activations themselves or a masked full model."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # as torch's own documentation has it

import griffin_core as gc
from griffin_core.events import (
    ExpertsChosen,
    LayersMeasured,
    PlanMade,
    RunFinished,
    SweepPoint,
    TextRead,
)
from griffin_core.plan_record import describe_plan
from tests.core.activations_seen import masked_pass, unhooked, whole_pass
from tests.core.on_disk import read_back
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import KINDS, tiny_loaded

pytestmark = pytest.mark.parametrize("kind", KINDS)

OTHER = torch.tensor([[71, 3, 160, 98, 12]])
TEXT = torch.randint(5, 250, (40,), generator=torch.Generator().manual_seed(2))  # more than a step reads
QUARTER = gc.PruningSettings(density=0.25)
PRUNED = "griffin:density=0.5"


def of_kind(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_flocking_equals_the_definition(kind):
    loaded = tiny_loaded(kind)
    tokens = torch.randint(5, 250, (1, 70), generator=torch.Generator().manual_seed(0))  # more than a step reads
    found = gc.flocking(loaded, tokens, layer=2, density=0.25, max_tokens=20)
    seen, _ = whole_pass(loaded.model, tokens)
    places = [index * 69 // 19 for index in range(20)]
    k = loaded.facts.d_ff // 4
    assert found.positions.tolist() == places
    for layer, z in enumerate(seen):
        spoke = [{j for j in row.abs().topk(k).indices.tolist() if row[j] != 0} for row in z[places]]
        pairs = [(a, b) for i, a in enumerate(spoke) for b in spoke[i + 1 :]]
        by_hand = sum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs)
        assert found.jaccard[layer] == pytest.approx(by_hand, abs=2e-3)  # chunks may swap two equal neurons
    shares = seen[2] / seen[2].norm(dim=1, keepdim=True)
    torch.testing.assert_close(found.activations.double(), shares[places].abs(), rtol=1e-3, atol=1e-5)
    votes = shares.square().sum(dim=0)
    assert (votes[found.order].diff() < 1e-6).all()
    assert sorted(found.order.tolist()) == list(range(loaded.facts.d_ff))


def test_coverage_equals_the_formula_and_is_exactly_1_at_density_1(kind):
    loaded = tiny_loaded(kind)
    plan = gc.make_plan(loaded, TOKENS, QUARTER)
    found = gc.coverage(loaded, TOKENS, TEXT, plan)
    seen, _ = whole_pass(loaded.model, torch.cat([TOKENS[0], TEXT])[None])
    assert (found.shape, found.dtype) == ((3, 40), torch.float32)
    for layer, z in enumerate(seen):
        squares = z[TOKENS.shape[1] :].square()
        expected = squares[:, plan.layers[layer].kept].sum(dim=1) / squares.sum(dim=1)
        torch.testing.assert_close(found[layer].double(), expected, rtol=1e-3, atol=1e-4)
    assert (found < 1).any()
    whole = gc.make_plan(loaded, TOKENS, gc.PruningSettings(density=1.0))
    assert torch.equal(gc.coverage(loaded, TOKENS, TEXT, whole), torch.ones(3, 40))


def test_token_quality_equals_a_full_model_whose_dropped_neurons_are_silent_after_the_prompt(kind):
    loaded = tiny_loaded(kind)
    plan = gc.make_plan(loaded, TOKENS, QUARTER)
    found = gc.token_quality(loaded, TOKENS, TEXT, plan)
    tokens, first = torch.cat([TOKENS[0], TEXT])[None], TOKENS.shape[1] - 1
    _, full = whole_pass(loaded.model, tokens)
    pruned = masked_pass(loaded.model, tokens, [layer.kept for layer in plan.layers], start=TOKENS.shape[1])
    expected, other = (logits[first:-1].double().log_softmax(dim=-1) for logits in (full, pruned))
    kl = F.kl_div(other, expected, log_target=True, reduction="none").sum(dim=-1)
    torch.testing.assert_close(found.kl.double(), kl, rtol=1e-3, atol=1e-5)
    for view, logprobs in ((found.full, expected), (found.pruned, other)):
        written = logprobs[torch.arange(len(TEXT)), TEXT]
        torch.testing.assert_close(view.logprob.double(), written, rtol=1e-3, atol=1e-4)
    assert found.kl[0] == 0  # predicted by the full model in both
    assert found.kl[1:].max() > 1e-2


def test_overlap_is_that_of_the_sets_kept(kind):
    loaded = tiny_loaded(kind)
    a, b = (gc.make_plan(loaded, tokens, QUARTER) for tokens in (TOKENS, OTHER))
    sets = [[set(layer.kept.tolist()) for layer in plan.layers] for plan in (a, b)]
    by_hand = [len(one & other) / len(one | other) for one, other in zip(*sets, strict=True)]
    assert gc.overlap(a, b).jaccard == pytest.approx(by_hand)
    assert gc.overlap(a, b).mean < 1
    assert gc.overlap(a, a).jaccard == (1.0,) * 3
    chosen = of_kind(gc.choose_experts(loaded, [("A", TOKENS), ("B", OTHER)], [QUARTER]), ExpertsChosen)
    kept = [[layer.kept for layer in describe_plan(plan, None)] for plan in (a, b)]
    assert [[layer.kept for layer in event.layers] for event in chosen] == kept


def test_swapped_with_itself_is_griffin_exactly_and_with_another_text_has_its_neurons(kind):
    loaded = tiny_loaded(kind)
    lanes = [gc.pruned(), gc.pruned(experts="A"), gc.pruned(experts="B")]
    events = run(loaded, lanes=lanes, sources={"A": TOKENS, "B": OTHER})
    plain, itself, other = of_kind(events, PlanMade)
    assert itself.layers == plain.layers
    expected = [layer.kept for layer in describe_plan(gc.make_plan(loaded, OTHER), None)]
    assert [layer.kept for layer in other.layers] == expected
    assert expected != [layer.kept for layer in plain.layers]
    written = [lane.token_ids for lane in lanes_of(events)]
    assert written[0] == written[1]


def test_a_sweep_loses_nothing_with_every_neuron_and_something_with_half(kind):
    loaded = tiny_loaded(kind)
    loaded.stop_ids = frozenset()
    lanes = [gc.pruned(density=1.0), gc.pruned(density=0.5)]
    whole, half = of_kind(gc.sweep(loaded, TOKENS, lanes, new_tokens=6, timed_tokens=2), SweepPoint)
    assert whole.kl == pytest.approx(0.0, abs=1e-6)
    assert half.kl > 1e-3
    assert (whole.k, half.k) == ((loaded.facts.d_ff,) * 3, (loaded.facts.d_ff // 2,) * 3)
    assert half.ff_bytes_share == 0.5


def test_an_inspection_leaves_the_model_as_it_was(kind):
    loaded = tiny_loaded(kind)
    settings = gc.RunSettings(max_new_tokens=20, ignore_eos=True)
    texts = [lane.token_ids for lane in lanes_of(gc.start_race(loaded, TOKENS, settings))]
    before = {name: tensor.clone() for name, tensor in loaded.model.state_dict().items()}
    events = list(gc.inspect(loaded, TOKENS, settings, texts))
    assert read_back(events) == events
    after = loaded.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert unhooked(loaded)
    for name, reader in ((PRUNED, PRUNED), ("dense", "dense")):
        own = [event for event in of_kind(events, TextRead) if (event.text, event.reader) == (name, reader)]
        assert not any(rank for event in own for rank in event.rank)  # each finds what it wrote itself the likeliest
        assert sum(len(event.rank) for event in own) == 20
    covered = [share for event in of_kind(events, TextRead) for share in event.coverage or ()]
    assert len(covered) == 40
    assert all(0 < share < 1 for share in covered)
    assert [event.text for event in of_kind(events, LayersMeasured)] == [None, "dense", PRUNED]
    assert isinstance(events[-1], RunFinished)
