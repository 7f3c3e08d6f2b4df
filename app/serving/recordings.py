"""Recordings for many visitors: runs written while they stream, the gallery, deleting. Nothing here raises.

Knows the library and the presenters; knows no widget. What a browser sends may be anything.
"""

import dataclasses
import logging
from collections.abc import Sequence

from app.asking.form import MAX_PROMPT_CHARACTERS, RaceForm
from app.library import MOST_AT_ONCE, SORTS, Library, Page, Query, is_id
from app.presenters import InspectionPresenter
from app.presenters import recordings as presenter
from app.presenters.compared import compared
from app.replaying.form import race_form
from app.serving.writing import RunWriter
from app.text import compared as compared_text
from app.text import recordings as text
from app.views import AskedView, ComparedView, GalleryView, InspectionView, InviteView, OpenedView, StatusView
from griffin_core.errors import GriffinError
from griffin_core.events import Event, RunFinished, StudyStarted, VoteCast
from griffin_core.recording import Recorder

log = logging.getLogger(__name__)

PAGE = 24
MOST_SHOWN = 960
MOST_WORDS = 200


class RecordingService:
    """lasting: whether the folder outlives a restart; dataset: the public one that recordings are copied to."""

    def __init__(
        self, library: Library, *, lasting: bool = True, dataset: str | None = None, live: bool = True
    ) -> None:
        self.library = library
        self._lasting = lasting
        self._dataset = dataset
        self._live = live
        self._empty = text.EMPTY if live else text.EMPTY_REPLAY

    def consent(self) -> tuple[str, ...]:
        """What somebody who records agrees to, a paragraph each; () where nothing can be recorded."""
        if not self.library.writable:
            return ()
        pushed = text.PUSHED.format(name=self._dataset) if self._dataset else ""
        return text.AGREEMENT, (text.LASTING if self._lasting else text.FLEETING) + pushed

    def begin(self, form: RaceForm, run: str) -> RunWriter:
        """What writes the events of a run that is about to start; it writes nothing unless `form` asks for it."""
        return RunWriter(self.library if form.record else None, form, run)

    def add_look(self, recording: str, events: Sequence[Event]) -> None:
        """Append a closer look that came to its end; one is enough, and the first one stays."""
        try:
            if self.library.entry(recording).looked:
                return
        except (GriffinError, OSError):  # deleted meanwhile
            return
        self._append(recording, events)

    def add_vote(self, recording: str, vote: VoteCast) -> None:
        """Append a vote."""
        self._append(recording, [vote])

    def delete(self, recording: str, key: str) -> str:
        """What became of it, in words; "" when it is gone."""
        try:
            self.library.delete(recording, key)
        except (GriffinError, OSError) as error:
            return _words(error)
        return ""

    def gallery(self, asked: object = None) -> GalleryView:
        """Cards for what the browser asked for."""
        wanted = asked_for(asked)
        try:
            return presenter.gallery(self._page(wanted), wanted, empty=self._empty)
        except (GriffinError, OSError) as error:
            log.warning("the gallery could not be read: %s", error)
            return GalleryView(asked=wanted, empty=text.UNREADABLE)

    def opened(self, recording: str) -> OpenedView:
        """One recording; without such a one, `trouble`."""
        try:
            entry = self.library.entry(recording)
            return presenter.opened(entry, runs=self.race_form(recording) is not None)
        except (GriffinError, OSError) as error:
            return OpenedView(trouble=_words(error))

    def linked(self, recording: str) -> OpenedView:
        """The recording that a link names; the trouble says that a link did."""
        if not is_id(recording):
            return OpenedView(trouble=text.no_such_link(recording))
        return self.opened(recording)

    def arrived(self, session: str | None, prompt: str | None) -> OpenedView:
        """What the address that a visitor came by opens. session, prompt: its `?session=` and `?p=`, if it has them."""
        if session:
            return self.linked(session)
        return OpenedView(trouble=text.NO_RUNS_LINK if prompt and not self._live else "")

    def race_form(self, recording: str) -> RaceForm | None:
        """The same race, to be run here; None where its prompt is not known."""
        try:
            return race_form(self.library.read(recording).header)
        except (GriffinError, OSError):
            return None

    def compared(self, first: str, second: str) -> ComparedView:
        """Two recordings side by side."""
        if first == second or not (first and second):
            return ComparedView(trouble=compared_text.NOT_TWO)
        try:
            titles = presenter.title_of(self.library.entry(first)), presenter.title_of(self.library.entry(second))
            return compared(self.library.read(first), self.library.read(second), titles=titles)
        except (GriffinError, OSError) as error:
            return ComparedView(trouble=_words(error))

    def removed(self, recording: str, key: str) -> OpenedView:
        """The opened recording after Delete was pressed."""
        if trouble := self.delete(recording, key):
            return dataclasses.replace(self.opened(recording), trouble=trouble)
        return OpenedView(gone=recording)

    def invite(self, *, notice: str = "") -> InviteView:
        """The first recording that comes with the app."""
        bundled = sorted(found.id for found in self.library.store.files().values() if found.bundled)
        try:
            return presenter.invite(self.library.entry(bundled[0]) if bundled else None, notice=notice)
        except (GriffinError, OSError) as error:
            log.warning("the first recording cannot be read: %s", error)
            return presenter.invite(None, notice=notice)

    def _page(self, wanted: AskedView) -> Page:
        """The first `shown` of what was asked for, however few the library gives at once."""
        query = Query(
            text=wanted.words,
            model=wanted.model,
            method=wanted.method,
            device=wanted.device,
            sort=wanted.sort,  # type: ignore[arg-type]  # one of SORTS
            limit=min(wanted.shown, MOST_AT_ONCE),
        )
        page = self.library.find(query)
        entries = page.entries
        while len(entries) < min(wanted.shown, page.total):
            limit = min(wanted.shown - len(entries), MOST_AT_ONCE)
            found = self.library.find(dataclasses.replace(query, offset=len(entries), limit=limit))
            if not found.entries:  # some were deleted meanwhile
                break
            entries += found.entries
        return dataclasses.replace(page, entries=entries)

    def _append(self, recording: str, events: Sequence[Event]) -> None:
        try:
            with Recorder.resumed(self.library.path(recording)) as recorder:
                for event in events:
                    recorder.add(event)
        except (GriffinError, OSError) as error:  # deleted meanwhile, or a full disk; the page shows it all the same
            log.warning("%s could not be added to: %s", recording, error)


def _words(error: GriffinError | OSError) -> str:
    """An error as the visitor may read it: without the places that an operating system names."""
    return text.disk_failed(error.strerror or "") if isinstance(error, OSError) else str(error)


class RecordedLook:
    """A closer look that is added to the recording of its run, once it has come to its own end.

    Only then, so that a look that was stopped and begun again is in it once.
    """

    def __init__(self, look: InspectionPresenter, recordings: RecordingService, recording: str) -> None:
        self._look = look
        self._recordings = recordings
        self._recording = recording
        self._events: list[Event] = []

    def add(self, event: Event) -> None:
        """Take one more event."""
        self._look.add(event)
        if not self._recording:
            return
        if isinstance(event, StudyStarted):
            self._events = []
        self._events.append(event)
        begun = isinstance(self._events[0], StudyStarted)
        if begun and isinstance(event, RunFinished) and event.reason == "done":
            self._recordings.add_look(self._recording, self._events)
            self._events = []

    def view(self) -> InspectionView:
        """The look after the events so far."""
        return self._look.view()

    def told(self, status: StatusView) -> InspectionView:
        """The same, with a status that is not the study's own."""
        return self._look.told(status)


def asked_for(data: object) -> AskedView:
    """What an `ask` event of the gallery means; whatever makes no sense in it is left out."""
    given = data if isinstance(data, dict) else {}
    shown = given.get("shown")
    words = {name: str(given.get(name) or "")[:MOST_WORDS] for name in ("words", "model", "method", "device")}
    sort = str(given.get("sort") or "")
    return AskedView(
        **words,
        sort=sort if sort in SORTS else AskedView.sort,
        shown=min(max(shown, PAGE), MOST_SHOWN) if type(shown) is int else PAGE,
    )


def linked_prompt(given: str) -> tuple[str, str]:
    """The prompt of a `?p=` link, and what is wrong with it; one of them is ""."""
    if not given.strip():
        return "", text.NO_PROMPT_LINK
    if len(given) > MAX_PROMPT_CHARACTERS:
        return "", text.long_link(len(given), MAX_PROMPT_CHARACTERS)
    return given, ""
