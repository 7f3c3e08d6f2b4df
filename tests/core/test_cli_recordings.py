"""`export` and `compare` on the command line: streams, files, refusals, and that neither needs torch."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from griffin_core.cli import epilogs, export
from griffin_core.cli.output import Output
from griffin_core.cli.parser import build_parser
from griffin_core.cli.program import main
from griffin_core.exporting import FORMATS
from griffin_core.recording import record
from tests.core.hand_made import ANSWERS, OTHERS, recording
from tests.core.scripted_run import PRUNED

Spoken = pytest.CaptureFixture[str]

WITHOUT_TORCH = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["numpy"] = None
from griffin_core.cli.program import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two recordings on disk."""
    paths = []
    for name, made in (("a", recording()), ("b", recording([ANSWERS[0], (PRUNED, OTHERS, 25.0)], seed=7))):
        path = tmp_path / f"{name}.griffin.jsonl"
        for _ in record(made.events, path, title=name, prompt=made.header.prompt):
            pass
        paths.append(str(path))
    return paths


def last_object(capsys: Spoken) -> dict[str, object]:
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


@pytest.mark.parametrize(
    ("name", "begins"),
    [("csv", '"lane","index"'), ("markdown", "# a\n"), ("llm-comparator", "{\n"), ("asciicast", '{"version": 3')],
)
def test_an_export_goes_to_standard_output_and_nothing_else_does(
    name: str, begins: str, files: list[str], capsys: Spoken
) -> None:
    assert main(["export", files[0], "--as", name]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(begins)
    assert told.err == ""


def test_every_format_is_explained_under_its_name() -> None:
    explained = re.findall(r"^  ([a-z-]+)  +\S", epilogs.EXPORT, re.MULTILINE)
    assert explained == [found.name for found in FORMATS.values()]


def test_the_help_says_where_a_page_comes_from(capsys: Spoken) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    assert "(HTML) comes from the page itself" in capsys.readouterr().out


def test_on_a_terminal_nothing_in_an_export_can_steer_it(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(export, "exported", lambda recordings, name: "a,\x1b[2J\r\nb\r\n")
    arguments = build_parser().parse_args(["export", files[0], "--as", "csv"])
    assert export.run(arguments, Output(stream=screen, as_json=False)) == 0
    assert screen.getvalue() == "a,␛[2J\nb\n"


def test_out_writes_a_new_file_byte_for_byte(files: list[str], tmp_path: Path, capsys: Spoken) -> None:
    out = tmp_path / "times.csv"
    words = ["export", files[0], "--as", "csv", "--out", str(out), "--json"]
    assert main(words) == 0
    data = out.read_bytes()
    assert last_object(capsys) == {"format": "csv", "out": str(out), "size_bytes": len(data)}
    assert data.count(b"\r\n") == 11
    assert len(list(csv.DictReader(io.StringIO(data.decode(), newline="")))) == 10
    assert main(words) == 2
    assert "is there already" in str(last_object(capsys)["error"])
    assert out.read_bytes() == data


def test_an_export_never_overwrites_its_own_recording(files: list[str]) -> None:
    before = Path(files[0]).read_bytes()
    assert main(["export", files[0], "--as", "markdown", "--out", files[0]]) == 2
    assert Path(files[0]).read_bytes() == before


def test_several_recordings_make_one_comparator_file(files: list[str], capsys: Spoken) -> None:
    assert main(["export", *files, "--as", "llm-comparator"]) == 0
    assert len(json.loads(capsys.readouterr().out)["examples"]) == 2


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["export", "A", "--as", "html"], "csv, markdown, llm-comparator, asciicast"),
        (["export", "A"], "--as"),
        (["export", "--as", "csv"], "FILE"),
        (["export", "A", "B", "--as", "csv"], "takes one recording, got 2"),
        (["export", "A", "--as", "csv", "--json"], "--json needs --out"),
        (["export", "no/such/file", "--as", "csv", "--out", "x"], "no/such/file"),
        (["export", "A", "--as", "csv", "--out", "no/such/folder/x"], "cannot be written"),
        (["compare", "A"], "B"),
        (["compare", "A", "no/such/file"], "no/such/file"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(words: list[str], seen: str, files: list[str], capsys: Spoken) -> None:
    places = {"A": files[0], "B": files[1]}
    assert main([*(places.get(word, word) for word in words)]) == 2
    told = capsys.readouterr()
    assert seen in told.err
    assert told.out == "" or "--json" in words


def test_a_comparison_is_told_in_tables_and_words(files: list[str], capsys: Spoken) -> None:
    assert main(["compare", *files]) == 0
    out = capsys.readouterr().out
    assert "A  a · tiny · float32 · a processor" in out
    assert "B  b · tiny" in out
    assert "no difference in the machine" in out
    assert "Texts: the same for 5\N{NO-BREAK SPACE}tokens, as far as the shorter one goes." in out
    assert "Neurons: 100\N{NO-BREAK SPACE}% overlap, mean over layers, 33" in out
    (seed,) = [line.split() for line in out.splitlines() if line.strip().startswith("seed")]
    assert seed == ["seed", "0", "7"]
    tpot = [line.split() for line in out.splitlines() if line.strip().startswith("TPOT")][-1]
    assert tpot == ["TPOT", "20.5", "ms", "25.5", "ms", "1.24×"]


def test_speedups_whose_intervals_overlap_are_called_alike(files: list[str], capsys: Spoken) -> None:
    assert main(["compare", files[0], files[0]]) == 0
    assert capsys.readouterr().out.count("Speed-ups: no clear difference") == 1


def test_a_comparison_for_programs_is_one_object(files: list[str], capsys: Spoken) -> None:
    assert main(["compare", *files, "--json"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    assert [pair["b"] for pair in json.loads(out)["pairs"]] == ["dense", "griffin:density=0.5"]


@pytest.mark.parametrize(
    "words", [["export", "A", "--as", "asciicast"], ["export", "A", "--as", "markdown"], ["compare"]]
)
def test_neither_needs_torch(words: list[str], files: list[str]) -> None:
    words = [files[0] if word == "A" else word for word in words] if "export" in words else [*words, *files]
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-c", WITHOUT_TORCH, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "griffin:density=0.5" in done.stdout
