"""The About tab: every formula has its delimiters, nothing is loaded, and its words are the glossary's."""

import re

import gradio as gr

from app.text import labels
from app.text.about import COLUMNS, DELIMITERS
from app.ui import build_ui
from tests.app.scripted_service import fast_service

TEXT = "\n".join(section for column in COLUMNS for section in column)


def test_every_section_is_on_the_page_and_draws_its_formulas() -> None:
    shown = [block for block in build_ui(fast_service()).blocks.values() if isinstance(block, gr.Markdown)]
    assert [block.value.strip() for block in shown] == [section.strip() for column in COLUMNS for section in column]
    for block in shown:
        assert [(one["left"], one["display"]) for one in block.latex_delimiters] == [("$$", True), ("$", False)]


def test_every_formula_is_closed_and_none_breaks_a_table() -> None:
    for delimiter in DELIMITERS:
        assert TEXT.count(str(delimiter["left"])) % 2 == 0
    for line in TEXT.splitlines():
        if line.startswith("|"):
            assert not any("|" in formula for formula in re.findall(r"\$[^$]+\$", line))


def test_links_are_to_be_followed_and_nothing_is_loaded() -> None:
    assert set(re.findall(r"\]\(([^)]+)\)", TEXT)) == {
        "#tour-1",
        "https://arxiv.org/abs/2404.01365",
        "https://arxiv.org/abs/2311.01544",
    }
    assert not re.search(r"<|!\[", TEXT)
    assert "sparsity" not in TEXT.lower()


def test_density_is_told_with_the_limits_that_this_page_has() -> None:
    assert f"{labels.LEAST_DENSITY:g} to {labels.MOST_DENSITY:g} here" in TEXT
