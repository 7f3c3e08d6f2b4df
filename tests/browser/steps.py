"""What a visitor does and sees, by name. Knows the page's selectors; knows no test."""

from playwright.sync_api import Locator, Page, expect

RUN_MS = 120_000
"""A run on a slow, busy machine."""

LONG_PROMPT = (
    "Explain how photosynthesis works, step by step, for a curious ten-year-old. Use short sentences, one everyday "
    "comparison, and say at the end why we should care about plants."
)


def ask(page: Page, prompt: str) -> None:
    """Type the prompt."""
    page.locator("#prompt textarea").fill(prompt)


def press_run(page: Page) -> None:
    """Press Run with the mouse."""
    page.locator("#run").click()


def start_run(page: Page) -> None:
    """Press Run and wait until the earlier run's texts are gone."""
    press_run(page)
    page.locator("#stop:enabled").wait_for()


def limit_tokens(page: Page, count: int, *, past_the_end: bool = False) -> None:
    """Set the answer's length in the settings drawer; `past_the_end` of the answer it is always reached."""
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Max new tokens").fill(str(count))
    page.get_by_label("Go on past the end of the answer").set_checked(past_the_end)
    page.get_by_role("button", name="Close settings").click()


def status(page: Page) -> Locator:
    """The status line of the race."""
    return page.locator(".race .status")


def wait_for_phase(page: Page, *phases: str) -> str:
    """Wait until the status is one of `phases`; returns which."""
    selector = ", ".join(f'.race .status[data-phase="{phase}"]' for phase in phases)
    page.locator(selector).wait_for(timeout=RUN_MS)
    return str(status(page).get_attribute("data-phase"))


def pane(page: Page, lane: int) -> Locator:
    """A token pane."""
    return page.locator(".pane").nth(lane)


def wait_for_tokens(page: Page, count: int) -> None:
    """Wait until both panes show at least `count` pieces."""
    for lane in (0, 1):
        pieces = pane(page, lane).locator(".pane-text > span:not(.pane-flag)")
        expect(pieces.nth(count - 1)).to_be_attached(timeout=RUN_MS)


def run_to_the_end(page: Page) -> None:
    """A whole scripted run."""
    ask(page, "Go on")
    press_run(page)
    wait_for_tokens(page, 1)
    wait_for_phase(page, "done")


def answer(page: Page, lane: int) -> str:
    """The pane's text without the mark of the first difference."""
    script = "node => [...node.querySelectorAll(':scope > span:not(.pane-flag)')].map(s => s.textContent).join('')"
    return str(pane(page, lane).locator(".pane-text").evaluate(script))


def overflow_px(page: Page) -> int:
    """How far the page can be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.body.clientWidth"))


def boxes(page: Page) -> list[list[int]]:
    """Where the panes, the chart and the map lie."""
    script = """nodes => nodes.map(node => {
        const box = node.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height].map(Math.round);
    })"""
    found: list[list[int]] = page.locator(".race .panel, .verdict").evaluate_all(script)
    return found
