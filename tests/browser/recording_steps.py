"""What a visitor does with recordings, by name. Knows the page's selectors; knows no test."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import ask, press_run


def record(page: Page, title: str = "Sunrise") -> None:
    """A whole recorded run, agreed to."""
    ask(page, "Why does the sun rise?")
    page.get_by_role("switch", name="Record").click()
    page.get_by_role("button", name="Agree and record").click()
    page.get_by_label("Title").fill(title)
    press_run(page)
    expect(page.locator('.recorder[data-phase="recorded"]')).to_be_visible(timeout=30_000)


def open_tab(page: Page) -> None:
    """The Recordings tab."""
    page.get_by_role("tab", name="Recordings").click()
    expect(page.locator(".gallery")).to_be_visible()


def cards(page: Page) -> Locator:
    return page.locator(".recording-card")


def replay(page: Page) -> Locator:
    """The page in the frame."""
    return page.frame_locator(".replay-frame").locator("body")
