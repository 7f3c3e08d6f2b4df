"""The Recordings tab: a gallery, one recording opened in it, two compared; and links that lead here.

Knows widgets and the service of recordings; knows no event, no file and no race.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app import components
from app.library import UPLOAD_BYTES
from app.serving.recordings import RecordingService
from app.tabs.screen import QUIET
from app.views import ComparedView, GalleryView, OpenedView

TAB = "recordings"


@dataclass(frozen=True, kw_only=True)
class RecordingsScreen:
    """The tab's widgets."""

    tab: gr.Tab
    gallery: gr.HTML
    opened: gr.HTML
    compared: gr.HTML


def build_recordings_tab(tab: gr.Tab, recordings: RecordingService, *, live: bool) -> RecordingsScreen:
    """Build the tab into the open context. live: runs can be made on this page, too."""
    with gr.Column(elem_classes="recordings"):
        opened = components.opened(OpenedView(), live=live)
        compared = components.compared(ComparedView())
        most_bytes = UPLOAD_BYTES if recordings.library.writable else 0
        gallery = components.gallery(GalleryView(), most_bytes=most_bytes)
    return RecordingsScreen(tab=tab, gallery=gallery, opened=opened, compared=compared)


def wire_recordings_tab(
    recordings: RecordingService, page: gr.Blocks, tabs: gr.Tabs, screen: RecordingsScreen, openers: Sequence[Any]
) -> None:
    """Make the tab act. openers: events elsewhere on the page that open a recording by its `id`."""

    def ask(event: gr.EventData) -> dict[str, Any]:
        return recordings.gallery(event._data).as_json()

    def refresh(gallery: object) -> dict[str, Any]:
        return recordings.gallery(gallery.get("asked") if isinstance(gallery, dict) else None).as_json()

    def open_(event: gr.EventData) -> list[Any]:
        return [gr.Tabs(selected=TAB), recordings.opened(_field(event, "id")).as_json(), ComparedView().as_json()]

    def compare(event: gr.EventData) -> dict[str, Any]:
        return recordings.compared(_field(event, "with"), _field(event, "id")).as_json()

    def remove(event: gr.EventData) -> dict[str, Any]:
        return recordings.removed(_field(event, "id"), _field(event, "key")).as_json()

    def follow_link(request: gr.Request) -> list[Any]:
        session = request.query_params.get("session")
        # a value all the same without a link: Gradio mounts what was skipped before without its labels
        view = recordings.arrived(session, request.query_params.get("p")).as_json()
        return [gr.Tabs(selected=TAB) if session else gr.skip(), view]

    quiet: dict[str, Any] = {"queue": False, **QUIET}
    screen.gallery.ask(ask, None, screen.gallery, trigger_mode="always_last", **quiet)
    page.load(refresh, screen.gallery, screen.gallery, **quiet)
    page.load(follow_link, None, [tabs, screen.opened], **quiet)
    screen.tab.select(refresh, screen.gallery, screen.gallery, **quiet)
    for opener in (screen.gallery.open, *openers):
        opener(open_, None, [tabs, screen.opened, screen.compared], **quiet)
    screen.opened.compare(compare, None, screen.compared, **quiet)
    removed = screen.opened.remove(remove, None, screen.opened, **quiet)
    removed.then(refresh, screen.gallery, screen.gallery, **quiet)


def _field(event: gr.EventData, name: str) -> str:
    """What the browser sent under `name`; "" for anything that is no text."""
    given = event._data.get(name) if isinstance(event._data, dict) else None
    return given if isinstance(given, str) else ""
