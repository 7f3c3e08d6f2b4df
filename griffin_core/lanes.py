"""Lanes by name: `dense`, `griffin:density=0.5,experts=A`. Knows the method table; knows nothing of running them."""

from collections.abc import Sequence

from griffin_core.errors import SettingsError
from griffin_core.methods import find_method
from griffin_core.settings import DENSE, LaneSettings, PruningSettings

DENSE_KEYS = ("seed",)
KEYS = ("density", "seed", "experts")


def dense(*, seed: int | None = None) -> LaneSettings:
    """The full model. seed: this lane's own for drawing tokens, which matters only when sampling; None: the run's."""
    return LaneSettings(sampler_seed=seed)


def pruned(
    *, density: float = 0.5, method: str = "griffin", seed: int | None = None, experts: str | None = None
) -> LaneSettings:
    """The model with a share `density` of every layer's neurons, chosen by `method`.

    seed: for methods that draw neurons; None: the run's.
    experts: the source whose text is read to choose them, "shuffled" or a name the run knows; None: the prompt.
    """
    lane = LaneSettings(pruning=PruningSettings(method=method, density=density, seed=seed), experts=experts)
    check_lanes([lane])
    return lane


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
        if unknown := [key for key in values if key not in DENSE_KEYS]:
            raise SettingsError(f'lane "{text}": dense takes no {", ".join(unknown)}. Its only key is seed.')
        return dense(**values)  # type: ignore[arg-type]  # it takes and checks text
    find_method(method)
    if unknown := [key for key in values if key not in KEYS]:
        raise SettingsError(f'lane "{text}": unknown key {", ".join(unknown)}. Known keys: {", ".join(KEYS)}.')
    return pruned(method=method, **values)  # type: ignore[arg-type]  # it takes and checks text


def check_lanes(lanes: Sequence[LaneSettings]) -> None:
    """Raise SettingsError unless every lane's method is known, and reads a text where one is named."""
    for lane in lanes:
        if lane.pruning is None:
            continue
        if not find_method(lane.method).reads_prompt and lane.experts is not None:
            raise SettingsError(
                f'lane "{lane.name}": {lane.method} chooses neurons without reading any text, so it cannot take '
                f"experts from one. Leave out experts."
            )
