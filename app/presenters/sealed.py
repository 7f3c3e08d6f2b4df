"""Blind runs: what is hidden until the visitor votes, and the votes. Plain records; knows no events and no widgets."""

import secrets
from dataclasses import dataclass
from typing import Literal

from app.views import RaceView

Letter = Literal["A", "B"]
LETTERS: tuple[Letter, ...] = ("A", "B")

Order = tuple[int, int]
"""The lane shown as answer A, then the one shown as answer B. Lane 0 is the full model, lane 1 the pruned one."""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A blind run that has ended and waits for its vote. view: as it will be revealed. It never leaves the server."""

    view: RaceView
    order: Order

    @property
    def pruned(self) -> Letter:
        """The answer that the pruned lane wrote."""
        return LETTERS[self.order.index(1)]


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What a visitor said about a blind run. said: the answer held for the pruned one; None: could not tell."""

    run: str
    pruned: Letter
    said: Letter | None

    @property
    def right(self) -> bool | None:
        """None where the visitor did not decide."""
        return None if self.said is None else self.said == self.pruned


@dataclass(frozen=True, kw_only=True)
class Votes:
    """The votes of one visit, oldest first."""

    given: tuple[Vote, ...] = ()

    def counted(self, vote: Vote) -> "Votes":
        """With one more vote."""
        return Votes(given=(*self.given, vote))

    @property
    def right(self) -> int:
        return sum(vote.right is True for vote in self.given)

    @property
    def wrong(self) -> int:
        return sum(vote.right is False for vote in self.given)

    @property
    def undecided(self) -> int:
        return sum(vote.right is None for vote in self.given)


def draw_order() -> Order:
    """Which lane is shown first, by chance."""
    return secrets.choice(((0, 1), (1, 0)))
