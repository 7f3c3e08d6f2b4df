"""Events folded into what the page shows."""

import dataclasses
import itertools
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.asking.form import RaceForm
from app.engines.interface import EngineState
from app.presenters import RacePresenter, idle_view
from app.views import RaceView
from griffin_core import events as core_events
from griffin_core.events import Event, LaneFinished, RunFailed, RunFinished, TokenEmitted
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import HOSTILE, PRUNED, scripted_race
from tests.core.on_disk import read_back

READY = EngineState(phase="ready", model="embedded", facts=FACTS)


def before(form: RaceForm | None = None) -> RaceView:
    return idle_view(form or RaceForm(prompt="Hello"), READY, run="r1")


def views_of(events: Sequence[Event], start: RaceView | None = None) -> list[RaceView]:
    presenter = RacePresenter(start or before())
    views = []
    for event in events:
        presenter.add(event)
        views.append(presenter.view())
    return views


def last_of(events: Sequence[Event], start: RaceView | None = None) -> RaceView:
    return views_of(events, start)[-1]


def long_race(itl_ms: tuple[float, float] = (30.0, 24.0)) -> list[Event]:
    return scripted_race([f" w{n}" for n in range(40)], [f" w{n}" for n in range(40)], itl_ms=itl_ms)


def test_a_replayed_recording_gives_the_views_of_the_live_run() -> None:
    live = scripted_race()
    replayed = read_back(live)
    assert views_of(replayed) == views_of(live)


def test_seldom_looking_gives_the_same_page_as_looking_at_every_event() -> None:
    presenter = RacePresenter(before())
    for event in scripted_race():
        presenter.add(event)
    assert presenter.view() == last_of(scripted_race())


def test_every_view_is_plain_json() -> None:
    for view in [before(), *views_of(scripted_race())]:
        assert json.loads(json.dumps(view.as_json())) == view.as_json()


def test_pieces_and_times_only_grow_within_a_run() -> None:
    views = views_of(scripted_race())
    for earlier, later in itertools.pairwise(views):
        assert earlier.run == later.run == "r1"
        for old, new in zip(earlier.panes, later.panes, strict=True):
            assert new.pieces[: len(old.pieces)] == old.pieces
        for old_series, new_series in zip(earlier.chart.lanes, later.chart.lanes, strict=False):
            assert new_series.ms[: len(old_series.ms)] == old_series.ms


def test_hostile_text_arrives_as_it_is() -> None:
    view = last_of(scripted_race(HOSTILE, HOSTILE))
    assert view.panes[0].pieces == HOSTILE
    assert view.as_json()["panes"][1]["pieces"] == list(HOSTILE)


def test_the_first_difference_is_marked_in_both_panes() -> None:
    views = views_of(scripted_race())
    assert [pane.diverges_at for pane in views[-1].panes] == [3, 3]
    assert views[6].panes[1].diverges_at is None


def test_phases_go_from_reading_to_writing_to_done() -> None:
    phases = [view.status.phase for view in views_of(scripted_race())]
    assert list(dict.fromkeys(phases)) == ["reading", "running", "done"]
    assert [pane.phase for pane in last_of(scripted_race()).panes] == ["done", "done"]


def test_a_lane_that_has_ended_is_done_while_the_other_runs() -> None:
    events = scripted_race()
    first_end = next(index for index, event in enumerate(events) if isinstance(event, LaneFinished))
    phases = sorted(pane.phase for pane in last_of(events[: first_end + 1]).panes)
    assert phases == ["done", "running"]


def test_the_verdict_shows_the_measured_speed_next_to_its_bound_and_interval() -> None:
    verdict = last_of(long_race()).verdict
    assert (verdict.headline, verdict.bound) == ("1.24×", "of a possible 1.34×")
    assert verdict.caption.endswith("one run")
    assert verdict.spread.startswith("95")
    assert verdict.gauge is not None
    assert verdict.gauge.low is not None
    assert verdict.gauge.high is not None
    assert verdict.gauge.low < verdict.gauge.value < verdict.gauge.high
    assert "decoded 1.24× as fast" in verdict.sentence


def test_speed_is_not_shown_before_both_lanes_have_found_their_pace() -> None:
    headlines = [view.verdict.headline for view in views_of(long_race())]
    assert headlines[15] == "–"
    assert headlines[-1] != "–"


@pytest.mark.parametrize(
    ("itl_ms", "said"),
    [((24.0, 30.0), "No speed-up in this run"), ((24.0, 24.0), "No clear speed-up in this run")],
)
def test_a_run_without_speed_up_is_called_so(itl_ms: tuple[float, float], said: str) -> None:
    assert last_of(long_race(itl_ms)).verdict.sentence.startswith(said)


def test_a_number_whose_interval_reaches_across_one_does_not_stand_as_a_result() -> None:
    unclear, clear = last_of(long_race((24.0, 24.0))).verdict, last_of(long_race()).verdict
    assert (unclear.clear, unclear.caption) == (False, "no clear speed-up, one run")
    assert (clear.clear, clear.caption) == (True, "decode speed-up, one run")


def test_two_tokens_are_too_few_to_call_it_a_speed_up() -> None:
    verdict = last_of(scripted_race(("A", "b"), ("A", "c"))).verdict
    assert (verdict.clear, verdict.spread) == (False, "")
    assert verdict.sentence.startswith("Too few tokens to say whether it got faster")


def test_break_even_is_never_when_the_pruned_lane_is_slower() -> None:
    facts = {label: value for label, value, _ in last_of(long_race((24.0, 30.0))).verdict.facts}
    assert facts["Break-even"] == "never, in this run"


def test_break_even_is_not_told_from_noise() -> None:
    facts = {label: value for label, value, _ in last_of(long_race((24.0, 23.9))).verdict.facts}
    assert facts["Break-even"] == "not clear from this run"


def agreement(view: RaceView) -> tuple[str, str]:
    return next((value, hover) for label, value, hover in view.verdict.facts if label == "Agreement")


def test_answers_agree_token_for_token_only_when_both_are_complete() -> None:
    words = ("The", " sun", " rises")
    value, hover = agreement(last_of(scripted_race(words, words)))
    assert (value, hover.startswith("Both answers agree token for token.")) == ("2\N{NO-BREAK SPACE}tokens", True)
    stopped = [event for event in scripted_race(words, words) if getattr(event, "lane", "") != PRUNED]
    value, hover = agreement(last_of(stopped))
    assert (value, hover.startswith("No difference as far as both have written.")) == ("–", True)


def test_agreement_is_a_dash_until_there_is_something_to_compare() -> None:
    assert agreement(last_of(scripted_race()[:2]))[0] == "–"
    assert agreement(last_of(scripted_race(("A", "b"), ("A", "c"))))[0] == "first token only"


def test_an_answer_that_ends_at_once_is_explained() -> None:
    view = last_of(scripted_race(("Hello",), ("",), finish=("length", "eos")))
    assert "very first token was end of text" in view.panes[1].note
    assert view.verdict.sentence.startswith("No speed to compare")
    assert view.verdict.headline == "–"


def test_bytes_of_a_pruned_lane_come_on_top_of_the_full_model() -> None:
    dense, pruned = ({label: value for label, value, _ in pane.more} for pane in last_of(scripted_race()).panes)
    assert dense["Holds"].startswith("0.08")
    assert pruned["Holds"].startswith("+ ")


def test_time_to_first_token_is_split_in_the_hover() -> None:
    hover = next(hover for label, _, hover in last_of(scripted_race()).panes[1].figures if label == "TTFT")
    for part in ("prefill 90.0", "statistics 5.0", "selection 4.0", "gathering 2.0"):
        assert part in hover.replace("\N{NO-BREAK SPACE}", " ")


def test_every_pane_has_the_same_labels_before_and_after_a_run() -> None:
    for field in ("figures", "more"):
        labels = {
            tuple(label for label, _, _ in getattr(pane, field))
            for view in (before(), last_of(scripted_race()))
            for pane in view.panes
        }
        assert len(labels) == 1


def test_a_cancelled_run_keeps_what_was_written() -> None:
    events = [*scripted_race()[:9], RunFinished(t_s=9.0, reason="cancelled")]
    view = last_of(events)
    assert view.status.phase == "cancelled"
    assert view.panes[0].pieces
    assert view.panes[0].note.startswith("Stopped after")
    assert view.over


def test_a_failed_run_says_what_is_wrong_and_what_to_do() -> None:
    failed = RunFailed(t_s=1.0, type="OutOfMemoryError", message="out of memory on cuda:0. Use a shorter prompt.")
    view = last_of([*scripted_race()[:9], failed])
    assert (view.status.phase, view.status.text) == ("error", "Out of memory on cuda:0.")
    assert view.status.fix == "Use a shorter prompt."
    assert {pane.phase for pane in view.panes} == {"error"}


def test_a_failure_before_the_run_began_keeps_the_machine_line() -> None:
    view = last_of([RunFailed(t_s=0.0, type="PromptError", message="too long. Shorten it.")])
    assert view.status.machine == before().status.machine != ""


def test_a_continued_run_shows_the_earlier_text_until_it_has_read_it_again() -> None:
    form = RaceForm(prompt="Hello", opening=(("The", " sun", " rises"), ("The", " sun", " rises")))
    events = [
        replace(event, given=event.index < 3, itl_ms=None if event.index < 3 else event.itl_ms)
        if isinstance(event, TokenEmitted)
        else event
        for event in scripted_race()
    ]
    views = views_of(events, before(form))
    written = [view.status.text.replace("\N{NO-BREAK SPACE}", " ") for view in views]
    assert "Writing: 1 and 1 of at most 7 tokens" in written  # what was given does not count
    assert "Writing: 7 and 7 of at most 7 tokens" not in written
    assert all(pane.pieces[:3] == ("The", " sun", " rises") for view in views for pane in view.panes)
    assert views[-1].panes[0].pieces == ("The", " sun", " rises", " in", " the", " east", ".")


def test_a_density_of_one_is_not_sold_as_a_race() -> None:
    events = [
        replace(
            event,
            lanes=tuple(
                replace(lane, density=1.0, effective_density=1.0, k=(64,) * 4, weight_bytes=60_000)
                for lane in event.lanes
            ),
        )
        if isinstance(event, core_events.RunStarted)
        else event
        for event in long_race()
    ]
    assert last_of(events).verdict.sentence.startswith("Every neuron is kept")


def test_a_lane_that_scores_nothing_says_how_its_neurons_were_chosen() -> None:
    events = [
        dataclasses.replace(
            event, lanes=tuple(replace(lane, method="random") if lane.name == PRUNED else lane for lane in event.lanes)
        )
        if isinstance(event, core_events.RunStarted)
        else event
        for event in scripted_race()
    ]
    view = last_of(events)
    assert "drawn at random" in view.map.lanes[0].sentence
    assert view.panes[1].title.startswith("Random neurons")


@pytest.mark.parametrize("itl_ms", [(30.0, 24.0), (24.0, 30.0), (24.0, 24.0), (9_999.0, 9_999.0)])
def test_the_lines_of_the_verdict_stay_short(itl_ms: tuple[float, float]) -> None:
    verdict = last_of(long_race(itl_ms)).verdict
    assert len(verdict.sentence) <= 190
    assert max(len(verdict.caption), len(verdict.bound), len(verdict.spread)) <= 34


def test_a_lane_says_how_it_decoded_and_why_not_faster() -> None:
    def steps(step: str) -> tuple[str, str]:
        events = [
            dataclasses.replace(event, step=step) if isinstance(event, LaneFinished) else event
            for event in scripted_race()
        ]
        _, value, hover = next(row for row in last_of(events).panes[0].more if row[0] == "Steps")
        return value, hover

    assert steps("recorded, own kernels")[0] == "recorded, own kernels"
    assert "Nothing faster" not in steps("CUDA graph")[1]
    value, hover = steps("eager (the model looks into a tensor)")
    assert value == "eager"
    assert hover.endswith("Nothing faster, because the model looks into a tensor.")
