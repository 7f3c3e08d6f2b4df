"""How much a whole run sends to the browser: the race, its maps and the closer look."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from app.engines.interface import InspectionRequest
from griffin_core.events import ActivationsRead, Event
from tests.app.scripted_plans import EMBEDDED, large_race
from tests.app.scripted_studies import scripted_inspection
from tests.browser.conftest import OpenPage, ScriptedApp
from tests.browser.steps import run_to_the_end

TOKENS = 256
ROWS_SHARE = 4
"""The core draws 64 rows of a text at most."""


def sampled(event: Event) -> Event:
    if not isinstance(event, ActivationsRead):
        return event
    values = base64.b64decode(event.values)
    rows = [values[start : start + event.columns] for start in range(0, len(values), event.columns)]
    return replace(
        event,
        positions=event.positions[::ROWS_SHARE],
        tokens=event.tokens[::ROWS_SHARE],
        values=base64.b64encode(b"".join(rows[::ROWS_SHARE])).decode(),
    )


@pytest.mark.long
def test_a_whole_run_sends_less_than_a_megabyte(scripted: Callable[..., ScriptedApp], open_page: OpenPage) -> None:
    look = scripted_inspection(prompt=TOKENS, answers=(TOKENS, TOKENS), columns=EMBEDDED[1] // 2)
    studies = {InspectionRequest: [sampled(event) for event in look]}
    app = scripted(large_race(EMBEDDED, tokens=TOKENS), speed=1.0, studies=studies)
    page = open_page(app.url)
    received = {"bytes": 0}
    connection = page.context.new_cdp_session(page)
    connection.on("Network.dataReceived", lambda part: received.update(bytes=received["bytes"] + part["dataLength"]))
    connection.send("Network.enable")
    run_to_the_end(page)
    expect(page.locator('.quality-sentence[data-phase="done"]')).to_contain_text("places", timeout=60_000)
    assert 300_000 < received["bytes"] < 1_000_000, received
