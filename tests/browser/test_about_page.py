"""The about page: its formulas are drawn without the internet, and it fits a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.text import labels
from tests.app.scripted_events import scripted_race
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import overflow_px


@pytest.fixture
def app(scripted: Callable[..., ScriptedApp]) -> ScriptedApp:
    """A page; nothing is run on it."""
    return scripted(scripted_race())


def test_the_about_page_draws_its_formulas_and_leads_to_the_tour(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("tab", name=labels.ABOUT_TAB).click()
    page.locator(".about .katex-display").nth(2).wait_for()
    assert page.locator(".katex-error").count() == 0
    assert "$" not in page.locator(".about").inner_text()
    assert [url for url in asked if not url.startswith((app.url, "data:", "blob:"))] == []
    page.get_by_role("link", name="Take the tour").click()
    expect(page.locator(".tour-place")).to_have_text("Tour · 1 of 5")


def test_the_about_page_fits_a_phone(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url, width=390, height=844)
    page.get_by_role("tab", name=labels.ABOUT_TAB).click()
    page.locator(".about .katex-display").nth(2).wait_for()
    assert overflow_px(page) <= 0
    assert page.locator(".about-section").evaluate_all(_WIDER) == []


_WIDER = """nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.textContent)"""
