"""Flocking: whether the tokens of one text excite the same neurons. Knows a model and a text; knows no lanes.

The picture is figure 1 of the paper (Dong, Chen & Chi, arXiv 2404.01365): relative activations, tokens by neurons.
The measure is the mean Jaccard index of the tokens' sets of strongest neurons, to be held against chance.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from griffin_core.adapters import FeedForward, find_feed_forwards
from griffin_core.decode import last, read_and_count
from griffin_core.errors import SettingsError
from griffin_core.events import LayersMeasured
from griffin_core.inspection.activations import mean_chance, mean_jaccard, relative_activations, top_sets, watched
from griffin_core.inspection.finished_texts import check_layer, check_prompt
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.methods.budgets import uniform_budget
from griffin_core.settings import PruningSettings
from griffin_core.settings.numbers import check_whole

MAX_SETS = 64
MOST_SETS = 512
"""Sets are kept as booleans in every layer: more would fill the memory of a large model's device."""


@dataclass(frozen=True)
class Flocking:
    """What n evenly spaced tokens of a text do, in one layer closely and in every layer as a number.

    layer: which one, from 0. positions: (n,) int64, the tokens' places in the text.
    activations: (n, d_ff) float32, |z_t| / ‖z_t‖ of the layer, neurons as the model has them.
    order: (d_ff,) int64, the layer's neurons by falling GRIFFIN score of the whole text: activations[:, order] shows
    the streaks on the left.
    jaccard: a number a layer in 0-1, first layer first: mean over all pairs of the n tokens that are not silent.
    chance: the same, what random sets of these sizes would give.
    """

    layer: int
    positions: Tensor
    activations: Tensor
    order: Tensor
    jaccard: tuple[float, ...]
    chance: tuple[float, ...]


def flocking(
    loaded: LoadedModel, tokens: Tensor, *, layer: int | None = None, density: float = 0.5, max_tokens: int = 64
) -> Flocking:
    """Read `tokens`, (1, S) ids with S >= 2, once with the full model.

    layer: the one whose activations are kept; None takes the middle one. density: size of the sets, k / d_ff.
    max_tokens: of a longer text this many tokens are compared, the first and the last among them.
    Raises PromptError, OutOfMemoryError, and SettingsError for a layer, density or number of tokens out of range.
    """
    tokens = check_prompt(loaded, tokens)
    layer = check_layer(loaded, layer)
    density = PruningSettings(density=density).density  # checks it
    max_tokens = check_whole("max_tokens", max_tokens, low=2, high=MOST_SETS)
    length = tokens.shape[1]
    if length < 2:
        raise SettingsError(f"flocking compares at least 2 tokens, got a text of {length}. Give a longer one.")
    feed_forwards = find_feed_forwards(loaded.model)
    sample = FlockingSample(
        feed_forwards, density=density, length=length, layer=layer, sets=max_tokens, rows=max_tokens
    )
    advice = "Use a shorter text, fewer max_tokens or a smaller model."
    with memory_in_words(f"flocking of {length} tokens", advice=advice, release=loaded.twins.clear):
        read = last(watched(read_and_count(loaded, tokens), feed_forwards, sample.look))
        positions, activations = sample.take_rows()
        return Flocking(
            layer=layer,
            positions=torch.tensor(positions),
            activations=activations,
            order=neuron_order(read.statistics[layer].votes),
            jaccard=tuple(sample.jaccard()),
            chance=tuple(sample.chance()),
        )


class FlockingSample:
    """Keeps of a text being read what flocking is seen by, and no more.

    At most `sets` tokens' strongest neurons as booleans in every layer, and the relative activations of at most
    `rows` tokens in `layer`; both evenly spaced over the `length` tokens of the text, first and last included.
    tokens: how many are compared. density: k / d_ff of their sets.
    """

    def __init__(
        self,
        feed_forwards: Sequence[FeedForward],
        *,
        density: float,
        length: int,
        layer: int,
        sets: int = MAX_SETS,
        rows: int,
    ) -> None:
        self._d_ff = [feed_forward.d_ff for feed_forward in feed_forwards]
        self._k = uniform_budget(self._d_ff, density)
        self.tokens = min(length, sets)
        self.density = sum(self._k) / sum(self._d_ff)
        self._layer = layer
        self._compared = evenly_spaced(length, sets)
        self._shown = evenly_spaced(length, rows)
        self._seen = [0] * len(self._k)
        self._sets: list[list[Tensor]] = [[] for _ in self._k]
        self._positions: list[int] = []
        self._rows: list[Tensor] = []

    def look(self, layer: int, z: Tensor) -> None:
        """A layer's z of the next (T, d_ff) tokens."""
        start = self._seen[layer]
        self._seen[layer] += len(z)
        if places := [position - start for position in self._compared if 0 <= position - start < len(z)]:
            self._sets[layer].append(top_sets(z[places], self._k[layer]))
        if layer == self._layer:
            places = [position - start for position in self._shown if 0 <= position - start < len(z)]
            self._positions += [start + place for place in places]
            self._rows.append(relative_activations(z[places]).cpu())

    def take_rows(self) -> tuple[list[int], Tensor]:
        """Positions of the rows seen since this was asked last, and the rows, (n, d_ff) float32 on the CPU."""
        positions, rows = self._positions, self._rows
        self._positions, self._rows = [], []
        return positions, torch.cat(rows)

    def jaccard(self) -> list[float]:
        """Mean Jaccard index of every layer, once at least two tokens have been seen."""
        return [mean_jaccard(torch.cat(sets)) for sets in self._sets]

    def measured(self, *, text: str | None, t_s: float) -> LayersMeasured:
        """The event for a text of which at least two tokens have been seen."""
        return LayersMeasured(
            t_s=t_s,
            text=text,
            tokens=self.tokens,
            density=self.density,
            flocking=tuple(self.jaccard()),
            chance=statistics.fmean(self.chance()),
        )

    def chance(self) -> list[float]:
        """What random sets of the sizes seen would give, layer by layer: after a ReLU fewer than k neurons speak."""
        return [mean_chance(torch.cat(sets)) for sets in self._sets]


def neuron_order(votes: Tensor) -> Tensor:
    """(d_ff,) int64, neurons by falling score; votes are (batch, d_ff)."""
    return votes.sum(dim=0).cpu().argsort(descending=True, stable=True)


def evenly_spaced(length: int, most: int) -> list[int]:
    """At most `most` of the places 0 to length - 1, the first and the last among them."""
    count = min(length, most)
    return [index * (length - 1) // max(1, count - 1) for index in range(count)]
