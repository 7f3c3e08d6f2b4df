"""The tour's words, and that its steps, drawings and scenes are the same five."""

import re

import pytest

from app.catalog import EXAMPLES
from app.text import labels
from app.text.tour import BREAKING, STEPS, Step
from app.web.static_files import ASSETS

KEYS = [step.key for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=KEYS)
def test_a_step_is_short(step: Step) -> None:
    assert len(step.words.split()) <= 60
    assert len(step.look.split()) <= 20
    assert len(step.title) <= 32
    for text in (step.words, step.look, step.drawing):
        assert text.endswith((".", "?"))


def test_the_tour_has_five_steps() -> None:
    assert len(set(KEYS)) == 5


def test_every_step_has_a_drawing_and_a_scene() -> None:
    drawings = (ASSETS / "js" / "tour" / "drawings.js").read_text(encoding="utf-8")
    scenes = (ASSETS / "js" / "tour" / "scenes.js").read_text(encoding="utf-8")
    (table,) = re.findall(r"const DRAWINGS = \{ (.+) \};", drawings)
    assert table.split(", ") == KEYS
    (table,) = re.findall(r"const SCENES = \{\n(.+?)\n\};", scenes, re.DOTALL)
    assert re.findall(r"^  (\w+):", table, re.MULTILINE) == KEYS


def test_every_word_of_the_drawings_is_given() -> None:
    drawings = (ASSETS / "js" / "tour" / "drawings.js").read_text(encoding="utf-8")
    assert set(re.findall(r"words\.(\w+)", drawings)) == set(labels.TOUR["drawings"])


def test_the_last_step_breaks_an_example_of_the_gallery() -> None:
    assert [example.group for example in EXAMPLES if example.name == BREAKING] == ["breaks"]
    assert EXAMPLES[0].group == "works"
