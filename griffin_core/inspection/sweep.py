"""Measure many pruned lanes against the full model on one prompt: what each loses and how fast it is. Yields events.

The prompt is read once. Lanes come one after the other, each beside the full model: a sweep of any number of points
holds no more than a race of two lanes, and a machine that slows down on the way slows both down.
"""

import statistics
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward, find_feed_forwards
from griffin_core.decode import WARM_UP_STEPS, Prefilled, chunk_for, decode
from griffin_core.errors import PromptError, SettingsError
from griffin_core.events import Event, LaneFacts, RunFinished, StudyProgress, StudyStarted, SweepPoint
from griffin_core.footprint import ff_bytes_share
from griffin_core.inspection.finished_texts import check_prompt
from griffin_core.inspection.measuring import UNTIMED_TOKENS, Quality, Speed, measure_quality, measure_speed
from griffin_core.inspection.reading import read_prompt
from griffin_core.lanes import check_lanes
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.metrics import byte_roofline, ratio_interval
from griffin_core.planning import choose_neurons
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.racing import lane_facts, rehearse
from griffin_core.sampling import make_sampler
from griffin_core.settings import DEFAULT_SWEEP, LaneSettings, PruningSettings, SamplingSettings, SweepSettings
from griffin_core.steps import alike
from griffin_core.timing import SessionClock

Finding = TypeVar("Finding")


def sweep(
    loaded: LoadedModel,
    prompt: Tensor,
    lanes: Sequence[LaneSettings] | None = None,
    *,
    new_tokens: int = 48,
    timed_tokens: int = 24,
    seed: int = 0,
    prefill_chunk: int | None = None,
) -> Generator[Event, None, None]:
    """Measure every lane against the full model on `prompt`, (1, S) token ids.

    The arguments are those of SweepSettings. Quality (arXiv 2311.01544 and KL): the full model's greedy answer is read
    teacher-forced by both models. Speed: both decode by turns. A SweepPoint a lane comes as soon as it is measured.

    Raises SettingsError or PromptError at once, before the first event; a PromptError comes later where the full
    model ends its answer with the first token. Closing the generator ends the sweep after the step in hand and frees
    what it holds.
    """
    settings = SweepSettings(
        lanes=DEFAULT_SWEEP if lanes is None else tuple(lanes),
        new_tokens=new_tokens,
        timed_tokens=timed_tokens,
        seed=seed,
        prefill_chunk=prefill_chunk,
    )
    return start_sweep(loaded, prompt, settings)


def start_sweep(loaded: LoadedModel, prompt: Tensor, settings: SweepSettings) -> Generator[Event, None, None]:
    """`sweep` with its choices in one record."""
    check_lanes(settings.lanes)
    prompt = check_prompt(loaded, prompt)
    room = loaded.context - prompt.shape[1]
    timed = UNTIMED_TOKENS + settings.timed_tokens if settings.timed_tokens else 0
    for name, asked, needed in (
        ("new_tokens", settings.new_tokens, settings.new_tokens),
        ("timed_tokens", settings.timed_tokens, timed),
    ):
        if needed > room:
            raise SettingsError(
                f"{name} {asked} does not fit after {prompt.shape[1]} prompt tokens: the model's context holds "
                f"{loaded.context}. Ask for at most {max(0, room - (needed - asked))}, or shorten the prompt."
            )
    return _sweep(loaded, prompt, settings)


@dataclass(frozen=True)
class _Ground:
    """What all lanes of a sweep stand on. answer: (T,) int64, the full model's, T >= 2."""

    loaded: LoadedModel
    settings: SweepSettings
    session: SessionClock
    feed_forwards: Sequence[FeedForward]
    full: LaneFacts
    prompt_tokens: int
    prefilled: Prefilled
    statistics: Sequence[LayerStatistics]
    answer: Tensor


def _sweep(loaded: LoadedModel, prompt: Tensor, settings: SweepSettings) -> Generator[Event, None, None]:
    session = SessionClock()
    length = prompt.shape[1]
    advice = "Use a shorter prompt, fewer new_tokens or a smaller model."
    with memory_in_words(f"a sweep after {length} tokens", advice=advice, release=loaded.twins.clear):
        yield StudyStarted(t_s=session.t_s, kind="sweep", model=loaded.facts, steps=len(settings.lanes))
        chunk = chunk_for(loaded, settings.prefill_chunk)
        if loaded.kv is None:
            loaded.kv = rehearse(loaded, chunk=chunk)
        read = yield from read_prompt(loaded, prompt, chunk=chunk, session=session, progress=(0, length))
        answer = yield from _answer(loaded, read.prefilled, settings.new_tokens, session=session)
        full, *facts = lane_facts(loaded, (LaneSettings(), *settings.lanes))
        feed_forwards = find_feed_forwards(loaded.model)
        ground = _Ground(
            loaded, settings, session, feed_forwards, full, length, read.prefilled, read.statistics, answer
        )
        for lane, fact in zip(settings.lanes, facts, strict=True):
            assert lane.pruning is not None  # the settings refuse a dense lane
            yield from _measure(ground, lane.pruning, fact)
        yield RunFinished(t_s=session.t_s, reason="done")


def _answer(
    loaded: LoadedModel, prefilled: Prefilled, new_tokens: int, *, session: SessionClock
) -> Generator[Event, None, Tensor]:
    """The full model's greedy answer, (T,) int64, up to and with the token that ends the text."""
    tokens: list[int] = []
    sampler = make_sampler(SamplingSettings(), device=loaded.device)
    with loaded.twins.lend_whole() as steps:
        step = steps.with_room(prefilled.done_tokens + new_tokens, prefilled.cache)
        for token_id in decode(step, prefilled.logits, sampler):
            tokens.append(token_id)
            yield StudyProgress(t_s=session.t_s, what="dense", done=len(tokens), total=new_tokens)
            if len(tokens) == new_tokens or token_id in loaded.stop_ids:
                break
    if len(tokens) < 2:
        raise PromptError(
            "the full model ends its answer to this prompt with the first token, so there is nothing to judge a lane "
            "by. Change the prompt."
        )
    return torch.tensor(tokens, device=loaded.device)


def _measure(ground: _Ground, pruning: PruningSettings, facts: LaneFacts) -> Generator[Event, None, None]:
    """Choose and gather one lane's neurons, then measure it; its twin is given back whatever happens."""
    settings, full, prefilled = ground.settings, ground.loaded.model, ground.prefilled
    plan = choose_neurons(ground.feed_forwards, ground.statistics, pruning, seed=settings.seed)
    with ground.loaded.twins.lend_once(facts.k) as twin:
        twin.refill([layer.kept for layer in plan.layers])
        judging = measure_quality(full, twin.model, prefilled, ground.answer)
        quality = yield from _progress(judging, ground, what="tokens", total=len(ground.answer))
        speed = Speed((), ())
        if settings.timed_tokens:
            with ground.loaded.twins.lend_whole() as whole:
                room = ground.prompt_tokens + UNTIMED_TOKENS + settings.timed_tokens
                one, other = alike((whole, twin.steps), room, (prefilled.cache, prefilled.cache))
                timing = measure_speed(one, other, prefilled.logits, tokens=settings.timed_tokens)
                speed = yield from _progress(timing, ground, what="timing", total=settings.timed_tokens)
    yield _point(ground, facts, quality, speed)


def _progress(
    steps: Generator[int, None, Finding], ground: _Ground, *, what: str, total: int
) -> Generator[Event, None, Finding]:
    """The steps of a measurement as events; returns what it found."""
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            finding: Finding = end.value
            return finding
        yield StudyProgress(t_s=ground.session.t_s, what=what, done=done, total=total)


def _point(ground: _Ground, facts: LaneFacts, quality: Quality, speed: Speed) -> SweepPoint:
    full_ms, lane_ms = (statistics.fmean(ms) if ms else None for ms in (speed.full_ms, speed.pruned_ms))
    low, high = ratio_interval(speed.full_ms, speed.pruned_ms) or (None, None)
    return SweepPoint(
        t_s=ground.session.t_s,
        lane=facts.name,
        method=facts.method,
        density=facts.density,
        effective_density=facts.effective_density,
        tokens=len(ground.answer) - 1,
        k=facts.k,
        kl=quality.kl,
        top1=quality.top1,
        first_divergence=quality.first_divergence,
        tpot_ms=lane_ms,
        dense_tpot_ms=full_ms,
        speedup=full_ms / lane_ms if full_ms and lane_ms else None,
        speedup_low=low,
        speedup_high=high,
        byte_roofline=byte_roofline(
            ground.full,
            facts,
            ground.loaded.kv or (),
            prompt_tokens=ground.prompt_tokens + WARM_UP_STEPS,
            new_tokens=1 + ground.settings.timed_tokens,
        ),
        ff_bytes_share=ff_bytes_share(ground.feed_forwards, facts.k),
    )
