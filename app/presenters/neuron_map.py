"""The neuron map: packed bits and score bins of a plan → bytes per layer and bin. Knows no colours."""

import base64
from collections.abc import Sequence

import numpy as np

from app.text import race as text
from app.views import MapView
from griffin_core.events import LaneFacts, LayerChoice, PlanMade


def map_view(plan: PlanMade, facts: LaneFacts, *, run: str, lane: int, d_ff: int) -> MapView:
    """A map of the neurons that `plan` keeps, in the bins it came with."""
    width = plan.layers[0].bin_width
    return MapView(
        run=run,
        lane=lane,
        layers=len(plan.layers),
        bins=-(-d_ff // width),
        neurons=d_ff,
        bin_width=width,
        kept=_text(b"".join(_kept_shares(layer, d_ff) for layer in plan.layers)),
        score=_text(b"".join(base64.b64decode(layer.scores) for layer in plan.layers)),
        sentence=text.map_sentence(
            facts.method, tuple(layer.k for layer in plan.layers), d_ff, _mean_share(plan.layers)
        ),
    )


def _kept_shares(layer: LayerChoice, d_ff: int) -> bytes:
    """One byte a bin: the share of its neurons that is kept, 255 = all."""
    packed = np.frombuffer(base64.b64decode(layer.kept), dtype=np.uint8)
    kept = np.unpackbits(packed, bitorder="little")[:d_ff].astype(np.float64)  # (d_ff,)
    starts = np.arange(0, d_ff, layer.bin_width)
    sizes = np.diff(np.append(starts, d_ff))  # the last bin may be narrower
    shares = np.add.reduceat(kept, starts) / sizes  # (bins,)
    return bytes(np.rint(shares * 255).astype(np.uint8))


def _mean_share(layers: Sequence[LayerChoice]) -> float | None:
    shares = [layer.score_share for layer in layers if layer.score_share is not None]
    return sum(shares) / len(shares) if shares else None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
