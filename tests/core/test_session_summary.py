"""What a session says at the end: figures by hand, and a report in which every text stays text."""

import json
import re
from html.parser import HTMLParser

import pytest

from griffin_core.recording import PromptText
from griffin_core.session import (
    PromptFailure,
    SessionSettings,
    SuitePrompt,
    Task,
    report_html,
    summarise,
)
from griffin_core.session.chart import speedup_chart
from griffin_core.session.result import result_of
from griffin_core.session.words import lane_cells, outcome_sentences
from griffin_core.settings import RunSettings
from tests.core.hand_made import OTHERS, WORDS, recording
from tests.core.scripted_run import DENSE, PRUNED

HOSTILE = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\x00"
VOID = {"meta", "br", "line", "rect", "circle", "link", "img"}


class Page(HTMLParser):
    """Every element and its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def prompt(number=1, *, name="a", text="Why?", title="", system=None):
    words = PromptText(text=text, system=system)
    return Task(
        prompt=SuitePrompt(number=number, line=number, id=name, prompt=words, title=title), digest=f"{number:016x}"
    )


def result(task, *, pruned_ms=20.0, pieces=OTHERS):
    made = recording(((DENSE, WORDS, 30.0), (PRUNED, pieces, pruned_ms)))
    return result_of(task, made, kept=False)


def failure(task, message="the prompt is too long."):
    return PromptFailure(task=task, type="PromptError", message=message)


def summary_of(*outcomes):
    return summarise(outcomes, SessionSettings())


def test_speed_ups_spread_over_prompts():
    # A gap is half a millisecond longer in the mean than it is called; speed-ups of 3, 2, 1.5, 1 and 0.5.
    slow = [30.5 / speedup - 0.5 for speedup in (2, 1, 3, 0.5, 1.5)]
    outcomes = [result(prompt(number), pruned_ms=ms) for number, ms in enumerate(slow, 1)]
    dense, lane = summary_of(*outcomes).lanes
    assert dense.baseline
    assert dense.speedup is dense.matching_prefix is dense.equal_share is None
    spread = lane.speedup
    values = (spread.lowest, spread.lower_quartile, spread.median, spread.upper_quartile, spread.highest)
    assert values == pytest.approx((0.5, 1, 1.5, 2, 3))
    assert spread.count == 5
    assert (lane.clearly_faster, lane.clearly_slower) == (3, 1)
    assert lane.tokens == dense.tokens == 25


def test_agreement_is_the_matching_prefix_and_the_share_of_equal_answers():
    outcomes = [result(prompt(1), pieces=WORDS), result(prompt(2)), result(prompt(3), pieces=WORDS[:3])]
    _, lane = summary_of(*outcomes).lanes
    assert (lane.equal_answers, lane.compared, lane.equal_share) == (1, 3, pytest.approx(1 / 3))
    assert (lane.matching_prefix.lowest, lane.matching_prefix.median, lane.matching_prefix.highest) == (2, 2, 4)


def test_outcomes_are_in_the_order_of_the_suite():
    summary = summary_of(failure(prompt(4)), result(prompt(3)), failure(prompt(2)), result(prompt(1)))
    assert [outcome.task.prompt.number for outcome in summary.results] == [1, 3]
    assert [outcome.task.prompt.number for outcome in summary.failures] == [2, 4]
    assert summary.prompts == 4


def test_a_summary_is_plain_json():
    values = json.loads(json.dumps(summary_of(result(prompt()), failure(prompt(2, name="b"))).as_json()))
    assert (values["prompts"], values["recorded"], values["failed"]) == (2, 1, 1)
    assert values["settings"]["lanes"] == ["dense", "griffin:density=0.5"]
    assert values["results"][0]["file"] == prompt().file
    assert values["lanes"][1]["speedup"]["median"] == pytest.approx(30.5 / 20.5)
    assert values["failures"] == [
        {"number": 2, "id": "b", "line": 2, "type": "PromptError", "message": "the prompt is too long."}
    ]


def test_a_session_in_which_all_failed_still_sums_up():
    summary = summary_of(failure(prompt()))
    assert (summary.model, summary.lanes) == (None, ())
    assert outcome_sentences(summary) == ["0 of 1\N{NO-BREAK SPACE}prompt recorded.", "1 failed."]
    assert "the prompt is too long." in Page(report_html(summary, title="Session")).text
    assert json.dumps(summary.as_json())


def test_without_a_dense_lane_there_is_nothing_to_compare():
    made = recording(((PRUNED, OTHERS, 20.0),))
    settings = SessionSettings(run=RunSettings(lanes=SessionSettings().run.lanes[1:]))
    summary = summarise([result_of(prompt(), made, kept=False)], settings)
    assert "nothing to compare with" in " ".join(outcome_sentences(summary))
    assert summary.lanes[0].compared == 0
    assert set(lane_cells(summary.lanes[0])[2:]) == {"–"}
    assert speedup_chart(summary) == ""


def test_the_report_holds_lanes_chart_prompts_failures_and_links():
    summary = summary_of(result(prompt(1, name="blue", system="Be brief.")), failure(prompt(2, name="long")))
    page = Page(report_html(summary, title="Session of 2 prompts"))
    for part in ("Session of 2 prompts", "1.49×", "Be brief.", " The sky is azure.", "long (line 2", "too long"):
        assert part in page.text
    assert [values["href"] for tag, values in page.elements if tag == "a"] == [prompt().file]
    assert sum(tag == "circle" for tag, _ in page.elements) == 1
    assert page.open == []


def test_every_text_of_the_report_stays_text():
    task = prompt(1, name=HOSTILE, text=HOSTILE, title=HOSTILE[:40], system=HOSTILE)
    outcomes = [result(task, pieces=(HOSTILE, HOSTILE)), failure(prompt(2, name=HOSTILE), HOSTILE)]
    html = report_html(summary_of(*outcomes), title=HOSTILE)
    page = Page(html)
    plain_outcomes = [result(prompt(1, system="s"), pieces=("a", "a")), failure(prompt(2))]
    plain = Page(report_html(summary_of(*plain_outcomes), title="Session"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert page.open == []
    assert not any(name.startswith("on") for _, values in page.elements for name in values)
    assert page.text.count("<script>alert(1)</script>") >= 6


def test_the_report_needs_no_script_and_no_network():
    html = report_html(summary_of(result(prompt())), title="Session")
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert not re.search(r"https?://|url\(|@import|src=", html)
    assert "prefers-color-scheme: dark" in html


def test_the_chart_holds_every_prompt_inside_its_frame():
    outcomes = [result(prompt(number), pruned_ms=2.0 + 7 * number) for number in range(1, 12)]
    chart = speedup_chart(summary_of(*outcomes))
    dots = [float(x) for x in re.findall(r'cx="([-\d.]+)"', chart)]
    assert len(dots) == 11
    assert all(0 <= x <= 720 for x in dots)
    assert 2 <= chart.count('class="tick"') <= 8
    assert chart.count('class="same"') == 1
