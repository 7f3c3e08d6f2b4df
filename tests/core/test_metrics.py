import dataclasses

import pytest

from griffin_core.events import (
    KvLayers,
    LaneFacts,
    LaneFinished,
    ModelFacts,
    PlanMade,
    PrefillDone,
    RunFinished,
    RunStarted,
    TokenEmitted,
)
from griffin_core.metrics import (
    LaneFigures,
    RunTally,
    byte_roofline,
    first_divergence,
    kv_read_bytes,
    matching_prefix,
    percentile,
    ratio_interval,
)
from griffin_core.outcome import rows

MODEL = ModelFacts(
    model="tiny", revision=None, architecture="llama", device="cpu", device_name="test", dtype="float32", versions={},
    n_layers=1, d_model=4, d_ff=8, context=64,
)  # fmt: skip


def facts(name: str, *, weight_bytes: int) -> LaneFacts:
    density = 1.0 if name.startswith("dense") else 0.5
    return LaneFacts(
        name=name, method=name.partition(":")[0], density=density, effective_density=density,
        k=(int(8 * density),), weight_bytes=weight_bytes,
    )  # fmt: skip


DENSE, PRUNED = facts("dense", weight_bytes=1000), facts("griffin:density=0.5", weight_bytes=700)


def started(*lanes: LaneFacts) -> RunStarted:
    return RunStarted(
        t_s=0.0, model=MODEL, lanes=lanes, kv=(KvLayers(layers=1, bytes_per_position=1),), prompt_tokens=10,
        max_new_tokens=3, seed=0, temperature=0.0, top_k=0, top_p=1.0, ignore_eos=False, schedule="race",
        prefill_chunk=64,
    )  # fmt: skip


def token(lane: LaneFacts, index: int, token_id: int, *, clock_ms: float, itl_ms: float | None) -> TokenEmitted:
    return TokenEmitted(
        t_s=1.0, lane=lane.name, clock_us=round(clock_ms * 1000), index=index, token_id=token_id,
        text=f"{token_id} ", itl_ms=itl_ms,
    )  # fmt: skip


def answer(lane: LaneFacts, ids: list[int], *, ttft_ms: float, itl_ms: float) -> list[TokenEmitted]:
    return [
        token(lane, i, id_, clock_ms=ttft_ms + i * itl_ms, itl_ms=itl_ms if i else None) for i, id_ in enumerate(ids)
    ]


def finished(lane: LaneFacts) -> LaneFinished:
    return LaneFinished(t_s=2.0, lane=lane.name, clock_us=0, finish_reason="length", held_bytes=5)


def two_lane_run() -> RunTally:
    tally = RunTally()
    plan = PlanMade(
        t_s=0.5, lane=PRUNED.name, clock_us=0, number=0, at_token=0, statistics_ms=4.0, selection_ms=1.0,
        gather_ms=10.0, layers=(),
    )  # fmt: skip
    for event in (
        started(DENSE, PRUNED),
        PrefillDone(t_s=0.4, prefill_ms=100.0, statistics_ms=4.0),
        plan,
        *answer(DENSE, [5, 6, 7], ttft_ms=100.0, itl_ms=20.0),
        *answer(PRUNED, [5, 6, 8], ttft_ms=115.0, itl_ms=16.0),
        finished(DENSE),
        finished(PRUNED),
        RunFinished(t_s=2.0, reason="done"),
    ):
        tally.add(event)
    return tally


def test_two_lanes_compare_as_computed_by_hand():
    dense, pruned = two_lane_run().lanes()
    assert dense.ttft_ms == 100.0
    assert pruned.ttft_ms == 115.0
    assert (dense.selection_ms, pruned.selection_ms, pruned.statistics_ms) == (0.0, 15.0, 4.0)
    assert (dense.tpot_ms, pruned.tpot_ms, pruned.tokens_per_s) == (20.0, 16.0, 62.5)
    assert pruned.speedup == pytest.approx(1.25)
    assert pruned.speedup_end_to_end == pytest.approx((100 + 2 * 20) / (115 + 2 * 16))
    assert pruned.break_even_tokens == 4  # 15 ms at 4 ms a token
    assert (pruned.first_divergence, pruned.matching_prefix) == (2, 1)
    # Steps read 11 and 12 positions of one byte: 2 * 1000 + 23 over 2 * 700 + 23.
    assert pruned.byte_roofline == pytest.approx(2023 / 1423)
    assert pruned.text == "5 6 8 "


def test_equal_token_times_leave_no_room_in_the_interval():
    _, pruned = two_lane_run().lanes()
    assert pruned.speedup_low == pytest.approx(1.25)
    assert pruned.speedup_high == pytest.approx(1.25)


def test_slower_lane_never_pays_its_selection_back():
    tally = RunTally()
    for event in (
        started(DENSE, PRUNED),
        *answer(DENSE, [5, 6], ttft_ms=10.0, itl_ms=10.0),
        *answer(PRUNED, [5, 6], ttft_ms=12.0, itl_ms=11.0),
    ):
        tally.add(event)
    _, pruned = tally.lanes()
    assert pruned.speedup is not None
    assert pruned.speedup < 1
    assert pruned.break_even_tokens is None


def test_without_a_dense_lane_comparisons_are_null():
    tally = RunTally()
    for event in (started(PRUNED), *answer(PRUNED, [5, 6, 7], ttft_ms=10.0, itl_ms=10.0)):
        tally.add(event)
    (lane,) = tally.lanes()
    assert (lane.speedup, lane.speedup_end_to_end, lane.byte_roofline, lane.first_divergence) == (None,) * 4
    assert (lane.matching_prefix, lane.break_even_tokens) == (None, None)
    assert lane.tpot_ms == 10.0


def test_lane_that_did_not_end_counts_as_cancelled_once_the_run_is_over():
    tally = RunTally()
    tally.add(started(DENSE))
    tally.add(token(DENSE, 0, 5, clock_ms=1.0, itl_ms=None))
    assert tally.lanes()[0].finish_reason is None
    tally.add(RunFinished(t_s=1.0, reason="cancelled"))
    assert tally.lanes()[0].finish_reason == "cancelled"


def test_tokens_given_from_before_are_no_part_of_the_first_token_time():
    tally = RunTally()
    tally.add(started(DENSE))
    tally.add(TokenEmitted(t_s=0, lane="dense", clock_us=9, index=0, token_id=1, text="a", itl_ms=None, given=True))
    tally.add(token(DENSE, 1, 2, clock_ms=50.0, itl_ms=None))
    (lane,) = tally.lanes()
    assert lane.ttft_ms == 50.0


def given(lane: LaneFacts, ids: list[int]) -> list[TokenEmitted]:
    return [dataclasses.replace(event, itl_ms=None, given=True) for event in answer(lane, ids, ttft_ms=1, itl_ms=1)]


def continued(dense: list[int], pruned: list[int], **asked: int) -> LaneFigures:
    """The pruned lane, where both go on from these tokens with 7 and then part."""
    tally = RunTally(**asked)
    tally.add(started(DENSE, PRUNED))
    for lane, ids, last in ((DENSE, dense, 8), (PRUNED, pruned, 9)):
        for event in given(lane, ids):
            tally.add(event)
        for place, id_ in enumerate((7, last), start=len(ids)):
            tally.add(token(lane, place, id_, clock_ms=10.0 * place, itl_ms=None))
    return tally.lanes()[1]


def test_tokens_forced_on_both_lanes_are_no_agreement():
    lane = continued([1, 2, 3], [1, 2, 3])
    assert (lane.given, lane.forced, lane.first_divergence, lane.matching_prefix) == (3, 3, 4, 1)
    assert rows(lane, compared=True)["tokens"] == "5 (3 given)"


def test_tokens_that_the_lanes_wrote_before_count_as_theirs():
    lane = continued([1, 2, 3], [1, 2, 4])
    assert (lane.given, lane.forced, lane.first_divergence, lane.matching_prefix) == (3, 0, 2, 1)
    branched_before = continued([1, 2, 3, 5], [1, 2, 3, 6], forced=2)
    assert (branched_before.forced, branched_before.first_divergence, branched_before.matching_prefix) == (2, 3, 1)


@pytest.mark.parametrize(("lane", "parted", "matching"), [
    ([1, 2, 3], None, 2), ([1, 2, 4], 2, 1), ([9, 2, 3], 0, 0), ([1], None, 0), ([], None, 0), ([1, 2, 3, 4], None, 2),
])  # fmt: skip
def test_divergence_against_1_2_3(lane, parted, matching):
    assert first_divergence([1, 2, 3], lane) == parted
    assert matching_prefix([1, 2, 3], lane) == matching


def test_sliding_window_caps_what_is_read():
    kv = [KvLayers(layers=2, bytes_per_position=3, window=4), KvLayers(layers=1, bytes_per_position=5)]
    # Two steps at 11 and 12 positions: the two windowed layers read 4 positions each time.
    assert kv_read_bytes(kv, prompt_tokens=10, new_tokens=3) == 2 * 3 * (4 + 4) + 5 * (11 + 12)


@pytest.mark.parametrize("window", [None, 3, 10, 12, 14, 100])
def test_bytes_read_equal_the_sum_over_steps(window):
    kv = [KvLayers(layers=2, bytes_per_position=3, window=window)]
    expected = sum(2 * 3 * min(10 + step, window or 10**9) for step in range(1, 6))
    assert kv_read_bytes(kv, prompt_tokens=10, new_tokens=6) == expected


def test_roofline_of_a_continued_answer_counts_from_where_it_went_on():
    tally = RunTally()
    tally.add(started(DENSE, PRUNED))
    for lane in (DENSE, PRUNED):
        for index in range(5):
            tally.add(TokenEmitted(t_s=0, lane=lane.name, clock_us=0, index=index, token_id=1, text="a", itl_ms=None,
                                   given=True))  # fmt: skip
        tally.add(token(lane, 5, 2, clock_ms=9.0, itl_ms=None))
        tally.add(token(lane, 6, 3, clock_ms=19.0, itl_ms=10.0))
    # The one decoded step reads 10 + 5 + 1 positions.
    assert tally.lanes()[1].byte_roofline == pytest.approx(1016 / 716)


def test_roofline_of_the_embedded_model_at_three_lengths():
    # SmolLM2-135M in elements: all weights read for a token, and 30 layers of 2 · 3 heads · 64.
    full = facts("dense", weight_bytes=134_515_008)
    half = facts("griffin", weight_bytes=134_515_008 - 30 * 3 * 576 * 768)
    kv = [KvLayers(layers=30, bytes_per_position=384)]
    bounds = [
        byte_roofline(full, half, kv, prompt_tokens=prompt, new_tokens=new)
        for prompt, new in ((1, 2), (500, 64), (4000, 128))
    ]
    assert bounds == pytest.approx([1.42, 1.395, 1.28], abs=0.002)


def test_percentile_lies_between_neighbours():
    assert percentile([], 0.5) is None
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5


def test_interval_needs_two_times_of_each_and_widens_with_scatter():
    assert ratio_interval([1.0], [1.0, 1.0]) is None
    steady = ratio_interval([20.0, 20.1, 19.9] * 5, [10.0] * 15)
    shaky = ratio_interval([20.0, 30.0, 10.0] * 5, [10.0] * 15)
    assert steady is not None
    assert shaky is not None
    assert shaky[0] < steady[0] < 2.0 < steady[1] < shaky[1]
