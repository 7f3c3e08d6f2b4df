"""The replay page and the exported file as text: what stands in them, and what cannot get out of its place."""

import base64
import hashlib
import json
import re

import pytest

from app.components import ASSET_ROUTE
from app.replaying import Timeline, replay_page, timeline_of
from app.replaying.export import ASSETS, export_timeline, modules
from app.replaying.page import ROUTE, STYLESHEETS, script_data
from griffin_core.recording import PromptText
from tests.app.scripted_recording import recorded, whole_session

MARKUP = '"><script>alert(1)</script><!-- </script'


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    return timeline_of(recorded(whole_session(), title=MARKUP, prompt=PromptText(text=MARKUP)))


def test_page_finds_scripts_and_styles_where_the_app_serves_them(timeline: Timeline) -> None:
    page = replay_page("20260504-123000-abcdef01", timeline)
    assert ROUTE == ASSET_ROUTE
    assert '<base href="../../">' in page
    for name in STYLESHEETS:
        assert f'href="griffin/css/{name}.css"' in page
        assert (ASSETS / "css" / f"{name}.css").is_file()


def test_data_cannot_leave_its_script_block(timeline: Timeline) -> None:
    for page in (replay_page("one", timeline), export_timeline(timeline)):
        data = re.search(r'id="recording">(.*?)</script>', page, flags=re.DOTALL)
        assert data is not None
        assert json.loads(data[1])["timeline"]["head"]["prompt"] == MARKUP
        assert "alert(1)</script>" not in page


def test_half_a_surrogate_pair_does_not_break_the_page() -> None:
    assert json.loads(script_data("\ud800<")) == "\ud800<"
    script_data("\ud800").encode()


def test_exported_scripts_are_allowed_by_their_hashes_alone(timeline: Timeline) -> None:
    page = export_timeline(timeline)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)"', page)
    assert policy is not None
    scripts = re.findall(r'<script(?: type="(?:importmap|module)")?>(.*?)</script>', page, flags=re.DOTALL)
    assert len(scripts) == 3
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert not re.search(r"https?:|\*|unsafe-eval|'self'", policy[1])


def test_exported_modules_are_all_there_and_import_each_other_by_name() -> None:
    found = modules()
    for path, script in found.items():
        for name in re.findall(r'(?:from|import) "([^"]+)"', script):
            assert name.removeprefix(f"{ROUTE}/") in found, path
    assert "race/token_pane.js" in found
