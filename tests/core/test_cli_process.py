"""The command line as its own process: what it imports, signals, pipes, encodings. Runs are scripted."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from griffin_core.cli.epilogs import RACE
from griffin_core.methods import METHODS

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("torch", "transformers", "rich", "gradio", "plotly")
SCRIPTED = """
import runpy, sys, time
from griffin_core.cli import race
from tests.core.scripted_run import scripted_run

def ready():
    print("ready", file=sys.stderr, flush=True)
    time.sleep(0.01)

def open_race(arguments, prompt, settings, experts):
    if prompt == "stuck while loading":
        ready()
        time.sleep(60)
    for event in scripted_run():
        yield event
    while prompt == "never ending":
        ready()

race.open_race = open_race
runpy.run_module("griffin_core", run_name="__main__")
"""


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def scripted(*words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SCRIPTED, *words]
    return subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["race", "--help"],
        ["cache", "clear", "--help"],
        ["sweep", "--help"],
        ["replay", "--help"],
        ["verify", "--help"],
        ["session", "--help"],
        ["eval", "--help"],
        ["eval", "--prompts", "no/such/file"],
        ["race", "x", "--bad"],
        ["race", "x", "--record", "no/such/folder/../..", "--json"],
        ["replay", "no/such/file"],
        ["verify", "no/such/file"],
        ["session", "no/such/file", "--out", "x"],
        ["sweep", "x", "--density", "2"],
    ],
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
    assert all(f"  {name} " in RACE for name in METHODS)


def test_the_package_is_the_program() -> None:
    command = [sys.executable, "-m", "griffin_core", "race", "", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["type"] == "PromptError"


@pytest.mark.parametrize("prompt", ["stuck while loading", "never ending"])
def test_an_interrupt_ends_with_130_and_an_object(prompt: str) -> None:
    with scripted("race", prompt, "--json") as process:
        assert process.stderr is not None
        while "ready" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out.splitlines()[-1])["error"]["type"] == "Interrupted"
    assert "Traceback" not in err


def test_a_job_of_a_script_can_be_interrupted_too() -> None:
    # `&` in a script leaves SIGINT ignored in the job.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = scripted("race", "never ending")
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stderr is not None
        assert "ready" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with scripted("race", "hello") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 1
    assert err == ""


def test_a_terminal_that_knows_only_ascii_gets_its_answer() -> None:
    command = [sys.executable, "-c", SCRIPTED, "race", "hello"]
    env = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = subprocess.run(command, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"The sun rises late" in done.stdout
    assert done.stdout.isascii()
