"""What the studies keep of a long text: sampled rows and sums, never whole activations; and a full memory in words."""

import gc as garbage
import itertools

import pytest
import torch

import griffin_core as gc
from griffin_core import decode
from griffin_core.errors import OutOfMemoryError
from griffin_core.inspection.inspecting import MAX_PROMPT_ROWS
from griffin_core.loading import make_loaded
from tests.core.activations_seen import unhooked
from tests.core.runs import TOKENS
from tests.tiny_models import LAYERS, tiny_config, tiny_loaded, tiny_model, tiny_tokenizer

LENGTH = 4000
SAMPLED = 64
D_FF = 211  # a prime: whatever has a multiple of as many numbers is made of rows of activations
FLOAT32 = 4
WHOLE = LAYERS * LENGTH * D_FF * FLOAT32
SETS = LAYERS * SAMPLED * D_FF  # booleans
VECTORS = 8 * LAYERS * D_FF * FLOAT32  # votes of this step and of the one before, kept neurons, an order
LONG = torch.randint(5, 250, (1, LENGTH), generator=torch.Generator().manual_seed(0))
ANSWER = tuple(range(10, 30))


@pytest.fixture(scope="module")
def long_loaded():
    config = tiny_config("llama")
    config.intermediate_size = D_FF
    config.max_position_embeddings = 4096
    return make_loaded(tiny_model(config), tiny_tokenizer(), name="tiny-long")


def bytes_of_rows():
    """Bytes behind all tensors alive that are made of rows of activations, each storage once; weights do not count."""
    storages = {}
    for thing in garbage.get_objects():
        if type(thing) is torch.Tensor and thing.numel() and thing.numel() % D_FF == 0:
            storage = thing.untyped_storage()
            storages[storage.data_ptr()] = storage.nbytes()
    return sum(storages.values())


@pytest.fixture
def most_bytes_held(monkeypatch):
    """A function: the most bytes that are held where every tenth step of a model begins, and what a study returns."""

    def measure(study):
        held, steps = [], itertools.count()
        garbage.collect()
        before = bytes_of_rows()
        step = decode._call

        def watched_step(*args, **kwargs):
            if next(steps) % 10 == 5:
                held.append(bytes_of_rows() - before)
            return step(*args, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(decode, "_call", watched_step)
            found = study()
        assert len(held) > 5  # the text came in many steps
        return max(held), found

    return measure


def test_rows_of_activations_that_are_held_are_seen_as_such():
    garbage.collect()
    before = bytes_of_rows()
    z = torch.rand(LENGTH, D_FF)
    one_row = z[:1]  # holds all of them
    del z
    assert bytes_of_rows() - before == LENGTH * D_FF * FLOAT32
    del one_row
    assert bytes_of_rows() == before


def test_flocking_of_a_long_text_keeps_the_sampled_rows_and_no_more(long_loaded, most_bytes_held):
    held, found = most_bytes_held(lambda: gc.flocking(long_loaded, LONG))
    assert found.activations.shape == (SAMPLED, D_FF)
    assert found.activations.untyped_storage().nbytes() == SAMPLED * D_FF * FLOAT32
    assert SETS / 2 < held <= SETS + SAMPLED * D_FF * FLOAT32 + VECTORS < WHOLE / 50


def test_an_inspection_of_a_long_prompt_keeps_the_sampled_rows_and_no_more(long_loaded, most_bytes_held):
    texts = [ANSWER, ANSWER[:5]]
    rows = MAX_PROMPT_ROWS * D_FF * FLOAT32
    held, events = most_bytes_held(lambda: list(gc.inspect(long_loaded, LONG, gc.RunSettings(), texts)))
    assert events[-1].reason == "done"
    assert SETS / 2 < held <= SETS + rows + VECTORS < WHOLE / 50


@pytest.mark.long
def test_coverage_and_token_quality_of_a_long_text_keep_no_rows_at_all(long_loaded, most_bytes_held):
    plan = gc.make_plan(long_loaded, TOKENS)
    for study in (gc.coverage, gc.token_quality):
        held, _ = most_bytes_held(lambda study=study: study(long_loaded, TOKENS, LONG[0, :1000], plan))
        assert held <= VECTORS


STUDIES = {
    "flocking of 7 tokens": lambda loaded, plan: gc.flocking(loaded, TOKENS),
    "coverage of 20 tokens after 7": lambda loaded, plan: gc.coverage(loaded, TOKENS, ANSWER, plan),
    "token quality of 20 tokens after 7": lambda loaded, plan: gc.token_quality(loaded, TOKENS, ANSWER, plan),
    "reading 7 tokens": lambda loaded, plan: gc.make_plan(loaded, TOKENS),
}


@pytest.mark.parametrize("what", STUDIES)
@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("can't allocate memory")])
def test_running_out_of_memory_is_said_in_words_and_gives_everything_back(what, error, monkeypatch):
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    with gc.pruned_model(loaded, plan):
        pass
    assert len(loaded.twins._idle) == 1

    def explode(*args, **kwargs):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(loaded.model, "forward", explode)
        with pytest.raises(OutOfMemoryError, match=f"^{what} does not fit into memory .*smaller model"):
            STUDIES[what](loaded, plan)
    assert unhooked(loaded)
    assert not loaded.twins._idle  # what only waited for later use was given up
    STUDIES[what](loaded, plan)  # and the next try finds everything in order


@pytest.mark.parametrize("what", STUDIES)
def test_other_errors_are_not_called_a_full_memory(what, monkeypatch):
    loaded = tiny_loaded("llama")
    plan = gc.make_plan(loaded, TOKENS)
    with gc.pruned_model(loaded, plan):
        pass  # a model with another forward is not copied

    def explode(*args, **kwargs):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(loaded.model, "forward", explode)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        STUDIES[what](loaded, plan)
