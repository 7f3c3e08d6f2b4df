"""Panes of text on a terminal of fixed size: words wrapped by cells, the last lines in sight. Knows no events.

Widths are taken on the safe side: terminals disagree on joined emoji, skin tones and vowel signs, so each part counts.
A pane then wraps a little early rather than reach into the next, on terminals that know as much of Unicode.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from rich.cells import get_character_cell_size

from griffin_core.plain_text import visible

TAB = " " * 4
DENSEST = 8
"""Characters a cell may hold, combining ones included: more are broken off, or a line of accents would never end."""

_WIDENS = "\N{VARIATION SELECTOR-16}"
_JOINS = "\N{ZERO WIDTH JOINER}"
_TAKES_NO_CELL = ("Mn", "Me", "Cf")


def cells(text: str) -> int:
    """How many columns `text`, without control characters, takes at most."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, width: int) -> str:
    """`text` on one line of at most `width` cells, with … where something is missing."""
    line = " ".join(visible(text).split())
    return line if cells(line) <= width else next(_slices(line, width - 1)).rstrip() + "…"


def wrapped(text: str, width: int) -> list[str]:
    """`text` without line breaks as lines of at most `width` cells, broken between words where there are words.

    At least one line. Spaces at a break are left out; those at the end stay, for the text may go on.
    """
    lines, line, gap, used = [], "", "", 0
    for run in re.findall(r" +|[^ ]+", text):
        if run.startswith(" "):
            gap = run[:width]
            continue
        taken, longer = cells(run), line + gap + run
        if used + len(gap) + taken <= width and len(longer) <= DENSEST * width:
            line, used = longer, used + len(gap) + taken
        else:
            if line:
                lines.append(line)
            *full, line = _slices(run, width)
            lines += full
            used = cells(line) if full else taken
        gap = ""
    return [*lines, line + gap]


class Pane:
    """A text that grows, wrapped to `width` cells. Only its last line is ever wrapped again."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines = [""]

    def add(self, text: str) -> list[str]:
        """Write on at the end: what the last line became, and the lines after it.

        Control characters become visible, tabs become spaces.
        """
        last = len(self.lines) - 1
        text = visible(text.replace("\r\n", "\n")).replace("\t", TAB)
        first, *rest = text.split("\n")
        self._go_on(first)
        for line in rest:
            self.lines.append("")
            self._go_on(line)
        return self.lines[last:]

    def _go_on(self, text: str) -> None:
        self.lines += wrapped(self.lines.pop() + text, self.width)


def shown(lines: Sequence[str], height: int) -> list[str]:
    """The last `height` lines, empty ones below where there are fewer."""
    last = [line.rstrip() for line in lines[-height:]]
    return last + [""] * (height - len(last))


@cache
def _cells(character: str) -> int:
    size = get_character_cell_size(character)
    if unicodedata.category(character) in _TAKES_NO_CELL:
        return 1 if character == _WIDENS else size
    return max(size, 2 if unicodedata.east_asian_width(character) in "WF" else 1)


@cache
def _joins(character: str) -> bool:
    """Whether it belongs to the sign before it."""
    return get_character_cell_size(character) == 0


def _slices(text: str, width: int) -> Iterator[str]:
    """`text` in pieces of at most `width` cells, at least one; characters that make one sign stay together."""
    if text.isascii():
        yield from (text[first : first + width] for first in range(0, max(1, len(text)), width))
        return
    piece, used = "", 0
    for sign in _signs(text):
        size = cells(sign)
        if piece and (used + size > width or len(piece) + len(sign) > DENSEST * width):
            yield piece
            piece, used = "", 0
        piece += sign
        used += size
    yield piece


def _signs(text: str) -> Iterator[str]:
    """Characters with the accents on them, and emoji with what is joined to them."""
    sign = ""
    for character in text:
        joined = sign.endswith(_JOINS) or _joins(character)
        if sign and (not joined or len(sign) >= DENSEST):
            yield sign
            sign = ""
        sign += character
    if sign:
        yield sign
