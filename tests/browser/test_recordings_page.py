"""Recording on the page and the Recordings tab, over a scripted engine: from the switch to Delete."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.library import Library, Query
from tests.app.scripted_events import HOSTILE, scripted_race
from tests.app.scripted_recordings import bundle, recorded
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.recording_steps import cards, open_tab, record, replay
from tests.browser.steps import ask, overflow_px, press_run, status, wait_for_phase

Serve = Callable[..., ScriptedApp]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept", bundled=tmp_path / "bundled")


@pytest.fixture
def app(scripted: Serve, library: Library) -> ScriptedApp:
    return scripted(scripted_race(), speed=4, library=library)


def test_a_run_is_recorded_found_replayed_and_deleted(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    switch = page.get_by_role("switch", name="Record")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.locator(".recorder")).to_be_hidden()
    switch.click()
    expect(page.locator(".record-consent")).to_contain_text("Everyone who opens this page can see and download it")
    expect(page.locator(".record-consent")).to_contain_text("Not stored: your address")
    switch.click()
    record(page)
    open_tab(page)
    expect(cards(page)).to_have_count(1)
    card = cards(page).first
    expect(card).to_contain_text("Sunrise")
    expect(card).to_contain_text("1.24×")
    card.get_by_role("link").click()
    expect(replay(page)).to_contain_text("at dawn", timeout=20_000)
    expect(replay(page)).to_contain_text("Scripted CPU")
    (entry,) = app.library.find(Query()).entries
    assert page.url.endswith(f"?session={entry.id}")
    delete = page.locator(".opened").get_by_role("button", name="Delete")
    delete.click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".gallery-empty")).to_contain_text("Nothing has been recorded here yet")
    expect(page.locator(".gallery-gone")).to_contain_text("Deleted")
    page.get_by_role("tab", name="Race").click()
    expect(page.locator(".record-outcome")).to_contain_text("Deleted")
    assert app.library.find(Query()).total == 0
    assert "session" not in page.url


@pytest.mark.long
def test_a_run_waits_until_the_visitor_has_agreed(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    ask(page, "Go on")
    page.get_by_role("switch", name="Record").click()
    press_run(page)
    expect(status(page).get_by_role("alert")).to_contain_text("nobody has agreed")
    assert app.engine.requests == []
    page.get_by_role("button", name="Do not record").click()
    expect(page.get_by_role("switch", name="Record")).to_have_attribute("aria-checked", "false")
    expect(status(page).get_by_role("alert")).to_have_text("")
    press_run(page)
    wait_for_phase(page, "done")
    assert app.library.find(Query()).total == 0


@pytest.mark.long
def test_the_line_of_a_recorded_run_opens_and_deletes_it(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(app.url)
    record(page)
    line = page.locator(".record-outcome")
    with page.expect_download() as download:
        line.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".griffin.jsonl")
    line.get_by_role("button", name="Open").click()
    expect(page.locator(".opened-title")).to_have_text("Sunrise")
    page.get_by_role("tab", name="Race").click()
    line.get_by_role("button", name="Delete").click()
    line.get_by_role("button", name="Delete for good").click()
    expect(line).to_contain_text("Deleted")
    assert app.library.find(Query()).total == 0
    assert "session" not in page.url
    open_tab(page)
    expect(page.locator(".opened")).to_be_hidden()
    expect(cards(page)).to_have_count(0)


@pytest.mark.long
def test_another_browser_cannot_delete(app: ScriptedApp, open_page: OpenPage) -> None:
    recording = recorded(app.library, title="Somebody's")
    page = open_page(f"{app.url}/?session={recording}", ready=[".opened"])
    expect(page.locator(".opened-title")).to_have_text("Somebody's")
    expect(page.locator(".opened").get_by_role("button", name="Delete")).to_be_hidden()


@pytest.mark.long
def test_search_order_and_filters_narrow_the_gallery(app: ScriptedApp, open_page: OpenPage) -> None:
    for title, model in (("River", "small"), ("Rain", "small"), ("Sun", "large")):
        recorded(app.library, title=title, model=model)
    page = open_page(app.url)
    open_tab(page)
    expect(cards(page)).to_have_count(3)
    page.get_by_role("searchbox").fill("r")
    expect(page.locator(".gallery-sentence")).to_contain_text("found")
    page.get_by_label("All models").select_option("small")
    expect(cards(page)).to_have_count(2)
    page.get_by_label("Order").select_option("title")
    expect(cards(page).first).to_contain_text("Rain")
    page.get_by_role("searchbox").fill("nothing like this")
    expect(page.locator(".gallery-empty")).to_contain_text("take a filter away")
    page.get_by_role("button", name="Show all").click()
    expect(cards(page)).to_have_count(3)


@pytest.mark.long
def test_many_recordings_come_a_page_at_a_time(app: ScriptedApp, open_page: OpenPage) -> None:
    for _ in range(30):
        recorded(app.library, events=scripted_race(["The"], ["The"]))
    page = open_page(app.url)
    open_tab(page)
    expect(cards(page)).to_have_count(24)
    page.get_by_role("button", name="Show 6 more").click()
    expect(cards(page)).to_have_count(30)
    expect(page.locator(".gallery-more")).to_be_hidden()


@pytest.mark.long
def test_links_open_a_recording_or_fill_in_a_prompt(app: ScriptedApp, open_page: OpenPage) -> None:
    recording = recorded(app.library, title="Sent by a friend")
    page = open_page(f"{app.url}/?session={recording}", ready=[".opened"])
    expect(page.locator(".opened-title")).to_have_text("Sent by a friend")
    page.get_by_role("button", name="All recordings").click()
    expect(cards(page)).to_have_count(1)
    assert "session" not in page.url
    page = open_page(f"{app.url}/?p=Why%20%3Cb%3Eso%3C%2Fb%3E%3F")
    expect(page.locator("#prompt textarea")).to_have_value("Why <b>so</b>?")
    page.wait_for_timeout(300)
    assert app.engine.requests == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("?session=nonsense", "names no recording: “nonsense”"),
        ("?session=20260101-120000-zzzzzzzz", "no such recording"),
        ("?session=%3Cimg src=x onerror=alert(1)%3E", "“<img src=x onerror=alert(1)>”"),
    ],
)
@pytest.mark.long
def test_a_wrong_link_is_told_in_words(app: ScriptedApp, open_page: OpenPage, link: str, words: str) -> None:
    page = open_page(f"{app.url}/{link}", ready=[".opened"])
    expect(page.locator(".opened > .opened-trouble")).to_contain_text(words)
    expect(page.locator(".gallery")).to_be_visible()


@pytest.mark.long
def test_an_empty_prompt_in_a_link_is_told_in_words(app: ScriptedApp, open_page: OpenPage) -> None:
    page = open_page(f"{app.url}/?p=%20")
    expect(page.locator(".invite-notice")).to_contain_text("The link's prompt is empty")


@pytest.mark.long
def test_a_recorded_prompt_runs_here_and_not_by_itself(app: ScriptedApp, open_page: OpenPage) -> None:
    recording = recorded(app.library, prompt="What is a river?", model="org/unknown")
    page = open_page(f"{app.url}/?session={recording}", ready=[".opened"])
    page.get_by_role("button", name="Run this prompt here").click()
    expect(page.locator("#prompt textarea")).to_have_value("What is a river?")
    expect(page.locator("#run")).to_be_visible()
    expect(page.locator(".invite-notice")).to_contain_text("org/unknown, is not offered here")
    expect(page.locator('.examples .chip[aria-pressed="true"]')).to_have_count(0)
    assert app.engine.requests == []
    press_run(page)
    wait_for_phase(page, "done")
    assert app.engine.requests[0].prompt.text == "What is a river?"


@pytest.mark.long
def test_a_pinned_recording_is_compared_with_another(app: ScriptedApp, open_page: OpenPage) -> None:
    recorded(app.library, title="One", prompt="Why?")
    recorded(app.library, title="Two", prompt="How?", events=scripted_race(pruned=("The", " sun", " sets")))
    page = open_page(app.url)
    open_tab(page)
    cards(page).get_by_role("link", name="One").click()
    page.get_by_role("button", name="Pin to compare").click()
    page.get_by_role("button", name="All recordings").click()
    expect(cards(page).filter(has_text="One")).to_contain_text("pinned")
    cards(page).get_by_role("link", name="Two").click()
    page.get_by_role("button", name="Compare with “One”").click()
    compared = page.locator(".compared")
    expect(compared).to_contain_text("Settings that differ")
    expect(compared.locator(".compared-lane").nth(1)).to_contain_text("The first 2 tokens are the same")
    expect(compared.locator(".compared-shared").last).to_have_text("The sun ")
    expect(compared.locator(".chart-plot .trace.scatter")).to_have_count(2)
    compared.get_by_role("button", name="Close").click()
    expect(compared).to_be_hidden()


@pytest.mark.long
def test_the_first_page_offers_a_recording_to_watch(
    scripted: Serve, library: Library, open_page: OpenPage, tmp_path: Path
) -> None:
    bundle(tmp_path / "bundled", title="Water cycle")
    page = open_page(scripted(scripted_race(), library=library).url)
    page.get_by_role("button", name="Watch a recorded run").click()
    expect(page.locator(".opened-title")).to_have_text("Water cycle")
    expect(page.locator(".opened .badge")).to_have_text("sample")
    expect(replay(page)).to_contain_text("at dawn", timeout=20_000)


@pytest.mark.long
def test_hostile_words_stay_words(app: ScriptedApp, open_page: OpenPage) -> None:
    title = "<img src=x onerror=alert(1)> ${1+1} {{value}}"
    words = "".join(HOSTILE)
    events = scripted_race(HOSTILE, HOSTILE)
    first = recorded(app.library, title=title, prompt=words, events=events, model="<b>bold</b>", tags=("<i>tag</i>",))
    page = open_page(app.url)
    open_tab(page)
    expect(cards(page).filter(has_text="onerror").get_by_role("link")).to_have_text(title)
    expect(cards(page).filter(has_text="onerror")).to_contain_text("<i>tag</i>")
    page = open_page(f"{app.url}/?session={first}", ready=[".opened"])
    expect(page.locator(".opened-title")).to_have_text(title)
    expect(page.locator(".opened-facts")).to_contain_text("<b>bold</b>")
    expect(replay(page)).to_contain_text("<img src=x onerror=alert(1)>", timeout=20_000)
    assert page.locator(".recordings img, .recordings b, .recordings i").count() == 0


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1440])
def test_the_tab_fits_the_window(app: ScriptedApp, open_page: OpenPage, width: int) -> None:
    recording = recorded(app.library, title="x" * 120, prompt="y" * 200, model="a/" + "z" * 90, tags=("t" * 40,) * 1)
    page = open_page(f"{app.url}/?session={recording}", width=width, height=844, ready=[".opened"])
    expect(page.locator(".opened-title")).to_have_text("x" * 120)
    expect(page.locator(".replay-frame")).to_have_attribute("style", re.compile("height"))
    assert overflow_px(page) <= 0
    page.get_by_role("button", name="All recordings").click()
    expect(cards(page)).to_have_count(1)
    assert overflow_px(page) <= 0
