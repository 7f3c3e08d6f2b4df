"""What the library knows of recordings → cards, the gallery, one opened. Knows no file and no widget."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.library import SUFFIX, Entry, Facet, Kind, Page
from app.text import recordings as text
from app.text.race import method_title
from app.text.recording_labels import DOWNLOADS, FLAWS
from app.views import AskedView, CardView, ChoiceView, DownloadView, Figure, GalleryView, InviteView, OpenedView
from griffin_core.formatting import SPACE, times, whole

ROUTE = "griffin"
"""Where recordings are served, below the page's own address."""


def title_of(entry: Entry) -> str:
    """Its title, else how its prompt begins."""
    return entry.title or text.NO_TITLE


def card(entry: Entry) -> CardView:
    """One recording in the gallery."""
    return CardView(
        id=entry.id,
        title=title_of(entry),
        prompt="" if entry.prompt.startswith(entry.title.removesuffix("…")) else entry.prompt,
        model=entry.model,
        lanes=_lanes(entry),
        speedup=times(entry.speedup) if entry.speedup is not None else "",
        clear=entry.speedup_clear,
        agreement=text.agreement(entry.matching, entry.agreement),
        device=entry.device,
        date=day(entry.created),
        tags=entry.tags,
        sample=entry.bundled,
        flaw=FLAWS[entry.state],
        why=text.why(entry.state, entry.problem),
    )


def gallery(page: Page, asked: AskedView, *, empty: str) -> GalleryView:
    """The first cards that `asked` finds. empty: what to say where the library holds nothing at all."""
    filtered = any((asked.words.strip(), asked.model, asked.method, asked.device))
    return GalleryView(
        asked=asked,
        cards=tuple(card(entry) for entry in page.entries),
        more=page.total - len(page.entries),
        sentence=text.found(page.total, searched=filtered, pending=page.pending),
        empty="" if page.entries else text.NOTHING_FOUND if filtered else empty,
        pending=page.pending > 0,
        models=_choices(page.facets, "model"),
        methods=_choices(page.facets, "method"),
        devices=_choices(page.facets, "device"),
    )


def opened(entry: Entry, *, runs: bool) -> OpenedView:
    """One recording with all that can be done with it. runs: its prompt can be run on this page."""
    whole = entry.state != "damaged"
    return OpenedView(
        id=entry.id,
        title=title_of(entry),
        facts=_facts(entry),
        sample=entry.bundled,
        flaw=FLAWS[entry.state],
        why=text.why(entry.state, entry.problem),
        replay=f"{ROUTE}/replay/{entry.id}" if whole else "",
        downloads=tuple(
            DownloadView(name=name, address=f"{ROUTE}/recordings/{entry.id}{suffix}", hover=hover)
            for suffix, name, hover in DOWNLOADS
            if whole or suffix == SUFFIX
        ),
        runs=runs,
        trouble="" if whole else text.why(entry.state, entry.problem),
    )


def invite(entry: Entry | None, *, notice: str = "") -> InviteView:
    """A recorded run to watch. notice: what was wrong with the link that brought the visitor here."""
    if entry is None:
        return InviteView(notice=notice)
    return InviteView(id=entry.id, title=title_of(entry), notice=notice)


def day(created: str) -> str:
    """ "23 Nov 2026, 12:50 UTC", of an ISO date; the text itself where it is none."""
    try:
        moment = datetime.fromisoformat(created).astimezone(UTC)
    except (ValueError, OverflowError):
        return created
    return f"{moment.day}{SPACE}{moment:%b %Y}, {moment:%H:%M} UTC"


def _facts(entry: Entry) -> tuple[Figure, ...]:
    if entry.state == "damaged":
        return (("Recorded", day(entry.created), ""),)
    lanes = _lanes(entry)
    compared = ("Compared", text.against_full(lanes)) if entry.matching is not None else ("Lanes", lanes)
    agreement = text.agreement(entry.matching, entry.agreement)
    facts = (
        ("Model", entry.model, f"Number format {entry.dtype}"),
        (*compared, "The lanes beside the full model, and the share of neurons kept"),
        ("Speed-up", times(entry.speedup), "" if entry.speedup_clear else "The run shows no clear difference in speed"),
        ("Agreement", agreement, "Tokens after the first that are the same in both answers"),
        ("Tokens", whole(entry.tokens), "In all answers together"),
    )  # device and date stand above the replay
    return tuple(fact for fact in facts if fact[1])


def _lanes(entry: Entry) -> str:
    if entry.state == "damaged":
        return ""
    return text.lanes_line([method_title(name) for name in entry.methods], entry.density)


def _choices(facets: Mapping[Kind, Sequence[Facet]], name: Kind) -> tuple[ChoiceView, ...]:
    say = method_title if name == "method" else str
    return tuple(
        ChoiceView(value=facet.value, name=f"{say(facet.value)} ({whole(facet.count)})")
        for facet in facets.get(name, ())
    )
