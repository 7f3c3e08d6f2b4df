"""Which of several trade-offs are worth choosing. Pure numbers: knows no torch, no model and no event."""

from collections.abc import Sequence


def pareto(points: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of the points that no other point beats, in ascending order.

    points: (cost, loss), both better when smaller. A point is beaten by one that is no worse in either and better in
    one of them; equal points do not beat each other. A point with a number that is not one (NaN) is beaten.
    """
    real = [(index, cost, loss) for index, (cost, loss) in enumerate(points) if cost == cost and loss == loss]
    kept: list[int] = []
    least_loss = float("inf")
    cost_of_least = float("nan")
    for index, cost, loss in sorted(real, key=lambda point: point[1:]):
        # Cheaper points came before: this one must lose less than all of them, or be the last one kept once more.
        if loss < least_loss or (loss == least_loss and cost == cost_of_least):
            kept.append(index)
            least_loss, cost_of_least = loss, cost
    return sorted(kept)
