"""A replay is played, stopped, sought, stepped and looped in a browser: an exported file, with the network off."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from app.replaying import Timeline, timeline_of
from tests.app.scripted_events import scripted_race
from tests.app.scripted_recording import DENSE, PRUNED, recorded
from tests.browser.conftest import Exported
from tests.browser.replay_steps import await_texts, everything, place, seek, texts, wanted
from tests.browser.steps import answer, pane


def test_played_at_twice_the_speed_it_ends_with_the_same_texts(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=0")
    assert answer(page, 0) == ""
    page.get_by_label("Speed").select_option("2×")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Play again").wait_for()
    assert [answer(page, lane) for lane in (0, 1)] == ["".join(DENSE), "".join(PRUNED)]


def test_it_plays_at_once_when_asked_to_unless_the_visitor_wants_no_motion(
    exported: Exported, timeline: Timeline
) -> None:
    page = exported(timeline, query="?autoplay=1")
    page.get_by_role("button", name="Play again").wait_for()
    assert texts(page) == ["".join(DENSE), "".join(PRUNED)]
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(page.get_by_role("button", name="Play again")).to_be_visible()


def test_it_begins_anew_at_its_end_when_looped(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=1.2")
    page.get_by_role("button", name="Loop").click()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(place(page)).to_have_attribute("aria-valuenow", re.compile(r"^0\."))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_long_waits_are_shortened_until_they_are_wanted(exported: Exported) -> None:
    race = scripted_race(DENSE, PRUNED)
    events = [replace(event, t_s=event.t_s + (30 if event.t_s > 0.3 else 0)) for event in race]
    page = exported(timeline_of(recorded(events)), query="?t=2.4")
    seen = texts(page)
    assert seen[0] != "".join(DENSE)
    expect(place(page)).to_have_attribute("aria-valuemax", re.compile(r"^[2-4]\."))
    page.get_by_role("button", name="Shorten waits").click()
    expect(place(page)).to_have_attribute("aria-valuemax", re.compile(r"^3\d\."))
    assert texts(page) == seen


def test_marker_of_the_first_difference_leads_there(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    mark = next(mark for mark in timeline.marks if mark.kind == "differs")
    page.get_by_role("button", name=f"{mark.label}, at ").click()
    assert texts(page) == wanted(timeline, mark.event)
    for lane in (0, 1):
        expect(pane(page, lane).locator(".pane-flag")).to_have_text("⚑ differs here")
    expect(page.locator(".transport [aria-live]")).to_contain_text(mark.label)


@pytest.mark.long
def test_steps_go_token_by_token_both_ways(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline, query="?t=0")
    for at in (*range(5), 3, 2, 3):
        key = "." if texts(page) != wanted(timeline, timeline.tokens[at + 1]) else ","
        page.keyboard.press(key)
        await_texts(page, wanted(timeline, timeline.tokens[at]))


@pytest.mark.long
def test_keys_move_along_the_recording(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    page.keyboard.press("Home")
    await_texts(page, ["", ""])
    for mark in timeline.marks[:2]:
        page.keyboard.press("]")
        await_texts(page, wanted(timeline, mark.event))
    page.keyboard.press("[")
    await_texts(page, wanted(timeline, timeline.marks[0].event))
    page.keyboard.press("End")
    await_texts(page, wanted(timeline, -1))
    page.keyboard.press("ArrowLeft")
    expect(place(page)).not_to_have_attribute("aria-valuenow", f"{timeline.shortened_s[-1]:.1f}")
    page.keyboard.press("ArrowRight")
    await_texts(page, wanted(timeline, -1))
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("-")
    expect(page.get_by_label("Speed")).to_have_value("0.5")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.long
def test_keys_that_a_component_uses_do_not_move_the_recording(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    at = place(page).get_attribute("aria-valuenow")
    pane(page, 0).locator(".pane-text > span[tabindex]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.locator(".map-canvas").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Speed").focus()
    page.keyboard.press("Home")
    expect(place(page)).to_have_attribute("aria-valuenow", str(at))


@pytest.mark.long
def test_going_back_shows_what_going_there_from_the_start_shows(exported: Exported, timeline: Timeline) -> None:
    page = exported(timeline)
    back = []
    for share in (0.93, 0.8, 0.55, 0.3, 0.12, 0.0, 0.7):
        at = seek(page, share * timeline.shortened_s[-1], duration_s=timeline.shortened_s[-1])
        back.append((at, everything(page)))
    for at, seen in back:
        page.goto(f"{page.url.split('?')[0]}?t={at}")
        page.locator(".transport").wait_for()
        page.wait_for_timeout(200)
        assert everything(page) == seen
