"""The estimate tab without a browser: what is asked, what is said, and how it reaches the page."""

from typing import Any

import gradio as gr
import pytest

from app.asking.estimate import START_DEVICE, EstimateForm, published_gb_s
from app.presenters.estimate import estimate_view
from app.serving.recordings import RecordingService
from app.tabs.estimate import answered, filled, shown
from app.text import estimate as text
from app.text import labels
from app.ui import build_replay_ui, build_ui
from app.views import EstimateView
from griffin_core.errors import SettingsError
from griffin_core.estimating import BANDWIDTHS, SHAPES
from tests.app.scripted_service import fast_service


def said(**changes: Any) -> str:
    """All sentences, with plain spaces."""
    return " ".join(estimate_view(EstimateForm(**changes)).sentences).replace("\N{NO-BREAK SPACE}", " ")


def tab_fields(page: gr.Blocks) -> dict[str, Any]:
    (tab,) = [block for block in page.blocks.values() if isinstance(block, gr.Tab) and block.id == "estimate"]
    inside: dict[str, Any] = {}
    waiting = list(tab.children)
    while waiting:
        block = waiting.pop()
        waiting += getattr(block, "children", [])
        if label := getattr(block, "label", None):
            inside[str(label)] = block
    return inside


def test_the_outcome_comes_first_and_the_grounds_last() -> None:
    sentences = said().split(". ")
    # 7.50 thousand million weights of two bytes, 65 MB of cache, read at 70 % of 1,008 GB/s, and half a millisecond.
    assert said().startswith(
        "With 50 % of its neurons Llama 3 8B would decode about 1.58× as fast: 13.9 ms a token, not 21.9 ms."
    )
    assert "1.60× at best, the byte roofline: 25.3 % of the full model's bytes" in said()
    assert "70 % of 1,008 GB/s, and 0.50 ms a token" in said()
    assert "Estimated, not measured" in sentences[-3]
    assert "nothing of how good the pruned answer is" in sentences[-2]
    assert "times came out 7 to 18 % too short" in sentences[-1]


def test_break_even_is_told_once_the_prefill_is() -> None:
    assert f"fill in “{text.PREFILL_MS}”" in said()
    assert f"fill in “{text.PREFILL_MS}”" in said(prefill_ms=None)
    assert "so it pays" in said(prefill_ms=300)
    assert "The answer has 2 tokens, so it does not pay" in said(prefill_ms=300, new_tokens=2)


def test_all_neurons_gain_nothing() -> None:
    assert "nothing gets faster" in said(density=1.0)
    assert text.never() in said(density=1.0, prefill_ms=300)


def test_the_table_has_both_models_beside_each_other() -> None:
    view = estimate_view(EstimateForm(shape="smollm2-135m", density=0.25, bandwidth_gb_s=25))
    assert view.heads == ("", text.FULL, text.kept(0.25))
    assert [row[0] for row in view.rows] == list(text.ROWS.values())
    assert all(len(row) == len(view.heads) for row in view.rows)
    assert "of it slices" in view.rows[-1][2]


@pytest.mark.parametrize("name", [shape.name for shape in SHAPES])
def test_every_shape_that_is_offered_is_estimated(name: str) -> None:
    view = estimate_view(EstimateForm(shape=name))
    assert not view.refused
    assert len(view.sentences) == 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shape": None}, text.NO_SHAPE),
        ({"shape": "<b>"}, text.NO_SHAPE),
        ({"density": None}, f"{text.KEPT} must be a finite number, but the field is empty"),
        ({"density": 1.5}, f"{text.KEPT} must be above 0 and at most 1, got 1.5"),
        ({"prompt_tokens": None}, f"{text.PROMPT_TOKENS} must be a whole number, but the field is empty"),
        ({"prompt_tokens": 1.5}, f"{text.PROMPT_TOKENS} must be a whole number, got 1.5"),
        ({"new_tokens": 1}, f"{text.NEW_TOKENS} must be between 2"),
        ({"dtype": None}, "dtype must be one of float32"),
        ({"bandwidth_gb_s": 0}, f"{text.BANDWIDTH} must be at least 0.001"),
        ({"fixed_ms": -1}, f"{text.FIXED_MS} must be between 0"),
        ({"prefill_ms": -1}, f"{text.PREFILL_MS} must be between 0"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_the_words_of_the_fields(changes: dict[str, Any], sentence: str) -> None:
    view = estimate_view(EstimateForm(**changes))
    assert view.refused
    assert view.rows == ()
    (only,) = view.sentences
    assert only.startswith(sentence)
    with pytest.raises(SettingsError):
        EstimateForm(**changes).estimate()


def test_a_device_fills_in_its_bandwidth_and_another_leaves_it() -> None:
    assert EstimateForm().bandwidth_gb_s == published_gb_s(START_DEVICE) == 1_008
    assert filled("H100 SXM") == 3_350
    assert filled(text.OTHER_DEVICE) == filled(None) == gr.skip()
    assert all(published_gb_s(device.name) for device in BANDWIDTHS)


def test_text_reaches_the_page_escaped() -> None:
    view = EstimateView(sentences=("<b>1</b>", "2"), heads=("", "<i>"), rows=(("a", "&"),))
    head = '<th scope="col"></th><th scope="col">&lt;i&gt;</th>'
    assert shown(view) == (
        f'<p class="estimate-said">&lt;b&gt;1&lt;/b&gt;</p><table><thead><tr>{head}</tr></thead>'
        '<tbody><tr><th scope="row">a</th><td>&amp;</td></tr></tbody></table><p class="estimate-said">2</p>'
    )
    assert shown(EstimateView(sentences=("no",), refused=True)) == '<p class="estimate-refused">no</p>'


def test_every_field_answers_at_once_and_for_nobody_else() -> None:
    page = build_ui(fast_service())
    fields = tab_fields(page)
    events = [event for event in page.fns.values() if event.fn is answered]
    assert len(events) == 1
    answering = {block_id for block_id, _ in events[0].targets}
    assert {label for label, block in fields.items() if block._id in answering} == set(fields) - {text.DEVICE}
    assert events[0].queue is False
    assert events[0].api_visibility == "private"
    given = [fields[label].value for label in (text.SHAPE, text.KEPT, text.PROMPT_TOKENS, text.NEW_TOKENS)]
    given += [fields[label].value for label in (text.DTYPE, text.BANDWIDTH, text.FIXED_MS, text.PREFILL_MS)]
    assert answered(*given) == shown(estimate_view(EstimateForm()))


def test_the_tab_stands_before_about_with_a_short_name_and_in_replay_mode_too(tmp_path: Any) -> None:
    from app.library import Library

    for page in (build_ui(fast_service()), build_replay_ui(RecordingService(Library(tmp_path), live=False))):
        names = [block.label for block in page.blocks.values() if isinstance(block, gr.Tab)]
        assert names[-2:] == [labels.ESTIMATE_TAB, labels.ABOUT_TAB]
    assert len(labels.ESTIMATE_TAB) <= 8  # all tabs stand in one row on a phone
