"""How alike two recorded choices of neurons are. Knows their packed bits; needs neither torch nor numpy."""

import base64
from collections.abc import Sequence

from griffin_core.events import LayerChoice, ModelFacts


def same_shape(a: ModelFacts, b: ModelFacts) -> bool:
    """Whether the models have as many layers of as many neurons: else no neuron of one has a place in the other."""
    return (a.n_layers, a.d_ff) == (b.n_layers, b.d_ff)


def kept_overlap(a: Sequence[LayerChoice], b: Sequence[LayerChoice]) -> tuple[float, ...]:
    """Jaccard index of the neurons that two plans keep, layer by layer; plans of models of one shape."""
    return tuple(_jaccard(_bits(one), _bits(other)) for one, other in zip(a, b, strict=True))


def _bits(layer: LayerChoice) -> int:
    return int.from_bytes(base64.b64decode(layer.kept), "little")


def _jaccard(a: int, b: int) -> float:
    """1 where both keep nothing: there is no difference."""
    either = (a | b).bit_count()
    return (a & b).bit_count() / either if either else 1.0
