"""The Markdown report, parsed by markdown-it: what it says, and that no text can become markup."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from griffin_core.events import RunFailed
from griffin_core.exporting import markdown
from griffin_core.exporting.markdown import fenced
from griffin_core.recording import PromptText, Recording
from tests.core.hand_made import ANSWERS, HALF, OTHERS, WORDS, choice, lane, recording
from tests.core.scripted_run import DENSE, FACTS, PRUNED

HOSTILE = "<img src=x onerror=alert(1)> [a](http://x) ![b](http://y) `c` **d** | e &lt; https://z www.w.org \n# f"
PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def blocks(text: str) -> list[str]:
    return [token.content.removesuffix("\n") for token in tokens(text) if token.type == "fence"]


def row(made: Recording, label: str) -> list[str]:
    """The cells behind the one that says `label`."""
    (line,) = [line for line in markdown(made).splitlines() if line.startswith(f"| {label} |")]
    return [cell.strip() for cell in line.strip("|").split(" | ")[1:]]


def test_figures_have_their_units() -> None:
    made = recording()
    assert row(made, "TTFT") == ["93.0\N{NO-BREAK SPACE}ms"] * 2
    assert row(made, "tokens") == ["5", "5"]
    assert row(made, "neurons kept per layer") == ["all 64", "32 of 64"]
    assert row(made, "decode speed-up, one run (95 %)")[0] == "–"
    assert row(made, "decode speed-up, one run (95 %)")[1].startswith("1.49× (1.4")


def test_texts_stand_in_blocks_that_hold_them_whole() -> None:
    made = recording(prompt=PromptText(text="Why?\n\n- really", system="Be brief."))
    assert blocks(markdown(made)) == ["Why?\n\n- really", "Be brief.", " The sky is blue.", " The sky is azure."]


@pytest.mark.parametrize(
    "text",
    [
        "```",
        "```\n<script>",
        "````text\n```\n`````",
        "~~~\n```",
        "a\n    ```\n",
        "",
        "\n\n",
        "`" * 40,
        "```\r\n# x\r\n```",
    ],
)
def test_nothing_inside_a_block_can_end_it(text: str) -> None:
    read = PARSER.parse(fenced(text) + "\n\nafter\n")
    assert [token.type for token in read] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert read[0].content == text.replace("\r\n", "\n") + "\n"


def test_what_people_and_models_wrote_never_becomes_markup() -> None:
    model = replace(FACTS, model=HOSTILE, device_name=HOSTILE, versions={HOSTILE: HOSTILE})
    named = lane(HOSTILE)
    made = recording(
        [(DENSE, (HOSTILE,), 30.0), (named, (HOSTILE,), 20.0), (lane("b"), OTHERS, 20.0)],
        title=HOSTILE,
        tags=(HOSTILE,),
        prompt=PromptText(text=HOSTILE, system=HOSTILE),
        stop=(HOSTILE,),
        model=model,
    )
    text = markdown(made)
    markup = {"html_block", "html_inline", "link_open", "image", "code_inline", "strong_open", "code_block", "s_open"}
    assert not markup & {token.type for token in tokens(text)}
    assert sum(token.type == "heading_open" for token in tokens(text)) == 11
    assert blocks(text) == [HOSTILE, HOSTILE, HOSTILE, HOSTILE, "".join(OTHERS)]
    outside = text.replace(HOSTILE, "")
    assert "://" not in outside
    assert "www." not in outside


def test_nobody_is_told_of_a_report() -> None:
    made = recording(title="for @somebody", tags=("@team",), stop=("@a",))
    assert not re.search(r"@\w", markdown(made))
    assert "for @\N{WORD JOINER}somebody" in markdown(made)


def test_no_text_adds_a_cell_to_a_table() -> None:
    made = recording([(DENSE, WORDS, 30.0), (lane("a | b"), OTHERS, 20.0)], tags=("c | d",), stop=("|\n|",))
    for _, table in itertools.groupby(markdown(made).splitlines(), key=lambda line: line.startswith("|")):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table if line.startswith("|")}) <= 1


def test_control_characters_are_made_visible() -> None:
    made = recording([(DENSE, ("a\x1b[2Jb\u202ec",), 30.0)], title="t\x1b]0;x\x07")
    text = markdown(made)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "a␛[2Jb<U+202E>c" in text


@pytest.mark.parametrize(
    ("pruned_ms", "said"),
    [
        (20.0, "decoded 1.49× as fast as dense"),
        (30.0, "no clear speed-up in this run"),
        (40.0, "no speed-up in this run"),
    ],
)
def test_the_speed_is_told_as_it_was(pruned_ms: float, said: str) -> None:
    made = recording([(DENSE, WORDS, 30.0), (PRUNED, OTHERS, pruned_ms)])
    assert said in markdown(made)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (recording(ended=False), "breaks off before the end"),
        (recording([(PRUNED, OTHERS, 20.0)]), "No dense lane ran"),
        (recording([(DENSE, WORDS[:1], 30.0), (PRUNED, OTHERS, 20.0)]), "no speed to compare"),
    ],
)
def test_what_cannot_be_said_is_said(made: Recording, said: str) -> None:
    assert said in markdown(made)


def test_a_race_that_broke_says_how() -> None:
    made = recording(ended=False)
    broken = RunFailed(t_s=60.0, type="OutOfMemoryError", message="out of memory.")
    assert "The race broke: out of memory." in markdown(replace(made, events=(*made.events, broken)))


def test_experts_of_every_pruned_lane_and_what_they_share() -> None:
    other = lane("random:density=0.5", method="random")
    made = recording([*ANSWERS, (other, OTHERS, 20.0)], layers=HALF)
    assert row(made, "griffin:density=0.5") == [f"{share}\N{NO-BREAK SPACE}%" for share in (70, 60, 80)]
    overlap = row(made, "griffin:density=0.5 and random:density=0.5")
    assert overlap[0] == "100\N{NO-BREAK SPACE}%"
    assert overlap[1].startswith("33")


def test_without_statistics_no_share_is_made_up() -> None:
    made = recording(layers=[choice(range(32), score_share=None)] * 2)
    assert row(made, "griffin:density=0.5") == ["–", "–", "–"]


def test_settings_and_machine_are_all_there() -> None:
    made = recording(temperature=0.7, top_k=40, stop=("\n\n",), threads=2, tags=("science",))
    text = markdown(made)
    for line in (
        "| temperature | 0.7 |",
        "| top-k | 40 |",
        "| threads | 2 |",
        "| tags | science |",
        "| dtype | float32 |",
    ):
        assert line in text
    assert "Recorded on a processor, 2026-05-04T12:30:00Z" in text


def test_a_prompt_known_by_its_ids_only_is_told_by_its_length() -> None:
    assert "6\N{NO-BREAK SPACE}tokens; its text was not recorded." in markdown(recording(prompt=None))
