"""What every event has, and how every stream of them ends."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeVar


class _FirstWrongItem:
    """Tells pydantic, where somebody checks records with it, to stop at the first wrong item instead of listing all."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), "fail_fast": True}


ItemT = TypeVar("ItemT")
Many = Annotated[tuple[ItemT, ...], _FirstWrongItem()]
"""Items of one kind, however many."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""

    code: ClassVar[str] = ""
    t_s: float


@dataclass(frozen=True, kw_only=True)
class LaneEvent(Event):
    """Base of the events of one lane; `lane` is its canonical name."""

    lane: str
    clock_us: int


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """reason: done | cancelled."""

    code: ClassVar[str] = "end"
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunFailed(Event):
    """The run broke. `type` is the error's class name, `message` is fit for the visitor."""

    code: ClassVar[str] = "error"
    type: str
    message: str
