"""Inspecting a finished race: what is found. How it ends before its time is in test_inspecting_ends."""

import base64
from itertools import groupby

import pytest
import torch

import griffin_core as gc
from griffin_core.events import (
    ActivationsRead,
    LayersMeasured,
    PlanMade,
    RunFinished,
    StudyProgress,
    StudyStarted,
    TextRead,
)
from griffin_core.expert_sources import plan_lane
from griffin_core.inspection.activations import mean_jaccard, top_sets
from griffin_core.inspection.picture import FlockingPicture
from griffin_core.plan_record import describe_plan
from tests.core.activations_seen import whole_pass
from tests.core.runs import TOKENS, lanes_of
from tests.tiny_models import BOS, tiny_loaded

PRUNED = "griffin:density=0.5"
MANY = (gc.dense(), gc.pruned(), gc.pruned(method="magnitude"), gc.pruned(density=1.0))


@pytest.fixture
def loaded():
    return tiny_loaded("llama")


def raced(loaded, *, tokens=TOKENS, **settings):
    """Settings of a race of 20 tokens, its events, and its texts."""
    settings = gc.RunSettings(**{"max_new_tokens": 20, "ignore_eos": True} | settings)
    events = list(gc.start_race(loaded, tokens, settings))
    return settings, events, [lane.token_ids for lane in lanes_of(events)]


def inspected(loaded, *, tokens=TOKENS, layer=None, **settings):
    settings, _, texts = raced(loaded, tokens=tokens, **settings)
    return list(gc.inspect(loaded, tokens, settings, texts, layer=layer))


def of_kind(events, kind, **fields):
    matching = [event for event in events if isinstance(event, kind)]
    return [event for event in matching if all(getattr(event, name) == value for name, value in fields.items())]


def joined(reads, field):
    """One field of the events of a reader, over the whole text."""
    return [value for event in reads for value in getattr(event, field)]


def pixels(event):
    values = torch.frombuffer(bytearray(base64.b64decode(event.values)), dtype=torch.uint8)
    return values.view(len(event.positions), event.columns)


def test_events_come_in_the_order_the_format_promises(loaded):
    events = inspected(loaded, prefill_chunk=3)
    kinds = [kind for kind, _ in groupby(type(event) for event in events)]
    of_one_step = [TextRead, ActivationsRead, TextRead, StudyProgress]
    of_one_text = [*of_one_step, *of_one_step, LayersMeasured]
    assert kinds == [
        StudyStarted, StudyProgress, ActivationsRead, LayersMeasured, *of_one_text, *of_one_text, RunFinished,
    ]  # fmt: skip
    times = [event.t_s for event in events]
    assert times == sorted(times)
    assert events[-1].reason == "done"


def test_progress_ends_at_what_was_announced(loaded):
    events = inspected(loaded, prefill_chunk=3, lanes=(gc.dense(), gc.parse_lane("griffin:experts=shuffled")))
    reading, writing = (of_kind(events, StudyProgress, what=what) for what in ("reading", "tokens"))
    assert [event.done for event in reading] == [3, 6, 7, 10, 13, 14]
    assert [event.done for event in writing] == [16, 20, 36, 40]
    assert {event.total for event in reading} == {14}
    assert {event.total for event in writing} == {40}
    assert (events[0].kind, events[0].steps) == ("inspection", 54)


def test_a_dense_text_is_read_by_all_and_a_pruned_one_by_its_own_lane(loaded):
    events = inspected(loaded, lanes=MANY)
    names = [lane.name for lane in MANY]
    pairs = list(dict.fromkeys((event.text, event.reader) for event in of_kind(events, TextRead)))
    expected = [("dense", name) for name in names]
    expected += [(name, reader) for name in names[1:] for reader in ("dense", name)]
    assert pairs == expected
    for text, reader in pairs:
        reads = of_kind(events, TextRead, text=text, reader=reader)
        assert [event.first_index for event in reads] == [0, 16]
        assert {len(joined(reads, field)) for field in ("logprob", "rank", "best", "agrees")} == {20}
        assert [event.kl is None for event in reads] == [reader == "dense"] * 2
        assert [event.coverage is None for event in reads] == [reader == "dense"] * 2
    covered = {name: joined(of_kind(events, TextRead, text="dense", reader=name), "coverage") for name in names[1:]}
    assert set(covered.pop(names[3])) == {1.0}
    assert all(max(shares) < 1 for shares in covered.values())


@pytest.mark.parametrize("method", ["griffin", "magnitude"])
def test_findings_equal_those_of_the_single_functions(loaded, method):
    lane = gc.pruned(method=method, density=0.25)
    settings, _, texts = raced(loaded, lanes=(gc.dense(), lane))
    events = list(gc.inspect(loaded, TOKENS, settings, texts))
    plan = gc.make_plan(loaded, TOKENS, lane.pruning)
    for name, text in zip(("dense", lane.name), texts, strict=True):
        quality = gc.token_quality(loaded, TOKENS, text, plan)
        for reader, view in (("dense", quality.full), (lane.name, quality.pruned)):
            reads = of_kind(events, TextRead, text=name, reader=reader)
            assert joined(reads, "logprob") == pytest.approx(view.logprob.tolist(), abs=1e-4)
            assert joined(reads, "rank") == view.rank.tolist()
            best = [[choice.token_id for choice in choices] for choices in joined(reads, "best")]
            assert best == view.best.tolist()
            probabilities = [choice.probability for choices in joined(reads, "best") for choice in choices]
            assert probabilities == pytest.approx(view.probability.flatten().tolist(), abs=1e-4)
        assert joined(reads, "kl") == pytest.approx(quality.kl.tolist(), abs=1e-4)
        assert joined(reads, "agrees") == quality.agrees.tolist()
        covered = gc.coverage(loaded, TOKENS, text, plan).mean(dim=0)
        assert joined(reads, "coverage") == pytest.approx(covered.tolist(), abs=1e-4)


def test_alternatives_are_named_as_the_tokenizer_writes_them(loaded):
    choices = [choice for best in joined(of_kind(inspected(loaded), TextRead), "best") for choice in best]
    assert all(choice.text == loaded.tokenizer.decode([choice.token_id]) for choice in choices)
    assert len(choices) == 4 * 20 * 5


def test_at_density_1_everything_is_covered_and_nothing_diverges(loaded):
    reads = of_kind(
        inspected(loaded, lanes=(gc.dense(), gc.pruned(density=1.0))), TextRead, reader="griffin:density=1.0"
    )
    assert set(joined(reads, "coverage")) == {1.0}
    assert set(joined(reads, "kl")) == {0.0}
    assert all(joined(reads, "agrees"))


def test_neurons_are_those_of_the_race_whatever_the_lane(loaded, monkeypatch):
    lanes = [gc.parse_lane(text) for text in ("griffin", "griffin:experts=shuffled", "griffin:experts=A", "random")]
    settings, raced_events, texts = raced(
        loaded,
        lanes=tuple(lanes),
        prefill_chunk=2,
        sampling=gc.SamplingSettings(seed=7),
        sources=(gc.Source(name="A", token_ids=(100, 7, 7, 31)),),
    )
    plans = []

    def remembered(*args):
        plans.append(plan_lane(*args))
        return plans[-1]

    monkeypatch.setattr("griffin_core.inspection.inspecting.plan_lane", remembered)
    list(gc.inspect(loaded, TOKENS, settings, texts))
    made = {event.lane: [layer.kept for layer in event.layers] for event in of_kind(raced_events, PlanMade)}
    assert [[layer.kept for layer in describe_plan(plan, None)] for plan in plans] == list(made.values())
    assert len({str(kept) for kept in made.values()}) == 4


def test_picture_is_of_the_relative_activations_by_falling_score_on_one_scale(loaded):
    settings, _, texts = raced(loaded)
    events = list(gc.inspect(loaded, TOKENS, settings, texts, layer=2))
    pictures = of_kind(events, ActivationsRead)
    assert {(event.layer, event.columns, event.bin_width) for event in pictures} == {(2, 44, 1)}
    assert len({event.full_scale for event in pictures}) == 1
    order = gc.make_plan(loaded, TOKENS).layers[2].scores.argsort(descending=True, stable=True)
    for name, text in ((None, ()), ("dense", texts[0]), (PRUNED, texts[1])):
        seen, _ = whole_pass(loaded.model, torch.cat([TOKENS[0], torch.tensor(text, dtype=torch.long)])[None])
        z = seen[2][TOKENS.shape[1] if text else 0 :]
        share = (z.abs() / z.norm(dim=1, keepdim=True))[:, order] / pictures[0].full_scale
        drawn = torch.cat([pixels(event) for event in pictures if event.text == name])
        torch.testing.assert_close(drawn.double(), (share * 255).clamp_max(255), atol=0.6, rtol=0)
        assert joined(of_kind(pictures, ActivationsRead, text=name), "positions") == list(range(len(z)))
    assert (pixels(pictures[0]) == 255).float().mean() == pytest.approx(0.005, abs=0.004)


def test_a_wide_layer_is_drawn_in_bins_and_the_last_may_be_narrow():
    rows = torch.zeros(1, 770)
    rows[0, 700:703] = torch.tensor([0.3, 0.6, 0.0])  # the neurons with the highest scores
    rows[0, 0] = 0.1  # the one with the lowest
    scores = torch.zeros(1, 770)
    scores[0, 700:703] = torch.tensor([3.0, 2.0, 1.0])
    scores[0, 0] = -1.0
    drawn = FlockingPicture(0, scores, rows).draw([4], ["x"], rows, text=None, t_s=0.0)
    assert (drawn.columns, drawn.bin_width) == (257, 3)
    full = drawn.full_scale
    assert pixels(drawn)[0, [0, 1, -1]].tolist() == [
        round(min(0.3 / full, 1.0) * 255),
        0,
        round(min(0.05 / full, 1.0) * 255),
    ]


def test_flocking_is_that_of_the_single_function(loaded):
    tokens = torch.randint(5, 250, (1, 150), generator=torch.Generator().manual_seed(0))
    events = inspected(loaded, tokens=tokens, lanes=(gc.dense(), gc.pruned(density=0.25)), prefill_chunk=64)
    (measured,) = of_kind(events, LayersMeasured, text=None)
    alone = gc.flocking(loaded, tokens, density=0.25, max_tokens=64)
    assert measured.tokens == 64  # of 150
    assert measured.flocking == pytest.approx(alone.jaccard)
    assert measured.chance == pytest.approx(float(alone.chance[0]))
    assert measured.density == 11 / 44
    (drawn,) = of_kind(events, ActivationsRead, text=None)
    assert (len(drawn.positions), drawn.positions[0], drawn.positions[-1]) == (96, 0, 149)


def test_flocking_of_an_answer_compares_the_answers_tokens_only(loaded):
    text = torch.randint(5, 250, (20,), generator=torch.Generator().manual_seed(4))
    events = list(gc.inspect(loaded, TOKENS, gc.RunSettings(), [text.tolist(), ()]))
    (measured,) = of_kind(events, LayersMeasured, text="dense")
    seen, _ = whole_pass(loaded.model, torch.cat([TOKENS[0], text])[None])
    expected = [mean_jaccard(top_sets(z[TOKENS.shape[1] :], 22)) for z in seen]
    assert measured.flocking == pytest.approx(expected, abs=2e-3)  # chunks may swap two equal neurons
    assert measured.tokens == 20


def test_only_the_first_dense_and_the_first_pruned_text_are_drawn_and_measured(loaded):
    lanes = (gc.pruned(), gc.dense(), gc.parse_lane("dense:seed=3"), gc.pruned(method="random"))
    events = inspected(loaded, lanes=lanes)
    for kind in (ActivationsRead, LayersMeasured):
        assert list(dict.fromkeys(event.text for event in of_kind(events, kind))) == [None, PRUNED, "dense"]


def test_rows_of_a_long_answer_are_sampled(loaded, monkeypatch):
    monkeypatch.setattr("griffin_core.inspection.inspecting.MAX_TEXT_ROWS", 2)
    events = inspected(loaded, max_new_tokens=60)
    drawn = of_kind(events, ActivationsRead, text="dense")
    assert [event.positions for event in drawn] == [(0,), (59,)]


def test_token_texts_read_as_the_text_itself_and_special_ones_by_name(loaded):
    prompt = gc.encode_prompt(loaded, "Grün 🙂 is a  word", chat=True)
    settings, events, _ = raced(loaded, tokens=prompt)
    words = tuple(loaded.tokenizer("a word 🙂 or two", add_special_tokens=False)["input_ids"])
    events = list(gc.inspect(loaded, prompt, settings, [words, (BOS, 70)]))
    shown = ["".join(joined(of_kind(events, ActivationsRead, text=name), "tokens")) for name in (None, "dense", PRUNED)]
    assert shown == [
        "<|user|>Grün 🙂 is a  word</s><|answer|>",
        "a word 🙂 or two",
        "<s>" + loaded.tokenizer.decode([70]),
    ]


def test_lanes_that_wrote_nothing_or_one_token_are_read_all_the_same(loaded):
    settings = gc.RunSettings()
    events = list(gc.inspect(loaded, TOKENS, settings, [(), ()]))
    assert [type(event) for event in events] == [
        StudyStarted, StudyProgress, ActivationsRead, LayersMeasured, RunFinished,
    ]  # fmt: skip
    events = list(gc.inspect(loaded, TOKENS[:, :1], settings, [(5,), ()]))
    assert [(event.text, event.reader) for event in of_kind(events, TextRead)] == [
        ("dense", "dense"),
        ("dense", PRUNED),
    ]
    assert not of_kind(events, LayersMeasured)  # one token cannot be compared
    assert len(of_kind(events, ActivationsRead)) == 2
