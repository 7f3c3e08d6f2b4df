"""Uploads: validated, refused in words, kept as records of ours and nothing else."""

import gzip
import io
import json
import random
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.library import UPLOAD_BYTES, Library, LibraryError, Query
from griffin_core.errors import GriffinError, RecordingError
from griffin_core.recording import Limits
from tests.app.recorded import write
from tests.app.scripted_events import HOSTILE, scripted_race

MEMORY = 64 << 20
LIMITS = Limits(bytes=1 << 20, line_bytes=1 << 17, events=5_000)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None, limits=LIMITS)


@pytest.fixture
def upload(tmp_path: Path) -> bytes:
    write(tmp_path / "mine.griffin.jsonl", "Mine", tags=("a",))
    return (tmp_path / "mine.griffin.jsonl").read_bytes()


def kept(library: Library) -> list[str]:
    folder = library.store.folder
    assert folder is not None
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith((".secret", ".index")))


def test_an_upload_is_kept_under_a_fresh_id_and_deletes_with_its_key(library: Library, upload: bytes) -> None:
    first, second = library.add_upload(upload), library.add_upload(upload)
    assert first.id != second.id
    assert {entry.title for entry in library.find(Query()).entries} == {"Mine"}
    assert first.path.read_bytes() == upload  # ours already: nothing to leave out
    library.delete(first.id, first.key)
    assert kept(library) == [".deleted", second.path.name]


def test_a_packed_upload_is_unpacked(library: Library, upload: bytes) -> None:
    assert library.add_upload(gzip.compress(upload)).path.read_bytes() == upload


def test_only_what_the_format_knows_is_kept(library: Library, upload: bytes) -> None:
    header, *lines = upload.splitlines()
    fields = json.loads(header) | {"home": "/home/somebody", "version": [1, 7]}
    fields["run"]["model"]["model"] = "/home/somebody/models/own"
    extra = [b"# /home/somebody/notes", b'[0.0,null,"new-kind",{"path":"/home/somebody"}]', b""]
    tail = [line.replace(b'"index":', b'"extra":"/home/somebody","index":') for line in lines]
    text = library.add_upload(b"\n".join([json.dumps(fields).encode(), *extra, *tail])).path.read_bytes()
    assert b"somebody" not in text
    assert text.count(b"\n") == upload.count(b"\n")
    assert library.find(Query()).entries[0].model == "own"


def test_what_a_recording_says_stays_text(library: Library, tmp_path: Path) -> None:
    pieces = ("The", *HOSTILE)
    path = tmp_path / "hostile.griffin.jsonl"
    write(
        path,
        "<script>alert(1)</script>",
        prompt=" ".join(HOSTILE),
        tags=HOSTILE[:2],
        events=scripted_race(pieces, pieces),
    )
    place = library.add_upload(path.read_bytes())
    assert library.entry(place.id).title == "<script>alert(1)</script>"
    assert library.read(place.id).header.prompt is not None
    assert place.path.read_bytes() == path.read_bytes()


def hostile_uploads(upload: bytes) -> dict[str, Callable[[], bytes]]:
    header, *lines = upload.splitlines(keepends=True)
    first = b"".join([header, *lines[:3]])
    return {
        "empty": lambda: b"",
        "not JSON": lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        "no recording": lambda: b'{"format": "asciicast"}\n',
        "half a header": lambda: header[: len(header) // 2],
        "half a packed file": lambda: gzip.compress(upload)[:200],
        "packed twice": lambda: gzip.compress(gzip.compress(upload)),
        "a huge line": lambda: header + b'[0.1,null,"' + b"x" * (1 << 20),
        "deep nesting": lambda: first + b'[0.2,null,"prefill",' + b"[" * 50_000 + b"]" * 50_000 + b"]\n",
        "deep objects": lambda: first + b'[0.2,null,"prefill",' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"]\n",
        "NaN": lambda: upload.replace(b"24.0", b"NaN"),
        "Infinity": lambda: upload.replace(b"24.0", b"-Infinity"),
        "a number without end": lambda: upload.replace(b"24.0", b"1e999"),
        "digits without end": lambda: upload.replace(b"24.0", b"9" * 10_000),
        "wrong types": lambda: upload.replace(b'"token_id":1,', b'"token_id":"1",'),
        "an unknown lane": lambda: upload.replace(b'"griffin:density=0.5","token"', b'"other","token"'),
        "time backwards": lambda: b"".join([header, *reversed(lines)]),
        "events without end": lambda: header + lines[0] * 6_000,
        "unknown events without end": lambda: header + b'[0.0,null,"x",{}]\n' * 100_000,
        "a gigabyte claimed": lambda: upload.replace(b'"prompt_tokens":24', b'"prompt_tokens":1000000000').replace(
            b'"n_layers":4', b'"n_layers":1000000000'
        ),
        "64 MiB of blank lines, packed": lambda: gzip.compress(header + b"\n" * (64 << 20)),
        "64 MiB in a line, packed": lambda: gzip.compress(b"[" * (64 << 20)),
        "too many bytes": lambda: b"\n" * (UPLOAD_BYTES + 1),
        "a lone surrogate": lambda: upload.replace(b'"Mine"', b'"\\ud800"'),
        "no UTF-8": lambda: upload.replace(b"Mine", b"\xff\xfe\xff\xfe"),
        "figures without measure": lambda: upload.replace(b'"itl_ms":3', b'"itl_ms":1e308,"x":3'),
    }


@pytest.mark.parametrize("kind", hostile_uploads(b"{}\n[]\n"))
def test_a_hostile_upload_is_refused_in_words_and_in_little_memory(library: Library, upload: bytes, kind: str) -> None:
    data = hostile_uploads(upload)[kind]()
    assert data != upload
    tracemalloc.start()
    try:
        with pytest.raises((RecordingError, LibraryError)) as refused:
            library.add_upload(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY
    assert len(str(refused.value)) < 400
    assert str(refused.value).endswith(".")
    assert kept(library) == []


def test_a_damaged_line_is_named(library: Library, upload: bytes) -> None:
    lines = upload.splitlines(keepends=True)
    lines[4] = b"{]\n"
    with pytest.raises(RecordingError, match="line 5: "):
        library.add_upload(b"".join(lines))


def truncated(data: bytearray, draw: random.Random) -> bytes:
    return bytes(data[: draw.randrange(len(data))])


def flipped(data: bytearray, draw: random.Random) -> bytes:
    for _ in range(draw.randrange(1, 8)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def shuffled(data: bytearray, draw: random.Random) -> bytes:
    lines = bytes(data).splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("spoil", [truncated, flipped, shuffled], ids=lambda spoil: spoil.__name__)
def test_whatever_is_kept_of_spoilt_uploads_can_be_listed_and_read(
    library: Library, upload: bytes, spoil: Callable[[bytearray, random.Random], bytes], packed: bool
) -> None:
    refused = 0
    for seed in range(60):
        source = gzip.compress(upload, mtime=0) if packed else upload
        try:
            place = library.add_upload(spoil(bytearray(source), random.Random(seed)))
        except GriffinError:
            refused += 1
            continue
        assert library.read(place.id).events
    assert refused > 5
    page = library.find(Query(limit=100), budget_s=None)
    assert page.total == 60 - refused
    assert all(entry.state != "damaged" for entry in page.entries)
    assert len(kept(library)) == 60 - refused


def test_a_packed_upload_that_goes_on_after_its_end_is_read_as_one_or_refused(library: Library, upload: bytes) -> None:
    packer = zlib.compressobj(wbits=31)
    twice = io.BytesIO(packer.compress(upload) + packer.flush() + b"rubbish" * 1_000)
    with pytest.raises(RecordingError, match="line "):
        library.add_upload(twice.getvalue())
