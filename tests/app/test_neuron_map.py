"""Plans folded into the neuron map: every neuron as a bit, scores in bins, a number a layer; small enough to send."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.presenters import RacePresenter
from app.presenters.neuron_map import map_view
from app.text import neurons as text
from app.views import MapLane, MapView
from griffin_core.events import LayerChoice, PlanMade
from tests.app.scripted_events import PRUNED, scripted_race
from tests.app.scripted_plans import EMBEDDED, LLAMA, choice, large_plan, plans_of, start_of
from tests.app.test_presenters import before

OTHER = "random:density=0.5"
KB = 1_024


def drawn(layers: Mapping[str, Sequence[LayerChoice]], d_ff: int, *, promised: Sequence[str] = ()) -> MapView:
    """The map of lanes that chose these layers; `promised` lanes have no plan yet."""
    n_layers = len(next(iter(layers.values())))
    return map_view(start_of([*layers, *promised], (n_layers, d_ff)), plans_of(layers), run="r1")


def lane_of(layers: Sequence[LayerChoice], d_ff: int) -> MapLane:
    (lane,) = drawn({PRUNED: layers}, d_ff).lanes
    return lane


def test_the_map_is_there_before_the_first_token() -> None:
    events = scripted_race()
    presenter = RacePresenter(before())
    for event in events[: next(n for n, event in enumerate(events) if isinstance(event, PlanMade)) + 1]:
        presenter.add(event)
    view = presenter.view()
    assert not any(pane.pieces for pane in view.panes)
    assert (view.map.run, view.map.layers, view.map.neurons) == ("r1", 4, 64)
    (lane,) = view.map.lanes
    assert (lane.lane, lane.bins, lane.bin_width, lane.k) == (1, 8, 8, (32,) * 4)
    assert lane.sentence.startswith("Each layer keeps 32 of 64 neurons: 82")


def test_before_a_run_there_is_nothing_on_the_map() -> None:
    assert before().map == MapView(run="r1")


@pytest.mark.parametrize("d_ff", [60, 64])
def test_every_kept_neuron_is_found_again(d_ff: int) -> None:
    kept = [[0, 7, 8, d_ff - 1], list(range(0, d_ff, 3))]
    lane = lane_of([choice(layer, d_ff) for layer in kept], d_ff)
    packed = np.frombuffer(base64.b64decode(lane.kept), dtype=np.uint8).reshape(2, -1)
    for bits, expected in zip(packed, kept, strict=True):
        assert np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist() == expected


def test_scores_of_one_lane_arrive_as_they_were_sent() -> None:
    layers = [choice([0], 60, bin_width=8, scores=bytes(range(255, 247, -1)))] * 2
    lane = lane_of(layers, 60)
    assert (lane.bins, lane.bin_width) == (8, 8)
    assert base64.b64decode(lane.score) == bytes(range(255, 247, -1)) * 2


def test_bins_of_several_lanes_are_merged_by_the_neurons_they_hold() -> None:
    """Of 1,023 bins with one neuron each, two become one, and the last stays alone."""
    scores = bytes([200, 100] + [0] * 1_020 + [100])
    layers = [choice([0], 1_023, scores=scores)]
    lane = drawn({PRUNED: layers}, 1_023, promised=[OTHER]).lanes[0]
    assert (lane.bins, lane.bin_width) == (512, 2)
    merged = base64.b64decode(lane.score)
    assert merged[:2] + merged[-2:] == bytes([255, 0, 0, 170])  # means 150, 0, …, 0, 100; 255 = the strongest


@pytest.mark.parametrize(("shape", "limit"), [(EMBEDDED, 64 * KB), (LLAMA, 256 * KB)])
@pytest.mark.parametrize("names", [(PRUNED,), (PRUNED, OTHER)])
def test_a_map_is_small_enough_to_send(shape: tuple[int, int], limit: int, names: tuple[str, ...]) -> None:
    view = drawn({name: large_plan(shape, seed=seed) for seed, name in enumerate(names)}, shape[1])
    assert len(view.lanes) == len(names)
    assert len(json.dumps(view.as_json())) < limit


def test_overlap_is_the_jaccard_index_with_the_first_pruned_lane_and_its_own_with_the_second() -> None:
    one = [choice([0, 1, 2, 3], 8), choice([0, 1, 2, 3], 8)]
    two = [choice([0, 1, 2, 3], 8), choice([3, 4, 5, 6], 8)]
    first, second = drawn({PRUNED: one, OTHER: two}, 8).lanes
    for lane in (first, second):
        overlap = lane.strips[2]
        assert (overlap.kind, overlap.values) == ("overlap", (1.0, 0.143))  # 4 of 4, 1 of 7
        assert overlap.chance == (0.356, 0.356)  # (16 × 1/7 + 36 × 2/6 + 16 × 3/5 + 1) / 70
    assert first.strips[2].against == "the random neurons"
    assert second.strips[2].against == "GRIFFIN's neurons"
    assert second.strips[2].sentence.startswith("Overlap with GRIFFIN's neurons, Jaccard index: ")


def test_every_further_lane_is_compared_with_the_first_one() -> None:
    swapped = f"{PRUNED},experts=other"
    plan = [choice([0, 1, 2, 3], 8)]
    lanes = drawn({PRUNED: plan, OTHER: plan, swapped: [choice([3, 4, 5, 6], 8)]}, 8).lanes
    assert [lane.strips[2].against for lane in lanes] == ["the random neurons", *["GRIFFIN's neurons"] * 2]
    assert [lane.strips[2].values for lane in lanes] == [(1.0,), (1.0,), (0.143,)]


def test_without_another_pruned_lane_the_overlap_says_why_it_is_missing() -> None:
    for view in (drawn({PRUNED: [choice([0], 8)]}, 8), drawn({PRUNED: [choice([0], 8)]}, 8, promised=[OTHER])):
        assert view.lanes[0].strips[2].values == ()
        assert view.lanes[0].strips[2].sentence == text.no_overlap()


def test_kept_score_stands_next_to_the_share_that_chance_would_keep() -> None:
    share = lane_of([choice([0, 1], 8), choice([0, 1, 2, 3], 8)], 8).strips[0]
    assert (share.kind, share.values, share.chance) == ("share", (0.75, 0.75), (0.25, 0.5))


def test_kept_score_is_missing_when_nobody_watched_the_prompt() -> None:
    share = lane_of([replace(choice([0], 8), score_share=None)], 8).strips[0]
    assert (share.values, share.sentence) == ((), text.no_share())


def test_concentration_names_its_layers() -> None:
    ginis = [0.2, 0.7, 0.3, 0.4, 0.2, 0.1, 0.2, 0.6] * 3
    lane = lane_of([choice([0], 8, gini=gini) for gini in ginis], 8)
    assert lane.strips[1].values == tuple(ginis)
    assert lane.strips[1].sentence.startswith(
        "Gini coefficient of the scores: most in layer 1 (0.70), least in layer 5"
    )
    assert lane.sentence.endswith("of the squared score, most concentrated in layers 1, 9 and 17.")


def test_concentration_that_is_the_same_everywhere_names_no_layer() -> None:
    assert lane_of([choice([0], 8)] * 24, 8).sentence.endswith(
        "of the squared score, spread much alike in all of them."
    )


@pytest.mark.parametrize(
    ("method", "said"),
    [("random", "drawn at random, with 75"), ("magnitude", "those with the largest weights, with 75")],
)
def test_scores_of_other_methods_are_not_sold_as_the_prompts(method: str, said: str) -> None:
    (lane,) = drawn({f"{method}:density=0.5": [choice([0], 8)]}, 8).lanes
    assert said in lane.sentence
    assert "concentrated" not in lane.sentence


def test_the_caption_of_a_picture_tells_model_method_and_density() -> None:
    assert lane_of([choice([0], 8)], 8).caption.startswith("scripted · GRIFFIN, 50")


def test_lanes_keep_their_numbers_in_the_run() -> None:
    view = drawn({PRUNED: [choice([0], 8)], OTHER: [choice([1], 8)]}, 8)
    assert [lane.lane for lane in view.lanes] == [1, 2]
