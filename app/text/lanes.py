"""What sets one lane apart from another of the same method, read from its canonical name."""

from griffin_core.formatting import whole
from griffin_core.settings import SHUFFLED

OTHER = "other"
"""Name of the source that is the visitor's other prompt."""


def origin(name: str) -> str:
    """Whose neurons a lane keeps, or its own seed, for a heading; "" for an ordinary lane.

    name: canonical, such as `griffin:density=0.5,experts=other`.
    """
    keys = _keys(name)
    if "experts" in keys:
        named = {OTHER: "neurons of the other prompt", SHUFFLED: "neurons of the shuffled prompt"}
        return named.get(keys["experts"], f"neurons of {keys['experts']}")
    return f"seed {whole(int(keys['seed']))}" if "seed" in keys else ""


def short_origin(name: str) -> str:
    """The same in two words, for a chart."""
    experts = _keys(name).get("experts")
    if experts is None:
        return origin(name)
    return {OTHER: "other prompt", SHUFFLED: "shuffled"}.get(experts, experts)


def lane_kind(method: str, name: str) -> str:
    """What an extra lane is for, as `app.asking.extras` names it: the method where nothing else sets it apart."""
    keys = _keys(name)
    if method == "dense":
        return "seed"
    return {OTHER: "swap"}.get(keys["experts"], keys["experts"]) if "experts" in keys else method


def _keys(name: str) -> dict[str, str]:
    """The lane's keys and values; a repeated lane ends in `#2`."""
    _, _, rest = name.partition("#")[0].partition(":")
    return dict(key.split("=", 1) for key in rest.split(",") if "=" in key)
