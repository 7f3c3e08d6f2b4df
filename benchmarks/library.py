"""How long the gallery takes: 10,000 recordings indexed, queries answered, an index made anew.

    python benchmarks/library.py --json

Real files of a scripted race, each with a title, tags and a device of its own. Reading them all is timed once; then
every kind of query is asked again and again, with nothing changed and with one recording more each time. With --json
the last line is one object {"rows": […]}.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

from app.library import Library, Query
from app.library.index import INDEX_NAME
from griffin_core.events import RunStarted
from griffin_core.recording import PromptText, Recorder
from tests.app.scripted_events import scripted_race

RECORDINGS = 10_000
MODELS = ("embedded", "google/gemma-3-270m-it", "Qwen/Qwen2.5-0.5B-Instruct")
DEVICES = ("AMD EPYC, 2 threads", "NVIDIA H100")
TAGS = ("german", "code", "long", "breaks", "science")
PROMPT = "Explain in simple words how water moves between the sea, the air and the land. " * 6
QUERIES = {
    "newest": Query(),
    "fastest of one model": Query(model=MODELS[0], sort="fastest"),
    "two words": Query(text="water race-7", sort="agreement"),
    "two tags, a device, page 20": Query(tags=TAGS[:1], device=DEVICES[0], offset=480),
    "a word that is nowhere": Query(text="zeppelin"),
}


@dataclass(frozen=True)
class Row:
    """One thing done; times in ms. cpu_ms: of this process, its median; it stays where others share the machine."""

    what: str
    median_ms: float
    slowest_ms: float
    cpu_ms: float
    repeats: int


def main() -> None:
    """Print a table, and JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=int, default=RECORDINGS)
    parser.add_argument("--tokens", type=int, default=64, help="of each lane")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), bundled=None)
        for number in range(asked.recordings):
            add(library, number, asked.tokens)
        rows = [timed("read all files", lambda: library.find(Query(), budget_s=None), 1)]
        rows += [timed(name, partial(library.find, query), asked.repeats) for name, query in QUERIES.items()]

        def one_more() -> None:
            add(library, asked.recordings, asked.tokens)
            library.find(Query())

        rows.append(timed("record one more, then newest", one_more, asked.repeats))
        (Path(folder) / INDEX_NAME).unlink()
        rows.append(timed("first answer after the index was deleted", lambda: library.find(Query()), 1))
    print(f"{'ms':42} {'median':>10} {'slowest':>10} {'CPU':>10}   times")
    for row in rows:
        print(f"{row.what:42} {row.median_ms:10.1f} {row.slowest_ms:10.1f} {row.cpu_ms:10.1f} {row.repeats:7}")
    if asked.json:
        print(json.dumps({"recordings": asked.recordings, "rows": [asdict(row) for row in rows]}))


def add(library: Library, number: int, tokens: int) -> None:
    """Recording `number`, unlike its neighbours."""
    pieces = [f" w{(number + n) % 97}" for n in range(tokens)]
    pruned = [*pieces[: number % tokens], *(" other" for _ in range(tokens - number % tokens))]
    start, *rest = scripted_race(pieces, pruned, itl_ms=(30.0, 18.0 + number % 12))
    place = library.new()
    tags = [tag for n, tag in enumerate(TAGS) if (number >> n) & 1]
    with Recorder(place.path, title=f"race-{number}", prompt=PromptText(text=PROMPT), tags=tags) as recorder:
        assert isinstance(start, RunStarted)
        model = replace(start.model, model=MODELS[number % 3], device_name=DEVICES[number % 2])
        recorder.add(replace(start, model=model))
        for event in rest:
            recorder.add(event)


def timed(what: str, work: Callable[[], object], repeats: int) -> Row:
    """Run `work` that often."""
    times, cpu = [], []
    for _ in range(repeats):
        started_s, cpu_s = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - started_s) * 1000)
        cpu.append((time.process_time() - cpu_s) * 1000)
    return Row(what, statistics.median(times), max(times), statistics.median(cpu), repeats)


if __name__ == "__main__":
    main()
