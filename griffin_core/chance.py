"""What chance alone gives when sets of neurons are compared. Knows numbers only."""

import math
from functools import cache

from griffin_core.errors import SettingsError


@cache
def chance_jaccard(d_ff: int, k_a: int, k_b: int) -> float:
    """Expected Jaccard index of two independent random sets of `k_a` and `k_b` out of `d_ff` neurons.

    The common neurons follow the hypergeometric distribution, and the index is averaged over it exactly: taking
    it at the mean number of common neurons would be too low. Raises SettingsError unless 1 <= k <= d_ff.
    """
    if not (1 <= k_a <= d_ff and 1 <= k_b <= d_ff):
        raise SettingsError(f"sets of {k_a} and {k_b} out of {d_ff} neurons make no sense. Use sizes from 1 to {d_ff}.")
    common = range(max(0, k_a + k_b - d_ff), min(k_a, k_b) + 1)
    logs = [_log_choose(k_a, both) + _log_choose(d_ff - k_a, k_b - both) for both in common]
    largest = max(logs)  # taken out first, so that nothing overflows
    weights = [math.exp(log - largest) for log in logs]
    indices = (weight * both / (k_a + k_b - both) for weight, both in zip(weights, common, strict=True))
    return math.fsum(indices) / math.fsum(weights)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
