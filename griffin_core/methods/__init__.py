"""The methods by name: how neurons are scored, and how some are selected from the scores.

A new method is one file in this folder and one row in `METHODS`. Knows no model run, no lanes, no clock.
"""

from griffin_core.errors import SettingsError
from griffin_core.methods.griffin import griffin_scores
from griffin_core.methods.magnitude import magnitude_scores
from griffin_core.methods.method import Method
from griffin_core.methods.random import random_scores
from griffin_core.methods.selection import draw, keep_and_draw, keep_strongest

METHODS: dict[str, Method] = {
    "griffin": Method(griffin_scores, keep_strongest),
    "griffin-sampled": Method(griffin_scores, draw),
    "griffin-topk-sampled": Method(griffin_scores, keep_and_draw),
    "magnitude": Method(magnitude_scores, keep_strongest, reads_prompt=False),
    "random": Method(random_scores, keep_strongest, reads_prompt=False),
}


def method_names() -> tuple[str, ...]:
    """Names of all pruning methods; "dense" is not one of them."""
    return tuple(METHODS)


def find_method(name: str) -> Method:
    """The method called `name`. Raises SettingsError, which lists the names there are."""
    if name not in METHODS:
        raise SettingsError(f'unknown method "{name}". Use one of: dense, {", ".join(METHODS)}.')
    return METHODS[name]


__all__ = ["METHODS", "Method", "find_method", "method_names"]
