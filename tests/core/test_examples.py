"""The examples, as they stand: on a tiny model in this process, and on the embedded one as a researcher runs them."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import griffin_core as gc
from griffin_core.loading import make_loaded
from tests.tiny_models import tiny_config, tiny_model, tiny_tokenizer

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
ENDS_WITH = {
    "look_at_neurons": "wrote flocking, coverage, overlap and sweep to",
    "prune_and_generate": "speed-up",
    "record_examples": ".griffin.jsonl",
}
FIGURES = {"look_at_neurons": {"flocking.html", "coverage.html", "overlap.html", "sweep.html"}}


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request):
    if "from app." in request.param.read_text(encoding="utf-8"):
        pytest.importorskip("plotly")  # a GPU host has none of the page's libraries
    return request.param


def tiny_of_five_layers(name):
    assert name == "embedded"
    config = tiny_config("llama")
    config.num_hidden_layers = 5
    config.max_position_embeddings = 8_192  # the tiny tokenizer takes a token a character
    return make_loaded(tiny_model(config), tiny_tokenizer(), name="tiny")


def check(example, said, folder):
    assert ENDS_WITH[example.stem] in said.splitlines()[-1]
    if example.stem == "record_examples":
        recordings = [gc.read_recording(path) for path in folder.iterdir()]
        assert len(recordings) > 10
        assert all(recording.complete and recording.looks for recording in recordings)
        return
    assert {path.name for path in folder.iterdir()} == FIGURES.get(example.stem, set())
    assert all(path.stat().st_size > 1000 for path in folder.iterdir())


def test_example_runs_on_a_tiny_model(example, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(gc, "load_model", tiny_of_five_layers)
    monkeypatch.setattr(sys, "argv", [str(example), str(tmp_path)])
    runpy.run_path(str(example), run_name="__main__")
    check(example, capsys.readouterr().out, tmp_path)


@pytest.mark.long
def test_example_runs_as_a_researcher_runs_it(example, embedded, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{example.stem}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    check(example, done.stdout, tmp_path)
