"""What a viewer of a replay does and sees, by name. Knows the page's selectors; knows no test."""

import json

from playwright.sync_api import Locator, Page, expect

from app.replaying import Timeline
from tests.browser.steps import answer, pane


def texts(page: Page) -> list[str]:
    """What both panes hold."""
    return [answer(page, lane) for lane in (0, 1)]


def await_texts(page: Page, wanted_: list[str]) -> None:
    """Components are told once a frame."""
    for lane, text in enumerate(wanted_):
        spans = pane(page, lane).locator(".pane-text > span:not(.pane-flag)")
        expect(spans).to_have_count(len(text.split()))
    assert texts(page) == wanted_


def shown(timeline: Timeline, event: int) -> dict[str, dict[str, str]]:
    """The values after an event."""
    return list(timeline.values())[event]


def wanted(timeline: Timeline, event: int) -> list[str]:
    """What both panes hold after an event."""
    pieces = [shown(timeline, event)[f"pane-{lane}"]["pieces"][1:] for lane in (0, 1)]
    return ["".join(json.loads(line) for line in text.split("\n") if line) for text in pieces]


def place(page: Page) -> Locator:
    """The bar that says where the recording stands."""
    return page.get_by_role("slider", name="Place in the recording")


def seek(page: Page, at_s: float, *, duration_s: float) -> float:
    """Press the bar at a moment, or beside it: a pointer stands on whole pixels. Returns where."""
    box = page.locator(".seek-track").bounding_box()
    assert box is not None
    x = round(box["x"] + box["width"] * at_s / duration_s)
    page.mouse.click(x, box["y"] + box["height"] - 4)
    page.wait_for_timeout(200)
    return (x - box["x"]) / box["width"] * duration_s


def everything(page: Page) -> list[str]:
    """All that can be read on the page, and which tokens are marked how."""
    script = """main => [...main.querySelectorAll('.pane, .verdict, .quality, .panel-sentence, .status, .flock-names')]
        .map(node => node.innerText + [...node.querySelectorAll('[data-mark], .pane-differs')]
            .map(mark => mark.className + mark.textContent + mark.dataset.mark).join())"""
    found: list[str] = page.locator("main").evaluate(script)
    return found
