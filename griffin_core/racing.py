"""Continue one prompt in several lanes that take turns on one device, each on its own clock. Yields events.

The lane whose clock is behind steps next, so the faster lane is ahead exactly as if each had the machine to
itself. The prompt is read once: a dense lane is charged the prefill alone, a pruned lane also the statistics,
the selection and the gathering of its neurons. Another text that a lane takes its experts from is read after the
prompt, on no lane's clock: the swap test is a test of the choice, not of speed.

Close the generator to cancel; everything is then given back.
"""

import dataclasses
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack

import torch
from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Prefilled, chunk_for, last, prefill, read_and_count, warm_up
from griffin_core.errors import SettingsError
from griffin_core.events import (
    Event,
    KvLayers,
    LaneFacts,
    PrefillDone,
    PrefillProgress,
    RunFinished,
    RunStarted,
    SourceFacts,
)
from griffin_core.expert_sources import PROMPT, Statistics, as_source, check_sources, source_texts
from griffin_core.footprint import kv_layers, weight_bytes
from griffin_core.lane_run import LaneRun, MeasuredPrefill
from griffin_core.lanes import check_lanes
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.methods import find_method
from griffin_core.methods.budgets import uniform_budget
from griffin_core.planning import check_tokens, choose_neurons
from griffin_core.prompt_stats import LayerStatistics, PromptStatistics
from griffin_core.settings import (
    DEFAULT_LANES,
    LaneSettings,
    PruningSettings,
    RunSettings,
    SamplingSettings,
    lane_names,
)
from griffin_core.steps import alike
from griffin_core.timing import LaneClock, SessionClock


def race(
    loaded: LoadedModel,
    prompt: Tensor,
    *,
    lanes: Sequence[LaneSettings] = DEFAULT_LANES,
    max_new_tokens: int = 128,
    seed: int = 0,
    temperature: float = 0.0,
    top_k: int = 0,
    top_p: float = 1.0,
    ignore_eos: bool = False,
    stop: str | Sequence[str] = (),
    schedule: str = "race",
    prefill_chunk: int | None = None,
    prefixes: Sequence[Sequence[int]] = (),
    sources: Mapping[str, Tensor | Sequence[int]] | None = None,
) -> Generator[Event, None, None]:
    """Continue `prompt`, (1, S) token ids, in every lane; the arguments are those of RunSettings.

    sources: texts that lanes with `experts` name, as (1, S) tensors or sequences of token ids.

    Raises SettingsError or PromptError at once, before the first event. Closing the generator ends
    the run after the step in hand and frees what the run holds.
    """
    settings = RunSettings(
        lanes=tuple(lanes),
        max_new_tokens=max_new_tokens,
        sampling=SamplingSettings(temperature=temperature, top_k=top_k, top_p=top_p, seed=seed),
        ignore_eos=ignore_eos,
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        schedule=schedule,
        prefill_chunk=prefill_chunk,
        prefixes=tuple(tuple(prefix) for prefix in prefixes),
        sources=tuple(as_source(name, tokens) for name, tokens in (sources or {}).items()),
    )
    return start_race(loaded, prompt, settings)


def start_race(loaded: LoadedModel, prompt: Tensor, settings: RunSettings) -> Generator[Event, None, None]:
    """`race` with its choices in one record."""
    check_lanes(settings.lanes)
    check_sources(loaded, settings)
    prompt = check_tokens(loaded, prompt)
    for prefix in filter(None, settings.prefixes):
        check_tokens(loaded, torch.tensor([prefix]))
    if len(prompt) != 1:
        raise SettingsError(f"a race continues one prompt, got {len(prompt)} at once. Run them one by one.")
    given = max((len(prefix) for prefix in settings.prefixes), default=0)
    length = prompt.shape[1] + given + settings.max_new_tokens
    if length > loaded.context:
        before = f"{prompt.shape[1]} prompt tokens" + (f" and {given} tokens so far" if given else "")
        raise SettingsError(
            f"max_new_tokens {settings.max_new_tokens} after {before} makes {length}, but the model's context holds "
            f"{loaded.context}. Ask for at most {max(0, loaded.context - length + settings.max_new_tokens)}."
        )
    return _run(loaded, prompt.to(loaded.device), settings)


def _run(loaded: LoadedModel, prompt: Tensor, settings: RunSettings) -> Generator[Event, None, None]:
    session = SessionClock()
    advice = "Use a shorter prompt, fewer lanes or a smaller model."
    what = f"a race of {len(settings.lanes)} lanes after {prompt.shape[1]} tokens"
    with memory_in_words(what, advice=advice, release=loaded.twins.clear):
        chunk = chunk_for(loaded, settings.prefill_chunk)
        if loaded.kv is None:
            loaded.kv = rehearse(loaded, chunk=chunk)
        facts = lane_facts(loaded, settings.lanes)
        yield _run_started(loaded, prompt, settings, facts=facts, chunk=chunk, session=session)
        with ExitStack() as stack:
            lanes = [
                LaneRun(loaded, lane, fact, settings=settings, session=session, stack=stack)
                for lane, fact in zip(settings.lanes, facts, strict=True)
            ]
            measured = yield from _read_prompt(loaded, prompt, settings.lanes, chunk=chunk, session=session)
            others = yield from _read_others(loaded, source_texts(prompt, settings), chunk=chunk, session=session)
            measured = dataclasses.replace(measured, statistics={**measured.statistics, **others})
            for lane in lanes:
                yield from lane.choose(measured)
            prefixes = settings.prefixes or ((),) * len(lanes)
            for lane, prefix in zip(lanes, prefixes, strict=True):
                yield from lane.begin(measured.prefilled, prefix=prefix, chunk=chunk)
            del measured  # what every lane holds of it goes when the lane starts
            yield from _start(lanes, length=prompt.shape[1] + max(map(len, prefixes)) + settings.max_new_tokens)
            yield from _take_turns(lanes, settings.schedule)
        yield RunFinished(t_s=session.t_s, reason="done")


def _read_prompt(
    loaded: LoadedModel, prompt: Tensor, lanes: Sequence[LaneSettings], *, chunk: int, session: SessionClock
) -> Generator[Event, None, MeasuredPrefill]:
    """Read the prompt once for all lanes; statistics are timed apart, so that a dense lane does not pay for them."""
    clock = LaneClock(loaded.device)
    feed_forwards = find_feed_forwards(loaded.model)
    statistics = None
    if any(lane.pruning and find_method(lane.method).reads_prompt for lane in lanes):
        statistics = PromptStatistics(feed_forwards, batch=1, device=loaded.device)
    steps = prefill(loaded.model, prompt, chunk=chunk, statistics=statistics)
    prefilled: Prefilled | None = None
    while True:
        with clock.running():
            step = next(steps, None)
        if step is None:
            break
        prefilled = step
        yield PrefillProgress(t_s=session.t_s, done_tokens=step.done_tokens)
    assert prefilled is not None  # a prompt has at least one token
    statistics_ms = statistics.timer.total_ms() if statistics else 0.0
    measured = MeasuredPrefill(
        feed_forwards=feed_forwards,
        prefilled=prefilled,
        prefill_ms=clock.elapsed_ms - statistics_ms,
        statistics_ms=statistics_ms,
        statistics={PROMPT: statistics.layers()} if statistics else {},
    )
    yield PrefillDone(t_s=session.t_s, prefill_ms=measured.prefill_ms, statistics_ms=statistics_ms)
    return measured


def _read_others(
    loaded: LoadedModel, texts: Mapping[str, Tensor], *, chunk: int, session: SessionClock
) -> Generator[Event, None, Statistics]:
    """Read the texts, other than the prompt, that lanes take their experts from."""
    statistics: dict[str | None, Sequence[LayerStatistics]] = {}
    for name, tokens in texts.items():
        statistics[name] = yield from _read_other(loaded, name, tokens, chunk=chunk, session=session)
    return statistics


def _read_other(
    loaded: LoadedModel, name: str, tokens: Tensor, *, chunk: int, session: SessionClock
) -> Generator[Event, None, Sequence[LayerStatistics]]:
    """What the text `name` excites, one entry a layer. Its cache ends with this generator, before the next text's."""
    statistics: Sequence[LayerStatistics] = ()
    for read in read_and_count(loaded, tokens, chunk=chunk):
        statistics = read.statistics
        yield PrefillProgress(t_s=session.t_s, done_tokens=read.prefilled.done_tokens, source=name)
    return statistics


def rehearse(loaded: LoadedModel, *, chunk: int) -> tuple[KvLayers, ...]:
    """Do everything once that will be timed, so that no lane is charged for first-time work; returns the cache's make.

    A twin rehearses its own steps when it is first used.
    """
    length = min(chunk, chunk_for(loaded), loaded.context)  # a prompt may be much shorter
    tokens = torch.zeros((1, length), dtype=torch.long, device=loaded.device)
    statistics = last(read_and_count(loaded, tokens, chunk=chunk)).statistics
    choose_neurons(find_feed_forwards(loaded.model), statistics, PruningSettings())
    return kv_layers(warm_up(loaded.model))


def _start(lanes: Sequence[LaneRun], *, length: int) -> Iterator[Event]:
    """Start all lanes with steps of one kind. What is made once for a model, such as a recording, is on no clock."""
    caches = [lane.prefilled.cache for lane in lanes if lane.prefilled is not None]
    for lane, step in zip(lanes, alike([lane.steps for lane in lanes], length, caches), strict=True):
        yield from lane.start(step)


def _take_turns(lanes: Sequence[LaneRun], schedule: str) -> Iterator[Event]:
    while pending := [lane for lane in lanes if not lane.finished]:
        lane = min(pending, key=lambda lane: lane.clock.elapsed_ms) if schedule == "race" else pending[0]
        yield from lane.step()


def lane_facts(loaded: LoadedModel, lanes: Sequence[LaneSettings]) -> tuple[LaneFacts, ...]:
    """What each lane will be: neurons kept, and the weights it reads for one token."""
    feed_forwards = find_feed_forwards(loaded.model)
    d_ff = [feed_forward.d_ff for feed_forward in feed_forwards]
    all_bytes = weight_bytes(loaded.model)
    facts = []
    for lane, name in zip(lanes, lane_names(tuple(lanes)), strict=True):
        k = uniform_budget(d_ff, lane.density) if lane.pruning else tuple(d_ff)
        dropped = sum(
            feed_forward.neuron_bytes * (feed_forward.d_ff - kept)
            for feed_forward, kept in zip(feed_forwards, k, strict=True)
        )
        facts.append(
            LaneFacts(
                name=name,
                method=lane.method,
                density=lane.density,
                effective_density=sum(k) / sum(d_ff),
                k=k,
                weight_bytes=all_bytes - dropped,
                experts=lane.experts,
                sampler_seed=lane.sampler_seed,
            )
        )
    return tuple(facts)


def _run_started(
    loaded: LoadedModel,
    prompt: Tensor,
    settings: RunSettings,
    *,
    facts: tuple[LaneFacts, ...],
    chunk: int,
    session: SessionClock,
) -> RunStarted:
    sampling = settings.sampling
    return RunStarted(
        t_s=session.t_s,
        model=loaded.facts,
        lanes=facts,
        kv=loaded.kv or (),
        prompt_tokens=prompt.shape[1],
        prompt_ids=tuple(prompt[0].tolist()),
        stop=settings.stop,
        sources=tuple(SourceFacts(name=source.name, token_ids=source.token_ids) for source in settings.sources),
        threads=torch.get_num_threads(),
        max_new_tokens=settings.max_new_tokens,
        seed=sampling.seed,
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        ignore_eos=settings.ignore_eos,
        schedule=settings.schedule,
        prefill_chunk=chunk,
    )
