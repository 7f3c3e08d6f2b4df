"""Recordings as the page shows them: gallery, one opened, two compared, links; the page that only replays."""

import subprocess
import sys
from pathlib import Path

import gradio as gr
import pytest

from app.asking.form import MAX_PROMPT_CHARACTERS
from app.library import Library, Query
from app.serving.recordings import PAGE, RecordingService, asked_for, linked_prompt
from app.text.compared import texts
from app.text.recordings import agreement
from app.ui import build_replay_ui
from app.views import AskedView, OpenedView
from griffin_core.events import RunFinished
from tests.app.scripted_events import scripted_race
from tests.app.scripted_recordings import bundle, recorded


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept", bundled=tmp_path / "bundled")


@pytest.fixture
def recordings(library: Library) -> RecordingService:
    return RecordingService(library)


def test_answers_that_part_at_once_are_not_called_the_same() -> None:
    assert (agreement(0, 0.0), agreement(3, 0.1), agreement(3, 1.0), agreement(None, None)) == (
        "parted after the first token",
        "same for 3\N{NO-BREAK SPACE}tokens",
        "same text",
        "",
    )


def test_the_gallery_answers_what_was_asked(library: Library, recordings: RecordingService) -> None:
    for title, model in (("River", "small"), ("Rain", "small"), ("Sun", "large")):
        recorded(library, title=title, model=model)
    view = recordings.gallery({"words": "r", "model": "small", "sort": "title"})
    assert [card.title for card in view.cards] == ["Rain", "River"]
    assert view.sentence == "2\N{NO-BREAK SPACE}recordings found"
    assert {choice.value for choice in view.models} == {"small", "large"}
    assert view.cards[0].speedup == "1.24×"
    assert view.cards[0].agreement == "same for 2\N{NO-BREAK SPACE}tokens"


def test_the_gallery_shows_more_than_the_library_gives_at_once(library: Library, recordings: RecordingService) -> None:
    events = scripted_race(["The"], ["The"])
    for _ in range(210):
        recorded(library, events=events)
    library.find(Query(), budget_s=None)
    assert (len(recordings.gallery().cards), recordings.gallery().more) == (PAGE, 210 - PAGE)
    view = recordings.gallery({"shown": 208})
    assert (len(view.cards), view.more) == (208, 2)
    assert len({card.id for card in view.cards}) == 208


@pytest.mark.parametrize(
    "data",
    [None, [], {"shown": "many"}, {"sort": "DROP TABLE"}, {"words": None, "model": [], "shown": True}, {"shown": -1}],
)
def test_what_makes_no_sense_in_a_question_is_left_out(data: object) -> None:
    assert asked_for(data) == AskedView()


def test_an_empty_gallery_says_how_to_fill_it(recordings: RecordingService, library: Library) -> None:
    assert "Switch Record on" in recordings.gallery().empty
    assert "Import" in RecordingService(library, live=False).gallery().empty
    assert "take a filter away" in recordings.gallery({"words": "none like this"}).empty


def test_an_opened_recording_names_its_replay_and_its_files(library: Library, recordings: RecordingService) -> None:
    recording = recorded(library, title="River")
    view = recordings.opened(recording)
    assert (view.title, view.runs, view.trouble) == ("River", True, "")
    facts = {label: value for label, value, _ in view.facts}
    assert facts["Compared"].endswith(" against the full model")
    assert not {"Device", "Recorded"} & set(facts)  # the replay says them
    assert view.replay == f"griffin/replay/{recording}"
    assert [one.address.removeprefix(f"griffin/recordings/{recording}") for one in view.downloads] == [
        ".html",
        ".griffin.jsonl",
        ".csv",
        ".md",
        ".json",
        ".cast",
    ]


def test_a_damaged_recording_says_what_is_wrong_and_offers_its_file_alone(
    library: Library, recordings: RecordingService
) -> None:
    place = library.new()
    place.path.write_text('{"format":"griffin"}\n', encoding="utf-8")
    view = recordings.opened(place.id)
    assert view.flaw == "damaged"
    assert "line 1" in view.trouble
    assert view.replay == ""
    assert [one.name for one in view.downloads] == ["JSONL"]


@pytest.mark.parametrize("given", ["", "nonsense", "../../etc/passwd", "<b>", "20260101-120000-zzzzzzzz"])
def test_a_link_to_nothing_is_told_in_words(recordings: RecordingService, given: str) -> None:
    view = recordings.linked(given)
    assert view.id == ""
    assert view.trouble.endswith(".")


def test_a_linked_prompt_is_filled_in_or_refused_in_words() -> None:
    assert linked_prompt("Why?") == ("Why?", "")
    assert linked_prompt(" ")[1]
    assert "150,001 characters" in linked_prompt("a" * (MAX_PROMPT_CHARACTERS + 1))[1]


@pytest.mark.parametrize("session", [None, ""])
def test_an_address_without_an_id_opens_nothing_and_complains_of_nothing(
    recordings: RecordingService, session: str | None
) -> None:
    assert recordings.arrived(session, "Why?") == OpenedView()


def test_where_nothing_runs_a_linked_prompt_is_told_so(library: Library) -> None:
    replaying = RecordingService(library, live=False)
    assert "Nothing runs here" in replaying.arrived(None, "Why?").trouble
    assert replaying.arrived(None, None) == OpenedView()
    assert replaying.arrived(recorded(library, title="River"), "Why?").title == "River"


def test_a_run_that_its_visitor_stopped_is_stopped_and_not_cut(library: Library, recordings: RecordingService) -> None:
    begun = scripted_race()[:9]
    stopped = recorded(library, events=[*begun, RunFinished(t_s=0.5, reason="cancelled")])
    cut = recorded(library, events=begun)
    assert (recordings.opened(stopped).flaw, recordings.opened(cut).flaw) == ("stopped", "cut")
    assert "stopped before its own end" in recordings.opened(stopped).why


def test_only_the_key_deletes(library: Library, recordings: RecordingService) -> None:
    recording = recorded(library)
    assert recordings.removed(recording, "wrong").trouble
    assert recordings.removed(recording, library.key(recording)).gone == recording
    assert "deleted" in recordings.linked(recording).trouble


def test_two_recordings_are_compared_lane_by_lane(library: Library, recordings: RecordingService) -> None:
    first = recorded(library, title="One", prompt="Why?")
    second = recorded(
        library, title="Two", prompt="How?", events=scripted_race(pruned=("The", " sun", " sets"), itl_ms=(30.0, 29.0))
    )
    view = recordings.compared(first, second)
    assert (view.a, view.b) == ("One", "Two")
    assert ("Prompt", "Why?", "How?") in view.settings
    assert all(row[-1] == "–" for lane in view.lanes for row in lane.figures if row[0].startswith("Agreement"))
    full, pruned = view.lanes
    assert full.sentence == "Both recordings hold the same text."
    assert (pruned.shared, pruned.rest_a, pruned.rest_b) == ("The sun ", "rises at dawn.", "sets")
    assert full.lines == ()
    assert pruned.lines[0].values == (1.0,) * 4
    assert pruned.experts == "The same neurons are kept."


@pytest.mark.parametrize(
    ("tokens", "words"),
    [(1, "The first token is the same, then"), (2, "The first 2\N{NO-BREAK SPACE}tokens are the same, then")],
)
def test_how_far_two_answers_agree_is_said_in_the_right_number(tokens: int, words: str) -> None:
    assert texts(tokens, 4, equal=False, one_begins=False).startswith(words)


@pytest.mark.parametrize("second", ["", "nonsense"])
def test_a_comparison_needs_two_recordings(library: Library, recordings: RecordingService, second: str) -> None:
    first = recorded(library)
    assert recordings.compared(first, first).trouble
    assert recordings.compared(first, second).trouble


def test_the_first_page_offers_a_recording_that_comes_with_the_app(
    library: Library, recordings: RecordingService, tmp_path: Path
) -> None:
    recorded(library, title="A visitor's")
    assert recordings.invite().id == ""
    recording = bundle(tmp_path / "bundled", title="Water cycle")
    assert (recordings.invite().id, recordings.invite().title) == (recording, "Water cycle")


def test_what_is_agreed_to_names_where_it_is_kept(library: Library) -> None:
    _, lasting = RecordingService(library).consent()
    _, fleeting = RecordingService(library, lasting=False).consent()
    _, copied = RecordingService(library, dataset="ann/runs").consent()
    assert "on this server" in lasting
    assert "until it restarts" in fleeting
    assert "ann/runs" in copied


def test_the_replay_page_has_recordings_estimate_and_about_alone(recordings: RecordingService) -> None:
    page = build_replay_ui(recordings)
    tabs = [block.label for block in page.blocks.values() if isinstance(block, gr.Tab)]
    assert tabs == ["Recordings", "Estimate", "About"]
    assert all(event.api_visibility == "private" for event in page.fns.values())


def test_replay_mode_imports_neither_torch_nor_transformers(tmp_path: Path) -> None:
    code = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "transformers", "accelerate"):
            raise ModuleNotFoundError(f"{name} is not to be imported")

sys.meta_path.insert(0, Blocked())
from pathlib import Path
import app.__main__
from app.library import Library
from app.serving.recordings import RecordingService
from app.ui import build_replay_ui, launch_options
from app.web.recordings import recording_routes

folder, recording = Path(sys.argv[1]), sys.argv[2]
library = Library(folder)
service = RecordingService(library, live=False)
page = build_replay_ui(service)
assert page.get_config_file()["components"]
assert launch_options(*recording_routes(library))
assert service.gallery().cards and service.opened(recording).replay
assert service.compared(recording, recording).trouble
from starlette.applications import Starlette
from starlette.testclient import TestClient
client = TestClient(Starlette(routes=recording_routes(library)))
for address in ("replay/%s", "recordings/%s.html", "recordings/%s.csv", "recordings/%s.md", "recordings/%s.json"):
    assert client.get("/griffin/" + address % recording).status_code == 200, address
"""
    recording = recorded(Library(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), recording],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
