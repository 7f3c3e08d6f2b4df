"""What an estimate from byte counts shows."""

from dataclasses import dataclass

from app.views.base import View


@dataclass(frozen=True, kw_only=True)
class EstimateView(View):
    """Sentences, and a table of two models beside each other. refused: the one sentence says what to change."""

    sentences: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    refused: bool = False
