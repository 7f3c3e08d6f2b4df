"""Which text chooses a lane's neurons: the prompt, or a source. Knows settings and statistics; knows no clock.

The swap test needs it: a prompt continued with the experts of another text, or of its own tokens in another order,
shows whether the choice follows the prompt. It is a test of the choice, not of speed.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward
from griffin_core.errors import PromptError
from griffin_core.loading import LoadedModel
from griffin_core.methods import find_method
from griffin_core.planning import Plan, check_tokens, choose_neurons
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.settings import SHUFFLED, LaneSettings, RunSettings, Source, check_experts

PROMPT = None
"""The run's own prompt where texts are told apart by name."""

Statistics = Mapping[str | None, Sequence[LayerStatistics]]
"""What each text excited, one entry a layer, by the name of the source; the prompt's under PROMPT."""


def as_source(name: str, tokens: Tensor | Sequence[int]) -> Source:
    """A source of token ids given as a (1, S) tensor or as a sequence. Raises SettingsError or PromptError."""
    if not isinstance(tokens, Tensor):
        return Source(name=name, token_ids=tuple(tokens))
    if tokens.ndim != 2 or len(tokens) != 1 or tokens.dtype == torch.bool:
        raise PromptError(
            f'the text "{name}" must be a (1, S) tensor of token ids, got {tokens.dtype} of shape '
            f"{tuple(tokens.shape)}. Use encode_prompt to make one."
        )
    return Source(name=name, token_ids=tuple(tokens[0].tolist()))


def check_sources(loaded: LoadedModel, settings: RunSettings) -> None:
    """Raise SettingsError for a lane whose source is not given, PromptError for one that the model cannot read."""
    check_experts(settings.lanes, [source.name for source in settings.sources])
    for source in settings.sources:
        check_tokens(loaded, _ids(source.token_ids), name=f'the text "{source.name}"')


def source_texts(prompt: Tensor, settings: RunSettings) -> dict[str, Tensor]:
    """The texts that must be read besides `prompt`, (1, S): token ids (1, T) by name, in the order of the lanes."""
    given = {source.name: source.token_ids for source in settings.sources}
    texts = {}
    for name in dict.fromkeys(lane.experts for lane in settings.lanes if lane.experts is not None):
        tokens = shuffled(prompt, seed=settings.sampling.seed) if name == SHUFFLED else _ids(given[name])
        texts[name] = tokens.to(prompt.device)
    return texts


def shuffled(prompt: Tensor, *, seed: int) -> Tensor:
    """The tokens of `prompt`, (1, S), in an order that the seed alone decides; the same on every device."""
    order = torch.randperm(prompt.shape[1], generator=torch.Generator().manual_seed(seed))
    return prompt[:, order.to(prompt.device)]


def plan_lane(
    feed_forwards: Sequence[FeedForward], lane: LaneSettings, settings: RunSettings, statistics: Statistics
) -> Plan:
    """The neurons a pruned lane of a run keeps. Every reader of a lane asks here, so that all see the same choice.

    statistics: those of the lane's source, or of the prompt, must be among them if its method reads a text.
    """
    assert lane.pruning is not None  # a dense lane has nothing to choose
    evidence = statistics[lane.experts] if find_method(lane.method).reads_prompt else None
    return choose_neurons(feed_forwards, evidence, lane.pruning, seed=settings.sampling.seed)


def _ids(token_ids: Sequence[int]) -> Tensor:
    """(1, T) int64."""
    return torch.tensor([token_ids], dtype=torch.int64)
