"""Sentences about prompts and the neurons they share. Knows no event and no widget."""

from collections.abc import Sequence

from griffin_core.formatting import counted
from griffin_core.plain_text import visible

RANDOM = "Random neurons"
MAGNITUDE = "Largest weights"
CHANCE = "chance"
FIRST = "First prompt"
SECOND = "Second prompt"
WITH_RANDOM = "random"
WITH_MAGNITUDE = "largest weights"
PAIR = "these two"
IDLE = "Type two prompts, or take examples."
STARTING = "Choosing neurons …"
STOPPED = "The comparison was stopped."
SAME = 1e-9
NAME_CHARACTERS = 28


def prompt_name(prompt: str) -> str:
    """A prompt called by its first words."""
    words = visible(" ".join(prompt[: 8 * NAME_CHARACTERS].split()))
    if len(words) > NAME_CHARACTERS:
        words = f"{words[:NAME_CHARACTERS].rpartition(' ')[0] or words[:NAME_CHARACTERS]} …"
    return words


def empty_prompt(which: str) -> str:
    """One of the two boxes holds nothing."""
    return f"The {which} prompt is empty. Type one, or pick an example below it."


def reading(done: int, total: int) -> str:
    """Status while prompts are read."""
    return f"Reading: {done} of {counted(total, 'token')}"


def choosing(done: int, total: int) -> str:
    """Status while sets of neurons arrive."""
    return f"Choosing neurons: {done} of {counted(total, 'set')}"


def done(sets: int) -> str:
    """Status at the end."""
    return f"Done: {counted(sets, 'set')} compared."


def pair_sentence(first: str, second: str, shares: Sequence[float], chance: float) -> str:
    """Two sets in words; shares: Jaccard index of every layer."""
    mean = sum(shares) / len(shares)
    if min(shares) > 1 - SAME:
        return f"“{first}” and “{second}” keep exactly the same neurons."
    low, high = min(shares), max(shares)
    return (
        f"“{first}” and “{second}” overlap by {_index(mean)} on average (Jaccard index), against {_index(chance)} by "
        f"chance: most in layer {shares.index(high)} ({_index(high)}), least in layer {shares.index(low)} "
        f"({_index(low)})."
    )


def references_sentence(random: float, magnitude: float) -> str:
    """How far the prompts' sets are from sets that no prompt chose; means over layers."""
    return f"With random neurons it is {_index(random)}, with those of the largest weights {_index(magnitude)}."


def matrix_sentence(most: tuple[str, str, float], least: tuple[str, str, float], chance: float) -> str:
    """Reading of the table: the most and the least alike prompts."""
    return (
        f"Most alike: “{most[0]}” and “{most[1]}” ({_index(most[2])}). "
        f"Least alike: “{least[0]}” and “{least[1]}” ({_index(least[2])}). Chance gives {_index(chance)}."
    )


def _index(value: float) -> str:
    return f"{value:.2f}"
