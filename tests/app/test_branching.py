"""Going on from a token of a finished race, with another one in its place."""

import dataclasses

import pytest

from app.asking.branching import branched
from app.asking.form import InspectedLane, InspectionForm, RaceForm
from app.engines.interface import EngineState
from app.presenters import RacePresenter
from app.presenters.idle import idle_view
from app.serving.service import RaceService
from app.tabs.screen import shown
from griffin_core.errors import InputError
from griffin_core.events import TokenEmitted
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import DENSE, PRUNED, scripted_race
from tests.app.scripted_service import FORM, MODELS, last, slow_engine

FINISHED = InspectionForm(
    run="run",
    form=dataclasses.replace(FORM, seed=3),
    lanes=(
        InspectedLane(lane=0, name=DENSE, label="Full model", method="dense", tokens=3),
        InspectedLane(lane=1, name=PRUNED, label="GRIFFIN 50 %", method="griffin", tokens=2),
    ),
    texts=((4, 5, 6), (4, 7)),
    pieces=(("The", " sun", " rises"), ("The", " moon")),
)


def test_every_lane_goes_on_from_the_same_tokens() -> None:
    form = branched(FINISHED, {"lane": 0, "index": 2, "token_id": 9}, max_new_tokens=12)
    assert form.prefixes == ((4, 5, 9), (4, 5, 9))
    assert form.opening == (("The", " sun"), ("The", " sun"))
    assert (form.branched_at, form.branched_lane, form.max_new_tokens, form.seed) == (2, 0, 12, 3)
    assert form.from_the_start() == dataclasses.replace(FINISHED.form, max_new_tokens=12)


def test_the_very_first_token_can_be_another() -> None:
    form = branched(FINISHED, {"lane": 1, "index": 0, "token_id": 9}, max_new_tokens=12)
    assert (form.prefixes, form.opening, form.branched_at) == (((9,), (9,)), ((), ()), 0)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"lane": 1, "index": 2, "token_id": 9}, "ends after 2"),
        ({"lane": 0, "index": 3_000, "token_id": 9}, "no token 3,001"),
        ({"lane": 2, "index": 0, "token_id": 9}, "no pane 3"),
        ({"lane": -1, "index": 0, "token_id": 9}, "no token to branch from"),
        ({"lane": 0, "index": -1, "token_id": 9}, "no token to branch from"),
        ({"lane": 0, "index": 1, "token_id": -9}, "no token to branch from"),
        ({"lane": 0, "index": "1", "token_id": 9}, "no token to branch from"),
        ({"lane": 0, "index": 1.0, "token_id": 9}, "no token to branch from"),
        ({"lane": False, "index": True, "token_id": 9}, "no token to branch from"),
        ({"lane": 0, "index": 1}, "no token to branch from"),
        ({}, "no token to branch from"),
        ([0, 1, 9], "no token to branch from"),
        (None, "no token to branch from"),
        ("<img src=x>", "no token to branch from"),
    ],
)
def test_a_place_that_is_none_is_refused_in_words(asked: object, seen: str) -> None:
    with pytest.raises(InputError, match=seen):
        branched(FINISHED, asked, max_new_tokens=12)


def test_before_a_race_there_is_nothing_to_branch_from() -> None:
    with pytest.raises(InputError, match="Press Run first"):
        branched(None, {"lane": 0, "index": 0, "token_id": 9}, max_new_tokens=12)


def test_a_branch_shows_what_is_shared_until_the_models_have_read_it() -> None:
    engine = ScriptedEngine(scripted_race(), speed=1000)
    service = RaceService(engine, models=MODELS)
    finished = last(service.run(FORM, "ann")).finished
    assert finished is not None
    engine.speed = 1e-3
    views = service.branch(finished, {"lane": 1, "index": 3, "token_id": 99}, "ann", max_new_tokens=5)
    first = next(views)
    service.cancel("ann")
    assert [pane.pieces for pane in first.panes] == [("The", " sun", " rises")] * 2
    assert [pane.branched_at for pane in first.panes] == [3, 3]
    assert first.form is not None
    assert first.form.prefixes == ()
    last(views)
    prefix = (*finished.texts[1][:3], 99)
    assert engine.requests[1].settings.prefixes == (prefix, prefix)
    assert engine.requests[1].settings.max_new_tokens == 5


def branched_race() -> tuple[RacePresenter, RaceForm]:
    """The scripted race, of whose answers the first three tokens were given."""
    form = dataclasses.replace(
        FORM.continued([[0, 1, 2]] * 2, [["The", " sun"]] * 2), branched_at=2, branched_lane=1, max_new_tokens=4
    )
    presenter = RacePresenter(idle_view(form, EngineState(phase="ready", model="embedded"), run="r1"))
    for event in scripted_race():
        if isinstance(event, TokenEmitted) and event.index < 3:
            event = dataclasses.replace(event, given=True, itl_ms=None)
        presenter.add(event)
    return presenter, form


def test_after_a_branch_only_new_tokens_count() -> None:
    presenter, form = branched_race()
    view = presenter.view()
    figures = {name: (value, hover) for name, value, hover in view.verdict.facts}
    assert figures["Agreement"][0] == "none"  # they part at token 4, the first after those given
    assert "right after the branch" in figures["Agreement"][1]
    assert "dense prefill" not in figures["Agreement"][1]
    full, pruned = view.panes
    assert full.note == "Cut at 4\N{NO-BREAK SPACE}new tokens, as asked for."
    assert full.figures[0][1] == pruned.figures[0][1] == "4 new"
    assert "3\N{NO-BREAK SPACE}tokens stood there before" in full.figures[0][2]
    assert view.status.text == "Done: 4 and 4 new tokens."
    finished = presenter.finished(form)
    assert finished is not None
    assert [lane.forced for lane in finished.lanes] == [3, 3]


def test_text_before_a_branch_says_whose_it_is() -> None:
    presenter, _ = branched_race()
    label = "text so far: GRIFFIN 50\N{NO-BREAK SPACE}%"
    assert [pane.shared.replace(" %", "\N{NO-BREAK SPACE}%") for pane in presenter.view().panes] == [label] * 2


def test_a_refused_branch_loses_nothing_and_stops_nothing() -> None:
    engine = slow_engine()
    service = RaceService(engine, models=MODELS)
    views = service.run(FORM, "ann")
    while not engine.runs:
        next(views)
    (refused,) = service.branch(FINISHED, {"lane": 0, "index": 9, "token_id": 1}, "ann", max_new_tokens=5)
    assert refused.refused
    assert refused.status.phase == "error"
    assert "ends after" in refused.status.text
    assert "press Continue" in refused.status.fix
    assert not engine.runs[0].cancelled
    assert sum(value == refused.status.as_json() for value in shown(refused, running=False)) == 1
    service.cancel("ann")
    last(views)


def test_a_branch_can_be_continued_and_keeps_its_mark() -> None:
    service = RaceService(ScriptedEngine(scripted_race(), speed=1000), models=MODELS)
    finished = last(service.run(FORM, "ann")).finished
    view = last(service.branch(finished, {"lane": 0, "index": 1, "token_id": 9}, "ann", max_new_tokens=5))
    assert [pane.branched_at for pane in view.panes] == [1, 1]
    assert view.resume is not None
    assert view.resume.branched_at == 1
