"""Judge every lane on every prompt, one after the other. Knows races, plans and readings; knows no file and no figures.

A generator: closing it, wherever it stands, gives everything back, and the prompts that are done stay done.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Prefilled, last, read_and_count
from griffin_core.errors import PromptError
from griffin_core.evaluating.generating import Written, write_answers
from griffin_core.evaluating.prompts_file import EvaluationPrompt
from griffin_core.evaluating.result import LaneResult, PromptResult
from griffin_core.evaluating.teacher_forcing import mean_logprob, read_forced
from griffin_core.expert_sources import PROMPT, Statistics, plan_lane, source_texts
from griffin_core.footprint import ff_bytes_share
from griffin_core.lanes import check_lanes
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.prompts import encode_prompt
from griffin_core.pruning import pruned_model
from griffin_core.settings import MAX_LANES, EvaluationSettings, LaneSettings, RunSettings, SamplingSettings

BESIDE_DENSE = MAX_LANES - 1
"""Pruned lanes in one race: as many as run beside the full model, whose clock they are compared by."""


@dataclass(frozen=True)
class Progress:
    """The prompt `number`, from 1, is being answered: `tokens` so far, of at most `most_tokens`."""

    number: int
    tokens: int
    most_tokens: int


def encode_prompts(
    loaded: LoadedModel, prompts: Sequence[EvaluationPrompt], settings: EvaluationSettings
) -> tuple[Tensor, ...]:
    """Token ids of every prompt, (1, S) int64. Raises PromptError, with the line, where one leaves too little room."""
    encoded = []
    for prompt in prompts:
        try:
            encoded.append(_encode(loaded, prompt))
        except PromptError as error:
            raise PromptError(f"line {prompt.line} of the suite: {error}") from error
        length = encoded[-1].shape[1]
        if length + settings.max_new_tokens > loaded.context:
            raise PromptError(
                f"line {prompt.line} of the suite: the prompt is {length:,} tokens long and the answer may have "
                f"{settings.max_new_tokens:,}, but the model's context holds {loaded.context:,}. Shorten the prompt, "
                "leave it out, or ask for fewer new tokens."
            )
    return tuple(encoded)


def evaluate(
    loaded: LoadedModel, prompts: Sequence[Tensor], settings: EvaluationSettings, *, done: int = 0
) -> Generator[Progress | PromptResult, None, None]:
    """Judge the lanes on every prompt, (1, S) ids each, but the first `done` of them; progress, then its result.

    The full model's greedy answer is read teacher-forced by every lane (KL; Divergent Token Metrics, arXiv 2311.01544),
    and the lane's own greedy answer by the full model. Raises SettingsError, PromptError, DeviceError and
    OutOfMemoryError.
    """
    check_lanes(settings.lanes)
    advice = "Use shorter prompts, fewer lanes or a smaller model."
    for number, prompt in enumerate(prompts[done:], done + 1):
        what = f"prompt {number} of {prompt.shape[1]} tokens with {len(settings.lanes)} lanes"
        with memory_in_words(what, advice=advice, release=loaded.twins.clear):
            yield from _evaluate(loaded, prompt, settings, number)


@dataclass(frozen=True)
class _Group:
    """The full model and up to BESIDE_DENSE pruned lanes, which race and read together."""

    run: RunSettings
    written: tuple[Written, ...]


def _evaluate(
    loaded: LoadedModel, prompt: Tensor, settings: EvaluationSettings, number: int
) -> Iterator[Progress | PromptResult]:
    pruned = [lane for lane in settings.lanes if lane.pruning is not None]
    starts = range(0, max(1, len(pruned)), BESIDE_DENSE)
    runs = [_run_settings(pruned[start : start + BESIDE_DENSE], settings) for start in starts]
    most = settings.max_new_tokens * sum(len(run.lanes) for run in runs)
    groups: list[_Group] = []
    before = 0
    for run in runs:
        writing = write_answers(loaded, prompt, run, stop=settings.stop)
        tokens = 0
        while True:
            try:
                tokens = next(writing)
            except StopIteration as end:
                groups.append(_Group(run, end.value))
                break
            yield Progress(number, before + tokens, most)
        before += tokens
    yield _judge(loaded, prompt, settings, groups, number)


def _run_settings(pruned: Sequence[LaneSettings], settings: EvaluationSettings) -> RunSettings:
    return RunSettings(
        lanes=(LaneSettings(), *pruned),
        max_new_tokens=settings.max_new_tokens,
        sampling=SamplingSettings(seed=settings.seed),
    )


def _judge(
    loaded: LoadedModel, prompt: Tensor, settings: EvaluationSettings, groups: Sequence[_Group], number: int
) -> PromptResult:
    """Read what was written. The full model's answer is that of the first group."""
    read = last(read_and_count(loaded, prompt))
    statistics: dict[str | None, Sequence[LayerStatistics]] = {PROMPT: read.statistics}
    full = groups[0].written[0]
    answer = torch.tensor(full.token_ids, device=loaded.device)
    found: dict[str, LaneResult] = {}
    for group in groups:
        for name, tokens in source_texts(prompt, group.run).items():
            if name not in statistics:
                statistics[name] = last(read_and_count(loaded, tokens)).statistics
        for lane in _read_group(loaded, read.prefilled, answer, group, statistics):
            found.setdefault(lane.name, lane)
    return PromptResult(
        number=number,
        prompt_tokens=prompt.shape[1],
        answer=full.text,
        answer_ids=full.token_ids,
        lanes=tuple(found[lane.name] for lane in settings.lanes),
    )


def _read_group(
    loaded: LoadedModel, prefilled: Prefilled, answer: Tensor, group: _Group, statistics: Statistics
) -> list[LaneResult]:
    feed_forwards = find_feed_forwards(loaded.model)
    models, shares = [loaded.model], [1.0]
    with ExitStack() as stack:
        for lane in group.run.lanes[1:]:
            plan = plan_lane(feed_forwards, lane, group.run, statistics)
            models.append(stack.enter_context(pruned_model(loaded, plan)))
            shares.append(ff_bytes_share(feed_forwards, plan.k))
        forced = read_forced(loaded.model, models, prefilled, answer)
    return [
        LaneResult(
            name=lane.name,
            kl=reading.kl,
            agrees=reading.agrees,
            token_ids=written.token_ids,
            text=written.text,
            full_logprob=mean_logprob(
                loaded.model, prefilled, torch.tensor(written.token_ids, device=prefilled.logits.device)
            ),
            ff_bytes_share=share,
            selection_ms=written.selection_ms,
            tpot_ms=written.tpot_ms,
        )
        for lane, reading, share, written in zip(group.run.lanes, forced, shares, group.written, strict=True)
    ]


def _encode(loaded: LoadedModel, prompt: EvaluationPrompt) -> Tensor:
    if prompt.text is not None:
        return encode_prompt(loaded, prompt.text, chat=False)
    messages = [{"role": role, "content": content} for role, content in prompt.messages or ()]
    return encode_prompt(loaded, messages)
