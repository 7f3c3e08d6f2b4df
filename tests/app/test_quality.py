"""What the marks under the tokens say, against numbers worked out by hand."""

import dataclasses
import json
import math
from collections.abc import Sequence

import pytest

from app.asking.form import InspectedLane
from app.presenters.quality import QualityPresenter
from app.text import quality as text
from app.views import QualityView, StatusView
from app.wire import quality_value
from griffin_core.events import Alternative, Event, RunFinished, TextRead
from griffin_core.formatting import DASH
from tests.app.scripted_events import DENSE, PRUNED
from tests.app.scripted_quality import scripted_look

LANES = (
    InspectedLane(lane=0, name=DENSE, label="Full model", method="dense", tokens=4),
    InspectedLane(lane=1, name=PRUNED, label="GRIFFIN 50 %", method="griffin", tokens=4),
)
DONE = RunFinished(t_s=1.0, reason="done")


def read(
    written_by: str,
    reader: str,
    logprob: Sequence[float],
    *,
    first_index: int = 0,
    agrees: Sequence[bool] | None = None,
    kl: Sequence[float] | None = None,
) -> TextRead:
    """A reading with one alternative a token: number 7, " seven", at 0.4567."""
    count = len(logprob)
    return TextRead(
        t_s=0.1,
        text=written_by,
        reader=reader,
        first_index=first_index,
        logprob=tuple(logprob),
        rank=(2,) * count,
        best=((Alternative(token_id=7, text=" seven", probability=0.4567),),) * count,
        agrees=tuple(agrees or [True] * count),
        kl=None if kl is None else tuple(kl),
        coverage=None if kl is None else (0.75,) * count,
    )


def look() -> list[Event]:
    """Four tokens a text; the pruned lane would part from the full one's at the third."""
    return [
        read(DENSE, DENSE, [-9.0, -0.1, -0.2, -0.3]),
        read(DENSE, PRUNED, [-9.0, -0.2, -2.0, -0.4], agrees=[True, True, False, True], kl=[0.0, 0.1, 0.6, 0.2]),
        read(PRUNED, DENSE, [-9.0, -1.0, -1.5, -1.1]),
        read(PRUNED, PRUNED, [-9.0, -0.1, -0.1, -0.1], kl=[0.0, 0.5, 0.5, 0.5]),
    ]


def folded(events: Sequence[Event], lanes: Sequence[InspectedLane] = LANES) -> QualityView:
    presenter = QualityPresenter("run", lanes)
    for event in events:
        presenter.add(event)
    return presenter.view()


def test_the_sentence_leaves_the_first_token_out() -> None:
    # 2 of tokens 1-3 agree; means of tokens 1-3 are -0.2 and -1.2, and e^1.0 is 2.7
    assert folded([*look(), DONE]).sentence == (
        "On the full model's text the pruned one would have chosen the same token at 2 of 3\N{NO-BREAK SPACE}places; "
        "its own text the full model finds 2.7 times less likely per token."
    )


def test_the_figures_of_a_pruned_lane_are_those_of_the_text_books() -> None:
    (summary,) = folded([*look(), DONE]).summary
    values = [value.replace("\N{NO-BREAK SPACE}", " ") for _, value, _ in summary.figures]
    assert values == ["0.30 nats", "66.7 % (2 of 3)", "token 3", "75 %", "−1.20 nats", "−0.20 nats"]
    assert (summary.lane, summary.name) == (1, "GRIFFIN 50 %")


def test_what_stood_before_a_branch_is_no_models_choice() -> None:
    lanes = [dataclasses.replace(lane, forced=2) for lane in LANES]
    view = folded([*look(), DONE], lanes)
    assert "text after the branch the pruned one would have chosen the same token at 1 of 2" in view.sentence
    values = [value.replace("\N{NO-BREAK SPACE}", " ") for _, value, _ in view.summary[0].figures]
    assert values == ["0.40 nats", "50 % (1 of 2)", "token 3", "75 %", "−1.30 nats", "−0.25 nats"]
    assert [told["forced"] for told in quality_value(view, StatusView(phase="done", text=""))["texts"]] == [2, 2]


def test_nothing_is_summed_up_before_all_is_read() -> None:
    for events in (look(), [*look(), RunFinished(t_s=1.0, reason="cancelled")]):
        view = folded(events)
        assert (view.sentence, view.summary) == ("", ())


def test_a_row_says_probability_rank_kl_coverage_and_alternatives() -> None:
    dense, pruned = folded(look()).texts
    assert dense.full.rows[1] == "-0.1 2 - - 7 0.457"
    assert dense.pruned is not None
    assert dense.pruned.rows[2] == "-2 2 0.6 0.75 7 0.457"
    assert (pruned.full.name, pruned.full.lane) == ("Full model", 0)
    assert pruned.pruned is not None
    assert (pruned.pruned.name, pruned.pruned.lane) == ("GRIFFIN 50 %", 1)


def test_an_impossible_token_is_a_number_that_a_browser_can_read() -> None:
    view = folded([read(DENSE, DENSE, [-math.inf])])
    assert view.texts[0].full.rows[0].startswith("-99 ")
    assert folded([read(DENSE, DENSE, [0.0, -math.inf]), read(PRUNED, DENSE, [0.0, -1.0]), DONE]).sentence


def test_the_full_models_text_is_compared_with_the_first_of_several_pruned_lanes() -> None:
    other = InspectedLane(lane=2, name="random:density=0.5", label="Random neurons 50 %", method="random", tokens=4)
    apart = read(DENSE, other.name, [-1.0] * 4, agrees=[True, False, False, False], kl=[0.0, 2.0, 2.0, 2.0])
    view = folded([*look(), apart, DONE], (*LANES, other))
    assert view.texts[0].pruned is not None
    assert view.texts[0].pruned.lane == 1
    assert [summary.figures[0][1] for summary in view.summary] == [text.nats(0.3), text.nats(2.0)]
    assert "2 of 3" in view.sentence


@pytest.mark.parametrize("lanes", [LANES[:1], LANES[1:], ()])
def test_without_two_lanes_to_compare_there_are_no_numbers_made_up(lanes: tuple[InspectedLane, ...]) -> None:
    view = folded([*look(), DONE], lanes)
    assert view.sentence == ""
    assert all(value == DASH for summary in view.summary for _, value, _ in summary.figures[:3])


def test_a_text_of_one_token_has_nothing_to_compare() -> None:
    kl = read(DENSE, PRUNED, [-1.0], kl=[0.0])
    view = folded([read(DENSE, DENSE, [-1.0]), kl, read(PRUNED, DENSE, [-1.0]), DONE])
    assert view.sentence == ""
    assert {value for _, value, _ in view.summary[0].figures} == {DASH}


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, "about as likely"),
        (3.14, "3.1 times less likely"),
        (0.5, "2.0 times more likely"),
        (1234.0, "1,234 times"),
    ],
)
def test_the_ratio_is_said_in_words(ratio: float, words: str) -> None:
    assert text.sentence(agreed=0, places=0, ratio=ratio).startswith(
        f"The full model finds the pruned one's own text {words}"
    )


def test_everything_that_grows_grows_at_its_end() -> None:
    presenter = QualityPresenter("run", LANES)
    before = [""] * 5
    for event in scripted_look():
        presenter.add(event)
        value = quality_value(presenter.view(), StatusView(phase="running", text=""))
        now = [value["words"], *(text[who]["rows"] for text in value["texts"] for who in ("full", "pruned"))]
        assert all(new.startswith(old) for new, old in zip(now, before, strict=True))
        before = now
    assert [len(rows.split("\n")) for rows in before[1:]] == [7, 7, 7, 7]


def test_a_long_race_stays_small() -> None:
    """256 tokens, two lanes, each with five alternatives that no other token shares."""
    texts = [[f" w{lane}{index}" for index in range(256)] for lane in (0, 1)]
    events = [spread_out(event) for event in scripted_look(*texts)]
    value = quality_value(folded(events), StatusView(phase="done", text=""))
    size = len(json.dumps(value, ensure_ascii=False).encode())
    assert 60_000 < size < 160_000


def spread_out(event: Event) -> Event:
    """The same reading with ids and probabilities of full length; both models name the same words."""
    if not isinstance(event, TextRead):
        return event
    shift = event.text == PRUNED
    best = tuple(
        tuple(
            Alternative(token_id=20_000 + 1_280 * shift + 5 * index + n, text=f" word{index}{n}", probability=0.123456)
            for n in range(5)
        )
        for index in range(event.first_index, event.first_index + len(event.rank))
    )
    return TextRead(**{**vars(event), "best": best, "rank": (12_345,) * len(event.rank)})
