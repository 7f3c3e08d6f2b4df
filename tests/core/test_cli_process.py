"""The command line as its own process, on a tiny random model in a folder."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from griffin_core.cli.parser import RACE_EPILOG
from griffin_core.methods import METHODS
from tests.tiny_models import CONTEXT, tiny_loaded

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("torch", "transformers", "rich", "gradio", "plotly")
ENDLESS = ("--max-new-tokens", str(CONTEXT - 10), "--ignore-eos", "--no-chat")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama as files."""
    path = tmp_path_factory.mktemp("models") / "tiny"
    loaded = tiny_loaded("llama")
    loaded.model.save_pretrained(path)
    loaded.tokenizer.save_pretrained(path)
    return path


def griffin(*words: str, typed: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "griffin_core", *words]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(command, cwd=ROOT, env=env, input=typed, capture_output=True, text=True, timeout=120)


def race(folder: Path, *words: str, typed: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return griffin("race", *words, "--model", str(folder), "--device", "cpu", typed=typed, **environment)


@pytest.mark.parametrize(
    "words", [["--help"], ["race", "--help"], ["cache", "clear", "--help"], ["race", "x", "--bad"]]
)
def test_help_and_refusals_import_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom griffin_core.cli.program import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        f"print('imported:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.endswith("imported: []\n")


def test_help_names_every_method() -> None:
    assert all(f"  {name} " in RACE_EPILOG for name in METHODS)


def test_a_race_on_a_real_model_answers_in_json(folder: Path) -> None:
    words = (
        "hello there",
        "--max-new-tokens",
        "5",
        "--ignore-eos",
        "--lane",
        "dense",
        "--lane",
        "griffin:density=0.25",
    )
    done = race(folder, *words, "--lane", "random:density=0.5,seed=3", "--json")
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout.splitlines()[-1])
    assert [lane["name"] for lane in values["lanes"]] == ["dense", "griffin:density=0.25", "random:density=0.5,seed=3"]
    assert [len(lane["token_ids"]) for lane in values["lanes"]] == [5, 5, 5]
    assert values["lanes"][1]["k"] == 11
    assert values["model"] == "tiny"


def test_standard_input_and_argument_are_the_same_prompt(folder: Path) -> None:
    words = ("--max-new-tokens", "4", "--ignore-eos", "--lane", "dense", "--json")
    texts = [race(folder, "two\nlines", *words), race(folder, "-", *words, typed="two\nlines\n")]
    answers = [json.loads(done.stdout)["lanes"][0]["token_ids"] for done in texts]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["hi", "--max-new-tokens", str(CONTEXT)], "SettingsError"),
        (["x" * 200_000], "PromptError"),
        (["hi", "--device", "abacus"], "SettingsError"),
    ],
)
def test_what_only_the_model_can_tell_is_bad_input_too(words: list[str], kind: str, folder: Path) -> None:
    done = griffin("race", "--model", str(folder), *words[1:], "--json", "--", words[0])
    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["error"]["type"] == kind
    assert "Traceback" not in done.stderr


def test_a_model_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    done = griffin("race", "hi", "--model", str(tmp_path / "nothing"), "--json", HF_HUB_OFFLINE="1")
    assert done.returncode == 2, done.stderr
    assert "nothing" in json.loads(done.stdout.splitlines()[-1])["error"]["message"]


def test_only_ascii_terminals_get_an_answer_too(folder: Path) -> None:
    done = race(folder, "hello", "--max-new-tokens", "3", "--ignore-eos", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("after", ["loading", "the first events"])
def test_an_interrupt_ends_with_130_and_an_object(after: str, folder: Path, tmp_path: Path) -> None:
    # Endless on purpose: a run that finished by itself would end with 0 and fail the test.
    script = tmp_path / "endless.py"
    script.write_text(
        "import itertools, sys, time\n"
        "from griffin_core.cli import program, race\n"
        "from tests.core.scripted_run import scripted_run\n"
        "first = list(scripted_run())[:3]\n"
        "def slow(*_):\n"
        f"    if {after!r} == 'loading': print('ready', file=sys.stderr, flush=True); time.sleep(60)\n"
        "    yield from first\n"
        "    print('ready', file=sys.stderr, flush=True)\n"
        "    for step in itertools.count(): time.sleep(0.01); yield first[2]\n"
        "race.open_race = slow\n"
        "sys.exit(program.main(['race', 'hi', '--json']))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "ready" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out.splitlines()[-1])["error"]["type"] == "Interrupted"
    assert "Traceback" not in err


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    command = [sys.executable, "-m", "griffin_core", "race", "hi", "--model", str(folder), "--max-new-tokens", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_the_cache_is_shown_and_cleared(tmp_path: Path) -> None:
    entry = tmp_path / "converted" / "model-partial"
    entry.mkdir(parents=True)
    (entry / "weights.bin").write_bytes(b"x" * 1000)
    shown = griffin("cache", "show", "--json", GRIFFIN_CACHE=str(tmp_path))
    assert [item["size_bytes"] for item in json.loads(shown.stdout)["entries"]] == [1000]
    cleared = griffin("cache", "clear", GRIFFIN_CACHE=str(tmp_path))
    assert cleared.returncode == 0, cleared.stderr
    assert "1 converted model" in cleared.stdout
    assert not entry.exists()
    assert "0 converted models" in griffin("cache", "show", GRIFFIN_CACHE=str(tmp_path)).stdout
