"""The report of an evaluation: one file, nothing fetched, nothing of a prompt or a model taken for markup."""

import math
import re
from html.parser import HTMLParser

import pytest

from griffin_core.evaluating.chart import kl_chart
from griffin_core.evaluating.figures import evaluation_figures
from griffin_core.evaluating.prompts_file import EvaluationPrompt
from griffin_core.evaluating.report import Evaluation, report_html
from griffin_core.evaluating.words import COLUMNS, comparison_rows, lane_cells, notes
from tests.core.hand_made_results import PRUNED, SETTINGS, lane, result, two_prompts
from tests.core.scripted_run import FACTS
from tests.test_repository import FETCHES

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'"
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """What a browser sees: elements, their attributes, text; every element must be closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.said = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)


def evaluation(results=None, prompts=None):
    results = results or two_prompts()
    prompts = prompts or [EvaluationPrompt(line=place + 1, text=f"prompt {place}") for place in range(len(results))]
    lanes = evaluation_figures(results, [prompt.reference for prompt in prompts], SETTINGS)
    return Evaluation(model=FACTS, settings=SETTINGS, prompts=prompts, results=results, lanes=lanes)


def read(html):
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


def test_it_has_the_table_the_comparison_the_chart_and_the_texts():
    reader = read(report_html(evaluation()))
    said = " ".join(reader.said)
    for words in (
        *COLUMNS,
        "Against dense",
        "KL by position",
        "prompt 0",
        PRUNED,
        "0.500",
        "a processor",
        "ROUGE-L: not",
    ):
        assert words in said, words
    assert "svg" in reader.tags


def test_it_is_one_file_that_fetches_nothing_and_knows_dark():
    html = report_html(evaluation())
    assert not FETCHES.search(html)
    assert not re.search(r"<(script|link|img|iframe)|@import|url\(", html)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html


def test_what_prompts_and_models_say_is_text():
    prompts = [
        EvaluationPrompt(line=1, text=HOSTILE, reference=HOSTILE),
        EvaluationPrompt(line=2, messages=((HOSTILE, HOSTILE),)),
    ]
    results = [
        result(number, lane("dense", [0.0], [True], text=HOSTILE), lane(HOSTILE, [0.5], [False], text=HOSTILE))
        for number in (1, 2)
    ]
    reader = read(report_html(evaluation(results, prompts)))
    assert not {"script", "img"} & set(reader.tags)
    assert not {"onerror", "src"} & set(reader.attributes)
    assert HOSTILE in reader.said


def test_the_chart_has_a_line_for_every_lane_that_differs():
    shown = kl_chart(evaluation().lanes)
    assert shown.count("<polyline") == 1
    points = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]+)"', shown)[1].split()]
    assert len(points) == 4
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [-y for _, y in points]  # KL 0.3, 0.45, 0.3, 1.0 upwards
    assert heights[0] == heights[2] < heights[1] < heights[3]
    share = (heights[1] - heights[0]) / (heights[3] - heights[0])
    assert share == pytest.approx(math.log(0.45 / 0.3) / math.log(1.0 / 0.3), rel=0.01)  # a logarithmic scale


def test_where_nothing_differs_there_is_no_chart():
    same = evaluation([result(1, lane("dense", [0.0], [True]), lane(PRUNED, [0.0], [True]))])
    assert kl_chart(same.lanes) == ""


def test_one_prompt_has_no_intervals_and_says_so_with_a_dash():
    one = evaluation(two_prompts()[:1])
    cells = dict(zip(COLUMNS, lane_cells(one.lanes[1]), strict=True))
    assert cells["KL, mean"] == "0.400"
    assert cells["KL, 95 % interval"] == "–"
    assert (PRUNED, "time per token, ms", "-10.000", "0.500×") in comparison_rows(one.lanes)


def test_prompts_that_could_not_be_judged_are_told():
    short = result(3, lane("dense", [], []), lane(PRUNED, [], []))
    said = notes(evaluation([*two_prompts(), short]).lanes, prompts=3)
    assert "2 of them judged" in said[0]
    assert "first token" in said[2]
    assert "too narrow" in said[3]
    assert len(notes(evaluation(two_prompts() * 10).lanes, prompts=20)) == 2
