"""Lanes by name: `dense`, `griffin:density=0.5`. Knows the method table; knows nothing of running them."""

from collections.abc import Sequence

from griffin_core.errors import SettingsError
from griffin_core.methods import find_method
from griffin_core.settings import DENSE, LaneSettings, PruningSettings

KEYS = ("density", "seed")


def dense() -> LaneSettings:
    """The full model."""
    return LaneSettings()


def pruned(*, density: float = 0.5, method: str = "griffin", seed: int | None = None) -> LaneSettings:
    """The model with a share `density` of every layer's neurons, chosen by `method`."""
    find_method(method)
    return LaneSettings(pruning=PruningSettings(method=method, density=density, seed=seed))


def parse_lane(text: str) -> LaneSettings:
    """The lane written as `method[:key=value,…]`. Raises SettingsError for an unknown method, key or value."""
    method, _, rest = text.strip().partition(":")
    values: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in rest.split(","))):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not value:
            raise SettingsError(f'lane "{text}": "{item}" is not key=value. Write for example griffin:density=0.5.')
        if key in values:
            raise SettingsError(f'lane "{text}": {key} is given twice. Leave one out.')
        values[key] = value
    if method == DENSE:
        if values:
            raise SettingsError(f'lane "{text}": dense takes no keys, got {", ".join(values)}. Write just "dense".')
        return dense()
    find_method(method)
    if unknown := [key for key in values if key not in KEYS]:
        raise SettingsError(f'lane "{text}": unknown key {", ".join(unknown)}. Known keys: {", ".join(KEYS)}.')
    pruning = PruningSettings(method=method, **values)  # type: ignore[arg-type]  # it takes and checks text
    return LaneSettings(pruning=pruning)


def check_lanes(lanes: Sequence[LaneSettings]) -> None:
    """Raise SettingsError unless every lane's method is known."""
    for lane in lanes:
        if lane.pruning is not None:
            find_method(lane.pruning.method)
