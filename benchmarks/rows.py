"""A row of the decode benchmark: its fields, how repeats become one, and its words. Knows no model and no clock."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.pairing import Contender, ratio_over_pairs
from benchmarks.races import KINDS, PRUNED, PairFigures, Races, interval, say_pair, say_selection
from griffin_core.settings import DENSE, LaneSettings


@dataclass(frozen=True, kw_only=True)
class Row(PairFigures):
    """One density, prompt and answer length. Times in ms, medians over repeats, as in PairFigures.

    generate_ms: ms per token of `model.generate` in every repeat.
    static_generate_tpot_ms: the same with transformers' static cache, which it compiles on CUDA; measured after the
    repeats, not beside them, and None unless asked for.
    sequential_tpot_ms: the dense lane in a sequential run that it opens; race_over_sequential: latency in the race over
    that one, median over repeats of the median over pairs of blocks of some eight tokens of the lane.
    dense_over_generate_speed: tokens a second of the dense lane over those of `model.generate`; None in a row that did
    not measure `generate` beside its own repeats.
    """

    generate_tpot_ms: float
    generate_ms: tuple[float, ...]
    static_generate_tpot_ms: float | None
    dense_over_generate_speed: float | None
    dense_over_generate_speed_ci95: tuple[float, float] | None
    sequential_tpot_ms: float
    sequential_pruned_tpot_ms: float
    race_over_sequential: float
    race_over_sequential_ci95: tuple[float, float]
    race_over_sequential_pruned: float
    race_over_sequential_pruned_ci95: tuple[float, float]


@dataclass(frozen=True)
class Generated:
    """Times per token of `model.generate` in ms: in every repeat, and with a static cache if that was asked for."""

    ms: tuple[float, ...]
    static_ms: float | None = None


@dataclass
class Repeats:
    """What all repeats of one row gave, times in ms.

    races: of both lanes; sequential_ms: TPOT of a lane that has the machine to itself.
    raced_over_alone: of every repeat, the median ratio of a lane's latency in blocks played beside each other.
    """

    races: Races = field(default_factory=Races)
    sequential_ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    raced_over_alone: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, lanes: Sequence[LaneSettings], race: Contender, alone: Sequence[Contender]) -> None:
        """One more repeat that was played; alone: each lane's own sequential run, in the order of `lanes`."""
        self.races.add(race.tally)
        for lane, contender in zip(lanes, alone, strict=True):
            kind = DENSE if lane.pruning is None else PRUNED
            (figures,) = [figures for figures in contender.tally.lanes() if figures.name == lane.name]
            self.sequential_ms[kind].append(figures.tpot_ms or math.nan)
            pairs = [
                raced[lane.name] / lone[lane.name]
                for raced, lone in zip(race.itl_ms, contender.itl_ms, strict=False)
                if len(raced) == len(lanes) and lane.name in lone  # the race's last blocks hold the slower lane alone
            ]
            self.raced_over_alone[kind].append(statistics.median(pairs))


def summarise(measured: Repeats, generated: Generated, *, is_paired: bool, ceiling: float, peak_mb: float) -> Row:
    """Medians and intervals over all repeats. is_paired: `generated` belongs to these repeats, one each."""
    dense = measured.races.tpot_ms(DENSE)
    beside = ratio_over_pairs(generated.ms, dense) if is_paired else (None, None)
    between = {
        kind: ratio_over_pairs(ratios, [1.0] * len(ratios)) for kind, ratios in measured.raced_over_alone.items()
    }
    return Row(
        **asdict(measured.races.summary(ceiling=ceiling, peak_mb=peak_mb)),
        generate_tpot_ms=statistics.median(generated.ms),
        generate_ms=generated.ms,
        static_generate_tpot_ms=generated.static_ms,
        dense_over_generate_speed=beside[0],
        dense_over_generate_speed_ci95=beside[1],
        sequential_tpot_ms=statistics.median(measured.sequential_ms[DENSE]),
        sequential_pruned_tpot_ms=statistics.median(measured.sequential_ms[PRUNED]),
        race_over_sequential=between[DENSE][0],
        race_over_sequential_ci95=between[DENSE][1],
        race_over_sequential_pruned=between[PRUNED][0],
        race_over_sequential_pruned_ci95=between[PRUNED][1],
    )


def say(row: Row) -> str:
    """One row in words."""
    return (
        f"{row.prompt_tokens} + {row.new_tokens} tokens, {say_pair(row)}; "
        f"{_say_generate(row)}; "
        f"{say_selection(row)}; "
        f"race/sequential {row.race_over_sequential:.3f} {interval(row.race_over_sequential_ci95)} dense, "
        f"{row.race_over_sequential_pruned:.3f} {interval(row.race_over_sequential_pruned_ci95)} pruned"
    )


def _say_generate(row: Row) -> str:
    """The dense lane next to `generate`, where they were measured beside each other."""
    if row.dense_over_generate_speed is None or row.dense_over_generate_speed_ci95 is None:
        return "generate not measured again"
    static = "" if row.static_generate_tpot_ms is None else f" ({row.static_generate_tpot_ms:.1f} with a static cache)"
    return (
        f"generate {row.generate_tpot_ms:.1f} ms{static}, dense is {row.dense_over_generate_speed:.2f}x as fast "
        f"{interval(row.dense_over_generate_speed_ci95)}"
    )
