"""The sweep tab without a browser: what may be asked, what is folded from the events, what is said."""

import math
import time
from dataclasses import replace

import pytest

from app.asking.form import RaceForm
from app.asking.sweep import MANY_DENSITIES, USUAL_DENSITIES, SweepForm, picked_point, read_densities
from app.engines.interface import SweepRequest
from app.presenters import SweepPresenter
from app.serving.service import RaceService
from app.views import StatusView, SweepPromptView, SweepView
from griffin_core.errors import SettingsError
from griffin_core.events import Event, RunFailed, RunFinished, StudyProgress, StudyStarted
from griffin_core.formatting import whole
from tests.app.scripted_engine import FACTS, ScriptedEngine
from tests.app.scripted_events import scripted_race
from tests.app.scripted_service import FORM, MODELS
from tests.app.scripted_sweep import point, run, scripted_sweep

NEARLY_FULL = FACTS.context - 40
METHODS = ("griffin", "magnitude", "random")


def service(*, speed: float = 1000) -> RaceService:
    engine = ScriptedEngine(scripted_race(), speed=speed, studies={SweepRequest: scripted_sweep})
    return RaceService(engine, models=MODELS)


def folded(events: list[Event]) -> SweepView:
    presenter = SweepPresenter(SweepPromptView())
    for event in events:
        presenter.add(event)
    return presenter.view()


@pytest.mark.parametrize(
    ("typed", "densities"),
    [
        ("0.9 0.5", (0.9, 0.5)),
        ("50%, 90 %", (0.9, 0.5)),
        ("0.5;0.5\n1", (1.0, 0.5)),
        (".25", (0.25,)),
        (USUAL_DENSITIES, (0.9, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2)),
    ],
)
def test_densities_are_read_as_people_write_them(typed: str, densities: tuple[float, ...]) -> None:
    assert read_densities(typed) == densities


@pytest.mark.parametrize("word", ["half", "1.5", "0.05", "-0.5", "nan", "inf", "0,9", "5", "%", "0.5x", "<img>"])
def test_what_is_no_density_is_refused_with_the_word(word: str) -> None:
    with pytest.raises(SettingsError, match=r"A density is a number from 0\.1 to 1, got .*such as 0\.9 0\.5"):
        read_densities(f"0.5 {word}")


@pytest.mark.parametrize(
    ("typed", "words"), [("", "No density is given"), (" , ", "No density"), ("1 " * 2000, "3,999")]
)
def test_an_empty_or_endless_list_is_refused(typed: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_densities(typed)


def test_an_endless_list_is_refused_before_any_pattern_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.asking.sweep.re", None)
    with pytest.raises(SettingsError, match="200,000"):
        read_densities("1" + " " * 199_998 + "1")


def test_a_sweep_of_a_hundred_points_is_refused() -> None:
    hundred = " ".join(f"{0.1 + number / 200:.3f}" for number in range(100))
    form = SweepForm(race=FORM, densities=hundred)
    with pytest.raises(SettingsError, match="at most 32 points, got 100. Leave some out"):
        form.request(methods=METHODS)
    both = SweepForm(race=FORM, densities=MANY_DENSITIES, methods=METHODS)
    with pytest.raises(SettingsError, match="got 48 .16 densities, 3 methods."):
        both.request(methods=METHODS)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (SweepForm(race=FORM, methods=()), "No method is chosen"),
        (SweepForm(race=FORM, methods=("wanda",)), 'Unknown method "wanda"'),
        (SweepForm(race=RaceForm(prompt=" \n")), "no prompt to sweep"),
        (SweepForm(race=RaceForm(prompt="Hi", seed="x")), "Seed must be a whole number"),
        (SweepForm(race=RaceForm(prompt="Hi", model="org/unknown")), "not among the models"),
        (
            SweepForm(race=RaceForm(prompt="word " * NEARLY_FULL)),
            f"has {whole(NEARLY_FULL)} tokens, and a sweep writes 48 more",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_last_sweep_stays(form: SweepForm, words: str) -> None:
    (view,) = service().sweep(form, "ann")
    assert view.status.phase == "error"
    assert words in view.status.text.replace("\N{NO-BREAK SPACE}", " ")
    assert view.over
    assert not view.started


def test_a_sweep_takes_prompt_model_and_seed_of_the_race() -> None:
    race = RaceForm(prompt="Hi", system="Be brief", chat=False, seed=7, density=0.33, method="random")
    asked = SweepForm(race=race, densities="0.5 0.9", methods=("random", "griffin")).request(methods=METHODS)
    assert [lane.name for lane in asked.lanes] == [
        "griffin:density=0.9",
        "griffin:density=0.5",
        "random:density=0.9",
        "random:density=0.5",
    ]
    assert (asked.prompt.text, asked.prompt.system, asked.prompt.chat, asked.seed) == ("Hi", "Be brief", False, 7)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"method": "griffin"},
        {"method": "wanda", "density": 0.5},
        {"method": ["griffin"], "density": 0.5},
        {"method": "griffin", "density": "0.5"},
        {"method": "griffin", "density": True},
        {"method": "griffin", "density": 0.01},
        {"method": "griffin", "density": math.nan},
    ],
)
def test_only_points_that_can_be_raced_are_picked(data: object) -> None:
    assert picked_point(data, methods=METHODS) is None
    assert picked_point({"method": "random", "density": 0.33}, methods=METHODS) == ("random", 0.33)


def test_points_come_one_by_one_and_the_sentence_at_the_end() -> None:
    *before, last = service(speed=8).sweep(SweepForm(race=FORM), "ann")
    assert [view.sentence for view in before] == [""] * len(before)
    assert len({len(view.points) for view in before}) > 2
    assert last.status.text == "Done: 7 points.".replace(" points", "\N{NO-BREAK SPACE}points")
    assert [one.label for one in last.points] == [f"{n}\N{NO-BREAK SPACE}%" for n in (90, 75, 60, 50, 40, 30, 20)]
    assert last.sentence.startswith("Down to 75")


def test_stop_keeps_the_points_and_says_how_many() -> None:
    swept = service(speed=2)
    views = swept.sweep(SweepForm(race=FORM), "ann")
    while len(next(views).points) < 2:
        pass
    swept.stop_sweep("ann")
    asked_s = time.monotonic()
    *_, last = views
    assert time.monotonic() - asked_s < 2
    assert last.status.phase == "cancelled"
    assert last.status.text.startswith("Stopped: 2 of 7")
    assert last.sentence != ""


def test_time_left_is_told_once_a_point_has_shown_how_long_one_takes() -> None:
    presenter = SweepPresenter(SweepPromptView())
    presenter.add(StudyStarted(t_s=0.0, kind="sweep", model=FACTS, steps=3))
    presenter.add(StudyProgress(t_s=5.0, what="dense", done=48, total=48))
    presenter.add(StudyProgress(t_s=6.0, what="tokens", done=24, total=48))
    assert presenter.view().status.text == "0 of 3\N{NO-BREAK SPACE}points"
    presenter.add(point(t_s=9.0))
    assert presenter.view().status.text == "1 of 3\N{NO-BREAK SPACE}points, about 8\N{NO-BREAK SPACE}s left"
    presenter.add(StudyProgress(t_s=11.0, what="timing", done=0, total=24))
    status = presenter.view().status
    assert status.text.endswith("about 6\N{NO-BREAK SPACE}s left")
    assert status.progress == 0.5


def test_a_broken_sweep_keeps_its_points_and_its_error() -> None:
    broke = RunFailed(t_s=3.0, type="PromptError", message="the prompt is odd. Change it.")
    view = folded([*run([point(density=0.9)])[:-1], broke])
    assert (view.status.phase, view.status.text, view.status.fix) == ("error", "The prompt is odd.", "Change it.")
    assert len(view.points) == 1


def test_the_pareto_line_leads_from_the_full_model_over_points_that_none_beats() -> None:
    """By hand: 0.5 is slower and worse than 0.6; random loses more at the same bytes."""
    points = [
        point(density=0.75, kl=0.1, speedup=1.1),
        point(density=0.6, kl=0.2, speedup=1.3),
        point(density=0.5, kl=0.3, speedup=1.2),
        point("random", 0.75, kl=0.4, speedup=1.05),
    ]
    lines = {(line.x, line.y): line.points for line in folded(run(points)).lines}
    assert lines["speed", "kl"] == (-1, 0, 1)
    assert lines["bytes", "kl"] == (-1, 0, 1, 2)
    assert lines["speed", "agreement"] == (-1, 0, 1)


def test_what_noise_may_have_made_fast_is_hollow_and_no_part_of_the_line() -> None:
    """By hand: 80 % of the neurons allow 1.19×, so 1.29× is noise; so is 1.05× with an interval across 1×."""
    points = [
        point("random", 0.8, kl=2.0, speedup=1.29),
        point("griffin", 0.8, kl=0.2, speedup=1.05, spread=1.1),
        point("griffin", 0.5, kl=0.6, speedup=1.2),
    ]
    view = folded(run(points))
    assert [one.hollow for one in view.points] == [True, True, False]
    lines = {(line.x, line.y): line.points for line in view.lines}
    assert lines["speed", "kl"] == (-1, 2)
    assert lines["bytes", "kl"] == (-1, 1, 2)
    assert "beyond the byte roofline of 1.19×" in view.points[0].facts[-1]
    assert "across 1×" in view.points[1].facts[-1]


def test_points_without_speed_are_on_no_line_of_speed() -> None:
    lines = {(line.x, line.y): line.points for line in folded(run([point(timed=False)])).lines}
    assert lines["speed", "kl"] == (-1,)
    assert lines["bytes", "kl"] == (-1, 0)


def test_the_prompt_is_shown_by_its_first_words_and_length() -> None:
    swept = service()
    view = swept.sweep_prompt(RaceForm(prompt="One\n\ntwo " + "word " * 60))
    assert view.words.startswith("One two word")
    assert view.words.endswith(" …")
    assert len(view.words) < 120
    assert view.size == f"62 of {whole(FACTS.context)}\N{NO-BREAK SPACE}tokens"
    assert swept.sweep_prompt(RaceForm(prompt="  ")).empty


def test_a_sweep_keeps_the_key_of_the_prompt_that_it_measured() -> None:
    swept = service()
    *_, last = swept.sweep(SweepForm(race=FORM), "ann")
    assert last.prompt.words == FORM.prompt
    assert last.prompt.key == swept.sweep_prompt(replace(FORM, density=0.3, method="random")).key
    for other in ({"prompt": FORM.prompt + " "}, {"system": "Be brief"}, {"chat": False}, {"model": "org/other"}):
        assert last.prompt.key != swept.sweep_prompt(replace(FORM, **other)).key


def test_nearly_all_places_are_not_all_of_them() -> None:
    (view,) = folded(run([replace(point(), top1=2499 / 2500)])).points
    assert view.cells[3] == "99.9\N{NO-BREAK SPACE}%"


def test_a_race_ends_the_visitors_sweep_and_another_visitors_goes_on() -> None:
    engine = ScriptedEngine(scripted_race(), speed=2, studies={SweepRequest: scripted_sweep})
    swept = RaceService(engine, models=MODELS)
    views = swept.sweep(SweepForm(race=FORM), "ann")
    next(views)
    next(swept.run(FORM, "ann"))
    assert engine.study_runs[0].cancelled
    *_, last = views
    assert last.status.phase == "cancelled"


def test_a_refused_sweep_leaves_the_one_that_runs_alone() -> None:
    engine = ScriptedEngine(scripted_race(), speed=2, studies={SweepRequest: scripted_sweep})
    swept = RaceService(engine, models=MODELS)
    running = swept.sweep(SweepForm(race=FORM), "ann")
    next(running)
    (refused,) = swept.sweep(SweepForm(race=FORM, densities="lots"), "ann")
    assert refused.status.phase == "error"
    assert not engine.study_runs[0].cancelled


def test_a_place_in_line_is_forgotten_when_the_sweep_is_at_work() -> None:
    presenter = SweepPresenter(SweepPromptView())
    before = presenter.view().status
    assert presenter.told(StatusView(phase="queued", text="Wait.")).status.text == "Wait."
    assert presenter.view().status == before


def test_a_cancelled_sweep_that_never_began_says_so_plainly() -> None:
    assert folded([RunFinished(t_s=0.0, reason="cancelled")]).status.text == "Stopped."
