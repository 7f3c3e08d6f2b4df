"""Sentences about a closer look at a finished race."""

from griffin_core.formatting import counted, whole

STARTING = "Taking a closer look …"
STOPPED = "The closer look was stopped."


def reading(done: int, total: int) -> str:
    """Status while the prompt is read again."""
    return f"Closer look: reading the prompt, {whole(done)} of {counted(total, 'token')}"


def looking(done: int, total: int) -> str:
    """Status while the answers are read again."""
    return f"Closer look: {whole(done)} of {counted(total, 'written token')}"
