"""Recordings on the page: the line of a recorded run, the gallery, one opened, two compared. Plain frozen records."""

from dataclasses import dataclass, field
from typing import Literal

from app.views.base import Figure, View

RecordedPhase = Literal["off", "recording", "sealed", "recorded", "failed", "deleted"]


@dataclass(frozen=True, kw_only=True)
class RecordedView(View):
    """What became of recording one run.

    phase: sealed waits for the vote of a blind run. key: what deletes it, for the browser that recorded alone.
    """

    run: str = ""
    phase: RecordedPhase = "off"
    sentence: str = ""
    id: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class CardView(View):
    """One recording in the gallery; every text is formatted, "" where there is nothing to say.

    clear: whether the run shows a difference in speed. flaw: "stopped", "cut" or "damaged", why: what that means here.
    """

    id: str
    title: str
    prompt: str = ""
    model: str = ""
    lanes: str = ""
    speedup: str = ""
    clear: bool = True
    agreement: str = ""
    device: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    sample: bool = False
    flaw: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceView(View):
    """An option of a filter; name: as the visitor reads it, with how many there are."""

    value: str
    name: str


@dataclass(frozen=True, kw_only=True)
class AskedView(View):
    """What the gallery was asked for. shown: how many cards at most."""

    words: str = ""
    sort: str = "newest"
    model: str = ""
    method: str = ""
    device: str = ""
    shown: int = 24


@dataclass(frozen=True, kw_only=True)
class GalleryView(View):
    """The gallery. more: cards that wait behind “Show more”; empty: what to say where there is none.

    pending: files that the index has not read yet: worth asking again.
    """

    asked: AskedView = field(default_factory=AskedView)
    cards: tuple[CardView, ...] = ()
    more: int = 0
    sentence: str = ""
    empty: str = ""
    pending: bool = False
    models: tuple[ChoiceView, ...] = ()
    methods: tuple[ChoiceView, ...] = ()
    devices: tuple[ChoiceView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DownloadView(View):
    """One file to take away; address: below the page's own."""

    name: str
    address: str
    hover: str


@dataclass(frozen=True, kw_only=True)
class OpenedView(View):
    """One recording, opened; without an `id` none is. trouble: why the one asked for cannot be.

    flaw, why: as on its card. replay: address of the page that plays it, "" where it is damaged.
    runs: its prompt is known and can be run on this page.
    gone: the recording that was just deleted.
    """

    id: str = ""
    title: str = ""
    facts: tuple[Figure, ...] = ()
    sample: bool = False
    flaw: str = ""
    why: str = ""
    replay: str = ""
    downloads: tuple[DownloadView, ...] = ()
    runs: bool = False
    trouble: str = ""
    gone: str = ""


@dataclass(frozen=True, kw_only=True)
class InviteView(View):
    """A recorded run to watch before any was made here; id "": there is none. notice: what was wrong with a link."""

    id: str = ""
    title: str = ""
    notice: str = ""
