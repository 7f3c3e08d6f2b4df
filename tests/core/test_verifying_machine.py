"""A verification says what about model and machine is not as recorded, and runs with the recorded threads."""

import dataclasses

import pytest
import torch

import griffin_core as gc
from griffin_core.verifying import start_verifying
from griffin_core.verifying.machine import machine_differences
from griffin_core.verifying.records import sentence
from tests.core.recorded import drained, recorded, with_model, with_start


def test_what_differs_about_model_and_machine_is_listed(tiny_llama):
    facts = {"revision": "abc", "dtype": "bfloat16", "device_name": "another processor, 64 threads"}
    versions = {"griffin_core": gc.__version__, "torch": "1.0.0", "other": "2.0"}
    outcome = gc.verify(tiny_llama, with_model(recorded(tiny_llama), **facts, versions=versions))
    assert outcome.matches
    assert {difference.name: difference.a for difference in outcome.differences} == {
        "revision": "abc",
        "dtype": "bfloat16",
        "device_name": "another processor",
        "version of torch": "1.0.0",
        "version of other": "2.0",
        "version of transformers": None,
        "version of python": None,
    }
    assert sentence(outcome.differences[1]) == "dtype: recorded with bfloat16, here float32."
    assert sentence(outcome.differences[-1]).startswith("version of python: recorded with none, here 3.")


def test_bytes_are_not_held_against_another_number_format(tiny_llama):
    recording = recorded(tiny_llama)
    halved = tuple(
        dataclasses.replace(lane, weight_bytes=lane.weight_bytes // 2) for lane in recording.header.run.lanes
    )
    cache = tuple(dataclasses.replace(group, bytes_per_position=64) for group in recording.header.run.kv)
    claimed = with_start(recording, lanes=halved, kv=cache)
    assert not gc.verify(tiny_llama, claimed).matches
    assert gc.verify(tiny_llama, with_model(claimed, dtype="bfloat16")).matches


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
    assert [difference.name for difference in outcome.differences] == ["threads"]


def test_threads_do_not_matter_between_graphics_cards(tiny_llama):
    gpu = dataclasses.replace(tiny_llama.facts, device="cuda:0")
    run = with_start(recorded(tiny_llama), model=gpu, threads=1).header.run
    assert machine_differences(run, gpu, threads=2) == ()
    assert [found.name for found in machine_differences(run, tiny_llama.facts, threads=2)] == ["device", "threads"]
