"""Sets of kept neurons out of packed bits, and how alike two of them are. Knows no view."""

import base64

import numpy as np
from numpy.typing import NDArray

from griffin_core.events import LayerChoice


def kept_bits(layer: LayerChoice, d_ff: int) -> NDArray[np.bool_]:
    """(d_ff,), True where the neuron is kept."""
    packed = np.frombuffer(base64.b64decode(layer.kept), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little")[:d_ff].astype(bool)


def jaccard(one: NDArray[np.bool_], two: NDArray[np.bool_]) -> float:
    """Neurons in both sets, over neurons in either."""
    return float((one & two).sum() / (one | two).sum())
