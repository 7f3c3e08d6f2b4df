"""Two recordings compared: settings, machines, texts, figures, neurons; and in words what cannot be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from griffin_core.comparing import Comparison, Difference, LanePair, compare
from griffin_core.events import SourceFacts
from griffin_core.metrics import RunTally
from griffin_core.recording import PromptText, Recording
from tests.core.hand_made import ANSWERS, OTHERS, WORDS, choice, lane, recording
from tests.core.scripted_run import DENSE, FACTS, PRUNED

QUARTER = lane("griffin:density=0.25", density=0.25, effective_density=0.25)


def named(differences: tuple[Difference, ...]) -> dict[str, tuple[object, object]]:
    return {difference.name: (difference.a, difference.b) for difference in differences}


def last_pair(a: Recording, b: Recording) -> LanePair:
    return compare(a, b).pairs[-1]


def figure(pair: LanePair, name: str) -> tuple[float | None, float | None, float | None]:
    (found,) = [figure for figure in pair.figures if figure.name == name]
    return found.a, found.b, found.ratio


def test_a_recording_and_itself_differ_in_nothing() -> None:
    found = compare(recording(), recording())
    assert (found.same_prompt, found.settings, found.machine, found.remarks) == (True, (), (), ())
    for pair in found.pairs:
        assert (pair.by, pair.same_tokens, pair.parted) == ("name", 5, None)
        assert {figure.ratio for figure in pair.figures if figure.ratio is not None} == {1.0}
    assert found.pairs[1].experts.mean == 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", 7), ("temperature", 0.5), ("stop", ("\n",)), ("prefill_chunk", 3), ("schedule", "sequential")],
)
def test_every_setting_of_the_run_is_compared(name: str, value: Any) -> None:
    a = recording()
    found = compare(a, recording(**{name: value}))
    assert named(found.settings) == {name: (getattr(a.header.run, name), value)}


def test_lanes_prompt_and_texts_of_experts_are_settings() -> None:
    prompt = PromptText(text="Why is grass green?", system="Be brief.")
    a = recording(sources=(SourceFacts(name="A", token_ids=(1, 2)),))
    b = recording([(DENSE, WORDS, 30.0)], prompt=prompt, sources=(SourceFacts(name="A", token_ids=(1, 3)),))
    assert named(compare(a, b).settings) == {
        "lanes": (("dense", "griffin:density=0.5"), ("dense",)),
        "text A": ((1, 2), (1, 3)),
        "prompt": ("Why is the sky blue?", "Why is grass green?"),
        "system prompt": (None, "Be brief."),
    }


def test_machines_are_compared_by_device_threads_and_versions() -> None:
    model = replace(FACTS, device="cuda", device_name="a card", versions={"torch": "2.14.0", "numpy": "2.1"})
    found = compare(recording(threads=2), recording(model=model))
    assert found.settings == ()
    assert named(found.machine) == {
        "device": ("cpu", "cuda"),
        "device_name": ("a processor", "a card"),
        "threads": (2, None),
        "version of torch": ("2.13.0", "2.14.0"),
        "version of numpy": (None, "2.1"),
    }
    assert any("ratios of times compare machines as well" in remark for remark in found.remarks)


def test_lanes_pair_by_name_then_by_order_and_the_rest_is_told() -> None:
    a = recording([*ANSWERS, (lane("random:density=0.5"), OTHERS, 20.0)])
    b = recording([(QUARTER, OTHERS, 15.0), (DENSE, WORDS, 30.0)])
    found = compare(a, b)
    assert [(pair.a, pair.b, pair.by) for pair in found.pairs] == [
        ("dense", "dense", "name"),
        ("griffin:density=0.5", "griffin:density=0.25", "order"),
    ]
    assert "random:density=0.5 ran in A only; B has no lane left for it." in found.remarks
    assert "random:density=0.5 ran in B only; A has no lane left for it." in compare(b, a).remarks


def test_texts_are_followed_to_where_they_part() -> None:
    pair = last_pair(recording([ANSWERS[0], (PRUNED, WORDS, 20.0)]), recording([ANSWERS[0], (PRUNED, OTHERS, 20.0)]))
    assert pair.same_tokens == 3
    assert pair.same_characters == len(" The sky is ")
    assert pair.parted is not None
    assert (pair.parted.shared, pair.parted.a, pair.parted.b) == (" The sky is ", "blue.", "azure.")


def test_a_text_that_goes_on_where_the_other_ends_has_no_parting() -> None:
    pair = last_pair(recording([(DENSE, WORDS, 30.0)]), recording([(DENSE, WORDS[:3], 30.0)]))
    assert (pair.same_tokens, pair.parted) == (3, None)


def test_figures_are_those_of_the_run_and_ratios_are_b_over_a() -> None:
    a, b = recording(), recording([(DENSE, WORDS, 30.0), (PRUNED, OTHERS, 25.0)])
    pair = last_pair(a, b)
    figures = []
    for made in (a, b):
        tally = RunTally()
        for event in made.race:
            tally.add(event)
        figures.append(tally.lanes()[1])
    for name in ("ttft_ms", "tpot_ms", "tokens_per_s", "speedup", "speedup_end_to_end", "matching_prefix"):
        one, other = (getattr(lane, name) for lane in figures)
        assert figure(pair, name) == (one, other, other / one)
    assert figure(pair, "tpot_ms") == pytest.approx((20.5, 25.5, 25.5 / 20.5))


def test_a_baseline_has_no_speedup_over_itself() -> None:
    baseline = compare(recording(), recording()).pairs[0]
    assert [figure(baseline, name) for name in ("speedup", "matching_prefix")] == [(None, None, None)] * 2
    assert baseline.speedups_apart is None


@pytest.mark.parametrize(("pruned_ms", "apart"), [(20.0, False), (20.2, False), (10.0, True)])
def test_speedups_differ_clearly_or_not(pruned_ms: float, apart: bool) -> None:
    other = recording([ANSWERS[0], (PRUNED, OTHERS, pruned_ms)])
    assert last_pair(recording(), other).speedups_apart is apart
    assert last_pair(other, recording()).speedups_apart is apart


def test_a_figure_that_one_lane_lacks_has_no_ratio() -> None:
    pair = last_pair(recording([(PRUNED, OTHERS, 20.0)]), recording())
    a, b, ratio = figure(compare(recording([(PRUNED, OTHERS, 20.0)]), recording()).pairs[0], "speedup")
    assert pair.by == "name"
    assert (a, ratio) == (None, None)
    assert b is not None


def test_experts_overlap_layer_by_layer_beside_chance() -> None:
    a = recording(layers=[choice(range(32)), choice(range(32))])
    b = recording(layers=[choice(range(16, 48)), choice(range(32, 64))])
    experts = last_pair(a, b).experts
    assert experts.jaccard == (16 / 48, 0.0)
    assert experts.mean == pytest.approx(1 / 6)
    assert experts.mean_chance == pytest.approx(1 / 3, abs=0.01)


def test_experts_of_other_prompts_are_compared_and_the_prompts_told_apart() -> None:
    found = compare(recording(), recording(prompt=PromptText(text="Other")))
    assert found.pairs[1].experts.mean == 1.0
    assert found.same_prompt is False
    assert "The prompts differ, and with them what the answers are about." in found.remarks


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_layers": 3}, "2 layers of 64 neurons and 3 layers of 64 neurons"),
        ({"d_ff": 128}, "2 layers of 64 neurons and 2 layers of 128 neurons"),
    ],
)
def test_experts_of_models_of_other_shapes_are_not_compared(changes: dict[str, Any], said: str) -> None:
    experts = last_pair(recording(), recording(model=replace(FACTS, **changes))).experts
    assert (experts.jaccard, experts.mean) == (None, None)
    assert said in experts.remark


def test_a_lane_without_a_choice_says_why() -> None:
    assert compare(recording(), recording()).pairs[0].experts.remark == "dense keeps every neuron."
    early = recording()
    early = replace(early, events=early.events[:2])
    assert last_pair(recording(), early).experts.remark == "The lane of B ended before it chose its neurons."


def test_answers_of_other_models_are_compared_by_characters() -> None:
    found = compare(recording(), recording(model=replace(FACTS, model="other")))
    assert found.pairs[0].same_tokens is None
    assert found.pairs[0].same_characters == len("".join(WORDS))
    assert found.pairs[1].experts.mean == 1.0
    assert "The models differ" in found.pairs[1].experts.remark
    assert any("compared by characters" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"prompt_ids": (1, 2, 3, 4, 5, 6)}, {"prompt_ids": (1, 2, 3, 4, 5, 6)}, True),
        ({"prompt_ids": (1, 2, 3, 4, 5, 6)}, {"prompt_ids": (1, 2, 3, 4, 5, 7)}, False),
        ({"prompt_ids": ()}, {}, None),
        ({"prompt_ids": ()}, {"prompt_ids": (), "prompt_tokens": 7}, False),
        ({}, {"model": replace(FACTS, model="other")}, None),
    ],
)
def test_without_its_text_a_prompt_is_known_by_its_ids(a: dict[str, Any], b: dict[str, Any], same: bool | None) -> None:
    found = compare(recording(prompt=None, **a), recording(prompt=None, **b))
    assert found.same_prompt is same
    assert ("prompt" in named(found.settings)) is (same is False)
    assert any("cannot be known" in remark for remark in found.remarks) is (same is None)


def test_a_race_without_its_end_is_compared_and_told() -> None:
    found = compare(recording(), recording(ended=False))
    assert len(found.pairs) == 2
    assert "B did not come to its own end: its figures are those of what there is." in found.remarks


def test_a_comparison_is_plain_json() -> None:
    found: Comparison = compare(recording(), recording([(DENSE, WORDS, 30.0), (QUARTER, OTHERS, 15.0)]))
    values = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert set(values) == {"same_prompt", "settings", "machine", "pairs", "remarks"}
    assert values["pairs"][1]["experts"]["mean"] == 1.0
    assert values["pairs"][1]["figures"][0] == {"name": "tokens", "unit": "tokens", "a": 5, "b": 5, "ratio": 1.0}
