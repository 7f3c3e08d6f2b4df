"""Replay mode as it is started: in an environment of its own, in which there is no torch."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library import Library
from tests.app.scripted_recordings import recorded
from tests.app.test_process import ROOT, free_port, get

INSTALL_S = 900


def pinned(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if re.match(r"[\w-]+==", line)}


def test_replay_needs_part_of_what_the_app_needs_in_the_same_versions() -> None:
    replay = pinned("requirements-replay.txt")
    assert replay < pinned("requirements.txt")
    assert not {line.split("==")[0] for line in replay} & {"torch", "transformers", "accelerate"}


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with what `make replay` installs."""
    folder = tmp_path_factory.mktemp("replay") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "-r", str(ROOT / "requirements-replay.txt")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALL_S)
    if done.returncode:
        pytest.skip(f"the packages cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.fixture
def server(bare_python: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of the running app, and the id of a recording in its library."""
    recording = recorded(Library(tmp_path), title="Sunrise")
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIFFIN_", "GRADIO_", "PYTHON"))}
    chosen = {"GRIFFIN_MODE": "replay", "GRIFFIN_PORT": str(port), "GRIFFIN_RECORDINGS": str(tmp_path)}
    command = [str(bare_python), "-m", "app"]
    with subprocess.Popen(command, cwd=ROOT, env=kept | chosen, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "GRIFFIN Live is at" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}", recording
        finally:
            process.terminate()


@pytest.mark.long
@pytest.mark.timeout(INSTALL_S + 120)
def test_recordings_play_where_torch_is_not_installed(bare_python: Path, server: tuple[str, str]) -> None:
    url, recording = server
    for name in ("torch", "transformers", "accelerate"):
        assert subprocess.run([str(bare_python), "-c", f"import {name}"], check=False, stderr=-3).returncode == 1
    assert json.loads(get(f"{url}/health")) == {"status": "ok", "engine": "replay"}
    assert "nothing runs here" in get(url)
    assert "Sunrise" in get(f"{url}/griffin/replay/{recording}")
    assert "Sunrise" in get(f"{url}/griffin/recordings/{recording}.html")
    assert "griffin" in get(f"{url}/griffin/recordings/{recording}.md").lower()
