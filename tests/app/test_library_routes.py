"""Recordings over HTTP: files, other formats, the replay page, imports, deletions."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.library import UPLOAD_BYTES, Library, Query
from app.replaying.timeline import Timeline, timeline_of
from app.web import recordings as routes
from app.web.recordings import FORMS, RECORDINGS, REPLAY, recording_routes
from griffin_core.events import VoteCast
from griffin_core.recording import Recorder, Recording
from tests.app.recorded import record_into
from tests.app.test_library_files import HOSTILE


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None)


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=recording_routes(library)), follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("ending", FORMS)
def test_every_form_is_a_download_named_by_the_id(client: TestClient, library: Library, ending: str) -> None:
    place = record_into(library, 'x"; filename="evil.exe\r\nSet-Cookie: a=b', tags=("a",))
    answer = client.get(f"{RECORDINGS}/{place.id}{ending}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{place.id}{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content
    assert "Set-Cookie" not in answer.headers


def test_the_file_is_the_recording_byte_for_byte_packed_or_not(client: TestClient, library: Library) -> None:
    place = record_into(library)
    plain = client.get(f"{RECORDINGS}/{place.id}.griffin.jsonl")
    assert plain.headers["Content-Type"] == "application/x-ndjson"
    assert plain.content == place.path.read_bytes()
    packed = client.get(f"{RECORDINGS}/{place.id}.griffin.jsonl.gz")
    assert gzip.decompress(packed.content) == plain.content


def test_the_replay_page_is_shown_not_saved(client: TestClient, library: Library) -> None:
    answer = client.get(f"{REPLAY}/{record_into(library).id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer.headers


def test_a_recording_is_folded_once_until_it_changes(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded: list[Recording] = []

    def counted(recording: Recording) -> Timeline:
        folded.append(recording)
        return timeline_of(recording)

    monkeypatch.setattr(routes, "timeline_of", counted)
    place = record_into(library)
    for address in (f"{REPLAY}/{place.id}", f"{REPLAY}/{place.id}", f"{RECORDINGS}/{place.id}.html"):
        assert client.get(address).status_code == 200
    assert len(folded) == 1
    with Recorder.resumed(place.path) as recorder:
        recorder.add(VoteCast(t_s=0.0, said="A", pruned="B"))
    assert client.get(f"{REPLAY}/{place.id}").status_code == 200
    assert len(folded) == 2


def test_what_a_browser_has_is_not_sent_again_until_it_changes(client: TestClient, library: Library) -> None:
    place = record_into(library)
    address = f"{RECORDINGS}/{place.id}.csv"
    first = client.get(address)
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    with Recorder.resumed(place.path) as recorder:
        recorder.add(VoteCast(t_s=0.0, said="A", pruned="B"))
    assert client.get(address, headers=known).status_code == 200


def test_a_deleted_recording_is_gone_in_words(client: TestClient, library: Library) -> None:
    place = record_into(library)
    library.delete(place.id, place.key)
    for address in (f"{RECORDINGS}/{place.id}.html", f"{REPLAY}/{place.id}"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "was deleted" in answer.text


@pytest.mark.parametrize("name", [name for name in HOSTILE if 0 < len(name) < 1_000])
def test_a_hostile_name_finds_nothing(client: TestClient, library: Library, name: str) -> None:
    secret = (library.store.folder or Path()) / ".secret"
    for ending in ("", ".griffin.jsonl", ".html"):
        for base in (RECORDINGS, REPLAY):
            raw = "".join(f"%{byte:02x}" for byte in f"{name}{ending}".encode())
            for written in (raw, raw.replace("%", "%25")):
                answer = client.get(f"{base}/{written}")
                assert answer.status_code in (404, 405)
                assert secret.read_bytes() not in answer.content


def test_no_folder_is_listed_and_no_other_form_invented(client: TestClient, library: Library) -> None:
    place = record_into(library)
    assert client.get(RECORDINGS).status_code == 405
    assert client.get(f"{RECORDINGS}/").status_code in (307, 404)  # 307: to the one above
    answer = client.get(f"{RECORDINGS}/{place.id}.exe")
    assert answer.status_code == 404
    assert answer.text == "A recording cannot be had in that form."


def test_a_damaged_recording_is_refused_in_words_and_can_still_be_fetched_as_it_is(
    client: TestClient, library: Library
) -> None:
    place = record_into(library)
    place.path.write_bytes(place.path.read_bytes().replace(b'"token"', b'"token', 1))
    answer = client.get(f"{RECORDINGS}/{place.id}.html")
    assert answer.status_code == 422
    assert "line " in answer.text
    assert str(place.path.parent) not in answer.text
    assert client.get(f"{RECORDINGS}/{place.id}.griffin.jsonl").content == place.path.read_bytes()


def test_an_import_answers_with_id_title_and_key(client: TestClient, library: Library) -> None:
    upload = record_into(library, "Mine").path.read_bytes()
    answer = client.post(RECORDINGS, content=upload)
    assert answer.status_code == 201
    told = answer.json()
    assert told["title"] == "Mine"
    assert library.find(Query()).total == 2
    address = f"{RECORDINGS}/{told['id']}"
    assert client.delete(address, headers={"X-Griffin-Key": "0" * 64}).status_code == 403
    assert client.delete(address, headers={"X-Griffin-Key": told["key"]}).status_code == 204
    assert client.delete(address, headers={"X-Griffin-Key": told["key"]}).status_code == 410


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "x.griffin.jsonl\x00.py", "<img src=x>"])
def test_a_file_name_never_reaches_the_file_system(client: TestClient, library: Library, name: str) -> None:
    upload = record_into(library).path.read_bytes()
    name_seen = json.dumps(name)
    client.post(RECORDINGS, content=upload, headers={"Content-Disposition": f"attachment; filename={name_seen}"})
    folder = library.store.folder
    assert folder is not None
    names = [path.name for path in folder.iterdir() if path.name.endswith(".griffin.jsonl")]
    assert len(names) == 2
    assert all(library.path(name.removesuffix(".griffin.jsonl")) for name in names)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 422, "empty"),
        (b"{}\n", 422, "line 1"),
        (b"x" * (UPLOAD_BYTES + 1), 413, "larger than"),
        (gzip.compress(b"[" * (64 << 20)), 422, "longer than"),
    ],
    ids=["empty", "no recording", "too large", "bomb"],
)
def test_an_import_that_is_refused_says_why(
    client: TestClient, library: Library, body: bytes, status: int, says: str
) -> None:
    answer = client.post(RECORDINGS, content=body)
    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert library.find(Query()).total == 0


def test_another_site_can_neither_import_nor_delete(client: TestClient, library: Library) -> None:
    place = record_into(library)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "X-Griffin-Key": place.key}
    assert client.post(RECORDINGS, content=place.path.read_bytes(), headers=elsewhere).status_code == 403
    assert client.delete(f"{RECORDINGS}/{place.id}", headers=elsewhere).status_code == 403
    assert library.find(Query()).total == 1


def test_a_server_without_a_folder_says_that_it_keeps_nothing(tmp_path: Path) -> None:
    with TestClient(Starlette(routes=recording_routes(Library(None, bundled=tmp_path)))) as client:
        assert "keeps no recordings" in client.post(RECORDINGS, content=b"{}\n").json()["error"]
