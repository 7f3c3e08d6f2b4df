"""Sentences about an answer: how it ended, what it went on from, how far it agrees with the full model's."""

from griffin_core.formatting import DASH, counted, whole


def agreement(matching: int, diverges_at: int | None, *, forced: int = 0) -> str:
    """How far the answers agree, in a word or two. The first token is the dense prefill's in every lane.

    forced: tokens up to a branch, which were given to both.
    """
    if matching:
        return counted(matching, "new token" if forced else "token")
    if forced:
        return DASH if diverges_at is None else "none"
    return {None: DASH, 0: "none"}.get(diverges_at, "first token only")


def matching_sentence(matching: int, diverges_at: int | None, *, complete: bool, forced: int = 0) -> str:
    """How far the answers agree. complete: both are written, and equally long. forced: as in `agreement`."""
    if forced and diverges_at is not None:
        if not matching:
            return "The answers part right after the branch."
        verb = "agrees" if matching == 1 else "agree"
        return f"The first {counted(matching, 'token')} after the branch {verb}, then the answers part."
    if diverges_at == 0:
        return "The answers differ from the first token on."
    if diverges_at is None:
        return "Both answers agree token for token." if complete else "No difference as far as both have written."
    if matching == 0:
        return "The answers part right after the first token, which both owe to the full model."
    verb = "agrees" if matching == 1 else "agree"
    return f"The first {counted(matching, 'token')} after the first {verb}, then the answers part."


def lane_note(finish_reason: str | None, tokens: int, given: int = 0) -> str:
    """How a lane ended; explains an answer that ends at once. given: tokens that were there before this run."""
    if given:
        return _ended(finish_reason, counted(tokens - given, "new token"))
    if finish_reason == "eos" and tokens <= 1:
        return (
            "No text: the very first token was end of text. Word the prompt as a request, or switch the chat "
            "template on or off."
        )
    if finish_reason == "eos" and tokens <= 4:
        return f"The model ended its answer after {counted(tokens - 1, 'token')}. A longer request gives it more to do."
    return _ended(finish_reason, counted(tokens, "token"))


def _ended(finish_reason: str | None, tokens: str) -> str:
    notes = {
        "eos": f"Ended by itself after {tokens}.",
        "stop": f"Ended at a stop string after {tokens}.",
        "length": f"Cut at {tokens}, as asked for.",
        "cancelled": f"Stopped after {tokens}.",
    }
    return notes.get(finish_reason or "", "")


def new_tokens(count: int) -> str:
    """Tokens of a continued answer, as a figure: those before are not this run's."""
    return f"{whole(count)} new"


def given_before(count: int) -> str:
    """Behind that figure."""
    return f"{counted(count, 'token')} stood there before."


def shared_text(label: str) -> str:
    """Above the tokens before a branch: whose they are, "" where that is not known."""
    return f"text so far: {label}" if label else "text so far"
