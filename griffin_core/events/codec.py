"""Events to and from plain JSON values. A field is rebuilt from its annotation; nobody lists fields twice."""

import dataclasses
import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from griffin_core.events.base import Event, RunFailed, RunFinished
from griffin_core.events.race import LaneFinished, PlanMade, PrefillDone, PrefillProgress, RunStarted, TokenEmitted
from griffin_core.events.study import (
    ActivationsRead,
    ExpertsChosen,
    LayersMeasured,
    StudyProgress,
    StudyStarted,
    SweepPoint,
    TextRead,
)

EVENTS: dict[str, type[Event]] = {
    kind.code: kind
    for kind in (
        RunStarted,
        PrefillProgress,
        PrefillDone,
        PlanMade,
        TokenEmitted,
        LaneFinished,
        RunFinished,
        RunFailed,
        StudyStarted,
        StudyProgress,
        TextRead,
        LayersMeasured,
        ActivationsRead,
        ExpertsChosen,
        SweepPoint,
    )
}


def to_json(event: Event) -> dict[str, Any]:
    """Plain JSON values, with the event's `code` first."""
    return {"code": event.code, **dataclasses.asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The event that `to_json` wrote. Raises KeyError for an unknown code, TypeError for missing or extra fields."""
    fields = dict(data)
    kind = EVENTS[fields.pop("code")]
    event: Event = _record(kind, fields)
    return event


def _record(kind: type[Any], fields: dict[str, Any]) -> Any:
    hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{name: _value(hints.get(name), value) for name, value in fields.items()})


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    """JSON knows neither tuples nor records: make those out of lists and objects."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (part for part in get_args(hint) if part is not types.NoneType)
        return None if value is None else _value(hint, value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _record(hint, value)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(get_args(hint)[0], item) for item in value)
    return value
