"""Results of all prompts → figures of each lane. Pure numbers; knows neither models nor screens.

Every mean is over prompts, of that prompt's own mean, so that long answers count no more than short ones; median and
95th percentile of KL are over all positions of all prompts. A position is a token of the full model's answer behind its
first, which the full model predicts in every lane.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from griffin_core.evaluating.bootstrap import Interval, Paired, compare, mean_interval
from griffin_core.evaluating.generating import answer_text
from griffin_core.evaluating.result import LaneResult, PromptResult
from griffin_core.evaluating.rouge import Rouge, rouge_l
from griffin_core.metrics import percentile
from griffin_core.settings import EvaluationSettings


@dataclass(frozen=True, kw_only=True)
class LaneEvaluation:
    """One lane over all prompts. None where nothing was measured. KL and log-probabilities in nats, shares in 0-1.

    kl_mean, kl_ci95, kl_median, kl_p95, kl_by_position: KL(full ‖ lane); the last is the mean over the prompts whose
    answer reaches that position. kl_mean's interval, and top1's, is a bootstrap over prompts.
    top1: forced agreement, the share of positions with the full model's first choice. sdt: the share without it
    (share of divergent tokens). fdt_mean: index, from 0, of the first position without it (first divergent token);
    where there is none, all positions of the prompt. undiverged: prompts of that kind.
    full_logprob: of the tokens of the lane's own greedy answers under the full model; full_perplexity: exp(-that).
    rouge_l: of those answers; rouge: by what, or why not.
    selection_ms, tpot_ms: medians over prompts. judged: prompts with at least one position; tokens: all positions.
    against_first: kl, top1, rouge_l and tpot_ms against the first lane, paired by prompt.
    """

    name: str
    kl_mean: float | None
    kl_median: float | None
    kl_p95: float | None
    kl_ci95: Interval | None
    top1: float | None
    top1_ci95: Interval | None
    fdt_mean: float | None
    sdt: float | None
    undiverged: int
    full_logprob: float
    full_perplexity: float
    rouge_l: float | None
    rouge: str
    ff_bytes_share: float
    selection_ms: float | None
    tpot_ms: float | None
    judged: int
    tokens: int
    kl_by_position: tuple[float, ...]
    against_first: dict[str, Paired | None]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dataclasses.asdict(self)


def evaluation_figures(
    results: Sequence[PromptResult], references: Sequence[str | None], settings: EvaluationSettings
) -> tuple[LaneEvaluation, ...]:
    """The figures of every lane, in the order asked for. references: one a prompt; at least one prompt."""
    columns = [
        _Column([result.lanes[place] for result in results], references, settings)
        for place in range(len(results[0].lanes))
    ]
    return tuple(_figures(column, columns[0], seed=settings.seed) for column in columns)


def first_divergent(agrees: Sequence[bool]) -> int:
    """How many positions agree before the first that does not; all, where there is none such."""
    return next((index for index, same in enumerate(agrees) if not same), len(agrees))


class _Column:
    """One lane on all prompts, figure by figure; None where a prompt has none."""

    def __init__(
        self, lanes: Sequence[LaneResult], references: Sequence[str | None], settings: EvaluationSettings
    ) -> None:
        self.lanes = lanes
        self.judged = [lane for lane in lanes if lane.kl]
        self.rouge: Rouge = rouge_l([answer_text(lane.text, settings.stop) for lane in lanes], references)
        self.by_prompt: dict[str, Sequence[float | None]] = {
            "kl": self._each(lambda lane: fmean(lane.kl)),
            "top1": self._each(lambda lane: fmean(lane.agrees)),
            "rouge_l": self.rouge.f_measures,
            "tpot_ms": [lane.tpot_ms for lane in lanes],
        }

    def _each(self, figure: Callable[[LaneResult], float]) -> list[float | None]:
        return [figure(lane) if lane.kl else None for lane in self.lanes]

    def known(self, figure: str) -> list[float]:
        return [value for value in self.by_prompt[figure] if value is not None]

    def kl_by_position(self) -> tuple[float, ...]:
        longest = max((len(lane.kl) for lane in self.judged), default=0)
        return tuple(fmean(lane.kl[place] for lane in self.judged if place < len(lane.kl)) for place in range(longest))


def _figures(column: _Column, first: _Column, *, seed: int) -> LaneEvaluation:
    lanes, judged = column.lanes, column.judged
    kl, top1 = column.known("kl"), column.known("top1")
    positions = [value for lane in judged for value in lane.kl]
    agreement = _mean(top1)
    logprob = fmean(lane.full_logprob for lane in lanes)
    return LaneEvaluation(
        name=lanes[0].name,
        kl_mean=_mean(kl),
        kl_median=percentile(positions, 0.50),
        kl_p95=percentile(positions, 0.95),
        kl_ci95=mean_interval(kl, seed=seed),
        top1=agreement,
        top1_ci95=mean_interval(top1, seed=seed),
        fdt_mean=_mean([first_divergent(lane.agrees) for lane in judged]),
        sdt=None if agreement is None else 1.0 - agreement,
        undiverged=sum(all(lane.agrees) for lane in judged),
        full_logprob=logprob,
        full_perplexity=math.exp(-logprob),
        rouge_l=_mean(column.known("rouge_l")),
        rouge=column.rouge.how,
        ff_bytes_share=fmean(lane.ff_bytes_share for lane in lanes),
        selection_ms=percentile([lane.selection_ms for lane in lanes], 0.50),
        tpot_ms=percentile(column.known("tpot_ms"), 0.50),
        judged=len(judged),
        tokens=len(positions),
        kl_by_position=column.kl_by_position(),
        against_first={
            figure: compare(first.by_prompt[figure], values, seed=seed) for figure, values in column.by_prompt.items()
        },
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
