"""Headers and events to and from lines of JSON. Knows what a line holds; knows no file and no order of events.

A line holds what the record holds: its fields are those of the event's class, left out where they have their default.
Reading is strict about types and forgiving about what is new: unknown fields are left out, unknown codes are None.
"""

import dataclasses
import json
from functools import cache
from typing import Any

import pydantic

from griffin_core.errors import RecordingError
from griffin_core.events import EVENTS, Event, LaneEvent, RunStarted
from griffin_core.recording.bounds import MOST_MEMBERS
from griffin_core.recording.header import FORMAT, VERSION, Header, check_header

NO_RECORDING = (
    'this is no recording: its first line is not an object with "format": "griffin". '
    "Choose a file whose name ends with .griffin.jsonl."
)

_CODES = {code: kind for code, kind in EVENTS.items() if kind is not RunStarted}
"""The start of the race stands in the header."""


def header_line(header: Header) -> bytes:
    """The first line of a file, its end included."""
    return _dump(dataclasses.asdict(header))


def event_line(event: Event) -> bytes:
    """`[session seconds, lane or null, code, data]` and the end of the line."""
    data = {field.name: getattr(event, field.name) for field in dataclasses.fields(event) if _is_told(event, field)}
    t_s, lane = data.pop("t_s"), data.pop("lane") if isinstance(event, LaneEvent) else None
    return _dump([t_s, lane, event.code, data])


def parse_header(line: bytes) -> Header:
    """The header that a first line holds. Raises RecordingError."""
    try:
        found = _load(line)
    except RecordingError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise RecordingError(NO_RECORDING)
    match found.get("version"):
        case [int(major), int()] if major > VERSION[0]:
            raise RecordingError(
                f"the recording has format version {major}, and this program knows {VERSION[0]}. Update the program."
            )
        case [1, int()]:
            header: Header = _checked(Header, found)
            check_header(header)
            return header
        case other:
            raise RecordingError(f"version must be two numbers such as [1, 0], got {_short(other)}.")


def parse_event(line: bytes) -> Event | None:
    """The event that a line holds; None where its code is not known here. Raises RecordingError."""
    match _load(line):
        case [int() | float() as t_s, None | str() as lane, str(code), dict(data)]:
            pass
        case other:
            raise RecordingError(f"a line must be [seconds, lane or null, code, data], got {_short(other)}.")
    kind = _CODES.get(code)
    if kind is None:
        return None
    if issubclass(kind, LaneEvent) is not (lane is not None):
        raise RecordingError(f'"{code}" {"needs a lane" if lane is None else "has no lane"}, got {_short(lane)}.')
    event: Event = _checked(kind, {**data, "t_s": t_s} if lane is None else {**data, "t_s": t_s, "lane": lane})
    return event


def _is_told(event: Event, field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING or getattr(event, field.name) != field.default


def _dump(value: object) -> bytes:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)
    return text.encode(errors="replace") + b"\n"  # half a character of UTF-16 has no place in a file


def _plain(value: Any) -> Any:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _load(line: bytes) -> Any:
    try:
        return json.loads(line, parse_constant=_refused, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise RecordingError(f"this is not JSON: {error.msg.lower()} at column {error.colno}.") from error
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"this is not JSON: {error}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise ValueError(f"an object may have {MOST_MEMBERS} members, got {len(pairs):,}")
    return dict(pairs)


def _refused(constant: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError(f"{constant} is no value")


@cache
def _adapter(kind: type[Any]) -> "pydantic.TypeAdapter[Any]":
    return pydantic.TypeAdapter(kind)


def _checked(kind: type[Any], data: dict[str, Any]) -> Any:
    """`data` as a record, every type as annotated."""
    try:
        adapter = _adapter(kind)  # type: ignore[arg-type]  # a class can be hashed
        return adapter.validate_json(json.dumps(data, allow_nan=False), strict=True)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "data"
        raise RecordingError(f"{where}: {first['msg'].lower()}, got {_short(first['input'])}.") from None
    except (ValueError, RecursionError) as error:  # a number like 1e999
        raise RecordingError(f"this cannot be a recording: {error}.") from error


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
