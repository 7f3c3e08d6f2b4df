import dataclasses
import subprocess
import sys

import pytest

from griffin_core.events import (
    EVENTS,
    ActivationsRead,
    Alternative,
    ExpertsChosen,
    KvLayers,
    LaneFacts,
    LaneFinished,
    LayerChoice,
    LayersMeasured,
    MarkSet,
    ModelFacts,
    PlanMade,
    PrefillDone,
    PrefillProgress,
    RunFailed,
    RunFinished,
    RunStarted,
    StudyProgress,
    StudyStarted,
    SweepPoint,
    TextRead,
    TokenEmitted,
    VoteCast,
)
from griffin_core.recording.lines import event_line
from tests.core.on_disk import read_back

SAMPLES = (
    RunStarted(
        t_s=0.0,
        model=ModelFacts(
            model="m", revision=None, architecture="llama", device="cpu", device_name="c", dtype="float32",
            versions={"torch": "2"}, n_layers=2, d_model=4, d_ff=8, context=16,
        ),
        lanes=(LaneFacts(name="dense", method="dense", density=1.0, effective_density=1.0, k=(8, 8), weight_bytes=9),),
        kv=(KvLayers(layers=2, bytes_per_position=3), KvLayers(layers=1, bytes_per_position=3, window=4)),
        prompt_tokens=3, max_new_tokens=5, seed=0, temperature=0.0, top_k=0, top_p=1.0, ignore_eos=False,
        schedule="race", prefill_chunk=64,
    ),
    PrefillProgress(t_s=0.1, done_tokens=2),
    PrefillProgress(t_s=0.1, done_tokens=2, source="A"),
    PrefillDone(t_s=0.2, prefill_ms=1.0, statistics_ms=0.5),
    PlanMade(
        t_s=0.3, lane="g", clock_us=7, number=0, at_token=0, statistics_ms=0.5, selection_ms=0.1, gather_ms=0.2,
        layers=(LayerChoice(k=4, kept="Dw==", scores="/wA=", bin_width=4, score_share=0.75, gini=0.3),),
    ),
    TokenEmitted(t_s=0.4, lane="g", clock_us=9, index=0, token_id=5, text="\u0000${1+1}\n<b>", itl_ms=None),
    LaneFinished(t_s=0.5, lane="g", clock_us=10, finish_reason="eos", held_bytes=12),
    RunFinished(t_s=0.6, reason="done"),
    RunFailed(t_s=0.6, type="OutOfMemoryError", message="no room"),
    StudyStarted(
        t_s=0.0, kind="inspection", steps=3,
        model=ModelFacts(
            model="m", revision="r", architecture="llama", device="cpu", device_name="c", dtype="float32",
            versions={"torch": "2"}, n_layers=2, d_model=4, d_ff=8, context=16,
        ),
    ),
    StudyProgress(t_s=0.1, what="reading", done=2, total=3),
    TextRead(
        t_s=0.2, text="dense", reader="g", first_index=4, logprob=(-0.5, -1.0), rank=(0, 3),
        best=(
            (Alternative(token_id=3, text="<b>", probability=0.5), Alternative(token_id=4, text="", probability=0.25)),
            (Alternative(token_id=1, text="\n", probability=1.0),),
        ),
        agrees=(True, False), kl=(0.1, 0.2), coverage=None,
    ),
    LayersMeasured(t_s=0.3, text=None, tokens=4, density=0.5, flocking=(0.5, 0.25), chance=0.34),
    ActivationsRead(
        t_s=0.4, layer=1, text="g", positions=(0, 3), tokens=(" a", "b"), columns=2, bin_width=4, full_scale=0.5,
        values="AAECAw==",
    ),
    ExpertsChosen(
        t_s=0.5, name="A", method="griffin", density=0.5, number=0, prompt_tokens=7,
        layers=(LayerChoice(k=4, kept="Dw==", scores="/wA=", bin_width=4, score_share=None, gini=0.0),),
    ),
    SweepPoint(
        t_s=0.6, lane="griffin:density=0.5", method="griffin", density=0.5, effective_density=0.5, k=(22, 22), tokens=8,
        kl=0.5, top1=0.75, first_divergence=None, tpot_ms=None, dense_tpot_ms=None, speedup=None, speedup_low=None,
        speedup_high=None, byte_roofline=1.4, ff_bytes_share=0.5,
    ),
    VoteCast(t_s=0.7, said="A", pruned="B"),
    MarkSet(t_s=0.8, at_s=0.25, label="here"),
)  # fmt: skip


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.code)
def test_event_survives_its_line(event):
    assert read_back([event]) == [event]


def test_every_kind_of_event_was_tried():
    assert {event.code for event in SAMPLES} == set(EVENTS)


def test_fields_with_defaults_may_be_left_out():
    (point,) = (event for event in SAMPLES if isinstance(event, SweepPoint))
    without = dataclasses.replace(point, k=())
    assert b'"k"' in event_line(point)
    assert b'"k"' not in event_line(without)
    assert read_back([without]) == [without]


def test_events_metrics_and_settings_work_without_torch():
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None\n"
        "import griffin_core, griffin_core.events, griffin_core.metrics, griffin_core.settings\n"
        "print(griffin_core.RunTally().lanes())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "()"), done.stderr
