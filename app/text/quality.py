"""Sentences about the tokens of a finished race: how the models judge them, and going on from one of them."""

from griffin_core.formatting import DASH, SPACE, counted, percent, whole

FULL = "Full model"

UNCOUNTED = (
    "The first token is left out, which the full model chooses in every lane, and so are those up to a branch, which "
    "no lane chose."
)
KL_HOVER = (
    "Mean KL(full ‖ pruned) over the full model's text, both reading the same tokens. 0 is no difference. " + UNCOUNTED
)
AGREEMENT_HOVER = (
    "Forced agreement: the share of places in the full model's text at which the pruned one, too, would have chosen "
    "the full model's first choice. " + UNCOUNTED
)
COVERAGE_HOVER = (
    "Share of the activation energy (z²) of the full model's text that lies on the neurons this lane kept, mean over "
    "layers and tokens. " + UNCOUNTED
)
DIVERGENCE_HOVER = (
    "First token of the full model's text, counted from 1, at which the two models would have chosen differently."
)
OWN_HOVER = (
    "Mean log-probability per token that the full model gives to this lane's own text, the first token and those up "
    "to a branch left out. 0 is certain. A text that repeats itself is likely, too, so this alone does not make a text "
    "good."
)
FULL_OWN_HOVER = "The same for the full model's own text, to compare with."

NOTHING_TO_BRANCH = "There is no finished race to branch from. Press Run first."
NO_PLACE = "This is no token to branch from. Point at a token of a finished race and choose one of its alternatives."

ABOUT_AS_LIKELY = 1.05
"""Ratios of probability up to here are called about equal."""


def no_such_lane(lane: int, lanes: int) -> str:
    """A browser may send anything."""
    return f"There is no pane {whole(lane + 1)}: the race has {counted(lanes, 'pane')}. Choose a token in one of them."


def beyond_the_text(index: int, tokens: int) -> str:
    """A place at which no token was written."""
    return (
        f"There is no token {whole(index + 1)} to branch from: this text ends after {counted(tokens, 'token')}. "
        "Choose one of those, or press Continue to go on from the end."
    )


def sentence(*, agreed: int, places: int, ratio: float | None, branched: bool = False) -> str:
    """What the closer look found. agreed of places: equal first choices on the full model's text.

    branched: only what comes after a branch counts.
    ratio: probability per token of the full model's own text over that of the pruned lane's, to the full model.
    """
    likely = None if ratio is None else _likely(ratio)
    if not places:
        return f"The full model finds the pruned one's own text {likely}." if likely else ""
    where = "On the full model's text after the branch" if branched else "On the full model's text"
    same = f"{where} the pruned one would have chosen the same token at {whole(agreed)} of {counted(places, 'place')}"
    return f"{same}; its own text the full model finds {likely}." if likely else f"{same}."


def nats(value: float | None) -> str:
    """0.31 nats"""
    return DASH if value is None else f"{value:.2f}{SPACE}nats"


def coverage(share: float | None) -> str:
    """76 %"""
    return DASH if share is None else percent(round(share, 2))


def logprob(value: float | None) -> str:
    """−0.31 nats"""
    return DASH if value is None else f"{value:.2f}{SPACE}nats".replace("-", "−")


def agreement(agreed: int, places: int) -> str:
    """49.2 % (31 of 63)"""
    return f"{percent(agreed / places)} ({whole(agreed)} of {whole(places)})" if places else DASH


def divergence(index: int | None, tokens: int) -> str:
    """Token 12, counted from 1; "none" if they always agree. tokens: how many were compared."""
    if not tokens:
        return DASH
    return "none" if index is None else f"token{SPACE}{whole(index + 1)}"


def _likely(ratio: float) -> str:
    if 1 / ABOUT_AS_LIKELY <= ratio <= ABOUT_AS_LIKELY:
        return "about as likely per token as the full one's"
    word, factor = ("more", 1 / ratio) if ratio < 1 else ("less", ratio)
    return f"{factor:,.{1 if factor < 9.95 else 0}f} times {word} likely per token"
