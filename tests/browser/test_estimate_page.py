"""The estimate tab in a browser: it answers while numbers are typed, and all tabs stand in one row on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.text import estimate as text
from app.text import labels
from tests.app.scripted_events import scripted_race
from tests.browser.conftest import OpenPage, ScriptedApp

Serve = Callable[..., ScriptedApp]


@pytest.fixture
def app(scripted: Serve) -> ScriptedApp:
    return scripted(scripted_race(), speed=10)


def test_numbers_are_answered_as_they_are_typed(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=390, height=844)
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(6)
    tops: list[float] = tabs.evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    page.get_by_role("tab", name=labels.ESTIMATE_TAB).click()
    answer = page.locator(".block.estimate-answer")
    expect(answer).to_contain_text("Llama 3 8B")
    page.get_by_label(text.BANDWIDTH).fill("77")
    expect(answer).to_contain_text("of 77.0\N{NO-BREAK SPACE}GB/s")
    page.get_by_label(text.NEW_TOKENS).fill("1")
    expect(answer).to_contain_text(f"{text.NEW_TOKENS} must be between 2")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
