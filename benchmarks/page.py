"""What watching costs: a lane's time per token with every view folded and encoded, against nobody but a listener.

    python benchmarks/page.py --json

One process, one engine, as the page has it. A watched run goes through the service, its presenters and the JSON of
every value of the page, and is followed by the closer look; an unwatched one only takes its events. They alternate,
A B B A. The watched runs also tell how late tokens are shown: the display lag is the time from a token's stamp in the
core until a view with it has been encoded by the page's side of the server; the way to the browser is not in it.
With --json the last line is one object {"rows": […]}: a row a lane, the ratio with its interval.
"""

import argparse
import json
import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import orjson

import griffin_core as gc
from app.asking.form import RaceForm
from app.catalog import ModelChoice
from app.engines.local import LocalEngine, Progress
from app.serving.service import FRAME_S, RaceService
from app.tabs.inspection import inspected
from app.tabs.screen import shown
from benchmarks.lag import DisplayLag, ListeningEngine
from benchmarks.pairing import TEXT, ratio_over_pairs

MIN_REPEATS = 5


@dataclass(frozen=True)
class Row:
    """One lane; times in ms, medians over repeats. display_lag_ms_…: over all tokens of the lane in watched runs."""

    lane: str
    unwatched_tpot_ms: float
    watched_tpot_ms: float
    watched_over_unwatched: float
    watched_over_unwatched_ci95: tuple[float, float]
    display_lag_ms_p50: float
    display_lag_ms_p95: float
    repeats: int


def unwatched(engine: LocalEngine, service: RaceService, form: RaceForm) -> list[float]:
    """TPOT of every lane in ms; the events are taken and nothing is made of them until the end."""
    run = engine.start(form.request(methods=service.methods()))
    tally, events = gc.RunTally(), []
    while not run.finished:
        events += run.next_events(FRAME_S)
    for event in events:
        tally.add(event)
    return [lane.tpot_ms or math.nan for lane in tally.lanes()]


def watched(service: RaceService, form: RaceForm, lag: DisplayLag) -> list[float]:
    """TPOT of every lane in ms, as the page works them out while it makes and encodes all its views.

    lag: is told of every view that was encoded.
    """
    view = None
    for view in service.run(form, "benchmark"):
        orjson.dumps(shown(view, running=not view.over), default=str)  # as Gradio does
        lag.encoded()
    if view is None or view.finished is None:
        raise SystemExit(f"the race did not end: {view.status.text if view else 'the page showed nothing'}")
    for look in service.inspect(view.finished, "benchmark"):
        orjson.dumps(inspected(look), default=str)
    return [statistics.fmean(ms for ms in lane.ms if ms is not None) for lane in view.chart.lanes]


def measure(engine: LocalEngine, service: RaceService, form: RaceForm, *, lag: DisplayLag, repeats: int) -> list[Row]:
    """Both ways in turn, `repeats` times. lag: listens to the engine of `service`."""
    times: dict[str, list[list[float]]] = {"watched": [], "unwatched": []}
    watched(service, form, lag)  # warms everything
    lag.forget()
    for repeat in range(repeats):
        for kind in ("watched", "unwatched")[:: 1 if repeat % 2 == 0 else -1]:
            times[kind].append(watched(service, form, lag) if kind == "watched" else unwatched(engine, service, form))
        print(f"repeat {repeat + 1} of {repeats}", file=sys.stderr)
    rows = []
    for lane, name in enumerate(("dense", f"{form.method}:density={form.density}")):
        seen, alone = ([lanes[lane] for lanes in times[kind]] for kind in ("watched", "unwatched"))
        ratio, interval = ratio_over_pairs(seen, alone)
        rows.append(
            Row(
                lane=name,
                unwatched_tpot_ms=statistics.median(alone),
                watched_tpot_ms=statistics.median(seen),
                watched_over_unwatched=ratio,
                watched_over_unwatched_ci95=interval,
                display_lag_ms_p50=lag.ms(lane, 0.50),
                display_lag_ms_p95=lag.ms(lane, 0.95),
                repeats=repeats,
            )
        )
    return rows


def load(name: str, *, progress: Progress) -> gc.LoadedModel:
    """The engine's way to a model, with what suits this machine."""
    return gc.load_model(name, progress=progress)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=8, help=f"at least {MIN_REPEATS}")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.repeats < MIN_REPEATS:
        parser.error(f"--repeats must be at least {MIN_REPEATS}, got {options.repeats}: fewer have no interval")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and show."""
    options = parse(arguments)
    form = RaceForm(model=options.model, prompt=TEXT * 6, max_new_tokens=options.new_tokens, ignore_eos=True)
    engine = LocalEngine(load, model=options.model)
    offered = ModelChoice(name=options.model, label=options.model, note="")
    lag = DisplayLag()
    service = RaceService(ListeningEngine(engine, lag), models=[offered])
    try:
        with lag.watching_races():
            rows = measure(engine, service, form, lag=lag, repeats=options.repeats)
    finally:
        engine.close()
    for row in rows:
        low, high = row.watched_over_unwatched_ci95
        print(
            f"{row.lane}: {row.unwatched_tpot_ms:.1f} ms a token unwatched, {row.watched_tpot_ms:.1f} watched, "
            f"ratio {row.watched_over_unwatched:.3f} [{low:.3f}, {high:.3f}]; "
            f"shown after {row.display_lag_ms_p50:.0f} ms, 95 % of the tokens within {row.display_lag_ms_p95:.0f} ms"
        )
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
