"""A blind run on the page: what is shown of it, and its vote. Knows widgets and the service; knows no event."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from app import components
from app.asking.form import RaceForm
from app.presenters.blind import ballot_view, blind_view, can_vote, revealed_view
from app.presenters.sealed import LETTERS, Letter, Sealed, Vote, Votes, draw_order
from app.serving.service import RaceService
from app.text import labels
from app.views import BallotView, RaceView
from griffin_core.events import VoteCast


@dataclass(frozen=True, kw_only=True)
class BlindWidgets:
    """toggle: whether the next run is blind; sealed: the run that waits for its vote; votes: those of this visit."""

    toggle: gr.Checkbox
    ballot: gr.HTML
    sealed: gr.State
    votes: gr.State


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One update of the page during a blind run."""

    view: RaceView
    ballot: BallotView = dataclasses.field(default_factory=BallotView)
    sealed: Sealed | None = None


def build_toggle() -> gr.Checkbox:
    """The switch near Run."""
    return gr.Checkbox(
        False, label=labels.BLIND, container=False, min_width=0, elem_id="blind", elem_classes="blind-toggle"
    )


def build_ballot(toggle: gr.Checkbox) -> BlindWidgets:
    """The three buttons, closed, into the open context."""
    return BlindWidgets(
        toggle=toggle, ballot=components.ballot(BallotView()), sealed=gr.State(None), votes=gr.State(Votes())
    )


def blind_frames(service: RaceService, form: RaceForm, visitor: str, votes: Votes) -> Iterator[Frame]:
    """A race without extra lanes, its answers in an order drawn by chance, until it waits for the vote.

    A race that ends without two whole answers is revealed, because there is nothing to vote on.
    """
    order = draw_order()
    writing = ballot_view(votes, waiting=False)
    for view in service.run(dataclasses.replace(form, extras=()), visitor):
        if can_vote(view):
            sealed = Sealed(view=view, order=order)
            yield Frame(view=blind_view(view, order), ballot=ballot_view(votes, waiting=True), sealed=sealed)
        else:
            yield Frame(view=view) if view.over else Frame(view=blind_view(view, order), ballot=writing)


def vote_event(vote: Vote) -> VoteCast:
    """The vote as a recording holds it."""
    return VoteCast(t_s=0.0, said=vote.said or "", pruned=vote.pruned)


def voted(data: object, sealed: Sealed | None, votes: Votes) -> tuple[RaceView, Votes] | None:
    """The race revealed, and the votes with this one. data: of the ballot's event, which may be anything."""
    said = data.get("said") if isinstance(data, dict) else None
    if sealed is None or said not in (*LETTERS, ""):
        return None
    letter: Letter | None = said or None
    vote = Vote(run=sealed.view.run, pruned=sealed.pruned, said=letter)
    counted = votes.counted(vote)
    return revealed_view(sealed, vote, counted), counted
