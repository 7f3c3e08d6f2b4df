"""Flocking, layers, coverage and overlap: events folded into what the neurons tab shows."""

import dataclasses
import itertools
import json
from collections.abc import Sequence

from app.asking.comparing import OverlapForm
from app.asking.form import InspectedLane, RaceForm
from app.presenters import InspectionPresenter, OverlapPresenter
from app.presenters.coverage import CoveragePresenter, change_point
from app.presenters.flocking import FlockingPresenter
from app.presenters.layers import LayersPresenter
from app.views import InspectionView, OverlapView, StatusView
from app.wire import coverage_value, flocking_value
from griffin_core.events import Event, RunFinished, StudyStarted
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import DENSE, PRUNED
from tests.app.scripted_studies import (
    activations,
    layers_measured,
    overlap_of,
    scripted_inspection,
    text_read,
)

LANES = (
    InspectedLane(lane=0, name=DENSE, label="Full model", method="dense", tokens=60),
    InspectedLane(lane=1, name=PRUNED, label="GRIFFIN 50 %", method="griffin", tokens=60, density=0.5),
)
STARTED = StudyStarted(t_s=0.0, kind="inspection", model=FACTS, steps=0)
FORM = OverlapForm(race=RaceForm(), first="One prompt", second="Another prompt")


def looked_at(events: Sequence[Event], lanes: Sequence[InspectedLane] = LANES) -> InspectionView:
    presenter = InspectionPresenter("r1", lanes)
    for event in events:
        presenter.add(event)
    return presenter.view()


def compared(events: Sequence[Event]) -> OverlapView:
    presenter = OverlapPresenter()
    for event in events:
        presenter.add(event)
    return presenter.view()


def test_before_the_first_rows_nothing_is_drawn() -> None:
    view = looked_at([STARTED])
    assert view.flocking.columns == view.flocking.layers == 0
    assert view.layers.lines == ()
    assert view.coverage.series == ()


def test_rows_of_prompt_and_texts_are_kept_apart_and_in_order() -> None:
    view = looked_at(scripted_inspection()).flocking
    assert [text.lane for text in view.texts] == [-1, 0, 1]
    assert [len(text.positions) for text in view.texts] == [24, 60, 60]
    assert view.texts[1].positions == tuple(range(60))
    assert view.texts[2].tokens[3] == " word3"
    assert [len(text.rows) for text in view.texts] == [24 * 32, 60 * 32, 60 * 32]


def test_places_of_both_texts_are_kept_until_it_is_known_that_nothing_comes() -> None:
    presenter = FlockingPresenter("r1", LANES)
    for event in (STARTED, activations(None, range(4))):
        presenter.add(event)
    assert [(text.lane, text.expected, text.rows) for text in presenter.view().texts[1:]] == [(0, 60, ""), (1, 60, "")]
    presenter.add(RunFinished(t_s=0.0, reason="cancelled"))
    assert [text.lane for text in presenter.view().texts] == [-1]


def test_a_byte_becomes_one_of_64_levels_as_base64_writes_them() -> None:
    event = activations(None, range(1))
    one = type(event)(**{**event.__dict__, "columns": 4, "values": "AAQI/w=="})  # bytes 0, 4, 8, 255
    presenter = FlockingPresenter("r1", LANES)
    for each in (STARTED, one):
        presenter.add(each)
    assert presenter.view().texts[0].rows == "ABC/"


def test_flocking_only_grows_within_a_look() -> None:
    presenter, views = FlockingPresenter("r1", LANES), []
    for event in scripted_inspection():
        presenter.add(event)
        views.append(presenter.view())
    for earlier, later in itertools.pairwise(views):
        for old, new in zip(earlier.texts, later.texts, strict=False):
            assert new.rows.startswith(old.rows)
            assert new.positions[: len(old.positions)] == old.positions


def test_kept_neurons_are_marked_where_griffin_chose_by_this_prompt() -> None:
    events = scripted_inspection()
    assert looked_at(events).flocking.kept == 32
    swapped = f"{PRUNED},experts=A"
    for name, method in ((PRUNED, "random"), (swapped, "griffin")):
        lane = InspectedLane(lane=1, name=name, label="Other", method=method, tokens=60, density=0.5)
        presenter = FlockingPresenter("r1", (LANES[0], lane))
        for event in (STARTED, activations(None, range(4))):
            presenter.add(event)
        assert presenter.view().kept == 0


def test_flocking_is_told_in_words_for_the_layer_on_the_screen() -> None:
    view = looked_at(scripted_inspection(layer=1)).flocking
    assert "In layer 1" in view.sentence
    assert "70\N{NO-BREAK SPACE}%" in view.sentence
    assert "33\N{NO-BREAK SPACE}%" in view.sentence
    assert "65\N{NO-BREAK SPACE}%" in view.texts[1].sentence


def test_prompt_says_how_many_of_its_tokens_are_drawn() -> None:
    presenter = FlockingPresenter("r1", LANES)
    for event in (STARTED, activations(None, (0, 50, 99))):
        presenter.add(event)
    assert presenter.view().texts[0].heading == "the prompt, 3 of its 100\N{NO-BREAK SPACE}tokens"


def test_layers_have_one_line_a_text_and_one_for_chance() -> None:
    presenter = LayersPresenter("r1", LANES)
    presenter.add(layers_measured(None, (0.5, 0.25, 0.4, 0.4)))
    presenter.add(layers_measured(PRUNED, (0.1, 0.1, 0.1, 0.1)))
    presenter.add(layers_measured(PRUNED, (0.6, 0.5, 0.5, 0.5)))
    view = presenter.view()
    assert [line.name for line in view.lines] == ["Prompt", "GRIFFIN 50 %", "chance"]
    assert view.lines[1].values == (0.6, 0.5, 0.5, 0.5)
    assert view.lines[2].values == (0.333,) * 4
    assert "in 3 of 4 layers" in view.sentence
    assert "most in layer 0" in view.sentence
    assert "least in layer 1" in view.sentence


def test_coverage_has_a_series_for_both_texts_and_says_where_it_drops() -> None:
    view = looked_at(scripted_inspection()).coverage
    assert [(series.lane, series.dashed, len(series.percent)) for series in view.series] == [
        (1, False, 60),
        (1, True, 60),
    ]
    assert view.series[1].percent[29:31] == (90.0, 60.0)
    assert view.series[1].tokens[5] == " word5"
    assert view.chance == 50.0
    assert view.sentence.startswith("GRIFFIN 50 % on its own text: after token 30 ")
    assert "60\N{NO-BREAK SPACE}%" in view.sentence


def test_coverage_without_a_drop_names_its_lowest_token() -> None:
    presenter = CoveragePresenter("r1", LANES)
    presenter.add(text_read(PRUNED, PRUNED, 0, [0.8] * 20 + [0.75] + [0.8] * 20))
    view = presenter.view()
    assert "carry 80\N{NO-BREAK SPACE}% of the activation on average, least at token 21 (75" in view.sentence
    (line,) = view.series
    assert view.sentence.startswith(line.name.replace("\n", " ") + ": ")


def test_coverage_is_judged_from_the_branch_on() -> None:
    lanes = [dataclasses.replace(lane, forced=30) for lane in LANES]
    presenter = CoveragePresenter("r1", lanes)
    presenter.add(text_read(PRUNED, PRUNED, 0, [0.2] * 30 + [0.8] * 10 + [0.75] + [0.8] * 9))
    sentence = presenter.view().sentence
    assert "carry 80\N{NO-BREAK SPACE}% of the activation on average, least at token 41 (75" in sentence


def test_two_pruned_lanes_are_told_apart_on_the_full_models_text() -> None:
    other = InspectedLane(
        lane=2, name="random:density=0.25", label="Random 25 %", method="random", tokens=1, density=0.25
    )
    presenter = CoveragePresenter("r1", (*LANES, other))
    for reader in (PRUNED, other.name):
        presenter.add(text_read(DENSE, reader, 0, [0.5]))
        presenter.add(text_read(reader, reader, 0, [0.5]))
    view = presenter.view()
    assert [(series.lane, series.dashed) for series in view.series] == [(1, False), (1, True), (2, False)]
    assert len({series.name for series in view.series}) == 3
    assert view.chance is None


def test_of_four_lanes_no_more_lines_are_drawn_than_can_be_read() -> None:
    swap = f"{PRUNED},experts=other"
    extra = (
        InspectedLane(lane=2, name=swap, label="GRIFFIN 50 %, other prompt", method="griffin", tokens=1, density=0.5),
        InspectedLane(lane=3, name="dense:seed=7", label="Full model, seed 7", method="dense", tokens=1),
    )
    presenter = CoveragePresenter("r1", (*LANES, *extra))
    for reader in (PRUNED, swap):
        for written in (DENSE, "dense:seed=7", reader):
            presenter.add(text_read(written, reader, 0, [0.5]))
    series = presenter.view().series
    assert [one.name for one in series] == [
        "GRIFFIN 50 %\non the full model's text",
        "GRIFFIN 50 %\non its own text",
        "GRIFFIN 50 %, other prompt\non the full model's text",
    ]
    assert [one.dashed for one in series] == [False, True, False]


def test_change_point_by_hand() -> None:
    assert change_point([1.0] * 10 + [0.0] * 8) == (10, 1.0, 0.0)
    assert change_point([1.0, 0.0]) == (0, 0.5, 0.5)


def test_every_view_is_plain_json() -> None:
    looked = looked_at(scripted_inspection())
    overlap = compared(overlap_of(FORM.request()))
    for view in (looked, overlap, overlap.pairs[0]):
        assert json.loads(json.dumps(view.as_json())) == view.as_json()


def test_a_whole_inspection_of_256_tokens_stays_small() -> None:
    lanes = tuple(type(lane)(**{**lane.__dict__, "tokens": 256}) for lane in LANES)
    view = looked_at(scripted_inspection(96, (256, 256), columns=384), lanes)
    values = flocking_value(view.flocking), coverage_value(view.coverage), view.layers.as_json()
    assert len(view.flocking.texts[2].positions) == 256
    assert len(json.dumps(values)) < 300_000


def test_what_was_found_stays_when_the_study_is_stopped() -> None:
    presenter = OverlapPresenter()
    for event in overlap_of(FORM.request()):
        presenter.add(event)
    told = presenter.told(StatusView(phase="cancelled", text="Stopped."))
    assert told.status.text == "Stopped."
    assert presenter.view().status.phase == "done"
    assert len(told.pairs) == 6
