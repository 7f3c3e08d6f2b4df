"""Compile and load program.cpp. Knows the compiler and the cache folder; knows nothing of what is computed.

The library is made for the very processor it runs on, so it cannot come with the package. It takes a few seconds,
once; its name in the cache holds whatever it depends on.
"""

import atexit
import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

import torch

from griffin_core.user_cache import cache_folder

SOURCES = Path(__file__).with_name("source")
MAIN = SOURCES / "program.cpp"
COMPILERS = ("c++", "g++", "clang++")
FLAGS = ("-std=c++20", "-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-fopenmp", "-shared", "-fPIC")
_WIDE = "-mprefer-vector-width=512"
_OFF = {"off", "0", "no", "false"}
_SECONDS = 120


class _MissingError(Exception):
    """Why there is no library, in words."""


_ONE_AT_A_TIME = Lock()


def _load() -> ctypes.CDLL | str:
    """The library, or why there is none; asked once a process."""
    with _ONE_AT_A_TIME:
        return _loaded()


@cache
def _loaded() -> ctypes.CDLL | str:
    if os.environ.get("GRIFFIN_KERNELS", "").lower() in _OFF:
        return "GRIFFIN_KERNELS is off"
    try:
        try:
            return _opened(_compiled())
        except (OSError, AttributeError):  # a damaged file in the cache: once more
            return _opened(_compiled(afresh=True))
    except (_MissingError, OSError, AttributeError) as error:
        return str(error)


def _opened(path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    address, number = ctypes.c_void_p, ctypes.c_int64
    library.make_program.argtypes = (address, number, number)
    library.make_program.restype = address
    library.run_program.argtypes = (address, number)
    library.run_program.restype = None
    library.free_program.argtypes = (address,)
    library.free_program.restype = None
    library.operation_bytes.restype = number
    library.count_votes.argtypes = (address, *[number] * 4, address, address, address, number)
    library.count_votes.restype = None
    return library


def find_library() -> ctypes.CDLL | None:
    """The compiled library; None where it cannot be made, see `why_missing`."""
    found = _load()
    return None if isinstance(found, str) else found


def why_missing() -> str | None:
    """Why `find_library` gives None, as a clause; None if it does not."""
    found = _load()
    return found if isinstance(found, str) else None


def _compiled(*, afresh: bool = False) -> Path:
    compiler = _compiler()
    # torch has a thread team of its own; a second one would fight with it for the same cores.
    openmp = sorted((Path(torch.__file__).parent / "lib").glob("libgomp*.so*"))[:1]
    sources = [path.read_text(encoding="utf-8") for path in sorted(SOURCES.iterdir())]
    facts = [*sources, *FLAGS, _version_of(compiler), _processor(), *map(str, openmp)]
    name = hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16] + ".so"
    for folder in _folders():
        path = folder / name
        if not afresh and path.exists() and _is_ours(path):
            return path
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, half = tempfile.mkstemp(prefix=".half-", suffix=".so", dir=folder)
        except OSError:  # a cache that cannot be written: compile for this process alone
            continue
        os.close(handle)
        try:
            _compile(compiler, Path(half), openmp)
            Path(half).chmod(0o700)
            Path(half).replace(path)
        finally:
            Path(half).unlink(missing_ok=True)
        return path
    raise _MissingError("no folder can be written to compile into")


def _folders() -> Iterator[Path]:
    """Where a library may lie: in the cache, else in a folder that goes with this process."""
    with suppress(RuntimeError):  # a user without a home
        yield cache_folder() / "kernels"
    folder = tempfile.mkdtemp(prefix="griffin-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    yield Path(folder)


def _is_ours(path: Path) -> bool:
    """Whether nobody else can have written it: loading a library runs what is in it."""
    facts = path.stat()
    return not hasattr(os, "getuid") or (facts.st_uid in (0, os.getuid()) and not facts.st_mode & 0o022)


def _compile(compiler: str, path: Path, openmp: list[Path]) -> None:
    wide = [_WIDE] if platform.machine() in {"x86_64", "AMD64"} else []
    linked = [f"-Wl,-rpath,{library.parent}" for library in openmp]
    command = [compiler, *FLAGS, *wide, str(MAIN), "-o", str(path), *map(str, openmp), *linked]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _MissingError(f"{compiler} could not be run: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        said = next((line for line in lines if "error:" in line), lines[0])
        raise _MissingError(f"{compiler} could not compile {MAIN.name}: {said}")


def _compiler() -> str:
    names = [name for name in (os.environ.get("CXX"), *COMPILERS) if name]
    for name in names:
        if path := shutil.which(name):
            return path
    raise _MissingError(f"no C++ compiler was found (looked for {', '.join(names)})")


def _version_of(compiler: str) -> str:
    try:
        said = subprocess.run([compiler, "--version"], capture_output=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _MissingError(f"{compiler} could not be run: {error}") from error
    return said.decode(errors="replace")


def _processor() -> str:
    """What -march=native looks at."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0].splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return "\n".join(line for line in lines if line.startswith(("model", "flags", "Features", "CPU part", "vendor_id")))
