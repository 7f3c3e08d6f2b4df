"""A verification says what about model and machine is not as recorded, and runs with the recorded threads."""

import dataclasses

import pytest
import torch

import griffin_core as gc
from griffin_core.verifying import start_verifying
from griffin_core.verifying.machine import differences
from tests.core.recorded import drained, recorded, with_model, with_start


def test_what_differs_about_model_and_machine_is_listed(tiny_llama):
    facts = {"revision": "abc", "dtype": "bfloat16", "device_name": "another processor, 64 threads"}
    versions = {"griffin_core": gc.__version__, "torch": "1.0.0", "other": "2.0"}
    outcome = gc.verify(tiny_llama, with_model(recorded(tiny_llama), **facts, versions=versions))
    assert outcome.matches
    said = {difference.what: difference.recorded for difference in outcome.differences}
    assert said == {
        "revision": "abc",
        "dtype": "bfloat16",
        "device": "cpu, another processor",
        "torch": "1.0.0",
        "other": "2.0",
        "transformers": "none",
        "python": "none",
    }
    assert outcome.differences[1].sentence == "dtype: recorded with bfloat16, here float32."


def test_a_processor_runs_with_the_recorded_threads_and_gets_its_own_back(tiny_llama):
    before = torch.get_num_threads()
    recording = with_start(recorded(tiny_llama), threads=before + 2)
    run = start_verifying(tiny_llama, recording)
    next(run)
    assert torch.get_num_threads() == before + 2
    _, outcome = drained(run)
    assert torch.get_num_threads() == before
    assert outcome.threads == before + 2
    assert outcome.differences == ()


def test_a_closed_verification_gives_the_threads_back(tiny_llama):
    before = torch.get_num_threads()
    run = start_verifying(tiny_llama, with_start(recorded(tiny_llama), threads=before + 1))
    next(run)
    run.close()
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("threads", [0, -4, 10**9])
def test_absurd_numbers_of_threads_are_not_set_but_told(threads, tiny_llama):
    outcome = gc.verify(tiny_llama, with_start(recorded(tiny_llama), threads=threads))
    assert outcome.threads is None
    assert [difference.what for difference in outcome.differences] == ["threads"]


def test_threads_do_not_matter_between_graphics_cards(tiny_llama):
    gpu = dataclasses.replace(tiny_llama.facts, device="cuda:0")
    assert differences(gpu, gpu, recorded_threads=1, threads=2) == ()
