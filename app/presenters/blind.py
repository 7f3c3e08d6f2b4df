"""Turns a race into two answers without names, colours, figures or pace, and back after the vote.

A blind view is made from nothing and takes over what is harmless, so that a new field of a view cannot tell.
Knows views; knows no events.
"""

import dataclasses

from app.presenters.sealed import LETTERS, Letter, Order, Sealed, Vote, Votes
from app.text import blind as text
from app.text import recordings as recordings_text
from app.views import (
    BallotView,
    ChartView,
    ExtrasView,
    MapView,
    PanePhase,
    PaneView,
    RaceView,
    RecordedView,
    StatusView,
    VerdictView,
)

NO_LANE = -1
"""Drawn in grey."""

_WRITING: tuple[PanePhase, ...] = ("idle", "warming", "reading", "running")
_HARMLESS = ("loading", "ready", "queued", "reading")


def blind_view(view: RaceView, order: Order) -> RaceView:
    """The race as it may be shown before the vote.

    Until both answers are written, as much of each is shown as the slower one has; one that ends early waits.
    """
    panes = [view.panes[lane] for lane in order]
    writing = [phase for phase in _WRITING if any(pane.phase == phase for pane in panes)]
    phase: PanePhase = writing[0] if writing else "done"
    shown = min(len(pane.pieces) for pane in panes) if writing else None
    nameless = tuple(
        _nameless(pane, letter, shown=shown, phase=phase) for pane, letter in zip(panes, LETTERS, strict=True)
    )
    return RaceView(
        run=view.run,
        panes=nameless,
        verdict=VerdictView(
            run=view.run, phase=phase, headline=text.HEADLINE, caption=text.QUESTION, sentence=text.PACE
        ),
        chart=ChartView(run=view.run),
        map=MapView(run=view.run),
        extras=ExtrasView(run=view.run),
        status=_status(view.status, max(len(pane.pieces) for pane in nameless)),
        recording=_sealed(view.recording),
    )


def can_vote(view: RaceView) -> bool:
    """Whether a race has ended with two answers; a stopped one is revealed, because its lengths tell the pace."""
    return view.status.phase == "done" and all(pane.pieces for pane in view.panes)


def revealed_view(sealed: Sealed, vote: Vote, votes: Votes) -> RaceView:
    """The race as it was, with what became of the vote. votes: all of them, this one included."""
    view = sealed.view
    outcome = text.outcome(vote.pruned, vote.right)
    tally = text.tally(votes.right, votes.wrong, votes.undecided)
    names: dict[int, Letter] = dict(zip(sealed.order, LETTERS, strict=True))
    return dataclasses.replace(
        view,
        panes=tuple(
            dataclasses.replace(pane, subtitle=text.was(names[pane.lane], pane.subtitle)) for pane in view.panes
        ),
        verdict=dataclasses.replace(view.verdict, sentence=f"{text.short(vote.right)} {view.verdict.sentence}".strip()),
        status=dataclasses.replace(view.status, text=f"{outcome} {tally}"),
    )


def ballot_view(votes: Votes, *, waiting: bool) -> BallotView:
    """The buttons of a blind run. waiting: it has ended and waits for its vote."""
    tally = text.tally(votes.right, votes.wrong, votes.undecided) if votes.given else ""
    return BallotView(blind=True, open=waiting, tally=tally)


def _sealed(recording: RecordedView) -> RecordedView:
    """Nothing to open before the vote: it would tell."""
    if recording.phase == "recorded":
        return RecordedView(run=recording.run, phase="sealed", sentence=recordings_text.SEALED)
    return recording


def _nameless(pane: PaneView, letter: Letter, *, shown: int | None, phase: PanePhase) -> PaneView:
    """shown: pieces that both may show; None: all of them. Neither answer ends before both have been written."""
    pieces = pane.pieces[:shown]
    return PaneView(
        run=pane.run,
        lane=NO_LANE,
        title=text.answer(letter),
        phase=phase,
        pieces=pieces,
        diverges_at=pane.diverges_at if pane.diverges_at is not None and pane.diverges_at < len(pieces) else None,
        note=pane.note if phase in ("idle", "done") else "",
    )


def _status(status: StatusView, tokens: int) -> StatusView:
    """What goes on, without what each lane does."""
    if status.phase in _HARMLESS:
        return StatusView(phase=status.phase, text=status.text, progress=status.progress, machine=status.machine)
    if status.phase == "running":
        words = text.writing(tokens) if tokens else status.text
        return StatusView(phase="running", text=words, machine=status.machine)
    return StatusView(phase=status.phase, text=text.WRITTEN, machine=status.machine)
