"""Recording a run, and the recordings there are."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.components.component import component
from app.text import recording_labels as labels
from app.text import recordings as text
from app.views import ComparedView, GalleryView, InviteView, OpenedView, RecordedView


def record_switch(consent: Sequence[str]) -> gr.HTML:
    """Whether the next run is recorded; its value is {"record", "agreed", "title"}, also as an input.

    consent: what the visitor agrees to; nothing where nothing can be recorded.
    """
    value = {"record": False, "agreed": False, "title": ""}
    words = {**labels.SWITCH, "off": "" if consent else text.READ_ONLY}
    return component("recordings/switch", value, classes=["switch-slot"], labels=words)


def recorder(consent: Sequence[str]) -> gr.HTML:
    """What is stored, the title, and what became of the last recording. Triggers `open` and `remove`."""
    return component(
        "recordings/recorder",
        RecordedView().as_json(),
        classes=["recorder-slot"],
        events=("open", "remove"),
        labels={**labels.RECORDER, "consent": list(consent)},
    )


def invite(view: InviteView) -> gr.HTML:
    """A recorded run to watch before the first own one. Triggers `open` with its `id`."""
    return component(
        "recordings/invite", view.as_json(), classes=["invite-slot"], events=("open",), labels=labels.INVITE
    )


def gallery(view: GalleryView, *, most_bytes: int) -> gr.HTML:
    """All recordings as cards. Triggers `ask` with what to look for, and `open` with an `id`."""
    words: dict[str, Any] = {**labels.GALLERY, "mostBytes": most_bytes, "limit": text.upload_limit(most_bytes)}
    return component(
        "recordings/gallery", view.as_json(), classes=["gallery-slot"], events=("ask", "open"), labels=words
    )


def opened(view: OpenedView, *, live: bool) -> gr.HTML:
    """One recording. Triggers `run`, `remove` and `compare`, each with its `id`. live: runs can be made here."""
    return component(
        "recordings/opened",
        view.as_json(),
        classes=["opened-slot"],
        events=("run", "remove", "compare"),
        labels={**labels.OPENED, "live": live},
    )


def compared(view: ComparedView) -> gr.HTML:
    """Two recordings side by side."""
    return component("recordings/compared", view.as_json(), classes=["compared-slot"], labels=labels.COMPARED)
