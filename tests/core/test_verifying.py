"""A recorded race is run again: the same here is a match, and a changed token is found where it stands."""

import base64
import dataclasses
import json
from pathlib import Path

import pytest

import griffin_core as gc
from griffin_core.errors import PromptError, RecordingError, SettingsError
from griffin_core.events import LaneFinished, PlanMade, RunFinished, TokenEmitted
from griffin_core.recording import read_recording, record
from griffin_core.verifying import start_verifying
from tests.core.hand_made import recording as written_by_hand
from tests.core.recorded import changed, drained, recorded, recording_of, with_start
from tests.core.runs import NAMES, race
from tests.tiny_models import VOCABULARY, tiny_loaded

GRIFFIN = NAMES[1]
STOPS = tuple(map(chr, range(33, 127)))  # whatever can be seen: random models rarely write one given letter


def of_lane(outcome, name):
    return next(lane for lane in outcome.lanes if lane.name == name)


def test_a_recording_matches_where_it_was_made(tiny_llama):
    outcome = gc.verify(tiny_llama, recorded(tiny_llama))
    assert outcome.matches
    assert [(lane.name, lane.matches, lane.compared_tokens) for lane in outcome.lanes] == [
        ("dense", True, 6),
        (GRIFFIN, True, 6),
    ]
    assert (of_lane(outcome, "dense").kept_overlap, of_lane(outcome, GRIFFIN).kept_overlap) == (None, 1.0)
    assert (outcome.complete, outcome.run, outcome.differences, outcome.threads) == (True, (), (), None)


def test_a_file_matches_as_its_events_do(tiny_llama, tmp_path: Path):
    path = tmp_path / "a.griffin.jsonl"
    for _ in record(race(tiny_llama), path):
        pass
    assert gc.verify(tiny_llama, read_recording(path)).matches


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": 1.5, "top_k": 40, "top_p": 0.9, "seed": 11, "lanes": (gc.dense(seed=3), gc.dense(seed=4))},
        {"lanes": (gc.dense(), gc.dense(), gc.pruned(method="random", seed=5))},
        {"seed": 7, "lanes": (gc.pruned(method="griffin-sampled", density=0.25), gc.pruned(experts="shuffled"))},
        {"lanes": (gc.pruned(experts="A"),), "sources": {"A": [3, 4, 5, 6]}},
        {"prefixes": ((1, 2, 3), (4, 5)), "prefill_chunk": 2, "schedule": "sequential"},
        {"stop": STOPS, "max_new_tokens": 60, "ignore_eos": False, "temperature": 2.0},
    ],
    ids=["seeds", "random", "drawn", "experts", "prefixes", "stops"],
)
def test_every_setting_is_run_again(settings, tiny_llama):
    recording = recorded(tiny_llama, **settings)
    seen, outcome = drained(start_verifying(tiny_llama, recording))
    assert dataclasses.replace(seen[0], t_s=0.0) == dataclasses.replace(recording.header.run, t_s=0.0)
    assert outcome.run == ()
    assert outcome.matches
    if "stop" in settings:
        assert {lane.recorded_end for lane in outcome.lanes} == {"stop"}
    assert all(lane.compared_tokens > 0 for lane in outcome.lanes)


def test_given_tokens_are_not_counted_as_compared(tiny_llama):
    outcome = gc.verify(tiny_llama, recorded(tiny_llama, prefixes=((1, 2, 3), (4, 5))))
    assert [lane.compared_tokens for lane in outcome.lanes] == [6, 6]


def test_a_doctored_token_is_found_where_it_stands(tiny_llama):
    recording = recorded(tiny_llama)
    true = next(event for event in recording.events if token_at(event, GRIFFIN, 4))
    false = dataclasses.replace(true, token_id=(true.token_id + 1) % VOCABULARY, text="<false>")
    outcome = gc.verify(tiny_llama, changed(recording, lambda event: false if event is true else event))
    assert not outcome.matches
    assert of_lane(outcome, "dense").matches
    lane = of_lane(outcome, GRIFFIN)
    assert (lane.first_difference, lane.matches) == (4, False)
    pieces = [event.text for event in recording.events if isinstance(event, TokenEmitted) and event.lane == GRIFFIN]
    assert lane.text_before == "".join(pieces[:4])
    assert lane.recorded_text == "<false>" + pieces[5]
    assert lane.measured_text == "".join(pieces[4:])


def test_a_lane_that_ended_sooner_differs_where_it_ended(tiny_llama):
    recording = recorded(tiny_llama)
    shorter = changed(recording, lambda event: None if token_at(event, "dense", 5) else event)
    lane = of_lane(gc.verify(tiny_llama, shorter), "dense")
    assert (lane.first_difference, lane.recorded_text) == (5, "")
    assert of_lane(gc.verify(tiny_llama, recording), "dense").matches


def test_a_lane_that_goes_on_longer_differs_where_this_one_ends(tiny_llama):
    longer = with_start(recorded(tiny_llama), max_new_tokens=3)
    outcome = gc.verify(tiny_llama, longer)
    assert [(lane.first_difference, lane.measured_text) for lane in outcome.lanes] == [(3, ""), (3, "")]


def test_an_interrupted_recording_is_compared_over_what_it_has(tiny_llama):
    whole = recorded(tiny_llama, max_new_tokens=40)
    cut = recording_of(event for event in whole.events if not is_late(event, 5))
    run = start_verifying(tiny_llama, cut)
    seen, outcome = drained(run)
    assert outcome.matches
    assert not outcome.complete
    assert [(lane.compared_tokens, lane.ended, lane.verdict) for lane in outcome.lanes] == [(5, False, "match")] * 2
    assert sum(isinstance(event, TokenEmitted) for event in seen) < 80  # it stopped when there was no more to compare
    cancelled = recording_of([*cut.events, RunFinished(t_s=cut.events[-1].t_s, reason="cancelled")])
    assert gc.verify(tiny_llama, cancelled).matches


def test_a_doctored_token_of_an_interrupted_recording_is_found_too(tiny_llama):
    whole = recorded(tiny_llama, max_new_tokens=20)
    cut = recording_of(event for event in whole.events if not is_late(event, 5))
    true = next(event for event in cut.events if token_at(event, "dense", 4))
    false = dataclasses.replace(true, token_id=(true.token_id + 1) % VOCABULARY)
    outcome = gc.verify(tiny_llama, changed(cut, lambda event: false if event is true else event))
    assert [lane.first_difference for lane in outcome.lanes] == [4, None]


def test_other_weights_do_not_match(tiny_llama):
    outcome = gc.verify(tiny_loaded("llama", seed=1), recorded(tiny_llama))
    assert [lane.matches for lane in outcome.lanes] == [False, False]
    assert 0 < of_lane(outcome, GRIFFIN).kept_overlap < 1


def test_overlap_is_the_mean_over_layers(tiny_llama):
    recording = recorded(tiny_llama)
    plan = next(event for event in recording.events if isinstance(event, PlanMade))
    # As if the first of the three layers had kept the other half of its neurons, by which none are in common.
    kept = int.from_bytes(base64.b64decode(plan.layers[0].kept), "little")
    none_in_common = ((1 << 44) - 1) ^ kept
    text = base64.b64encode(none_in_common.to_bytes(6, "little")).decode()
    layers = (dataclasses.replace(plan.layers[0], kept=text), *plan.layers[1:])
    other = dataclasses.replace(plan, layers=layers)
    outcome = gc.verify(tiny_llama, changed(recording, lambda event: other if event is plan else event))
    assert of_lane(outcome, GRIFFIN).kept_overlap == pytest.approx(2 / 3)


def test_speed_ups_are_compared_as_recorded_over_measured(tiny_llama):
    lane = of_lane(gc.verify(tiny_llama, recorded(tiny_llama)), GRIFFIN)
    assert lane.speedup_ratio == pytest.approx(lane.recorded_speedup / lane.measured_speedup)


@pytest.mark.parametrize(
    ("doctor", "error", "says"),
    [
        (lambda r: with_start(r, prompt_ids=()), RecordingError, "token ids"),
        (lambda r: with_start(r, prompt_ids=(VOCABULARY + 5,) * 7), PromptError, "token id"),
        (lambda r: recording_of(r.events[:1]), RecordingError, "nothing to compare"),
        (lambda r: with_lane_named(r, "osmosis:density=0.5"), SettingsError, "osmosis"),
        (lambda r: with_lane_named(r, "griffin:density=0.50"), RecordingError, "griffin:density=0.50"),
        (lambda r: with_start(r, max_new_tokens=10**6), SettingsError, "context"),
        (lambda r: with_start(r, temperature=-1.0), SettingsError, "temperature"),
    ],
    ids=["no-ids", "unknown-ids", "no-tokens", "no-such-method", "another-spelling", "too-long", "cold"],
)
def test_what_cannot_be_run_again_is_refused_at_once(doctor, error, says, tiny_llama):
    recording = doctor(recorded(tiny_llama))
    with pytest.raises(error, match=says):
        start_verifying(tiny_llama, recording)


def test_a_recording_of_a_model_of_another_shape_has_no_overlap(tiny_llama):
    by_hand = written_by_hand()  # two layers of 64 neurons
    outcome = gc.verify(tiny_llama, by_hand)
    assert not outcome.matches
    assert of_lane(outcome, GRIFFIN).kept_overlap is None
    assert {"n_layers", "d_ff"} <= {difference.name for difference in outcome.run}
    assert "model" in {difference.name for difference in outcome.differences}


def test_the_outcome_is_plain_json(tiny_llama):
    values = json.loads(json.dumps(gc.verify(tiny_llama, recorded(tiny_llama)).as_json()))
    assert (values["matches"], values["complete"], values["differences"]) == (True, True, [])
    assert set(values["lanes"][0]) == {
        *("name", "matches", "compared_tokens", "first_difference", "text_before", "recorded_text", "measured_text"),
        *("kept_overlap", "recorded_speedup", "measured_speedup", "speedup_ratio", "verdict", "ended"),
        *("recorded_end", "measured_end", "missing_plans"),
    }


def token_at(event, lane, index):
    return isinstance(event, TokenEmitted) and (event.lane, event.index) == (lane, index)


def is_late(event, count):
    """Whether the event comes after the first `count` tokens of its lane."""
    late = isinstance(event, TokenEmitted) and event.index >= count
    return late or isinstance(event, LaneFinished | RunFinished)


def with_lane_named(recording, name):
    lanes = recording.header.run.lanes
    renamed = dataclasses.replace(lanes[1], name=name)

    def change(event):
        return dataclasses.replace(event, lane=name) if getattr(event, "lane", None) == lanes[1].name else event

    return with_start(changed(with_start(recording, lanes=(lanes[0], renamed)), change))
