"""Overlap: which neurons prompts share, from the visitor's choices to what the neurons tab shows."""

from collections.abc import Sequence
from math import comb

import pytest

from app.asking.comparing import OverlapForm, gallery
from app.asking.form import InspectedLane, RaceForm
from app.engines.interface import OverlapRequest
from app.presenters import OverlapPresenter
from app.views import OverlapView
from griffin_core.errors import PromptError, SettingsError
from griffin_core.events import Event, RunFailed, RunFinished, StudyStarted
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import DENSE, PRUNED
from tests.app.scripted_service import MODELS, fast_service
from tests.app.scripted_studies import (
    chosen,
    overlap_of,
)

LANES = (
    InspectedLane(lane=0, name=DENSE, label="Full model", method="dense", tokens=60),
    InspectedLane(lane=1, name=PRUNED, label="GRIFFIN 50 %", method="griffin", tokens=60, density=0.5),
)
STARTED = StudyStarted(t_s=0.0, kind="inspection", model=FACTS, steps=0)
FORM = OverlapForm(race=RaceForm(), first="One prompt", second="Another prompt")


def compared(events: Sequence[Event]) -> OverlapView:
    presenter = OverlapPresenter()
    for event in events:
        presenter.add(event)
    return presenter.view()


def in_study(*events: Event) -> list[Event]:
    return [StudyStarted(t_s=0.0, kind="overlap", model=FACTS, steps=len(events)), *events]


def test_jaccard_of_two_prompts_by_hand_and_chance_by_counting() -> None:
    # 32 of 64 neurons each, 24 in common: 24 / 40.
    one, two = chosen("A", "griffin", range(32), number=0), chosen("B", "griffin", range(8, 40), number=1)
    view = compared(in_study(one, two))
    (pair,) = view.pairs
    assert pair.lines[0].values == (0.6,) * 4
    expected = sum(comb(32, n) * comb(32, 32 - n) / comb(64, 32) * n / (64 - n) for n in range(33))
    assert view.chance == pytest.approx(expected, abs=6e-4)
    assert pair.lines[-1].values[0] == pytest.approx(expected, abs=6e-4)
    assert "“A” and “B” overlap by 0.60" in pair.sentence


def test_a_pair_is_held_against_sets_that_no_prompt_chose() -> None:
    same = range(32)
    view = compared(
        in_study(
            *(chosen(name, "griffin", same, number=number) for number, name in enumerate("AB")),
            chosen(None, "random", range(0, 64, 2), number=2),
            chosen(None, "magnitude", range(32, 64), number=3),
        )
    )
    assert view.names == ("A", "B", "Random neurons", "Largest weights")
    assert view.prompts == 2
    lines = {line.name: line.values[0] for line in view.pairs[0].lines}
    assert lines["random"] == pytest.approx(1 / 3, abs=1e-3)
    assert lines["largest weights"] == 0.0
    assert "exactly the same" in view.pairs[0].sentence


def test_the_table_names_the_most_and_the_least_alike() -> None:
    sets = {"A": range(32), "B": range(4, 36), "C": range(32, 64)}
    events = [chosen(name, "griffin", kept, number=number) for number, (name, kept) in enumerate(sets.items())]
    view = compared(in_study(*events))
    assert len(view.pairs) == 3
    assert view.sentence.startswith("Most alike: “A” and “B” (0.78). Least alike: “A” and “C” (0.00).")


def test_a_broken_and_a_stopped_comparison_say_so() -> None:
    failed = compared([*in_study(), RunFailed(t_s=0.0, type="PromptError", message="prompt 'A': too long. Cut it.")])
    assert (failed.status.phase, failed.status.fix) == ("error", "Cut it.")
    assert failed.over
    stopped = compared([*in_study(), RunFinished(t_s=0.0, reason="cancelled")])
    assert stopped.status.phase == "cancelled"


def test_both_prompts_and_three_methods_are_asked_for() -> None:
    request = FORM.request()
    assert [named.prompt.text for named in request.prompts] == ["One prompt", "Another prompt"]
    assert [settings.method for settings in request.pruning] == ["griffin", "random", "magnitude"]
    assert {settings.density for settings in request.pruning} == {0.5}
    assert request.prompts[0].name != request.prompts[1].name


def test_an_example_keeps_its_name_unless_it_is_compared_with_itself() -> None:
    example = gallery()[0]
    other = OverlapForm(race=RaceForm(), first=example.prompt, second="x").request()
    assert other.prompts[0].name == example.name
    twice = OverlapForm(race=RaceForm(), first=example.prompt, second=example.prompt).request()
    assert len({named.name for named in twice.prompts}) == 2


@pytest.mark.parametrize(("first", "second", "which"), [("", "x", "first"), ("x", " \n", "second")])
def test_an_empty_prompt_is_refused_by_name(first: str, second: str, which: str) -> None:
    with pytest.raises(PromptError, match=f"The {which} prompt is empty"):
        OverlapForm(race=RaceForm(), first=first, second=second).request()


def test_a_density_out_of_range_is_refused() -> None:
    with pytest.raises(SettingsError, match="density"):
        OverlapForm(race=RaceForm(density=0.0)).gallery_request()


def test_gallery_has_every_prompt_once() -> None:
    prompts = [example.prompt for example in gallery()]
    assert len(set(prompts)) == len(prompts) >= 5
    names = [named.name for named in FORM.gallery_request().prompts]
    assert len(set(names)) == len(names) == len(prompts)


def test_service_compares_and_refuses_in_words() -> None:
    service = fast_service()
    engine = service._engine
    engine.studies = {OverlapRequest: overlap_of}  # type: ignore[attr-defined]
    *_, view = service.compare(FORM, "visitor")
    assert (view.status.phase, len(view.pairs)) == ("done", 6)
    assert view.started
    (empty,) = service.compare(OverlapForm(race=RaceForm(), first="x"), "visitor")
    assert (empty.status.phase, empty.pairs, empty.started) == ("error", (), False)
    (unknown,) = service.compare_gallery(OverlapForm(race=RaceForm(model="../etc")), "visitor")
    assert unknown.status.phase == "error"
    assert MODELS[0].name in unknown.status.fix


def test_prompts_of_the_visitors_own_are_called_by_their_first_words() -> None:
    long = "Write a short story about a lighthouse keeper\nwho finds a bottle."
    form = OverlapForm(race=RaceForm(), first=long, second="A list \u202eof birds")
    names = [named.name for named in form.request().prompts]
    assert names == ["Write a short story about a …", "A list <U+202E>of birds"]


def test_equal_prompts_are_told_apart_by_their_places() -> None:
    form = OverlapForm(race=RaceForm(), first="The same", second="The same")
    assert [named.name for named in form.request().prompts] == ["First prompt", "Second prompt"]
