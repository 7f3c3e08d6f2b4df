"""The program as it is started: from any folder, with nothing but the environment."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0
MODEL = "/no/such/folder/model"
NO_FOLDER = "/proc/no-recordings"
"""Cannot be made: tests leave nothing behind."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(port: int) -> dict[str, str]:
    """A model that cannot be there: the page must open all the same, and quickly."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIFFIN_", "GRADIO_"))}
    return kept | {"GRIFFIN_PORT": str(port), "GRIFFIN_MODEL": MODEL, "GRIFFIN_RECORDINGS": NO_FOLDER}


@contextmanager
def server(command: Sequence[str], *, port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        env=environment(port),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        text: str = answer.read().decode()
        return text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_spaces_entry_starts_from_another_folder_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with server([str(ROOT / "app" / "main.py")], port=port, folder=tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"GRIFFIN Live is at http://127.0.0.1:{port} (Ctrl+C stops it)\n"
        assert json.loads(get(f"http://127.0.0.1:{port}/health"))["status"] == "ok"
        page = get(f"http://127.0.0.1:{port}/")
        assert "GRIFFIN Live" in page
        for folder in (str(ROOT), "/no/such/folder"):  # the server's folders are nobody's business
            assert folder not in page
            assert folder not in get(f"http://127.0.0.1:{port}/config")
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE_S) == 0


def test_a_missing_model_is_reported_while_the_page_stays_up() -> None:
    port = free_port()
    with server(["-m", "app"], port=port, folder=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        until_s = time.monotonic() + PATIENCE_S
        while json.loads(get(f"http://127.0.0.1:{port}/health"))["engine"] != "failed":
            assert time.monotonic() < until_s
            time.sleep(0.2)


def test_the_health_command_tells_up_from_down() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "app.web.health"],
        check=False,
        env=environment(free_port()),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 1
    assert "does not answer" in asked.stderr
