"""Lanes beside the full and the pruned one: what is asked for, what is refused, what they show."""

import pickle
from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
import pytest

from app.asking.extras import KINDS, READ_NO_TEXT, chosen_kinds
from app.asking.form import MAX_PROMPT_CHARACTERS, RaceForm
from app.catalog import EXAMPLES, example_of, unlike
from app.engines.interface import PromptRequest
from app.presenters import RacePresenter, idle_view
from app.presenters.extras import ExtrasPresenter
from app.tabs.compare import swap_test, taken
from app.tabs.screen import shown
from app.text import extras as extras_text
from app.text import labels
from app.text.race import METHODS
from app.views import RaceView
from griffin_core.errors import InputError
from griffin_core.events import Event, RunFailed, RunFinished, TextRead
from griffin_core.methods import METHODS as CORE_METHODS
from tests.app.scripted_engine import ScriptedEngine
from tests.app.scripted_events import DENSE, PRUNED, scripted_race
from tests.app.scripted_lanes import RANDOM, SEEDED, SWAPPED, race_of_four
from tests.app.scripted_service import FORM, fast_service, last

SWAP = RaceForm(prompt="Why does the sun rise?", other="What is a star?", extras=("swap", "random"))


def last_of(events: Sequence[Event], form: RaceForm = FORM) -> RaceView:
    """The page after the last event."""
    presenter = RacePresenter(idle_view(form, ScriptedEngine([]).state(), run="r1"))
    for event in events:
        presenter.add(event)
    return presenter.view()


def test_a_swap_test_asks_for_both_lanes_and_sends_the_other_prompt_along() -> None:
    form = replace(SWAP, system="Be brief.", density=0.4)
    request = form.request(methods=METHODS)
    names = [lane.name for lane in request.settings.lanes]
    assert names == ["dense", "griffin:density=0.4", "griffin:density=0.4,experts=other", "random:density=0.4"]
    (source,) = request.sources
    assert source.name == "other"
    assert source.prompt == PromptRequest(model="embedded", text="What is a star?", system="Be brief.", chat=True)
    assert pickle.loads(pickle.dumps(request)) == request


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("swap", "griffin:density=0.5,experts=other"),
        ("random", "random:density=0.5"),
        ("magnitude", "magnitude:density=0.5"),
        ("shuffled", "griffin:density=0.5,experts=shuffled"),
        ("seed", "dense:seed=1"),
    ],
)
def test_every_kind_is_a_lane_of_its_own(kind: str, name: str) -> None:
    request = replace(SWAP, extras=(kind,)).request(methods=METHODS)
    assert [lane.name for lane in request.settings.lanes[2:]] == [name]
    assert bool(request.sources) == (kind == "swap")


def test_another_seed_is_never_the_seed_of_the_run() -> None:
    for seed in (0, 1, 7, 2**63 - 1):
        lanes = replace(SWAP, extras=("seed",), seed=seed).request(methods=METHODS).settings.lanes
        assert lanes[2].sampler_seed not in (None, seed)


def test_an_untouched_form_has_no_extra_lanes() -> None:
    request = RaceForm(prompt="Hello", other="Left over").request(methods=METHODS)
    assert len(request.settings.lanes) == 2
    assert request.sources == ()


@pytest.mark.parametrize(
    ("wrong", "seen", "advice"),
    [
        ({"other": " \n"}, "Swap test: there is no other prompt", "Type one"),
        ({"other": None}, "Swap test: there is no other prompt", "Type one"),
        ({"other": "x" * (MAX_PROMPT_CHARACTERS + 1)}, "other prompt is 150,001 characters", "Shorten it"),
        ({"extras": ("swap", "random", "seed")}, "3 extra lanes", "Leave some out"),
        ({"extras": ("backwards",)}, '"backwards"', "Use one of: swap"),
        ({"method": "random"}, "keeps the same neurons for every prompt", "Choose GRIFFIN"),
        ({"method": "magnitude", "extras": ("shuffled",)}, "Largest weights", "Choose GRIFFIN"),
        ({"method": "random", "extras": ("random",)}, '"Random neurons"', "Choose another lane"),
    ],
)
def test_a_wrong_choice_is_named_with_what_to_do(wrong: dict[str, object], seen: str, advice: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(SWAP, **wrong).request(methods=METHODS)  # type: ignore[arg-type]
    assert seen in str(caught.value)
    assert advice in str(caught.value)


def test_a_wrong_choice_arrives_on_the_page_as_words() -> None:
    view = last(fast_service().run(replace(SWAP, other=""), "ann"))
    assert view.refused
    assert view.status.text == "Swap test: there is no other prompt."


def test_methods_without_a_text_are_those_of_the_core() -> None:
    assert {name for name, method in CORE_METHODS.items() if not method.reads_prompt} == set(READ_NO_TEXT)


@pytest.mark.parametrize("value", [None, "swap", [], {}, {"chosen": "swap"}, {"chosen": None}])
def test_nonsense_from_a_browser_chooses_nothing(value: object) -> None:
    assert chosen_kinds(value) == ()
    assert chosen_kinds({"chosen": ["swap", "seed"]}) == ("swap", "seed")


def test_four_lanes_have_titles_in_words_before_and_during_the_run() -> None:
    titles = [
        "Full model",
        "GRIFFIN, 50\N{NO-BREAK SPACE}% of feed-forward neurons",
        "GRIFFIN, neurons of the other prompt",
        "Random neurons, 50\N{NO-BREAK SPACE}% of feed-forward neurons",
    ]
    state = ScriptedEngine([]).state()
    assert [pane.title for pane in idle_view(SWAP, state).panes] == titles
    view = last_of(race_of_four())
    assert [pane.title for pane in view.panes] == titles
    assert [lane.name for lane in view.chart.lanes][2] == "GRIFFIN 50\N{NO-BREAK SPACE}%, other prompt"
    assert last_of(race_of_four(names=(SEEDED,))).panes[2].title == "Full model, seed 1"


def test_the_verdict_stays_with_the_first_pruned_lane() -> None:
    two, four = last_of(scripted_race()), last_of(race_of_four())
    assert four.verdict == two.verdict


def test_each_lane_is_marked_where_it_parts_and_the_full_model_where_the_pruned_one_does() -> None:
    assert [pane.diverges_at for pane in last_of(race_of_four()).panes] == [3, 3, 2, 1]
    assert [pane.diverges_at for pane in last_of(race_of_four(names=(SEEDED,))).panes] == [3, 3, 2]


def test_before_the_closer_look_nothing_is_judged() -> None:
    assert last_of(race_of_four()).extras.sentence == extras_text.JUDGING
    assert extras_text.JUDGING not in last_of(race_of_four(names=(SEEDED,))).extras.sentence


@pytest.mark.parametrize(
    "end", [RunFinished(t_s=1.0, reason="cancelled"), RunFailed(t_s=1.0, type="DeviceError", message="no memory")]
)
def test_a_closer_look_that_breaks_off_leaves_no_promise_behind(end: Event) -> None:
    finished = last(fast_service(race_of_four()).run(SWAP, "ann")).finished
    assert finished is not None
    presenter = ExtrasPresenter("r1", finished.lanes)
    presenter.add(end)
    assert presenter.view().sentence == extras_text.NOT_JUDGED


def test_there_is_a_sentence_only_at_the_end_of_a_race_with_extra_lanes() -> None:
    assert last_of(scripted_race()).extras.sentence == ""
    assert last_of(race_of_four()[:-1]).extras.sentence == ""


def looked_at(own: Sequence[bool], swapped: Sequence[bool], drawn: Sequence[bool]) -> str:
    """The sentence after a closer look in which the lanes agreed with the full model at these tokens."""
    finished = last(fast_service(race_of_four()).run(SWAP, "ann")).finished
    assert finished is not None
    presenter = ExtrasPresenter("r1", finished.lanes)
    for reader, agrees in ((PRUNED, own), (SWAPPED, swapped), (RANDOM, drawn)):
        for index, agree in enumerate(agrees):
            presenter.add(_read(DENSE, reader, index, agree))
            presenter.add(_read(reader, reader, index, True))  # its own text says nothing about the full model's
    assert presenter.view().sentence == ""
    presenter.add(RunFinished(t_s=1.0, reason="done"))
    return presenter.view().sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_after_the_closer_look_the_lanes_are_compared_on_the_full_models_text() -> None:
    assert looked_at([True, True, False], [True, True, False, False], [False, False]) == (
        "Led through the full model's answer, the pruned model picks the same next token in 50 % of all places with "
        "its own neurons, in 33.3 % with the other prompt's and 0 % with random ones, the first token not counted. "
        "Its own neurons do best."
    )


def test_the_sentence_claims_nothing_that_the_run_does_not_show() -> None:
    assert looked_at([True, True], [True, True], [True, False]).endswith(
        f"The best two are close. {extras_text.SHORT_PROMPTS}"
    )
    worse = looked_at([True, False], [False, True], [True, False])
    assert worse.endswith(f"Here they do not do best. {extras_text.SHORT_PROMPTS}")
    assert looked_at([True], [True], [True]) == ""  # the first token is no choice of theirs


def test_the_closer_look_keeps_what_the_race_said_of_another_seed() -> None:
    events = race_of_four(names=(SWAPPED, SEEDED), temperature=0.7)
    finished = last(fast_service(events).run(SWAP, "ann")).finished
    assert finished is not None
    presenter = ExtrasPresenter("r1", finished.lanes)
    for reader in (PRUNED, SWAPPED):
        for index in (0, 1):
            presenter.add(_read(DENSE, reader, index, True))
    presenter.add(RunFinished(t_s=1.0, reason="done"))
    sentence = presenter.view().sentence
    assert sentence.startswith("Led through the full model's answer")
    assert sentence.endswith(last_of(events).extras.sentence.removeprefix(f"{extras_text.JUDGING} "))
    assert "With another seed the full model agrees with itself" in sentence


def test_without_extra_lanes_the_closer_look_adds_no_sentence() -> None:
    finished = last(fast_service().run(FORM, "ann")).finished
    assert finished is not None
    presenter = ExtrasPresenter("r1", finished.lanes)
    presenter.add(_read(DENSE, PRUNED, 0, True))
    presenter.add(RunFinished(t_s=1.0, reason="done"))
    assert presenter.view().sentence == ""


def _read(text: str, reader: str, index: int, agrees: bool) -> TextRead:
    return TextRead(
        t_s=0.5,
        text=text,
        reader=reader,
        first_index=index,
        logprob=(-1.0,),
        rank=(0,),
        best=((),),
        agrees=(agrees,),
        kl=(0.1,),
        coverage=(0.5,),
    )


def test_another_seed_is_explained_when_nothing_is_drawn() -> None:
    assert "Set a temperature above 0" in last_of(race_of_four(names=(SEEDED,))).extras.sentence
    sampled = last_of(race_of_four(names=(SEEDED,), temperature=0.7)).extras.sentence
    assert "agrees with itself for 1" in sampled


def test_the_map_holds_every_pruned_lane() -> None:
    assert [lane.lane for lane in last_of(race_of_four()).map.lanes] == [1, 2, 3]
    assert [lane.lane for lane in last_of(race_of_four(names=(SEEDED, RANDOM))).map.lanes] == [1, 3]


def test_a_race_of_four_is_continued_in_all_lanes_and_run_again_from_the_start() -> None:
    service = fast_service(race_of_four())
    view = last(service.run(SWAP, "ann"))
    assert view.resume is not None
    assert [len(prefix) for prefix in view.resume.prefixes] == [7, 7, 6, 6]
    assert len(view.resume.request(methods=METHODS).settings.lanes) == 4
    assert view.form == SWAP
    assert view.finished is not None
    assert [lane.label for lane in view.finished.lanes][3] == "Random neurons 50\N{NO-BREAK SPACE}%"


def test_the_page_has_four_panes_and_those_not_used_have_no_title() -> None:
    for events, used in ((scripted_race(), 2), (race_of_four(names=(SEEDED,)), 3), (race_of_four(), 4)):
        titles = [value["title"] for value in shown(last_of(events), running=False)[:4]]
        assert [bool(title) for title in titles] == [lane < used for lane in range(4)]


def test_the_swap_test_fills_in_another_prompt_and_keeps_the_visitors_own() -> None:
    assert swap_test("Hello", "", None) == [{"chosen": ["swap", "random"], "replaced": []}, unlike("Hello").prompt]
    assert swap_test("Hello", "Mine", None)[1] == "Mine"
    for example in EXAMPLES:
        assert swap_test(example.prompt, None, None)[1] != example.prompt


def test_the_swap_test_names_the_lanes_that_it_finds_no_room_for() -> None:
    value, _ = swap_test("Hello", "Mine", {"chosen": ["seed", "random", "magnitude"]})
    assert value == {"chosen": ["swap", "random"], "replaced": ["seed", "magnitude"]}


def test_a_picked_prompt_switches_the_swap_on() -> None:
    german = example_of(EXAMPLES[0].prompt)
    assert german is not None
    assert taken({"german": True}, EXAMPLES[0].prompt, {"chosen": ["random"]}) == [
        {"chosen": ["random", "swap"]},
        german.german,
    ]
    assert taken({"index": 1}, "Hello", None) == [{"chosen": ["swap"]}, EXAMPLES[1].prompt]


@pytest.mark.parametrize("data", [None, [], {}, {"index": -1}, {"index": "0"}, {"index": 99}, {"german": True}])
def test_only_prompts_that_exist_can_be_picked(data: object) -> None:
    assert taken(data, "Not an example", {"chosen": []}) == [gr.skip(), gr.skip()]


def test_every_kind_has_a_name_and_a_hover_text() -> None:
    assert [kind["kind"] for kind in labels.EXTRAS["kinds"]] == list(KINDS)
    assert all(kind["name"] and kind["means"].endswith(".") for kind in labels.EXTRAS["kinds"])


def test_the_gallery_shows_where_it_breaks_and_has_texts_in_german() -> None:
    broken = [example for example in EXAMPLES if example.group == "breaks"]
    assert len(broken) >= 4
    assert EXAMPLES[0].group == "works"
    assert all(example.german != example.prompt for example in EXAMPLES)
    assert sum(example.german != "" for example in EXAMPLES) >= 2
