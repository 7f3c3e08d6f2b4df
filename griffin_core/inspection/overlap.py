"""How alike two choices of neurons are, and the choices of several prompts to compare. Knows plans; runs no lanes."""

import statistics
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.chance import chance_jaccard
from griffin_core.errors import PromptError, SettingsError
from griffin_core.events import Event, ExpertsChosen, LayerChoice, RunFinished, StudyStarted
from griffin_core.inspection.reading import read_prompt
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.methods import find_method
from griffin_core.plan_record import describe_plan
from griffin_core.planning import Plan, check_tokens, choose_neurons
from griffin_core.settings import PruningSettings, RunSettings
from griffin_core.timing import SessionClock


@dataclass(frozen=True)
class Overlap:
    """How alike two plans are, layer by layer, first layer first; all in 0-1.

    jaccard: neurons that both keep, over neurons that either keeps.
    chance: what two random sets of the same sizes would have on average.
    """

    jaccard: tuple[float, ...]
    chance: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean of `jaccard` over layers."""
        return statistics.fmean(self.jaccard)

    @property
    def mean_chance(self) -> float:
        """Mean of `chance` over layers."""
        return statistics.fmean(self.chance)


def overlap(a: Plan, b: Plan) -> Overlap:
    """Jaccard index of the neurons that two plans keep, beside what chance gives.

    Raises SettingsError when the plans were made for models of different shapes.
    """
    sizes = [[len(layer.scores) for layer in plan.layers] for plan in (a, b)]
    if sizes[0] != sizes[1]:
        raise SettingsError(
            f"the plans are for models of different shapes: {_shape(sizes[0])} and {_shape(sizes[1])}. "
            "Make both with one model."
        )
    pairs = [(one.kept, other.kept) for one, other in zip(a.layers, b.layers, strict=True)]
    return Overlap(
        jaccard=tuple(_jaccard(one, other) for one, other in pairs),
        chance=tuple(
            chance_jaccard(d_ff, len(one), len(other)) for d_ff, (one, other) in zip(sizes[0], pairs, strict=True)
        ),
    )


def choose_experts(
    loaded: LoadedModel,
    prompts: Sequence[tuple[str, Tensor]],
    pruning: Sequence[PruningSettings],
    *,
    prefill_chunk: int | None = None,
) -> Generator[Event, None, None]:
    """Choose neurons for every prompt by every method, to be compared; events of a study.

    prompts: (name, (1, S) token ids); names differ. Each is read once, whatever the number of methods.
    pruning: a method that reads no prompt chooses once, after all prompts.

    Raises SettingsError or PromptError at once, before the first event. Closing the generator ends the study after
    the chunk in hand.
    """
    chunk = RunSettings(prefill_chunk=prefill_chunk).prefill_chunk
    if not prompts:
        raise PromptError("there is no prompt to choose neurons for. Give at least one.")
    if not pruning:
        raise SettingsError("there is no method to choose neurons by. Give at least one PruningSettings.")
    for settings in pruning:
        find_method(settings.method)
    names = [name for name, _ in prompts]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise SettingsError(f"two prompts are called {twice[0]!r}. Give every prompt a name of its own.")
    checked = [(name, _checked(loaded, name, prompt)) for name, prompt in prompts]
    return _study(loaded, checked, tuple(pruning), chunk=chunk)


def _study(
    loaded: LoadedModel, prompts: Sequence[tuple[str, Tensor]], pruning: Sequence[PruningSettings], *, chunk: int | None
) -> Generator[Event, None, None]:
    session = SessionClock()
    feed_forwards = find_feed_forwards(loaded.model)
    by_prompt = [settings for settings in pruning if find_method(settings.method).reads_prompt]
    fixed = [settings for settings in pruning if settings not in by_prompt]
    prompts = prompts if by_prompt else ()
    steps = len(prompts) * len(by_prompt) + len(fixed)
    yield StudyStarted(t_s=session.t_s, kind="overlap", model=loaded.facts, steps=steps)
    lengths = [prompt.shape[1] for _, prompt in prompts]
    number = 0
    for place, (name, prompt) in enumerate(prompts):
        progress = sum(lengths[:place]), sum(lengths)
        advice = "Use a shorter prompt or a smaller model."
        with memory_in_words(f"reading {lengths[place]} tokens", advice=advice, release=loaded.twins.clear):
            # Of what was read only the statistics stay: the cache must be gone before the next prompt.
            read = read_prompt(loaded, prompt, chunk=chunk, session=session, progress=progress)
            seen = (yield from read).statistics
            for settings in by_prompt:
                layers = describe_plan(choose_neurons(feed_forwards, seen, settings), seen)
                yield _chosen(session, settings, layers, number=number, name=name, prompt_tokens=lengths[place])
                number += 1
    for settings in fixed:
        layers = describe_plan(choose_neurons(feed_forwards, None, settings), None)
        yield _chosen(session, settings, layers, number=number, name=None, prompt_tokens=0)
        number += 1
    yield RunFinished(t_s=session.t_s, reason="done")


def _chosen(
    session: SessionClock,
    settings: PruningSettings,
    layers: tuple[LayerChoice, ...],
    *,
    number: int,
    name: str | None,
    prompt_tokens: int,
) -> ExpertsChosen:
    return ExpertsChosen(
        t_s=session.t_s,
        name=name,
        method=settings.method,
        density=settings.density,
        number=number,
        prompt_tokens=prompt_tokens,
        layers=layers,
    )


def _checked(loaded: LoadedModel, name: str, prompt: Tensor) -> Tensor:
    tokens = check_tokens(loaded, prompt, name=f"the prompt {name!r}")
    if len(tokens) != 1:
        raise PromptError(f"the prompt {name!r} holds {len(tokens)} prompts at once. Give each a name of its own.")
    return tokens.to(loaded.device)


def _jaccard(a: Tensor, b: Tensor) -> float:
    """a, b: (k,) neuron indices, none twice; they may lie on different devices."""
    common = int(torch.isin(a.cpu(), b.cpu(), assume_unique=True).sum())
    return common / (len(a) + len(b) - common)


def _shape(sizes: Sequence[int]) -> str:
    low, high = min(sizes), max(sizes)
    neurons = f"{high:,}" if low == high else f"{low:,} to {high:,}"
    return f"{len(sizes)} layer{'' if len(sizes) == 1 else 's'} of {neurons} neurons"
