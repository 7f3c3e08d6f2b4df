"""A session in numbers: how speed-ups spread over prompts, how far answers agree, what failed. Pure numbers."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from griffin_core.events import ModelFacts
from griffin_core.metrics import percentile
from griffin_core.outcome import baseline_of
from griffin_core.session.result import PromptFailure, PromptOutcome, PromptResult
from griffin_core.session.task import SessionSettings
from griffin_core.settings import lane_names


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a figure spreads over prompts."""

    count: int
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


@dataclass(frozen=True, kw_only=True)
class LaneSummary:
    """One lane over all prompts that were recorded.

    tokens: written in all. baseline: the lane that the others are compared with; its own comparisons are empty.
    clearly_faster, clearly_slower: prompts whose 95 % interval lies on one side of 1.
    equal_answers: prompts whose answer is the baseline's, token for token, of `compared`; equal_share: in 0-1.
    """

    name: str
    baseline: bool
    tokens: int
    tokens_per_s: Spread | None
    speedup: Spread | None
    speedup_end_to_end: Spread | None
    clearly_faster: int
    clearly_slower: int
    matching_prefix: Spread | None
    equal_answers: int
    compared: int

    @property
    def equal_share(self) -> float | None:
        """Share of the prompts compared whose answer is the baseline's."""
        return self.equal_answers / self.compared if self.compared else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A session as a whole, in the order of the suite. model: None where every prompt failed."""

    prompts: int
    model: ModelFacts | None
    settings: SessionSettings
    lanes: tuple[LaneSummary, ...]
    results: tuple[PromptResult, ...]
    failures: tuple[PromptFailure, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        run, sampling = self.settings.run, self.settings.run.sampling
        return {
            "prompts": self.prompts,
            "recorded": len(self.results),
            "failed": len(self.failures),
            **_model_values(self.model),
            "settings": {
                "lanes": list(lane_names(run.lanes)),
                "max_new_tokens": run.max_new_tokens,
                **dataclasses.asdict(sampling),
                "ignore_eos": run.ignore_eos,
                "stop": list(run.stop),
                "schedule": run.schedule,
            },
            "lanes": [{**dataclasses.asdict(lane), "equal_share": lane.equal_share} for lane in self.lanes],
            "results": [_result_values(result) for result in self.results],
            "failures": [_failure_values(failure) for failure in self.failures],
        }


def summarise(outcomes: Sequence[PromptOutcome], settings: SessionSettings) -> Summary:
    """The outcomes of a session, one a prompt, in any order."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.task.prompt.number)
    results = tuple(outcome for outcome in ordered if isinstance(outcome, PromptResult))
    names = lane_names(settings.run.lanes)
    return Summary(
        prompts=len(ordered),
        model=results[0].model if results else None,
        settings=settings,
        lanes=tuple(_summarise_lane(place, name, results) for place, name in enumerate(names)) if results else (),
        results=results,
        failures=tuple(outcome for outcome in ordered if isinstance(outcome, PromptFailure)),
    )


def _summarise_lane(place: int, name: str, results: Sequence[PromptResult]) -> LaneSummary:
    pairs = [(result.lanes[place], baseline_of(result.lanes)) for result in results]
    baseline = any(lane is other for lane, other in pairs)
    lanes = [lane for lane, _ in pairs]
    compared = [] if baseline else [(lane, other) for lane, other in pairs if other is not None]
    clear = [lane for lane, _ in compared if lane.speedup_is_clear]
    return LaneSummary(
        name=name,
        baseline=baseline,
        tokens=sum(len(lane.token_ids) for lane in lanes),
        tokens_per_s=_spread([lane.tokens_per_s for lane in lanes]),
        speedup=_spread([lane.speedup for lane, _ in compared]),
        speedup_end_to_end=_spread([lane.speedup_end_to_end for lane, _ in compared]),
        clearly_faster=sum((lane.speedup or 0) > 1 for lane in clear),
        clearly_slower=sum((lane.speedup or 0) < 1 for lane in clear),
        matching_prefix=_spread([lane.matching_prefix for lane, _ in compared]),
        equal_answers=sum(lane.token_ids == other.token_ids for lane, other in compared),
        compared=len(compared),
    )


def _spread(values: Sequence[float | None]) -> Spread | None:
    known = [float(value) for value in values if value is not None]
    lowest, low, median, high, highest = (percentile(known, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    if lowest is None or low is None or median is None or high is None or highest is None:
        return None
    return Spread(
        count=len(known), lowest=lowest, lower_quartile=low, median=median, upper_quartile=high, highest=highest
    )


def _model_values(model: ModelFacts | None) -> dict[str, Any]:
    names = ("model", "revision", "device", "device_name", "dtype", "versions")
    return {name: getattr(model, name, None) for name in names}


def _result_values(result: PromptResult) -> dict[str, Any]:
    keys = ("name", "finish_reason", "tokens_per_s", "speedup", "speedup_low", "speedup_high", "speedup_end_to_end")
    lanes = [
        {
            **{key: getattr(lane, key) for key in keys},
            "tokens": len(lane.token_ids),
            "first_divergence": lane.first_divergence,
            "matching_prefix": lane.matching_prefix,
        }
        for lane in result.lanes
    ]
    prompt = result.task.prompt
    return {
        "number": prompt.number,
        "id": prompt.id,
        "title": prompt.title,
        "file": result.task.file,
        "prompt_tokens": result.prompt_tokens,
        "kept": result.kept,
        "lanes": lanes,
    }


def _failure_values(failure: PromptFailure) -> dict[str, Any]:
    prompt = failure.task.prompt
    return {
        "number": prompt.number,
        "id": prompt.id,
        "line": prompt.line,
        "type": failure.type,
        "message": failure.message,
    }
