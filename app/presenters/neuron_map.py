"""The neuron map: the plans of a run → packed bits, binned scores and a number a layer. Knows no colours."""

import base64
import math
from collections.abc import Mapping, Sequence

import numpy as np

from app.presenters.kept_sets import jaccard, kept_bits
from app.text import neurons as text
from app.text.race import lane_chip, lane_label
from app.views import MapLane, MapStrip, MapView
from griffin_core.chance import chance_jaccard
from griffin_core.events import LaneFacts, LayerChoice, PlanMade, RunStarted

MAX_BINS = 1_024
"""Score bins a layer that all lanes share, so that a map of several lanes is hardly larger than that of one."""

Layers = tuple[LayerChoice, ...]


def map_view(start: RunStarted, plans: Mapping[str, PlanMade], *, run: str) -> MapView:
    """The map of every pruned lane that has a plan; `plans`: each lane's latest, by its name."""
    pruned = [(number, facts) for number, facts in enumerate(start.lanes) if facts.method != "dense"]
    made = [(number, facts, plans[facts.name].layers) for number, facts in pruned if facts.name in plans]
    return MapView(
        run=run,
        layers=start.model.n_layers,
        neurons=start.model.d_ff,
        lanes=tuple(
            _lane(start, facts, layers, lane=number, bins=MAX_BINS // len(pruned), other=_compared_with(made, index))
            for index, (number, facts, layers) in enumerate(made)
        ),
    )


def _compared_with(made: Sequence[tuple[int, LaneFacts, Layers]], index: int) -> tuple[str, Layers] | None:
    """Whose neurons, and the plan: always the first pruned lane's, for that one the second's; None without another."""
    if len(made) < 2:
        return None
    _, facts, layers = made[0 if index else 1]
    return text.whose(facts.method, name=facts.name), layers


def _lane(
    start: RunStarted, facts: LaneFacts, layers: Layers, *, lane: int, bins: int, other: tuple[str, Layers] | None
) -> MapLane:
    d_ff = start.model.d_ff
    width = layers[0].bin_width
    merged = math.ceil(math.ceil(d_ff / width) / bins)  # bins that become one
    shares = [layer.score_share for layer in layers if layer.score_share is not None]
    return MapLane(
        lane=lane,
        name=lane_label(facts.method, facts.density, name=facts.name),
        chip=lane_chip(facts.method, name=facts.name),
        caption=text.map_caption(start.model.model, facts.method, facts.density, name=facts.name),
        bins=math.ceil(d_ff / (width * merged)),
        bin_width=width * merged,
        k=tuple(layer.k for layer in layers),
        kept=_text(b"".join(base64.b64decode(layer.kept) for layer in layers)),
        score=_text(b"".join(_merged(layer, d_ff, merged) for layer in layers)),
        strips=(_share(layers, d_ff), _gini(layers), _overlap(layers, d_ff, other)),
        sentence=text.map_sentence(
            facts.method,
            [layer.k for layer in layers],
            d_ff,
            sum(shares) / len(shares) if shares else None,
            [layer.gini for layer in layers],
        ),
    )


def _merged(layer: LayerChoice, d_ff: int, count: int) -> bytes:
    """Scores in bins that are `count` times as wide; the last one may hold fewer neurons."""
    scores = base64.b64decode(layer.scores)
    if count == 1:
        return scores
    neurons = np.diff(np.append(np.arange(0, d_ff, layer.bin_width), d_ff))  # (bins,)
    starts = np.arange(0, len(neurons), count)
    sums = np.add.reduceat(np.frombuffer(scores, dtype=np.uint8) * neurons, starts)
    means = sums / np.add.reduceat(neurons, starts)  # (merged bins,)
    return bytes(np.rint(means / max(means.max(), 1) * 255).astype(np.uint8))


def _share(layers: Layers, d_ff: int) -> MapStrip:
    shares = [layer.score_share for layer in layers if layer.score_share is not None]
    if len(shares) < len(layers):
        return MapStrip(kind="share", sentence=text.no_share())
    chance = [layer.k / d_ff for layer in layers]
    return MapStrip(kind="share", values=_short(shares), chance=_short(chance), sentence=text.share_sentence(shares))


def _gini(layers: Layers) -> MapStrip:
    ginis = [layer.gini for layer in layers]
    return MapStrip(kind="gini", values=_short(ginis), sentence=text.gini_sentence(ginis))


def _overlap(layers: Layers, d_ff: int, other: tuple[str, Layers] | None) -> MapStrip:
    if other is None:
        return MapStrip(kind="overlap", sentence=text.no_overlap())
    name, others = other
    values = [jaccard(kept_bits(one, d_ff), kept_bits(two, d_ff)) for one, two in zip(layers, others, strict=True)]
    chance = [chance_jaccard(d_ff, one.k, two.k) for one, two in zip(layers, others, strict=True)]
    return MapStrip(
        kind="overlap",
        values=_short(values),
        chance=_short(chance),
        against=name,
        sentence=text.overlap_sentence(name, values, sum(chance) / len(chance)),
    )


def _short(values: Sequence[float]) -> tuple[float, ...]:
    """As precise as a bar can show."""
    return tuple(round(value, 3) for value in values)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
