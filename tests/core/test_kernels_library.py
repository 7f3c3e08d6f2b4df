"""The library of kernels is compiled where it runs; where it cannot be, the reason is told."""

import os
import shutil
import subprocess
import sys

import pytest

from griffin_core.kernels import find_library, library, why_missing

needs_library = pytest.mark.skipif(find_library() is None, reason=f"no kernels here: {why_missing()}")

ASK = "from griffin_core.kernels import find_library, why_missing; print(find_library() is not None, why_missing())"


def asked(**environment):
    changed = os.environ | {key: str(value) for key, value in environment.items()}
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, env=changed, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(not any(map(shutil.which, library.COMPILERS)), reason="no C++ compiler here")
@pytest.mark.skipif(os.environ.get("GRIFFIN_KERNELS") == "off", reason="switched off")
def test_where_there_is_a_compiler_there_are_kernels():
    assert why_missing() is None


def test_no_compiler_is_told(tmp_path):
    assert asked(PATH=tmp_path, CXX="").startswith("False no C++ compiler was found")


def test_they_can_be_switched_off():
    assert asked(GRIFFIN_KERNELS="off") == "False GRIFFIN_KERNELS is off"


def test_a_compiler_that_fails_is_told(tmp_path):
    compiler = tmp_path / "bad"
    compiler.write_text('#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "x.cpp:1: error: no such flag" >&2\nexit 1\n')
    compiler.chmod(0o755)
    said = asked(CXX=compiler, GRIFFIN_CACHE=tmp_path / "cache")
    assert said == f"False {compiler} could not compile program.cpp: x.cpp:1: error: no such flag"
    assert list((tmp_path / "cache" / "kernels").iterdir()) == []  # nothing half-made is left


@pytest.fixture
def quick(monkeypatch):
    """Compiled without being made fast."""
    monkeypatch.setattr(library, "FLAGS", tuple("-O0" if flag == "-O3" else flag for flag in library.FLAGS))


@needs_library
@pytest.mark.usefixtures("quick")
def test_they_are_compiled_once_and_also_where_the_cache_cannot_be_written(tmp_path, monkeypatch):
    compiled = []
    honest = library._compile
    monkeypatch.setattr(library, "_compile", lambda *args: (compiled.append(args[1]), honest(*args)))
    monkeypatch.setenv("GRIFFIN_CACHE", str(tmp_path))
    first = library._compiled()
    assert library._compiled() == first
    assert len(compiled) == 1
    assert list((tmp_path / "kernels").iterdir()) == [first]
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GRIFFIN_CACHE", str(tmp_path / "file"))
    elsewhere = library._compiled()
    assert elsewhere.exists()
    assert tmp_path not in elsewhere.parents


@needs_library
@pytest.mark.usefixtures("quick")
def test_a_damaged_library_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIFFIN_CACHE", str(tmp_path))
    path = library._compiled()
    path.write_bytes(b"")
    loaded = library._loaded.__wrapped__()
    assert loaded.operation_bytes() == find_library().operation_bytes()
    assert path.stat().st_size > 0
