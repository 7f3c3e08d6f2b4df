"""A blind run tells nothing before the vote, and everything after it."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
import pytest

from app.presenters import RacePresenter, idle_view
from app.presenters.blind import ballot_view, blind_view, can_vote, revealed_view
from app.presenters.sealed import Order, Sealed, Vote, Votes, draw_order
from app.tabs.blind import Frame, blind_frames, voted
from app.tabs.screen import shown
from app.views import RaceView
from griffin_core.events import Event, RunFailed, RunFinished
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import scripted_race
from tests.app.scripted_service import FORM, fast_service, last

WORDS = tuple(f" word{n}" for n in range(30))
OTHERS = (*WORDS[:9], *(f" other{n}" for n in range(21)))
ORDERS: tuple[Order, Order] = ((0, 1), (1, 0))
TELLING = (
    "full model",
    "griffin",
    "dense",
    "density",
    "per layer",
    "seed",
    "ms",
    "50",
    "×",
    "tokens/s",
    "mb",
    "lane-",
)
"""Words and units that stand on the page of an ordinary run and would give an answer away."""


def views_of(events: Sequence[Event]) -> list[RaceView]:
    """The page after each event."""
    presenter = RacePresenter(idle_view(FORM, ScriptedEngine([]).state(), run="r1"))
    found = []
    for event in events:
        presenter.add(event)
        found.append(presenter.view())
    return found


def race(*, itl_ms: tuple[float, float] = (30.0, 24.0)) -> list[Event]:
    return scripted_race(WORDS, OTHERS, itl_ms=itl_ms, finish=("length", "length"))


def sent(view: RaceView) -> str:
    """Everything that goes to the browser with a view: the values of all components that are not server-side states."""
    values = shown(view, running=not view.over, ballot=ballot_view(Votes(), waiting=view.over))
    assert (view.form, view.resume, view.finished) == (None, None, None)
    return json.dumps([value for value in values if isinstance(value, (dict, str))], ensure_ascii=False).lower()


@pytest.mark.parametrize("order", ORDERS)
def test_no_value_of_a_blind_run_tells_which_answer_is_which(order: Order) -> None:
    views = views_of(race())
    assert "full model" in sent(replace(views[-1], form=None))  # the search finds it where it is
    for view in views:
        told = sent(blind_view(view, order))
        assert [word for word in TELLING if word in told] == []


@pytest.mark.parametrize("itl_ms", [(30.0, 24.0), (24.0, 30.0), (30.0, 6.0)])
def test_both_orders_and_both_speeds_look_the_same_but_for_the_words(itl_ms: tuple[float, float]) -> None:
    """With equal answers the two orders cannot be told apart at all, at any moment."""
    for view in views_of(scripted_race(WORDS, WORDS, itl_ms=itl_ms, finish=("length", "length"))):
        one, other = (blind_view(view, order) for order in ORDERS)
        assert one == other
        first, second = one.panes
        assert replace(first, title=second.title) == second


def test_only_as_much_is_shown_as_the_slower_one_has_written() -> None:
    for view in views_of(race(itl_ms=(60.0, 10.0)))[:-1]:
        shown_pieces = [len(pane.pieces) for pane in blind_view(view, (1, 0)).panes]
        assert shown_pieces == [min(len(pane.pieces) for pane in view.panes)] * 2


@pytest.mark.parametrize("itl_ms", [(60.0, 10.0), (10.0, 60.0)])
def test_after_an_answer_that_ends_early_the_other_shows_the_rest_only_when_it_is_written(
    itl_ms: tuple[float, float],
) -> None:
    views = views_of(scripted_race(WORDS, WORDS[:5], itl_ms=itl_ms))
    blinds = [blind_view(view, (1, 0)) for view in views]
    lengths = {tuple(len(pane.pieces) for pane in view.panes) for view in blinds}
    assert lengths == {*((n, n) for n in range(6)), (5, 30)}
    for view, blind in zip(views, blinds, strict=True):
        written = all(pane.phase == "done" for pane in view.panes)
        assert {pane.phase == "done" for pane in blind.panes} == {written}


def test_pieces_of_a_blind_run_only_grow() -> None:
    blinds = [blind_view(view, (1, 0)) for view in views_of(race())]
    for earlier, later in itertools.pairwise(blinds):
        for old, new in zip(earlier.panes, later.panes, strict=True):
            assert new.pieces[: len(old.pieces)] == old.pieces


def test_the_order_is_drawn_anew_for_every_run() -> None:
    assert {draw_order() for _ in range(60)} == set(ORDERS)


def frames_of(events: list[Event]) -> list[Frame]:
    return list(blind_frames(fast_service(events), FORM, "ann", Votes()))


def test_a_blind_run_waits_for_its_vote_with_everything_sealed() -> None:
    *early, end = frames_of(race())
    assert all(frame.sealed is None and not frame.ballot.open for frame in early)
    assert end.ballot.open
    assert end.sealed is not None
    assert end.sealed.view.finished is not None
    assert end.view == blind_view(end.sealed.view, end.sealed.order)
    assert all(frame.view.finished is None for frame in [*early, end])  # nothing is looked at before the vote


def test_extra_lanes_stay_out_of_a_blind_run() -> None:
    engine = ScriptedEngine(race(), speed=1000)
    service = fast_service()
    service._engine = engine
    form = replace(FORM, extras=("random",))
    list(blind_frames(service, form, "ann", Votes()))
    assert len(engine.requests[0].settings.lanes) == 2


@pytest.mark.parametrize(
    "end", [RunFinished(t_s=1.0, reason="cancelled"), RunFailed(t_s=1.0, type="X", message="It broke. Try again.")]
)
def test_a_race_that_was_cut_off_is_revealed_and_not_voted_on(end: Event) -> None:
    frames = frames_of([*race()[:20], end])
    assert frames[-1].sealed is None
    assert not frames[-1].ballot.open
    assert frames[-1].view.panes[0].title == "Full model"


def sealed_race(order: Order) -> Sealed:
    view = last(fast_service(race()).run(FORM, "ann"))
    assert can_vote(view)
    return Sealed(view=view, order=order)


@pytest.mark.parametrize(
    ("order", "said", "right"),
    [((0, 1), "B", True), ((0, 1), "A", False), ((1, 0), "A", True), ((1, 0), "B", False), ((1, 0), "", None)],
)
def test_a_vote_is_right_when_it_names_the_answer_of_the_pruned_lane(
    order: Order, said: str, right: bool | None
) -> None:
    sealed = sealed_race(order)
    counted = voted({"said": said}, sealed, Votes())
    assert counted is not None
    view, votes = counted
    assert [vote.right for vote in votes.given] == [right]
    assert view.finished == sealed.view.finished
    words = {True: "You were right", False: "You were wrong", None: "Answer A is the pruned one"}
    assert view.status.text.startswith(words[right])


def test_after_the_vote_everything_is_as_in_an_ordinary_run() -> None:
    sealed = sealed_race((1, 0))
    vote = Vote(run=sealed.view.run, pruned="A", said="A")
    view = revealed_view(sealed, vote, Votes().counted(vote))
    assert [pane.title for pane in view.panes] == [pane.title for pane in sealed.view.panes]
    assert [pane.subtitle.partition(" ·")[0] for pane in view.panes] == ["was answer B", "was answer A"]
    assert (view.chart, view.map, view.form) == (sealed.view.chart, sealed.view.map, sealed.view.form)
    assert view.verdict.sentence.startswith("You were right. The pruned lane decoded")


def test_votes_are_counted_for_the_visit_and_said_in_words() -> None:
    votes, said = Votes(), ""
    for letter in ("A", "B", "B", ""):
        counted = voted({"said": letter}, sealed_race((0, 1)), votes)
        assert counted is not None
        said, votes = counted[0].status.text, counted[1]
    assert (votes.right, votes.wrong, votes.undecided) == (2, 1, 1)
    assert said.endswith("So far 2 right, 1 wrong, 1 undecided.")
    assert ballot_view(votes, waiting=True).tally == "So far 2 right, 1 wrong, 1 undecided."


@pytest.mark.parametrize("data", [None, {}, {"said": "C"}, {"said": None}, {"said": ["A"]}, "A"])
def test_nonsense_is_no_vote(data: object) -> None:
    assert voted(data, sealed_race((0, 1)), Votes()) is None


def test_there_is_no_vote_without_a_sealed_run() -> None:
    assert voted({"said": "A"}, None, Votes()) is None


def test_an_ordinary_run_closes_the_ballot() -> None:
    values = shown(last(fast_service().run(FORM, "ann")), running=False)
    assert {"blind": False, "open": False, "tally": ""} in values
    assert gr.skip() not in values[:-1]
