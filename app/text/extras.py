"""Sentences about the extra lanes: what they are for, what they showed, what is wrong with a choice of them."""

from collections.abc import Sequence

from app.text.race import method_title
from griffin_core.formatting import counted, percent, whole

NAMES = {
    "swap": "Other prompt's neurons",
    "random": "Random neurons",
    "magnitude": "Largest weights",
    "shuffled": "Shuffled prompt's neurons",
    "seed": "Another seed",
}
HOVERS = {
    "swap": "The same prompt, continued with the neurons that another prompt chooses.",
    "random": "As many neurons, drawn at random. What any half of the model would write.",
    "magnitude": "As many neurons, those with the largest weights: the same for every prompt.",
    "shuffled": "The neurons that this prompt chooses when its words are read in random order.",
    "seed": "The full model again with another seed: how far chance alone moves the answer. Only when sampling.",
}
JUDGING = "Whose neurons do better is being judged: the closer look reads the full model's answer with each of them."
NOT_JUDGED = "Whose neurons do better was not judged, because the closer look did not come to its end."
SHORT_PROMPTS = "A short prompt may not show it: few words tell little about which neurons will matter."
SWAP_PROVES = "If any neurons would do, another prompt's or random ones would write as well."
NO_OTHER_PROMPT = "Swap test: there is no other prompt. Type one, or pick an example for it."
GREEDY_SEED = (
    "With temperature 0 nothing is drawn, so another seed writes the same text. Set a temperature above 0 to compare."
)
CLEAR_GAP = 0.1
"""Shares of a short text that differ by less are called close."""

_WHOSE = {
    "swap": "the other prompt's",
    "random": "random ones",
    "magnitude": "those of the largest weights",
    "shuffled": "the shuffled prompt's",
}


def whose_neurons(kind: str) -> str:
    """Neurons of an extra lane, after "with its own neurons"; the method's name where there is no such kind."""
    return _WHOSE.get(kind, f"those of {method_title(kind)}")


def _uncounted(*, branched: bool) -> str:
    return "tokens up to the branch not counted" if branched else "the first token not counted"


def agreement_sentence(own: float, others: Sequence[tuple[str, float]], *, branched: bool = False) -> str:
    """How often each lane picks the full model's next token on the full model's text, the first one left out.

    others: (kind, share in 0-1). branched: all tokens up to a branch are left out.
    """
    parts = [f"{percent(share)} with {whose_neurons(kind)}" for kind, share in others]
    words = (
        "Led through the full model's answer, the pruned model picks the same next token in "
        f"{percent(own)} of all places with its own neurons, in {' and '.join(parts)}, {_uncounted(branched=branched)}."
    )
    ahead = own - max(share for _, share in others)
    if abs(ahead) < CLEAR_GAP:
        return f"{words} The best two are close. {SHORT_PROMPTS}"
    return f"{words} Its own neurons do best." if ahead > 0 else f"{words} Here they do not do best. {SHORT_PROMPTS}"


def seed_sentence(tokens: int, *, greedy: bool) -> str:
    """What the full model's second try tells."""
    if greedy:
        return GREEDY_SEED
    return f"With another seed the full model agrees with itself for {counted(tokens, 'token')}."


def unknown_kind(kind: str, known: Sequence[str]) -> str:
    """A lane that the page does not offer."""
    return f'Unknown extra lane "{kind}". Use one of: {", ".join(known)}.'


def too_many(count: int, most: int) -> str:
    """More lanes than a run takes."""
    return f"{whole(count)} extra lanes are chosen, and a run takes {whole(most)}. Leave some out."


def same_twice(kind: str) -> str:
    """The pruned lane is of this kind itself."""
    return f'The pruned lane already is "{NAMES[kind]}". Choose another lane to compare it with.'


def nothing_to_swap(kind: str, method: str) -> str:
    """The method reads no prompt."""
    return (
        f'"{NAMES[kind]}" cannot be shown: the method "{method_title(method)}" keeps the same neurons for every '
        "prompt. Choose GRIFFIN as the method."
    )


def other_too_long(length: int, most: int) -> str:
    """The other prompt is not even measured."""
    return (
        f"The other prompt is {whole(length)} characters long; {whole(most)} is the most this page takes. Shorten it."
    )
