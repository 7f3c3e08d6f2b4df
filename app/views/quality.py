"""What the marks under the tokens show: how each written token looks to the models. Knows no event and no widget."""

from dataclasses import dataclass

from app.views.base import Figure, View


@dataclass(frozen=True, kw_only=True)
class ReadingView(View):
    """One model's reading of one text, a row a token, growing at its end.

    lane: index of the lane whose model reads; name: as the page calls it.
    rows: numbers with spaces between: log-probability (nats) and rank of the written token, KL(full ‖ reader) (nats),
    coverage (0–1), then five times token id and probability, best first. A "-" stands where the full model reads and
    a number would say nothing.
    """

    lane: int
    name: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TextQualityView(View):
    """One lane's text: as the full model reads it, and as a pruned one does (None: no lane is pruned).

    forced: tokens at its start that no lane chose, up to a branch and the token chosen there.
    """

    lane: int
    forced: int = 0
    full: ReadingView
    pruned: ReadingView | None = None


@dataclass(frozen=True, kw_only=True)
class LaneSummaryView(View):
    """A pruned lane in figures."""

    lane: int
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class QualityView(View):
    """How each written token looks to the models, for the token panes.

    words: "id text" of every token that a row names, growing at its end. sentence, summary: empty until all is read.
    """

    run: str = ""
    texts: tuple[TextQualityView, ...] = ()
    words: tuple[str, ...] = ()
    sentence: str = ""
    summary: tuple[LaneSummaryView, ...] = ()
