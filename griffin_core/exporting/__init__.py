"""A recording in the formats of others, a file a format: each a function from recording to text. Torch-free."""

from collections.abc import Callable
from typing import NamedTuple

from griffin_core.exporting.asciicast import asciicast
from griffin_core.exporting.llm_comparator import llm_comparator
from griffin_core.exporting.markdown import markdown
from griffin_core.exporting.token_times import token_times
from griffin_core.recording import Recording


class Format(NamedTuple):
    """One way to write a recording. name: what it is asked for by."""

    name: str
    write: Callable[[Recording], str]
    media_type: str


FORMATS: dict[str, Format] = {
    ".csv": Format("csv", token_times, "text/csv; charset=utf-8; header=present"),
    ".md": Format("markdown", markdown, "text/markdown; charset=utf-8; variant=GFM"),
    ".json": Format("llm-comparator", llm_comparator, "application/json"),
    ".cast": Format("asciicast", asciicast, "application/x-asciicast"),
}

__all__ = ["FORMATS", "Format", "asciicast", "llm_comparator", "markdown", "token_times"]
