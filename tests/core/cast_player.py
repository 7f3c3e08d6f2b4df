"""A small terminal that plays asciicast v3: sums intervals, draws cells. Knows nothing of who made the film.

It takes widths from the standard library's tables and raises at anything it does not know, such as an escape sequence
that a model wrote.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

_SEQUENCE = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])")


@dataclass
class Screen:
    columns: int
    rows: int
    row: int = 0
    column: int = 0
    grid: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grid = [[" "] * self.columns for _ in range(self.rows)]

    def write(self, data: str) -> None:
        while data:
            if found := _SEQUENCE.match(data):
                self._obey(found[1], found[2])
                data = data[found.end() :]
            else:
                self._put(data[0])
                data = data[1:]

    def line(self, row: int, first: int = 0, last: int | None = None) -> str:
        return "".join(self.grid[row][first:last]).rstrip()

    def _obey(self, numbers: str, letter: str) -> None:
        match letter, numbers:
            case "H", _:
                self.row, self.column = (int(number) - 1 for number in numbers.split(";"))
                assert self.row < self.rows
                assert self.column < self.columns
            case "X", _:
                end = self.column + int(numbers)
                assert end <= self.columns
                self.grid[self.row][self.column : end] = [" "] * int(numbers)
            case "J", "2":
                self.grid = [[" "] * self.columns for _ in range(self.rows)]
            case ("m", "0" | "1" | "2") | ("l", "?25") | ("h", "?25"):
                pass
            case _:
                raise ValueError(f"unknown sequence {numbers}{letter}")

    def _put(self, character: str) -> None:
        kind = unicodedata.category(character)
        if kind == "Cc":
            raise ValueError(f"control character {character!r}")
        if kind in ("Mn", "Me", "Cf"):
            if self.column:
                self.grid[self.row][self.column - 1] += character
            return
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        assert self.column + width <= self.columns, "written over the edge"
        self.grid[self.row][self.column : self.column + width] = [character, *[""] * (width - 1)]
        self.column += width


@dataclass(frozen=True)
class Film:
    """header; (absolute seconds, code, data) of every event."""

    header: dict[str, Any]
    events: list[tuple[float, str, str]]

    @property
    def columns(self) -> int:
        return int(self.header["term"]["cols"])

    @property
    def rows(self) -> int:
        return int(self.header["term"]["rows"])

    def screen(self, until_s: float = float("inf")) -> Screen:
        screen = Screen(self.columns, self.rows)
        for at_s, code, data in self.events:
            if code == "o" and at_s <= until_s + 1e-9:
                screen.write(data)
        return screen


def read_film(text: str) -> Film:
    first, *lines = text.removesuffix("\n").split("\n")
    header = json.loads(first)
    assert header["version"] == 3
    events, at_s = [], 0.0
    for line in lines:
        interval, code, data = json.loads(line)
        assert interval >= 0
        at_s += interval
        events.append((at_s, code, data))
    return Film(header, events)
