"""One lane while it runs: its model, cache, sampler and clock. Knows nothing of the other lanes."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch

from griffin_core.adapters import FeedForward
from griffin_core.decode import Prefilled, decode, prefill
from griffin_core.detokenizing import Detokenizer
from griffin_core.events import Event, LaneFacts, LaneFinished, PlanMade, TokenEmitted
from griffin_core.expert_sources import PROMPT, Statistics, plan_lane
from griffin_core.footprint import cache_bytes, model_bytes
from griffin_core.loading import LoadedModel
from griffin_core.methods import find_method
from griffin_core.plan_record import describe_plan
from griffin_core.sampling import make_sampler
from griffin_core.settings import LaneSettings, RunSettings, SamplingSettings
from griffin_core.steps import Step
from griffin_core.timing import LaneClock, SessionClock


@dataclass(frozen=True)
class MeasuredPrefill:
    """The prompt, read once. `prefill_ms` is without `statistics_ms`.

    statistics: of every text that was watched; the prompt's are missing if no lane's method reads a text.
    """

    feed_forwards: Sequence[FeedForward]
    prefilled: Prefilled
    prefill_ms: float
    statistics_ms: float
    statistics: Statistics


class LaneRun:
    """Goes through choose -> begin -> start -> step … until `finished`; each yields the lane's events."""

    def __init__(
        self,
        loaded: LoadedModel,
        lane: LaneSettings,
        facts: LaneFacts,
        *,
        settings: RunSettings,
        session: SessionClock,
        stack: ExitStack,
    ) -> None:
        """Borrows what the lane needs for as long as `stack` is open."""
        self.clock = LaneClock(loaded.device)
        self.finished = False
        self._loaded = loaded
        self._lane = lane
        self._facts = facts
        self._settings = settings
        self._session = session
        self._sampler = make_sampler(_sampling(lane, settings), device=loaded.device)
        self._detokenizer = Detokenizer(loaded.tokenizer)
        self._text = ""
        self._count = 0  # tokens so far, given ones included
        self._given = 0
        self._twin = None if lane.pruning is None else stack.enter_context(loaded.twins.lend(facts.k))
        self.steps = self._twin.steps if self._twin else stack.enter_context(loaded.twins.lend_whole())

    def choose(self, measured: MeasuredPrefill) -> Iterator[Event]:
        """Pay for the prefill; a pruned lane also selects and gathers its neurons.

        Statistics are paid for where the prompt's choose. Those of another text are nobody's: such a lane tests the
        choice, and the reading of a second text would say nothing of its speed.
        """
        self.clock.charge(measured.prefill_ms)
        if self._twin is None:
            return
        reads_prompt = find_method(self._lane.method).reads_prompt and self._lane.experts is PROMPT
        statistics_ms = measured.statistics_ms if reads_prompt else 0.0
        self.clock.charge(statistics_ms)
        with self.clock.running() as selection:
            plan = plan_lane(measured.feed_forwards, self._lane, self._settings, measured.statistics)
        with self.clock.running() as gather:
            self._twin.refill([layer.kept for layer in plan.layers])
        yield PlanMade(
            t_s=self._session.t_s,
            lane=self._facts.name,
            clock_us=self.clock.elapsed_us,
            number=0,
            at_token=0,
            statistics_ms=statistics_ms,
            selection_ms=selection.ms,
            gather_ms=gather.ms,
            layers=describe_plan(plan, measured.statistics.get(PROMPT)),
        )

    def begin(self, prefilled: Prefilled, *, prefix: Sequence[int], chunk: int) -> Iterator[Event]:
        """Read the tokens this lane has produced before, after the prompt, whose cache is left as it is."""
        self._prefix = tuple(prefix)
        self._given = len(prefix)
        if prefix:
            prefilled = prefilled.copied()
        for start in range(0, len(prefix), chunk):
            tokens = torch.tensor([prefix[start : start + chunk]], device=self._loaded.device)
            with self.clock.running():
                (prefilled,) = prefill(self.steps.model, tokens, chunk=chunk, cache=prefilled.cache)
            for token_id in prefix[start : start + chunk]:
                yield self._token(token_id, itl_ms=None)
        self.prefilled: Prefilled | None = prefilled

    def start(self, step: Step) -> Iterator[Event]:
        """Go on by `step`, which has begun after all that was read."""
        assert self.prefilled is not None  # it has begun
        self._step = step
        self._tokens = decode(step, self.prefilled.logits, self._sampler, index=self._given)
        self.prefilled = None
        if self._prefix and (reason := self._ended_by(self._prefix[-1])):
            yield self._finish(reason)

    def step(self) -> Iterator[Event]:
        """Produce one token."""
        with self.clock.running() as step:
            token_id = next(self._tokens)
        is_first = self._count == self._given
        yield self._token(token_id, itl_ms=None if is_first else step.ms)
        reason = self._ended_by(token_id)
        if reason is None and self._is_full:
            reason = "length"
        if reason is not None:
            yield self._finish(reason)

    @property
    def _is_full(self) -> bool:
        return self._count == self._given + self._settings.max_new_tokens

    def _token(self, token_id: int, *, itl_ms: float | None) -> TokenEmitted:
        index = self._count
        self._count += 1
        piece = self._detokenizer.push(token_id, last=self._is_full or self._is_end(token_id))
        self._text += piece
        return TokenEmitted(
            t_s=self._session.t_s,
            lane=self._facts.name,
            clock_us=self.clock.elapsed_us,
            index=index,
            token_id=token_id,
            text=piece,
            itl_ms=itl_ms,
            given=index < self._given,
        )

    def _is_end(self, token_id: int) -> bool:
        return token_id in self._loaded.stop_ids and not self._settings.ignore_eos

    def _ended_by(self, token_id: int) -> str | None:
        if self._is_end(token_id):
            return "eos"
        if any(stop in self._text for stop in self._settings.stop):
            return "stop"
        return None

    def _finish(self, reason: str) -> LaneFinished:
        self.finished = True
        own = model_bytes(self.steps.model) if self._twin is None else self._twin.own_bytes
        return LaneFinished(
            t_s=self._session.t_s,
            lane=self._facts.name,
            clock_us=self.clock.elapsed_us,
            finish_reason=reason,
            held_bytes=own + cache_bytes(self._step.cache),
            step=self._step.path,
        )


def _sampling(lane: LaneSettings, settings: RunSettings) -> SamplingSettings:
    if lane.sampler_seed is None:
        return settings.sampling
    return dataclasses.replace(settings.sampling, seed=lane.sampler_seed)
