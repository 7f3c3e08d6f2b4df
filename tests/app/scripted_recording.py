"""A recording of the scripted race with a closer look, a vote and a mark, written to disk and read again."""

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

from griffin_core.events import Event, MarkSet, TextRead, VoteCast
from griffin_core.recording import PromptText, Recorder, Recording, read_recording
from tests.app.scripted_events import scripted_race
from tests.app.scripted_quality import scripted_look
from tests.app.scripted_studies import scripted_inspection

SKY = " The sky looks blue because sunlight is scattered by"
DENSE = [f" {word}" for word in f"{SKY} the molecules of the air , short waves more than long ones .".split()]
PRUNED = [f" {word}" for word in f"{SKY} tiny particles , and that is why it is blue .".split()]
PROMPT = PromptText(text="Why is the sky blue?", system="Be brief.")


def recorded(events: Sequence[Event], *, title: str = "", prompt: PromptText | None = PROMPT) -> Recording:
    """Written to disk and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.griffin.jsonl"
        with Recorder(path, title=title, prompt=prompt) as recorder:
            for event in events:
                recorder.add(event)
        return read_recording(path)


def whole_session(dense: Sequence[str] = DENSE, pruned: Sequence[str] = PRUNED) -> list[Event]:
    """A race, the closer look at it, a vote, a mark of one's own."""
    reads = iter([event for event in scripted_look(dense, pruned, chunk=16) if isinstance(event, TextRead)])
    look = [
        dataclasses.replace(next(reads), t_s=event.t_s) if isinstance(event, TextRead) else event
        for event in scripted_inspection(24, (len(dense), len(pruned)))
    ]
    after: list[Event] = [VoteCast(t_s=0.0, said="B", pruned="B"), MarkSet(t_s=0.0, at_s=0.3, label="mine")]
    return [*scripted_race(dense, pruned), *look, *after]
