"""Routes for recordings: as a file, in the formats of others, as a page that replays, an import, a deletion.

Knows the library and who writes which format. A client names a recording by its id alone; no folder is ever listed.
"""

import gzip
import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.components import ASSET_ROUTE
from app.library import (
    SUFFIX,
    UPLOAD_BYTES,
    DeletedRecordingError,
    Library,
    LibraryError,
    MissingRecordingError,
    WrongKeyError,
)
from app.replaying.export import export_timeline
from app.replaying.page import replay_page
from app.replaying.timeline import Timeline, timeline_of
from app.text import library as text
from griffin_core import __version__
from griffin_core.errors import GriffinError
from griffin_core.exporting import FORMATS
from griffin_core.recording import Recording

RECORDINGS = f"/{ASSET_ROUTE}/recordings"
REPLAY = f"/{ASSET_ROUTE}/replay"

AT_ONCE = 2
PATIENCE_S = 20.0
TIMELINES_KEPT = 16
"""Folding a recording takes the processor that a race may be timed on; the best known ones are folded once."""

_log = logging.getLogger(__name__)


class Form(NamedTuple):
    """A form in which a recording can be had, and what makes it; that of the timeline takes the id, too."""

    media_type: str
    of_file: Callable[[Path], bytes] | None = None
    of_recording: Callable[[Recording], str] | None = None
    of_timeline: Callable[[str, Timeline], str] | None = None


def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def _page_in_a_file(recording_id: str, timeline: Timeline) -> str:
    return export_timeline(timeline, recording_id=recording_id)


FORMS = {
    SUFFIX: Form("application/x-ndjson", of_file=Path.read_bytes),
    f"{SUFFIX}.gz": Form("application/gzip", of_file=_packed),
    ".html": Form("text/html; charset=utf-8", of_timeline=_page_in_a_file),
    **{ending: Form(found.media_type, of_recording=found.write) for ending, found in FORMATS.items()},
}
_PAGE = Form("text/html; charset=utf-8", of_timeline=replay_page)


def recording_routes(library: Library) -> list[BaseRoute]:
    """For the web server. Endpoints that work are plain functions: the server runs them beside its event loop."""
    doors = _Doors(library)
    return [
        Route(RECORDINGS, doors.upload, methods=["POST"]),
        Route(f"{RECORDINGS}/{{name}}", doors.download),
        Route(f"{RECORDINGS}/{{name}}", doors.delete, methods=["DELETE"]),
        Route(f"{REPLAY}/{{name}}", doors.replay),
    ]


class _Doors:
    """The endpoints. A few recordings are made ready at once, no more: each takes memory."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._at_work = threading.BoundedSemaphore(AT_ONCE)
        self._timeline = lru_cache(maxsize=TIMELINES_KEPT)(self._folded)

    def download(self, request: Request) -> Response:
        recording_id, dot, ending = request.path_params["name"].partition(".")
        form = FORMS.get(dot + ending)
        if form is None:
            return _told(text.NO_SUCH_FORMAT, 404)
        response = self._answer(request, recording_id, form)
        if response.status_code == 200:
            # The name is ours, made of the checked id: nothing of a visitor's gets into a header.
            response.headers["Content-Disposition"] = f'attachment; filename="{recording_id}{dot}{ending}"'
        return response

    def replay(self, request: Request) -> Response:
        return self._answer(request, request.path_params["name"], _PAGE)

    async def upload(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return JSONResponse({"error": text.FROM_ELSEWHERE}, 403)
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > UPLOAD_BYTES:
                return JSONResponse({"error": text.upload_too_large(UPLOAD_BYTES)}, 413)
        return await run_in_threadpool(self._added, bytes(data))

    def delete(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return _told(text.FROM_ELSEWHERE, 403)
        try:
            self._library.delete(request.path_params["name"], request.headers.get("X-Griffin-Key", ""))
        except LibraryError as error:
            return _refused(error)
        return Response(status_code=204)

    def _added(self, data: bytes) -> Response:
        try:
            place = self._library.add_upload(data)
            title = self._library.entry(place.id).title
        except GriffinError as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse({"id": place.id, "key": place.key, "title": title}, 201)

    def _answer(self, request: Request, recording_id: str, form: Form) -> Response:
        """The recording in that form, "not modified", or what is wrong in words."""
        try:
            file = self._library.store.file(recording_id)
            # A recording grows by votes and closer looks and can be deleted: browsers ask every time.
            tag = f'W/"{file.size:x}-{file.mtime_ns:x}-{__version__}"'
            headers = {"Cache-Control": "private, no-cache", "ETag": tag, "X-Content-Type-Options": "nosniff"}
            if tag in request.headers.get("If-None-Match", "").split(", "):
                return Response(status_code=304, headers=headers)
            if not self._at_work.acquire(timeout=PATIENCE_S):
                return _told(text.BUSY, 503)
            try:
                return Response(self._body(recording_id, form, tag), media_type=form.media_type, headers=headers)
            finally:
                self._at_work.release()
        except GriffinError as error:
            return _refused(error)
        except FileNotFoundError:  # deleted meanwhile
            return _told(text.DELETED, 410)
        except (ArithmeticError, LookupError, ValueError):  # a file of anybody's, with figures nobody thought of
            _log.exception("recording %s could not be shown", recording_id)
            return _told(text.FORMAT_FAILED, 422)

    def _body(self, recording_id: str, form: Form, tag: str) -> bytes | str:
        if form.of_file is not None:
            return form.of_file(self._library.path(recording_id))
        if form.of_timeline is not None:
            return form.of_timeline(recording_id, self._timeline(recording_id, tag))
        assert form.of_recording is not None
        return form.of_recording(self._library.read(recording_id))

    def _folded(self, recording_id: str, tag: str) -> Timeline:
        """Of the recording as it was when it had this tag."""
        return timeline_of(self._library.read(recording_id))


def _refused(error: GriffinError) -> Response:
    match error:
        case DeletedRecordingError():
            return _told(str(error), 410)
        case MissingRecordingError():
            return _told(str(error), 404)
        case WrongKeyError():
            return _told(str(error), 403)
    return _told(str(error), 422)


def _told(words: str, status: int) -> Response:
    return PlainTextResponse(words, status, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})


def _from_elsewhere(request: Request) -> bool:
    """Whether a page of another site sent this; programs say nothing of the kind."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
