"""Sentences of a blind run. None of them may tell which answer is which before the vote."""

from griffin_core.formatting import counted, whole

HEADLINE = "?"
QUESTION = "Which one is pruned?"
PACE = "Both answers come at the same pace and without figures, so only the words can tell. Extra lanes stay out."
WRITTEN = "Both answers are written. Which one is pruned?"


def answer(letter: str) -> str:
    """Heading of a pane."""
    return f"Answer {letter}"


def was(letter: str, subtitle: str) -> str:
    """Line under a heading, once the answer has its name back."""
    return f"was answer {letter} · {subtitle}"


def writing(tokens: int) -> str:
    """Status while both write."""
    return f"Writing: {counted(tokens, 'token')} each"


def outcome(pruned: str, right: bool | None) -> str:
    """What became of a vote; right: None where the visitor did not decide."""
    if right is None:
        return f"Answer {pruned} is the pruned one."
    return f"{short(right)[:-1]}: answer {pruned} is the pruned one."


def short(right: bool | None) -> str:
    """The same before another sentence."""
    return "" if right is None else f"You were {'right' if right else 'wrong'}."


def tally(right: int, wrong: int, undecided: int) -> str:
    """All votes of this visit."""
    words = f"So far {whole(right)} right, {whole(wrong)} wrong"
    return f"{words}, {whole(undecided)} undecided." if undecided else f"{words}."
