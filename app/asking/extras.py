"""Lanes beside the full and the pruned one, so that a difference can be judged. Knows settings; knows no model.

swap      the pruned lane with the neurons that another prompt chooses
random    as many neurons, drawn at random
magnitude as many neurons, those with the largest weights
shuffled  the pruned lane with the neurons that the prompt chooses when its tokens are shuffled
seed      the full model, drawing its tokens with another seed
"""

from collections.abc import Sequence

from app.text import extras as text
from app.text.lanes import OTHER
from griffin_core.errors import PromptError, SettingsError
from griffin_core.settings import SHUFFLED, LaneSettings, PruningSettings, SamplingSettings

KINDS = tuple(text.NAMES)
MOST_EXTRAS = 2
"""A run takes four lanes, and two of them are the full and the pruned one."""

READ_NO_TEXT = ("magnitude", "random")
"""Methods that choose the same neurons whatever the prompt."""


def chosen_kinds(value: object) -> tuple[str, ...]:
    """The kinds that the page's chips hold; () for anything else that a browser may send."""
    chosen = value.get("chosen") if isinstance(value, dict) else None
    return tuple(str(kind) for kind in chosen) if isinstance(chosen, list) else ()


def check_extras(kinds: Sequence[str], *, method: str, other: str) -> None:
    """Raise SettingsError or PromptError for lanes that cannot run beside one of `method`. other: the other prompt."""
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise SettingsError(text.unknown_kind(unknown[0], KINDS))
    if len(kinds) > MOST_EXTRAS:
        raise SettingsError(text.too_many(len(kinds), MOST_EXTRAS))
    for kind in kinds:
        if kind == method:
            raise SettingsError(text.same_twice(kind))
        if kind in ("swap", "shuffled") and method in READ_NO_TEXT:
            raise SettingsError(text.nothing_to_swap(kind, method))
    if "swap" in kinds and not other.strip():
        raise PromptError(text.NO_OTHER_PROMPT)


def extra_lane(kind: str, pruning: PruningSettings, sampling: SamplingSettings) -> LaneSettings:
    """The lane of a kind that was checked, beside a pruned lane of `pruning`."""
    match kind:
        case "swap":
            return LaneSettings(pruning=pruning, experts=OTHER)
        case "shuffled":
            return LaneSettings(pruning=pruning, experts=SHUFFLED)
        case "seed":
            return LaneSettings(sampler_seed=sampling.seed - 1 if sampling.seed else 1)
    return LaneSettings(pruning=PruningSettings(method=kind, density=pruning.density))
