"""House rules that no linter knows, checked on the files themselves."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("app", "griffin_core", "tests", "benchmarks", "examples")
MAX_LINES = 300
# Where a browser would fetch something. Namespaces (xmlns) and links to read are not fetched.
FETCHES = re.compile(
    r"""(?:src\s*=\s*|@import\s+|url\(\s*|import\(\s*|fetch\(\s*|from\s+)["']?(?:https?:)?//[^\s"')]+"""
)


def python_files() -> list[Path]:
    return sorted(path for folder in CODE_FOLDERS for path in (ROOT / folder).rglob("*.py"))


def asset_files() -> list[Path]:
    kinds = {".js", ".css", ".html", ".svg"}
    return sorted(path for path in (ROOT / "assets").rglob("*") if path.suffix in kinds)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*python_files(), *asset_files()], ids=named)
def test_file_is_short_enough_to_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{named(path)} has {lines} lines: split it by noun"


@pytest.mark.parametrize("path", python_files(), ids=named)
def test_file_has_no_global_statement(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)]
    assert not lines, f"{named(path)} uses `global` in lines {lines}: pass the value instead"


@pytest.mark.parametrize("path", asset_files(), ids=named)
def test_asset_loads_nothing_from_outside(path: Path) -> None:
    found = FETCHES.findall(path.read_text(encoding="utf-8"))
    assert not found, f"{named(path)} would fetch {found}: serve it from here"


@pytest.mark.parametrize(
    "line", ['<script src="https://cdn.example/x.js">', "@import 'https://a.example/b.css'", "url(//a.example/f.woff2)"]
)
def test_outside_fetch_is_recognised(line: str) -> None:
    assert FETCHES.search(line)


@pytest.mark.parametrize("line", ['xmlns="http://www.w3.org/2000/svg"', "// see https://example.org", "url(#gradient)"])
def test_mention_of_an_address_is_no_fetch(line: str) -> None:
    assert not FETCHES.search(line)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_bare_make_lists_every_target() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("help", "setup", "run", "replay", "test", "test-long", "check", "bench"):
        assert re.search(rf"make {target}\s", shown), f"`make` does not list {target}"


def imported_packages(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    chosen = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in plain | chosen}


def test_every_import_of_the_running_program_is_required() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {line.split("==")[0] for line in lines if "==" in line}
    code = [path for folder in ("griffin_core", "app") for path in (ROOT / folder).rglob("*.py")]
    imported = set().union(*map(imported_packages, code))
    ours = {"griffin_core", "app", "spaces"}  # `spaces` exists on Hugging Face Spaces only
    assert imported - set(sys.stdlib_module_names) - ours <= required


def test_torch_is_pinned_exactly() -> None:
    assert "torch==2.13.0" in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()


def test_licence_is_the_whole_apache_text() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "limitations under the License." in text
