"""How many neurons each layer keeps. Knows sizes and the density; knows no scores yet."""

from collections.abc import Sequence


def uniform_budget(d_ff: Sequence[int], density: float) -> tuple[int, ...]:
    """max(1, ⌊d_ff · density⌋) neurons in every layer, as the reference implementation rounds."""
    return tuple(max(1, int(size * density)) for size in d_ff)
