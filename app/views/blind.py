"""What a blind run adds to the page."""

from dataclasses import dataclass

from app.views.base import View


@dataclass(frozen=True, kw_only=True)
class BallotView(View):
    """The three buttons of a vote.

    blind: a blind run is under way or waits for its vote; open: it waits; tally: the votes so far, in words.
    """

    blind: bool = False
    open: bool = False
    tally: str = ""
