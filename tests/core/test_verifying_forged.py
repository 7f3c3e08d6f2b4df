"""A recording that says of its race what was not so does not match, and the outcome says what. Times can be made up."""

import dataclasses

import pytest
import torch

import griffin_core as gc
from griffin_core.events import LaneFinished, PlanMade, TokenEmitted
from griffin_core.prompts import encode_prompt
from griffin_core.recording import PromptText
from griffin_core.verifying import rerun
from tests.core.recorded import changed, recorded, recording_of, with_model, with_start
from tests.core.runs import NAMES, race
from tests.tiny_models import tiny_loaded

GRIFFIN = NAMES[1]


def of_lane(outcome, name):
    return next(lane for lane in outcome.lanes if lane.name == name)


def with_lane(recording, **facts):
    dense, pruned = recording.header.run.lanes
    return with_start(recording, lanes=(dense, dataclasses.replace(pruned, **facts)))


def with_cache(recording, **facts):
    return with_start(recording, kv=(dataclasses.replace(recording.header.run.kv[0], **facts),))


def rewritten(event):
    return dataclasses.replace(event, text="<false>") if isinstance(event, TokenEmitted) else event


def test_replaced_texts_are_found_though_all_tokens_are_equal(tiny_llama):
    outcome = gc.verify(tiny_llama, changed(recorded(tiny_llama), rewritten))
    assert not outcome.matches
    assert [(lane.verdict, lane.first_difference) for lane in outcome.lanes] == [("text", 0), ("text", 0)]
    assert of_lane(outcome, "dense").recorded_text == "<false>" * 6
    assert "<false>" not in of_lane(outcome, "dense").measured_text


def test_another_token_is_told_before_another_text(tiny_llama):
    def change(event):
        if isinstance(event, TokenEmitted) and event.index == 3:
            return dataclasses.replace(event, token_id=event.token_id ^ 1)
        return rewritten(event)

    lane = gc.verify(tiny_llama, changed(recorded(tiny_llama), change)).lanes[0]
    assert (lane.verdict, lane.first_difference) == ("tokens", 3)


def test_another_finish_reason_is_found(tiny_llama):
    def change(event):
        return dataclasses.replace(event, finish_reason="eos") if isinstance(event, LaneFinished) else event

    outcome = gc.verify(tiny_llama, changed(recorded(tiny_llama), change))
    assert not outcome.matches
    assert [(lane.verdict, lane.recorded_end, lane.measured_end) for lane in outcome.lanes] == [
        ("end", "eos", "length")
    ] * 2


def test_a_whole_recording_without_the_end_of_a_lane_does_not_match(tiny_llama):
    endless = changed(recorded(tiny_llama), lambda event: None if isinstance(event, LaneFinished) else event)
    assert [lane.verdict for lane in gc.verify(tiny_llama, endless).lanes] == ["end", "end"]


def test_removed_plans_are_missed(tiny_llama):
    bare = changed(recorded(tiny_llama), lambda event: None if isinstance(event, PlanMade) else event)
    outcome = gc.verify(tiny_llama, bare)
    assert not outcome.matches
    assert [(lane.verdict, lane.missing_plans, lane.kept_overlap) for lane in outcome.lanes] == [
        ("match", 0, None),
        ("plans", 1, None),
    ]


@pytest.mark.parametrize(
    ("forge", "name"),
    [
        (lambda r: with_lane(r, density=0.25), f"density of {GRIFFIN}"),
        (lambda r: with_lane(r, effective_density=0.25), f"effective_density of {GRIFFIN}"),
        (lambda r: with_lane(r, k=(11, 11, 11)), f"k of {GRIFFIN}"),
        (lambda r: with_lane(r, weight_bytes=7), f"weight_bytes of {GRIFFIN}"),
        (lambda r: with_lane(r, method="random"), f"method of {GRIFFIN}"),
        (lambda r: with_lane(r, experts="A"), f"experts of {GRIFFIN}"),
        (lambda r: with_start(r, kv=()), "layers and windows of the cache"),
        (lambda r: with_cache(r, bytes_per_position=1), "bytes a position of the cache"),
        (lambda r: with_cache(r, window=8), "layers and windows of the cache"),
        (lambda r: with_start(r, prompt_tokens=900), "prompt_tokens"),
        (lambda r: with_model(r, context=4096), "context"),
        (lambda r: with_model(r, d_ff=4096), "d_ff"),
        (lambda r: with_model(r, architecture="gpt"), "architecture"),
    ],
)  # fmt: skip
def test_changed_facts_of_lanes_cache_and_model_are_found(forge, name, tiny_llama):
    outcome = gc.verify(tiny_llama, forge(recorded(tiny_llama)))
    assert not outcome.matches
    assert all(lane.verdict == "match" for lane in outcome.lanes)
    assert outcome.run[0].name.startswith(name)


@pytest.mark.parametrize(
    "mutant", [{"stop": ()}, {"schedule": "race"}, {"prefill_chunk": None}, {"ignore_eos": True}, {"max_new_tokens": 9}]
)
def test_a_setting_that_is_not_run_again_is_no_match(mutant, tiny_llama, monkeypatch):
    recording = recorded(
        tiny_llama, stop=("\x00",), schedule="sequential", prefill_chunk=2, ignore_eos=False, max_new_tokens=4
    )
    true = rerun._settings
    monkeypatch.setattr(rerun, "_settings", lambda recording: dataclasses.replace(true(recording), **mutant))
    outcome = gc.verify(tiny_llama, recording)
    assert [found.name for found in outcome.run] == list(mutant)
    assert not outcome.matches


def test_a_lane_with_nothing_recorded_is_neither_a_match_nor_none(tiny_llama):
    whole = recorded(tiny_llama)
    before = ("start", "prefill", "prefilled", "plan")
    cut = recording_of(
        event
        for event in whole.events
        if event.code in before or (isinstance(event, TokenEmitted) and event.lane == "dense")
    )
    outcome = gc.verify(tiny_llama, cut)
    lane = of_lane(outcome, GRIFFIN)
    assert (lane.matches, lane.verdict, lane.compared_tokens, lane.ended) == (None, "nothing", 0, False)
    assert outcome.matches


def test_plans_of_another_width_have_no_overlap(tiny_llama):
    outcome = gc.verify(tiny_llama, with_model(recorded(tiny_llama), d_ff=48))  # as many layers, as many bytes
    assert of_lane(outcome, GRIFFIN).kept_overlap is None


def prompted(loaded, said, *, ran="Why?", chat=True):
    """A recording that shows the prompt `said` and ran `ran`."""
    recording = recording_of(race(loaded, encode_prompt(loaded, ran, chat=chat)))
    header = dataclasses.replace(recording.header, prompt=PromptText(text=said, chat=chat))
    return dataclasses.replace(recording, header=header)


@pytest.mark.parametrize("chat", [True, False])
def test_the_prompt_that_is_shown_must_be_the_one_that_ran(chat, tiny_llama):
    true = gc.verify(tiny_llama, prompted(tiny_llama, "Why?", chat=chat))
    assert (true.prompt, true.matches) == ("same", True)
    for said in ("Why not?", "?", ""):
        false = gc.verify(tiny_llama, prompted(tiny_llama, said, chat=chat))
        assert (false.prompt, false.matches) == ("other", False)
        assert all(lane.matches for lane in false.lanes)


def test_another_template_is_told_where_there_may_be_one(tiny_llama):
    other = tiny_loaded("llama")
    other.tokenizer.chat_template = "Today: {{ messages[-1]['content'] }} "
    recording = prompted(other, "Why?")
    assert gc.verify(tiny_llama, recording).prompt == "other"  # the same revision has the same template
    elsewhere = dataclasses.replace(other.facts, revision="older")
    start = dataclasses.replace(recording.header.run, model=elsewhere)
    older = dataclasses.replace(
        recording, header=dataclasses.replace(recording.header, run=start), events=(start, *recording.events[1:])
    )
    outcome = gc.verify(tiny_llama, older)
    assert (outcome.prompt, outcome.matches) == ("template", True)
    lied = dataclasses.replace(
        older, header=dataclasses.replace(older.header, prompt=PromptText(text="Something else"))
    )
    assert gc.verify(tiny_llama, lied).prompt == "other"


def test_a_template_that_writes_the_date_is_another_one_every_day(tiny_llama):
    dated = tiny_loaded("llama")
    dated.tokenizer.chat_template = "{{ strftime_now('%H%M%S%f') }} {{ messages[-1]['content'] }} "
    outcome = gc.verify(dated, prompted(dated, "Why?"))
    assert (outcome.prompt, outcome.matches) == ("template", True)


def test_without_words_the_prompt_is_not_known(tiny_llama):
    assert gc.verify(tiny_llama, recorded(tiny_llama, torch.tensor([[5, 9]]))).prompt == "unknown"
