"""docs/EVENTS.md against the code: every event and every field is there, and nothing that is not."""

import dataclasses
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from griffin_core.events import EVENTS, LaneEvent, LayerChoice, RunStarted
from griffin_core.recording import Limits
from griffin_core.recording.header import MAX_TAG, MAX_TAGS, MAX_TITLE, VERSION, Header, PromptText
from griffin_core.recording.sizes import MAX_D_FF, MAX_LANES, MAX_LAYERS

SPECIFICATION = (Path(__file__).parents[2] / "docs" / "EVENTS.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", SPECIFICATION, flags=re.MULTILINE | re.DOTALL))
VALUES = {
    "dense",
    "race",
    "sequential",
    "eos",
    "stop",
    "length",
    "done",
    "cancelled",
    "inspection",
    "start",
    "plan",
    "run",
}


def names(kind: type) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def words(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_0-9]+)`", text))


def test_every_event_has_a_section():
    assert set(SECTIONS) == set(EVENTS)


@pytest.mark.parametrize("code", EVENTS)
def test_every_field_is_specified_and_nothing_else(code):
    kind = EVENTS[code]
    fields = names(kind) - {"t_s", "lane", "clock_us"} if issubclass(kind, LaneEvent) else names(kind) - {"t_s"}
    inner: set[str] = set()
    for hint in get_type_hints(kind).values():
        for part in (hint, *get_args(hint)):
            inner |= names(part) if dataclasses.is_dataclass(part) and kind is RunStarted else set()
    inner |= names(LayerChoice) if code == "plan" else set()
    said = words(SECTIONS[code])
    assert fields | inner <= said
    assert said - fields - inner <= VALUES | {"d_ff"}


def test_the_header_is_specified():
    section = re.search(r"^## Header\n(.*?)^## ", SPECIFICATION, flags=re.MULTILINE | re.DOTALL)
    assert section is not None
    assert words(section[1]) == names(Header) | names(PromptText) | {"start"}


def test_numbers_are_those_of_the_code():
    assert f"version {VERSION[0]}.{VERSION[1]}" in SPECIFICATION
    bounds = f"{MAX_LANES} lanes, {MAX_LAYERS:,} layers, {MAX_D_FF:,} neurons a layer"
    assert bounds in SPECIFICATION
    limits = Limits()
    assert f"{limits.bytes >> 20} MiB, {limits.line_bytes >> 20} MiB a line" in SPECIFICATION
    assert f"{limits.events:,} events" in SPECIFICATION
    assert f"{MAX_TITLE} characters; at most {MAX_TAGS} words of at most {MAX_TAG}" in SPECIFICATION
