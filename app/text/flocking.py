"""Sentences about flocking and coverage. Knows no event and no widget."""

from collections.abc import Sequence

from app.text.race import DENSE_TITLE
from griffin_core.formatting import counted, percent, whole

PROMPT = "Prompt"
CHANCE = "chance"
IDLE = "Run a race first: the closer look starts when it is over."
NO_RACE = "There is no finished race to look into. The closer look starts when one is over."
LOOKED = "Every token has been looked at."


def flocking_sentence(layer: int, share: float, chance: float) -> str:
    """What the flocking picture shows of the prompt. share: mean Jaccard index of two tokens."""
    return (
        f"In layer {layer} two tokens of the prompt share {_points(share)} of their strongest neurons "
        f"(Jaccard index), against {_points(chance)} by chance."
    )


def prompt_heading(drawn: int, tokens: int) -> str:
    """Above the prompt's rows of the flocking picture."""
    return f"the prompt, {f'{whole(drawn)} of its ' if drawn < tokens else ''}{counted(tokens, 'token')}"


def text_flocking_sentence(name: str, share: float) -> str:
    """The same of an answer, told after the prompt."""
    return f"In {text_of(name)} it is {_points(share)}."


def layers_sentence(shares: Sequence[float], chance: float) -> str:
    """Reading of the flocking measure of the prompt, layer by layer."""
    low, high = min(shares), max(shares)
    above = sum(share > chance for share in shares)
    where = "in every layer" if above == len(shares) else f"in {whole(above)} of {whole(len(shares))} layers"
    return (
        f"Tokens of the prompt agree more than chance ({_points(chance)}) {where}: most in layer {shares.index(high)} "
        f"({_points(high)}), least in layer {shares.index(low)} ({_points(low)})."
    )


def coverage_name(label: str, *, own: bool) -> str:
    """A line of the coverage chart, in two rows: whose neurons, and on whose text."""
    whose = "its own" if own else "the full model's"
    return f"{label}\non {whose} text"


def coverage_steady(name: str, mean: float, low: float, token: int) -> str:
    """A text without a marked drop. name: the line's. mean, low: in 0–1; token: counted from 1, where it is lowest."""
    return (
        f"{_in_a_row(name)}: the kept neurons carry {_points(mean)} of the activation on average, "
        f"least at token {whole(token)} ({_points(low)})."
    )


def coverage_drop(name: str, before: float, after: float, token: int) -> str:
    """A text in which coverage falls; token: counted from 1, the last before the fall."""
    return (
        f"{_in_a_row(name)}: after token {whole(token)} the kept neurons carry {_points(after)} of the activation, "
        f"{_points(before)} before."
    )


def coverage_rise(name: str, before: float, after: float, token: int) -> str:
    """A text in which coverage rises; token: counted from 1, the last before the rise."""
    return (
        f"{_in_a_row(name)}: the kept neurons carry {_points(before)} of the activation at first and {_points(after)} "
        f"after token {whole(token)}."
    )


def _in_a_row(name: str) -> str:
    return name.replace("\n", " ")


def full_coverage() -> str:
    """At density 1.0."""
    return "Every neuron is kept, so all of the activation is covered."


def text_of(label: str) -> str:
    """A lane's text within a sentence."""
    return f"the text of {'the full model' if label == DENSE_TITLE else label}"


def _points(share: float) -> str:
    return percent(round(share, 2))
