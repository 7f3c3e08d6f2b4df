"""The same identities on a CUDA device. Small, since no continuous integration has one."""

import pytest
import torch

import griffin_core as gc
from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import last, prefill
from griffin_core.steps import EagerStep, Steps
from griffin_core.timing import LaneClock, SpanTimer
from tests.core.runs import lanes_of
from tests.tiny_models import KINDS, tiny_loaded

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]

TOKENS = torch.tensor([[5, 9, 17, 33, 8, 250, 41]])


def on_gpu(kind):
    loaded = tiny_loaded(kind)
    loaded.model.to("cuda")
    assert loaded.device.type == "cuda"
    return loaded


@pytest.mark.parametrize("kind", KINDS)
def test_same_neurons_as_on_the_cpu_up_to_near_ties(kind):
    on_cpu = gc.make_plan(tiny_loaded(kind), TOKENS)
    on_cuda = gc.make_plan(on_gpu(kind), TOKENS)
    for a, b in zip(on_cpu.layers, on_cuda.layers, strict=True):
        torch.testing.assert_close(a.scores, b.scores.cpu(), rtol=1e-3, atol=1e-4)
        weakest = a.scores[a.kept].min()
        for neuron in set(a.kept.tolist()) ^ set(b.kept.tolist()):
            assert a.scores[neuron] == pytest.approx(float(weakest), rel=2e-3, abs=2e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["griffin", "griffin-sampled", "magnitude", "random"])
def test_pruned_equals_masked(kind, method):
    loaded = on_gpu(kind)
    tokens = TOKENS.cuda()
    plan = gc.make_plan(loaded, tokens, gc.PruningSettings(method=method))
    with gc.pruned_model(loaded, plan) as model, torch.no_grad():
        pruned = model(tokens).logits
    handles = []
    for feed_forward, layer in zip(find_feed_forwards(loaded.model), plan.layers, strict=True):
        keep = torch.zeros(feed_forward.d_ff, device="cuda").index_fill(0, layer.kept.cuda(), 1.0)
        handles.append(feed_forward.output.register_forward_pre_hook(lambda _, args, keep=keep: (args[0] * keep,)))
    with torch.no_grad():
        masked = loaded.model(tokens).logits
    for handle in handles:
        handle.remove()
    torch.testing.assert_close(pruned, masked, rtol=1e-3, atol=1e-3)


def test_race_runs_and_density_1_is_the_dense_lane():
    tally = gc.RunTally()
    lanes = [gc.dense(), gc.pruned(density=1.0), gc.pruned(density=0.5)]
    for event in gc.race(on_gpu("llama"), TOKENS, lanes=lanes, max_new_tokens=12, ignore_eos=True, temperature=1.0):
        tally.add(event)
    dense, same, pruned = tally.lanes()
    assert dense.token_ids == same.token_ids
    assert dense.token_ids[0] == pruned.token_ids[0]
    assert (pruned.statistics_ms or 0) > 0


def test_clocks_wait_for_the_device():
    device = torch.device("cuda")
    clock, timer = LaneClock(device), SpanTimer(device)
    a = torch.randn(4096, 4096, device=device)
    with clock.running(), timer.span(device):
        for _ in range(20):
            a = (a @ a).clamp(-1, 1)
    assert clock.elapsed_ms >= timer.total_ms() * 0.9 > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_captured_step_gives_the_models_own_logits(kind):
    loaded = on_gpu(kind)
    cache = last(prefill(loaded.model, TOKENS.cuda(), chunk=64)).cache
    step, eager = Steps(loaded.model).with_room(20, cache), EagerStep(loaded.model)
    assert step.path.startswith("eager (the model looks into" if kind in {"gpt2", "opt"} else "CUDA graph")
    for _ in range(2):  # the second time from the beginning again
        for one in (step, eager):
            one.begin(cache)
        for token in (5, 77, 30):
            found, expected = (one(torch.tensor([[token]], device="cuda")) for one in (step, eager))
            torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_a_captured_twin_follows_its_refilled_weights():
    loaded = on_gpu("llama")
    texts = [lanes_of(gc.race(loaded, tokens, max_new_tokens=6, ignore_eos=True)) for tokens in (TOKENS, TOKENS[:, :3])]
    again = lanes_of(gc.race(on_gpu("llama"), TOKENS[:, :3], max_new_tokens=6, ignore_eos=True))
    assert [lane.token_ids for lane in texts[1]] == [lane.token_ids for lane in again]
    assert all(lane.step == "CUDA graph" for lane in (*texts[1], *again))
