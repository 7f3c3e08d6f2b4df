"""A replay shows what the live page showed, event by event."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.asking.form import RaceForm
from app.catalog import MODELS
from app.engines.interface import EngineState
from app.presenters import InspectionPresenter, RacePresenter, idle_view
from app.replaying.form import EMBEDDED_TITLE, race_form
from app.replaying.patches import difference, patched
from app.replaying.timeline import RUN, timeline_of
from app.wire import Values, look_values, race_values
from griffin_core.errors import RecordingError
from griffin_core.events import Event, MarkSet, RunFinished, StudyStarted, VoteCast
from griffin_core.loading import embedded
from tests.app.random_recordings import races, sessions
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import PRUNED, scripted_race
from tests.app.scripted_lanes import RANDOM, SEEDED, SWAPPED, race_of_four
from tests.app.scripted_recording import PROMPT, recorded
from tests.app.scripted_studies import scripted_inspection, text_read

UNHURRIED = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=40)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4)
)


@given(before=json_values, after=json_values)
def test_a_patch_makes_one_value_of_another(before: object, after: object) -> None:
    patch = difference(before, after)
    assert (after if patch is None else patched(before, json.loads(json.dumps(patch)))) == after
    assert patch is not None or json.dumps(before) == json.dumps(after)


@given(start=st.text(min_size=1), end=st.text(min_size=1))
def test_a_text_that_grows_travels_as_its_end_alone(start: str, end: str) -> None:
    assert difference({"text": start}, {"text": start + end}) == {"text": end}


def test_what_stayed_of_a_text_is_counted_as_a_browser_counts() -> None:
    before, after = "👩‍🔬" * 8 + "old", "👩‍🔬" * 8 + "new"
    assert difference(before, after) == [len("👩‍🔬".encode("utf-16-le")) // 2 * 8, "new"]


@UNHURRIED
@given(events=sessions())
def test_a_replay_shows_what_the_live_page_showed_event_by_event(events: list[Event]) -> None:
    assert_replayed_as_live(events)


@UNHURRIED
@given(events=races())
def test_a_race_that_was_cut_anywhere_replays_as_far_as_it_went(events: list[Event]) -> None:
    assert_replayed_as_live(events, until=-1)


@pytest.mark.parametrize("count", [1, 2, 4, 9])
def test_at_the_end_of_a_race_that_broke_off_nothing_seems_to_be_at_work(count: int) -> None:
    *_, before, last = timeline_of(recorded(scripted_race()[: count + 1])).values()
    assert last["status"] == {**last["status"], "phase": "cancelled", "text": "Broken off here.", "progress": None}
    assert before["status"]["phase"] in ("reading", "running", "ready")
    assert {last[f"pane-{lane}"]["phase"] for lane in (0, 1)} == {"done"}


def test_a_race_that_was_stopped_is_said_to_be_stopped_and_not_broken_off() -> None:
    events = [*scripted_race()[:9], RunFinished(t_s=0.5, reason="cancelled")]
    timeline = timeline_of(recorded(events))
    assert "was stopped" in timeline.head["note"]
    assert list(timeline.values())[-1]["status"]["text"] == "Stopped."


def assert_replayed_as_live(events: Sequence[Event], *, until: int | None = None) -> None:
    timeline = timeline_of(recorded(events))
    replayed = list(timeline.values())
    assert len(replayed) == len(events) == len(timeline.recorded_s)
    for live, shown in zip(list(live_values(events))[:until], replayed[:until], strict=True):
        assert {name: shown[name] for name in live} == live


def live_values(events: Sequence[Event]) -> Iterator[Values]:
    """What the service's presenters and the tabs send, event by event."""
    race = RacePresenter(idle_view(RaceForm(prompt="Hello"), EngineState(phase="ready", model="embedded"), run=RUN))
    look, seen, values = None, False, Values()
    for event in events:
        if isinstance(event, StudyStarted):
            look = InspectionPresenter(RUN, race.inspected)
        if isinstance(event, VoteCast | MarkSet):
            pass
        elif look is None:
            race.add(event)
            values = values | race_values(race.view())
        else:
            look.add(event)
            told = look_values(look.view())
            values = values | ({name: told[name] for name in ("look", "flocking")} if seen else told)
            seen = seen or look.view().status.phase == "done"
        yield values


def test_a_timeline_is_plain_json_and_small() -> None:
    words = [f" word{n}" for n in range(256)]
    events = [*scripted_race(words, words), *scripted_inspection(24, (256, 256))]
    timeline = timeline_of(recorded(events)).as_json()
    text = json.dumps(timeline)
    assert json.loads(text) == timeline
    assert len(text) < 500_000


def test_marks_are_set_where_texts_part_where_lanes_end_and_where_the_look_begins() -> None:
    race = scripted_race()
    marks = [MarkSet(t_s=0.0, at_s=0.12, label="mine"), VoteCast(t_s=0.0, said="A", pruned="A")]
    timeline = timeline_of(recorded([*race, *scripted_inspection(24, (7, 7)), *marks]))
    kinds = [mark.kind for mark in timeline.marks]
    assert kinds == ["own", "differs", "end", "end", "look", "vote"]
    own, differs, *_, look, vote = timeline.marks
    assert (own.event, own.label) == (3, "mine")
    assert differs.label == "GRIFFIN 50\N{NO-BREAK SPACE}% differs from token 4 on"
    assert differs.event in timeline.tokens
    assert look.event == len(race)
    assert vote.label == "Vote: A is pruned, right"


def test_waits_are_shortened_on_one_axis() -> None:
    events = [replace(event, t_s=event.t_s + (30 if event.t_s > 0.2 else 0)) for event in scripted_race()]
    timeline = timeline_of(recorded(events))
    assert timeline.duration_s > 30
    assert timeline.shortened_s[-1] < 3
    assert list(timeline.shortened_s) == sorted(timeline.shortened_s)


def test_the_header_says_on_what_and_when_it_was_recorded() -> None:
    head = timeline_of(recorded(scripted_race(), title="A title")).head
    assert head["title"] == "A title"
    assert head["badge"].startswith(f"Recorded on {FACTS.device_name}, ")
    assert FACTS.model in head["machine"]
    assert "torch 2.13.0" in head["versions"]
    assert (head["prompt"], head["system"]) == (PROMPT.text, PROMPT.system)
    assert head["note"] == ""


def test_a_race_that_did_not_end_is_called_so() -> None:
    assert "did not come to its end" in timeline_of(recorded(scripted_race()[:-1])).head["note"]


def test_a_forged_event_is_refused_in_words() -> None:
    forged = replace(text_read(PRUNED, "nobody", 0, [0.5]), t_s=9.0)
    recording = recorded([*scripted_race(), *scripted_inspection(24, (7, 7))[:1]])
    with pytest.raises(RecordingError, match=r'^event \d+ \("read"\) does not fit what came before it'):
        timeline_of(replace(recording, events=(*recording.events, forged)))


def test_a_recording_becomes_the_form_that_runs_its_prompt_here() -> None:
    form = race_form(recorded(scripted_race()).header)
    assert form == RaceForm(
        model="scripted",
        prompt=PROMPT.text,
        system="Be brief.",
        method="griffin",
        density=0.5,
        max_new_tokens=7,
    )


@pytest.mark.parametrize(
    ("names", "extras"), [((SWAPPED, RANDOM), ("random",)), ((SEEDED, RANDOM), ("seed", "random"))]
)
def test_lanes_that_can_be_asked_for_here_are_in_the_form(names: tuple[str, ...], extras: tuple[str, ...]) -> None:
    form = race_form(recorded(race_of_four(names=names, temperature=0.7)).header)
    assert form is not None
    assert form.extras == extras


def test_without_a_typed_prompt_there_is_no_form() -> None:
    assert race_form(recorded(scripted_race(), prompt=None).header) is None


def test_the_embedded_model_is_known_by_the_name_it_records() -> None:
    header = recorded(scripted_race()).header
    form = race_form(replace(header, run=replace(header.run, model=replace(FACTS, model=EMBEDDED_TITLE))))
    assert form is not None
    assert form.model == MODELS[0].name == embedded.NAME
    assert embedded.TITLE == EMBEDDED_TITLE
