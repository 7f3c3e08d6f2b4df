"""The film of a race, played by a small terminal of our own."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from griffin_core.events import MarkSet, TokenEmitted
from griffin_core.exporting import asciicast, panes
from griffin_core.exporting.asciicast import HEAD_ROWS, IDLE_S, MOST_ROWS, PANE_COLUMNS
from griffin_core.exporting.panes import Pane, cells, cut, wrapped
from griffin_core.recording import PromptText, Recording
from tests.core.cast_player import Film, Screen, read_film
from tests.core.hand_made import ANSWERS, OTHERS, WORDS, lane, recording
from tests.core.scripted_run import DENSE, PRUNED

EDGE = 3
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
HOSTILE = ["\x1b[2J\x1b[1;1HOWNED", "\x1b]0;title\x07", "\r", "\x08" * 9, "\x9b31m", "\u202e", "\0", "\x0b", "\u2028"]


def played(made: Recording) -> Film:
    return read_film(asciicast(made))


def pane(screen: Screen, place: int) -> str:
    """All that stands in one pane, lines joined by a break."""
    first = place * (PANE_COLUMNS + EDGE)
    return "\n".join(screen.line(row, first, first + PANE_COLUMNS) for row in range(HEAD_ROWS, screen.rows)).strip()


def test_the_last_screen_has_both_answers_and_the_figures() -> None:
    screen = played(recording()).screen()
    assert pane(screen, 0).startswith("The sky is blue.")
    assert pane(screen, 1).startswith("The sky is ◆azure.")
    below = " ".join(screen.line(row) for row in range(HEAD_ROWS, screen.rows))
    assert "griffin:density=0.5 decoded 1.49× as fast as dense" in below
    assert screen.line(1) == "› Why is the sky blue?"
    assert screen.line(2).split() == ["dense", "│", "griffin:density=0.5"]
    assert screen.line(3) == (
        f"{'5 tokens · 32.8 tokens/s · token limit':{PANE_COLUMNS}} │ 5 tokens · 48.8 tokens/s · token limit · ◆ 4"
    )


def test_intervals_add_up_to_the_recorded_times() -> None:
    made = recording()
    tokens = [event for event in made.race if isinstance(event, TokenEmitted)]
    film = played(made)
    for token in tokens:
        screen = film.screen(until_s=token.t_s)
        assert WORDS[token.index].strip() in pane(screen, 0)
        if token.index + 1 < len(WORDS):
            assert WORDS[token.index + 1] not in pane(screen, 0)


def test_rounding_does_not_add_up() -> None:
    made = recording([(DENSE, ["x "] * 400, 30.0)])
    # 10.437 ms from token to token: rounding each step to 10 ms would lose 175 ms.
    events = tuple(replace(event, t_s=0.10437 * event.t_s) for event in made.events)
    last_s = [event.t_s for event in events if isinstance(event, TokenEmitted)][-1]
    drawn = [at_s for at_s, code, data in played(replace(made, events=events)).events if "400 tokens" in data]
    assert drawn[0] == pytest.approx(last_s, abs=0.001)


def test_a_pause_takes_two_seconds_at_most() -> None:
    film = played(recording())  # the race ends a minute after its lanes
    steps = [b[0] - a[0] for a, b in zip(film.events, film.events[1:], strict=False)]
    assert max(steps) == pytest.approx(IDLE_S)


def test_the_header_is_as_specified() -> None:
    film = played(recording(title="Blue", tags=("sky", "light")))
    assert film.header == {
        "version": 3,
        "term": {"cols": 95, "rows": film.rows},
        "title": "Blue",
        "tags": ["sky", "light"],
        "timestamp": 1777897800,
    }
    assert "timestamp" not in played(recording(created="yesterday")).header
    assert {code for _, code, _ in film.events} == {"o", "m", "x"}
    assert film.events[-1][1:] == ("x", "0")
    assert all(len(json.loads(line)) == 3 for line in asciicast(recording()).splitlines()[1:])


def test_markers_say_where_texts_part_and_what_the_viewer_marked() -> None:
    marks = [MarkSet(t_s=61.0, at_s=0.25, label="here"), MarkSet(t_s=61.0, at_s=900.0, label="never")]
    film = played(recording(after=marks))
    labels = [(round(at_s, 3), label) for at_s, code, label in film.events if code == "m"]
    assert labels == [
        (0.25, "here"),
        (0.5, "griffin:density=0.5 goes its own way"),
        (0.6, "dense ends"),
        (0.6, "griffin:density=0.5 ends"),
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_model_writes_cannot_move_the_other_pane(hostile: str) -> None:
    made = recording(
        [(DENSE, (" left", hostile, " end"), 30.0), (lane(f"x{hostile}"), (" right",), 20.0)],
        title=hostile,
        prompt=PromptText(text=hostile),
        after=[MarkSet(t_s=61.0, at_s=0.2, label=hostile)],
    )
    screen = played(made).screen()  # the player raises at any control character or unknown sequence
    assert pane(screen, 0).startswith("left")
    assert "end" in pane(screen, 0)
    assert pane(screen, 1).startswith(("right", "◆right"))
    for row in range(HEAD_ROWS - 2, HEAD_ROWS + 8):
        assert "".join(screen.grid[row][PANE_COLUMNS : PANE_COLUMNS + EDGE]) == " │ "


@pytest.mark.parametrize("piece", ["世界和平", "e\u0301", FAMILY, "☺\ufe0f", "ｱｲｳ", "한국어", "🇪🇺", "W" * 99, "👍🏽"])
def test_wide_and_joined_characters_stay_in_their_pane(piece: str) -> None:
    made = recording([(DENSE, [piece] * 60, 30.0), (PRUNED, [" right"], 20.0)])
    screen = played(made).screen()
    assert pane(screen, 1).startswith(("right", "◆right"))
    for row in range(HEAD_ROWS, HEAD_ROWS + 8):
        assert "".join(screen.grid[row][PANE_COLUMNS : PANE_COLUMNS + EDGE]) == " │ "
    assert sum(screen.line(row, 0, PANE_COLUMNS).count(piece[0]) for row in range(HEAD_ROWS, screen.rows)) >= 60


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_any_text_stays_in_its_pane(pieces: list[str]) -> None:
    screen = played(recording([(DENSE, pieces, 30.0), (PRUNED, [" right"], 20.0)])).screen()
    assert pane(screen, 1).startswith(("right", "◆right"))
    for row in range(HEAD_ROWS, HEAD_ROWS + 8):
        assert "".join(screen.grid[row][PANE_COLUMNS : PANE_COLUMNS + EDGE]) == " │ "


def test_a_long_answer_scrolls_and_ends_in_sight() -> None:
    pieces = [f" word{number}" for number in range(900)]
    screen = played(recording([(DENSE, pieces, 30.0), (PRUNED, [*pieces[:-1], " end"], 20.0)])).screen()
    assert screen.rows < HEAD_ROWS + MOST_ROWS + 8
    assert "word899" in pane(screen, 0)
    assert "word0 " not in pane(screen, 0)
    assert "◆end" in pane(screen, 1)


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_there_are_as_many_panes_as_lanes(lanes: int) -> None:
    answers = [*ANSWERS, (lane("a"), OTHERS, 20.0), (lane("b"), OTHERS, 20.0)][:lanes]
    film = played(recording(answers))
    assert film.columns == lanes * (PANE_COLUMNS + EDGE) - EDGE
    assert all("sky" in pane(film.screen(), place) for place in range(lanes))


def test_a_race_that_broke_off_is_a_film_too() -> None:
    made = recording(ended=False)
    film = played(Recording(header=made.header, events=made.events[:1]))
    assert film.screen().line(0).startswith("tiny · float32")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("    if x:", 9, ["    if x:"]),
        ("abcdefghijk l", 5, ["abcde", "fghij", "k l"]),
        ("a     b", 3, ["a", "b"]),
        ("世界世界", 5, ["世界", "世界"]),
        (f"{FAMILY}{FAMILY}", 9, [FAMILY, FAMILY]),
    ],
)
def test_words_are_wrapped_by_cells(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_a_text_that_grows_is_wrapped_like_one_that_is_there() -> None:
    text = f"One two  three\n\n\tfour {'世界' * 20} e\u0301{'x' * 30}{FAMILY} five  six \n seven"
    whole = Pane(11)
    whole.add(text)
    grown = Pane(11)
    for character in text:
        grown.add(character)
    assert grown.lines == whole.lines
    assert all(cells(line.rstrip()) <= 11 for line in whole.lines)


def test_an_endless_pile_of_accents_is_broken_up() -> None:
    growing = Pane(10)
    for _ in range(2000):
        growing.add("\u0301")
    assert max(map(len, growing.lines)) <= 88


@pytest.mark.parametrize("piece", ["x" * 4096, "x " * 2048, "\n" * 4096, "\u0301" * 4096, "界" * 4096, FAMILY * 500])
def test_every_character_is_wrapped_once(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    true = panes.wrapped

    def counted(text: str, width: int) -> list[str]:
        seen.append(len(text))
        return true(text, width)

    monkeypatch.setattr(panes, "wrapped", counted)
    asciicast(recording([(DENSE, [piece] * 20, 30.0), (PRUNED, [piece] * 20, 20.0)], max_new_tokens=20))
    written = 40 * len(piece)
    again = 40 * panes.DENSEST * (PANE_COLUMNS + 1)  # of each token's line before it, as dense as a line may be
    assert sum(seen) <= written + again


def test_what_does_not_fit_on_a_line_says_so() -> None:
    assert cut("a  long\nline", 8) == "a long…"
    assert cut("世界世界", 6) == "世界…"
    assert cut("fits", 4) == "fits"
