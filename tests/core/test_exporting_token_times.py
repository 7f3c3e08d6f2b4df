"""Token times as CSV, read again by the csv module."""

import csv
import io
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from griffin_core.events import TokenEmitted
from griffin_core.exporting import token_times
from tests.core.hand_made import lane, recording
from tests.core.scripted_run import DENSE, PRUNED

HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@sum",
    "\t=1",
    " =1",
    "'quoted'",
    'a "b", c',
    "two\r\nlines",
    "\r=1",
    '";=1',
    "a;=1",
    "a; @x",
    'a;"=1',
    "a\n=1",
    "a\t+1",
    "a;'=1",
]
FORMULA = tuple("=+-@\t\r")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def unguarded(cell: str) -> str:
    """The text, as the module says that it can be had again."""
    return re.sub(r"""(?<![\s";])([\s"]*[;\t\r\n][\s";]*)'""", r"\1", cell.removeprefix("'"))


def one_lane(pieces: Sequence[str], name: str = PRUNED.name) -> list[dict[str, str]]:
    return read(token_times(recording([(lane(name), pieces, 20.0)])))


def test_every_token_is_a_row_with_its_exact_times() -> None:
    made = recording()
    tokens = [event for event in made.race if isinstance(event, TokenEmitted)]
    rows = read(token_times(made))
    assert len(rows) == len(tokens) == 10
    for row, token in zip(rows, tokens, strict=True):
        assert (row["lane"], row["text"], row["given"]) == (token.lane, token.text, "false")
        assert (int(row["index"]), int(row["token_id"])) == (token.index, token.token_id)
        assert (int(row["clock_us"]), float(row["t_s"])) == (token.clock_us, token.t_s)
        assert (float(row["itl_ms"]) if row["itl_ms"] else None) == token.itl_ms


def test_columns_and_line_ends_are_those_of_the_standard() -> None:
    text = token_times(recording([(DENSE, ("a", "b"), 30.0)]))
    assert text.startswith(
        '"lane","index","token_id","text","itl_ms","clock_us","t_s","given"\r\n"dense","0","0","a","","93000","0.2","false"\r\n'
    )
    assert text.count("\n") == text.count("\r\n") == 3


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_can_be_run_as_a_formula_and_every_text_comes_back(piece: str) -> None:
    (row,) = one_lane([piece])
    cell = row["text"]
    assert not cell.startswith(FORMULA)
    assert not cell.lstrip().startswith(FORMULA)
    assert unguarded(cell) == piece


@pytest.mark.parametrize("piece", [*HOSTILE, "a;=1;-2", "x;\n;=1"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_no_text_can_be_run_where_lines_are_split_at_another_sign(piece: str, separator: str) -> None:
    text = token_times(recording([(lane(PRUNED.name), [piece], 20.0)]))
    for line in re.split("[\r\n]", text):
        for cell in line.split(separator)[1:]:
            assert not cell.lstrip('" \t').startswith(FORMULA[:4])


def test_a_long_run_of_breaks_is_looked_at_once() -> None:
    (row,) = one_lane(["\n;" * 50_000 + "x"])  # squared, this would not end
    assert unguarded(row["text"]) == "\n;" * 50_000 + "x"


def test_a_harmless_text_stands_as_it_is() -> None:
    pieces = ["a=b", " two words", "", "\u4e16\u754c", "\N{WAVING HAND SIGN}"]
    assert [row["text"] for row in one_lane(pieces)] == pieces


def test_the_name_of_a_lane_is_guarded_too() -> None:
    assert one_lane(["a"], name="=cmd|'/c calc'!A1")[0]["lane"] == "'=cmd|'/c calc'!A1"


def test_a_null_character_does_not_end_the_table() -> None:
    rows = one_lane(["a\0b", "c"])
    assert [row["text"] for row in rows] == ["a\N{SYMBOL FOR NULL}b", "c"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=1, max_size=8))
def test_any_text_comes_back(pieces: list[str]) -> None:
    assert [unguarded(row["text"]) for row in one_lane(pieces)] == pieces
