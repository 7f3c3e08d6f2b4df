"""What a closer look tells about the tokens of `scripted_race`, written by hand. Knows no model."""

from collections.abc import Sequence

from griffin_core.events import Alternative, Event, RunFinished, StudyStarted, TextRead
from tests.app.scripted_engine import FACTS
from tests.app.scripted_events import DENSE, PRUNED

OTHERS = (" <img src=x onerror=alert(1)>", " ${1+1}", "\n", " a")
"""What the models would have written instead, after the token that they chose."""


def scripted_look(
    dense: Sequence[str] = ("The", " sun", " rises", " in", " the", " east", "."),
    pruned: Sequence[str] = ("The", " sun", " rises", " at", " dawn", ".", ""),
    *,
    chunk: int = 4,
    t_s: float = 0.02,
) -> list[Event]:
    """Both texts, read piece by piece by the full model and by the pruned one, `t_s` seconds a piece.

    The written token is the reader's own choice, but every third time the other model's second.
    """
    ids = {token: number for number, token in enumerate(dict.fromkeys((*dense, *pruned)))}
    events: list[Event] = [StudyStarted(t_s=0.0, kind="inspection", model=FACTS)]
    for name, text, other in ((DENSE, dense, PRUNED), (PRUNED, pruned, DENSE)):
        for start in range(0, len(text), chunk):
            piece = [(ids[token], token) for token in text[start : start + chunk]]
            for reader in (DENSE, PRUNED):
                now_s = len(events) * t_s
                events.append(_read(name, reader, piece, start=start, t_s=now_s, doubts=reader == other))
    return [*events, RunFinished(t_s=len(events) * t_s, reason="done")]


def _read(
    name: str, reader: str, piece: Sequence[tuple[int, str]], *, start: int, t_s: float, doubts: bool
) -> TextRead:
    numbers = range(start, start + len(piece))
    doubtful = [doubts and index % 3 == 2 for index in numbers]
    pruned = reader != DENSE
    return TextRead(
        t_s=t_s,
        text=name,
        reader=reader,
        first_index=start,
        logprob=tuple(-(2.0 + index % 5) if doubt else -0.1 for index, doubt in zip(numbers, doubtful, strict=True)),
        rank=tuple(int(doubt) for doubt in doubtful),
        best=tuple(_best(token, doubt) for token, doubt in zip(piece, doubtful, strict=True)),
        agrees=tuple(not (pruned and index % 3 == 2) for index in numbers),
        kl=tuple(0.0 if index == 0 else 0.1 + 0.3 * (index % 7) for index in numbers) if pruned else None,
        coverage=tuple(0.95 - 0.06 * (index % 7) for index in numbers) if pruned else None,
    )


def _best(token: tuple[int, str], doubt: bool) -> tuple[Alternative, ...]:
    """Ids from 1,000 on are of tokens that nobody wrote."""
    written = Alternative(token_id=token[0], text=token[1], probability=0.12 if doubt else 0.7)
    others = [
        Alternative(token_id=1000 + number, text=other, probability=0.1 / (number + 1))
        for number, other in enumerate(OTHERS)
    ]
    if not doubt:
        return (written, *others)
    first = Alternative(token_id=others[0].token_id, text=others[0].text, probability=0.6)
    return (first, written, *others[1:])
