"""A race on disk: written while it runs, read with care, played again. Works where torch is not installed.

The format is specified in docs/EVENTS.md.
"""

from griffin_core.recording.header import VERSION, Header, PromptText, clean_tags, clean_title
from griffin_core.recording.playing import moments, play
from griffin_core.recording.reading import Limits, Recording, read_recording
from griffin_core.recording.writing import SUFFIX, Recorder, record

__all__ = [
    "SUFFIX",
    "VERSION",
    "Header",
    "Limits",
    "PromptText",
    "Recorder",
    "Recording",
    "clean_tags",
    "clean_title",
    "moments",
    "play",
    "read_recording",
    "record",
]
