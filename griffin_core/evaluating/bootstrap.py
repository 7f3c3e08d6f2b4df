"""95 % intervals by resampling prompts with replacement (percentile bootstrap; Efron and Tibshirani, 1993).

Knows columns of numbers. Resamples depend on the seed and the number of prompts alone, so that two lanes measured on
the same prompts are resampled alike: their difference and ratio are paired.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

RESAMPLES = 10_000
_DRAWN_AT_ONCE = 4_000_000

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A lane's mean against the first lane's, over prompts that both were measured on.

    difference: lane - first. ratio: lane / first; None where the first's mean is 0, its interval where it is so in any
    resample. Intervals are None for fewer than two prompts.
    """

    difference: float
    difference_ci95: Interval | None
    ratio: float | None
    ratio_ci95: Interval | None


def mean_interval(values: Sequence[float], *, seed: int) -> Interval | None:
    """95 % interval of the mean over prompts; None for fewer than two."""
    if len(values) < 2:
        return None
    return _interval(_resampled_means(torch.tensor(values, dtype=torch.float64)[:, None], seed=seed)[:, 0])


def compare(first: Sequence[float | None], lane: Sequence[float | None], *, seed: int) -> Paired | None:
    """The lane against the first one, prompt by prompt; None where they share no prompt."""
    pairs = [(a, b) for a, b in zip(first, lane, strict=True) if a is not None and b is not None]
    if not pairs:
        return None
    columns = torch.tensor(pairs, dtype=torch.float64)  # (prompts, 2)
    first_mean, lane_mean = columns.mean(dim=0).tolist()
    means = _resampled_means(columns, seed=seed) if len(pairs) > 1 else None
    ratios = means is not None and bool((means[:, 0] != 0).all())
    return Paired(
        difference=lane_mean - first_mean,
        difference_ci95=None if means is None else _interval(means[:, 1] - means[:, 0]),
        ratio=lane_mean / first_mean if first_mean else None,
        ratio_ci95=_interval(means[:, 1] / means[:, 0]) if ratios and means is not None else None,
    )


def _resampled_means(columns: Tensor, *, seed: int) -> Tensor:
    """Means of RESAMPLES resamples of the rows, (RESAMPLES, columns) float64; columns are (prompts, columns)."""
    prompts = len(columns)
    generator = torch.Generator().manual_seed(seed)
    means = []
    left = RESAMPLES
    while left:
        count = min(left, max(1, _DRAWN_AT_ONCE // prompts))
        drawn = torch.randint(prompts, (count, prompts), generator=generator)
        means.append(columns[drawn].mean(dim=1))
        left -= count
    return torch.cat(means)


def _interval(values: Tensor) -> Interval:
    low, high = values.quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    return low, high
