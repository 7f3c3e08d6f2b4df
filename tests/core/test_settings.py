import pytest

from griffin_core.errors import SettingsError
from griffin_core.lanes import dense, parse_lane, pruned
from griffin_core.settings import LaneSettings, PruningSettings, RunSettings, SamplingSettings, lane_names


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
    ("griffin:density=2", "density must be in"),
    ("dense:density=0.5", "dense takes no keys"),
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
    lanes = (dense(), pruned(), dense(), pruned(), pruned(density=0.25))
    assert lane_names(lanes) == (
        "dense", "griffin:density=0.5", "dense#2", "griffin:density=0.5#2", "griffin:density=0.25",
    )  # fmt: skip


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
