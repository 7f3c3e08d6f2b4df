import pytest

from griffin_core.errors import SettingsError
from griffin_core.lanes import check_lanes, dense, parse_lane, pruned
from griffin_core.settings import (
    LaneSettings,
    PruningSettings,
    RunSettings,
    SamplingSettings,
    Source,
    check_experts,
    lane_names,
)


@pytest.mark.parametrize("density", [0, -0.1, 1.5, "abc", float("nan"), float("inf"), 10**400, None, True, "", [0.5]])
def test_density_outside_0_to_1_is_refused_with_what_was_seen(density):
    with pytest.raises(SettingsError, match="density must be") as refused:
        PruningSettings(density=density)
    assert "Use 1.0 to keep every neuron" in str(refused.value)


@pytest.mark.parametrize(("text", "name"), [
    ("dense", "dense"),
    ("griffin", "griffin:density=0.5"),
    (" griffin:density=.50 ", "griffin:density=0.5"),
    ("griffin:density=1", "griffin:density=1.0"),
    ("random:seed=3,density=0.25", "random:density=0.25,seed=3"),
    ("dense:seed=7", "dense:seed=7"),
    ("griffin:experts=A,density=0.5", "griffin:density=0.5,experts=A"),
    ("griffin-sampled:experts=shuffled,seed=3", "griffin-sampled:density=0.5,seed=3,experts=shuffled"),
])  # fmt: skip
def test_lane_text_has_one_canonical_form(text, name):
    lane = parse_lane(text)
    assert lane.name == name
    assert parse_lane(lane.name) == lane


@pytest.mark.parametrize(("text", "complaint"), [
    ("grifin", 'unknown method "grifin"'),
    ("", 'unknown method ""'),
    ("griffin:width=3", "unknown key width"),
    ("griffin:density", "is not key=value"),
    ("griffin:density=", "is not key=value"),
    ("griffin:density=0.5,density=0.6", "given twice"),
    ("griffin:density=2", "density must be above 0"),
    ("dense:density=0.5", "dense takes no density"),
    ("dense:experts=A", "dense takes no experts"),
    ("dense:seed=x", "seed must be a whole number"),
    ("griffin:experts=2nd", "a letter first; got '2nd'"),
    ("griffin:experts=" + "a" * 25, "up to 24 letters"),
    ("random:experts=A", "random chooses neurons without reading any text"),
    ("magnitude:experts=shuffled", "magnitude chooses neurons without reading any text"),
    ("random:seed=1.5", "seed must be a whole number"),
    ("random:seed=-1", "seed must be between"),
])  # fmt: skip
def test_wrong_lane_is_refused_with_what_was_seen(text, complaint):
    with pytest.raises(SettingsError, match=complaint):
        parse_lane(text)


def test_unknown_method_lists_the_known_ones():
    with pytest.raises(SettingsError, match="griffin-sampled.*magnitude.*random"):
        pruned(method="lottery")


def test_repeated_lanes_are_numbered():
    lanes = (dense(), pruned(), dense(), pruned(), pruned(density=0.25), dense(seed=0), pruned(experts="A"))
    assert lane_names(lanes) == (
        "dense", "griffin:density=0.5", "dense#2", "griffin:density=0.5#2", "griffin:density=0.25", "dense:seed=0",
        "griffin:density=0.5,experts=A",
    )  # fmt: skip


def test_a_lane_made_in_code_is_checked_like_a_typed_one():
    with pytest.raises(SettingsError, match="takes no experts"):
        LaneSettings(experts="A")
    with pytest.raises(SettingsError, match="only a dense lane has its own sampler_seed"):
        LaneSettings(pruning=PruningSettings(), sampler_seed=3)
    with pytest.raises(SettingsError, match="without reading any text"):
        check_lanes([LaneSettings(pruning=PruningSettings(method="random"), experts="A")])


@pytest.mark.parametrize(("name", "token_ids", "complaint"), [
    ("A", (), '"A" is empty'),
    ("A", "text", "must be given as token ids, whole numbers, got 'text'"),
    ("A", (1.5,), "whole numbers"),
    ("A", (-1, 4), "must be between 0 and"),
    ("A", (2**63,), "must be between 0 and"),
    ("shuffled", (1,), "stands for the shuffled prompt"),
    ("two words", (1,), "a letter first; got 'two words'"),
    ("", (1,), "a letter first; got ''"),
])  # fmt: skip
def test_source_without_a_name_or_a_text_is_refused(name, token_ids, complaint):
    with pytest.raises(SettingsError, match=complaint):
        Source(name=name, token_ids=token_ids)


def test_name_of_a_source_is_given_once():
    with pytest.raises(SettingsError, match='"A" is given twice'):
        RunSettings(sources=(Source(name="A", token_ids=(1,)), Source(name="A", token_ids=(2,))))


def test_unknown_source_lists_the_known_ones():
    check_experts([pruned(experts="A"), pruned(experts="shuffled"), pruned(), dense()], ["A", "unused"])
    with pytest.raises(SettingsError, match='experts from "C", but no such text .* use one of: shuffled, A, B'):
        check_experts([pruned(experts="C")], ["A", "B"])


def test_dense_lane_keeps_every_neuron():
    assert (dense().method, dense().density) == ("dense", 1.0)


@pytest.mark.parametrize("changes", [
    {"lanes": ()},
    {"lanes": (LaneSettings(),) * 5},
    {"max_new_tokens": 0},
    {"max_new_tokens": 1.5},
    {"schedule": "parallel"},
    {"prefill_chunk": 0},
    {"stop": ("",)},
    {"stop": "User:"},
    {"prefixes": ((1, 2),)},
])  # fmt: skip
def test_run_settings_out_of_range_are_refused(changes):
    with pytest.raises(SettingsError):
        RunSettings(**changes)


@pytest.mark.parametrize("changes", [
    {"temperature": -1}, {"temperature": "hot"}, {"top_k": -1}, {"top_p": 0}, {"top_p": 1.1}, {"seed": -1},
    {"seed": 2**64}, {"seed": 0.5},
])  # fmt: skip
def test_sampling_settings_out_of_range_are_refused(changes):
    (name,) = changes
    with pytest.raises(SettingsError, match=name):
        SamplingSettings(**changes)


def test_numbers_may_come_as_text():
    assert SamplingSettings(temperature="0.7", top_k="40", seed="3") == SamplingSettings(
        temperature=0.7, top_k=40, seed=3
    )
