"""Writes one run into the library while it streams. A disk that fails ends the writing, never the run.

Knows the library and the run's form; knows no engine and no widget.
"""

import dataclasses
import logging

from app.asking.form import RaceForm
from app.library import Library, Place
from app.text import recordings as text
from app.views import RecordedView
from griffin_core.errors import GriffinError
from griffin_core.events import Event, RunStarted
from griffin_core.recording import PromptText, Recorder
from griffin_core.recording.header import MAX_TITLE

log = logging.getLogger(__name__)


class RunWriter:
    """`add` each event of the run; `view` says how far it is. Without a library it writes nothing."""

    def __init__(self, library: Library | None, form: RaceForm, run: str) -> None:
        self._library = library
        self._form = form
        self._recorder: Recorder | None = None
        self._place: Place | None = None
        self._view = RecordedView(run=run)
        if library is not None:
            self._view = dataclasses.replace(self._view, phase="recording", sentence=text.RECORDING)

    def add(self, event: Event) -> None:
        """Write one event; the first one worth a file is the run's start."""
        if self._view.phase != "recording":
            return
        try:
            if self._recorder is None and isinstance(event, RunStarted):
                self._recorder = self._begun()
            if self._recorder is not None:
                self._recorder.add(event)
        except (GriffinError, OSError) as error:
            self._give_up(error)

    def close(self) -> None:
        """Leave the file whole, wherever the run stands."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        try:
            recorder.close()
        except OSError as error:
            self._give_up(error)

    def view(self, *, over: bool = False) -> RecordedView:
        """What became of the recording. over: no more events will come; the file is then closed."""
        if over and self._view.phase == "recording":
            begun = self._recorder is not None
            self.close()
            if self._view.phase == "recording":
                phase, sentence = ("recorded", text.RECORDED) if begun else ("failed", text.NEVER_BEGAN)
                self._view = dataclasses.replace(self._view, phase=phase, sentence=sentence)  # type: ignore[arg-type]
        return self._view

    def _begun(self) -> Recorder:
        assert self._library is not None
        form = self._form
        place = self._library.new()
        prompt = PromptText(text=form.prompt, system=form.system or None, chat=form.chat)
        title = " ".join(form.title.split())[:MAX_TITLE]
        recorder = Recorder(place.path, title=title, prompt=prompt)
        self._view = dataclasses.replace(self._view, id=place.id, key=place.key)
        return recorder

    def _give_up(self, error: Exception) -> None:
        log.warning("a run could not be recorded: %s", error)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._view = dataclasses.replace(self._view, phase="failed", sentence=text.not_stored(reason.rstrip(".")))
        self.close()
