"""Recordings that are cut, commented, newer, damaged or too large: what is passed over, and what is refused how."""

import dataclasses
import gzip
import io
import json
from pathlib import Path

import pytest

from griffin_core.errors import RecordingError
from griffin_core.events import TokenEmitted
from griffin_core.recording import Limits, PromptText, read_recording
from tests.core.hand_made import recording
from tests.core.on_disk import written
from tests.core.scripted_run import FACTS


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def changed(path: Path, number: int, line: object) -> Path:
    """The file with line `number`, from 1, replaced."""
    all_lines = lines(path)
    all_lines[number - 1] = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
    path.write_bytes(b"".join(all_lines))
    return path


def test_a_cut_last_line_is_left_out(path):
    written(path, recording().events)
    path.write_bytes(path.read_bytes()[:-7])
    back = read_recording(path)
    assert back.cut
    assert back.events == recording().events[:-1]


def test_a_whole_last_line_without_its_end_counts(path):
    written(path, recording().events)
    path.write_bytes(path.read_bytes()[:-1])
    assert (read_recording(path).events, read_recording(path).cut) == (recording().events, False)


def test_comments_blank_lines_unknown_codes_and_unknown_fields_are_passed_over(path):
    written(path, recording().events)
    all_lines = lines(path)
    header = {**json.loads(all_lines[0]), "version": [1, 7], "mood": "good"}
    t_s, lane, code, data = json.loads(all_lines[1])
    path.write_bytes(
        b"".join(
            [
                json.dumps(header).encode() + b"\n# a comment\n\n",
                json.dumps([t_s, lane, code, {**data, "new": [1]}]).encode() + b"\n",
                b'[0.06,null,"weather",{"rain":true}]\n',
                *all_lines[2:],
            ]
        )
    )
    back = read_recording(path)
    assert (back.events, back.skipped, back.header.version) == (recording().events, 1, (1, 7))


@pytest.mark.parametrize("data", [b"hello", b"hello\n", b"<!doctype html>\n<html></html>", b'{"format":"griffin","ver'])
def test_a_file_of_another_kind_is_told_what_to_choose(data):
    with pytest.raises(RecordingError, match="this is no recording: its first line .* Choose a file"):
        read_recording(io.BytesIO(data))


def test_an_empty_file_is_called_empty():
    with pytest.raises(RecordingError, match="it is empty"):
        read_recording(io.BytesIO(b"\n# nothing\n"))


@pytest.mark.parametrize(
    ("number", "line", "says"),
    [
        (1, b"\n", "line 2: this is no recording"),
        (1, {"format": "other"}, "line 1: this is no recording"),
        (1, {"format": "griffin", "version": [2, 0]}, "line 1: .*format version 2.*Update"),
        (1, {"format": "griffin", "version": "1"}, "line 1: version must be two numbers"),
        (1, {"format": "griffin", "version": [1, 0]}, "line 1: created: field required"),
        (3, b"[0.1,null\n", "line 3: this is not JSON"),
        (3, b"[NaN,null,\"prefilled\",{}]\n", "line 3: this is not JSON"),
        (3, b"[" * 10_000 + b"]" * 10_000 + b"\n", "line 3: this is not JSON"),
        (3, {"t_s": 0}, r"line 3: a line must be \[seconds, lane or null, code, data\]"),
        (3, [0.1, None, "prefilled", {"prefill_ms": "1", "statistics_ms": 0}], "line 3: prefill_ms: .*number, got '1'"),
        (3, [0.1, None, "prefilled", {"statistics_ms": 0}], "line 3: prefill_ms: field required"),
        (3, b'[0.1,null,"prefilled",{"prefill_ms":1e999,"statistics_ms":0}]\n', "line 3: this cannot be a recording"),
        (3, [0.1, None, "prefilled", {"prefill_ms": -1, "statistics_ms": 0}], "line 3: prefill_ms must not be below 0"),
        (3, [0.1, "dense", "prefilled", {"prefill_ms": 1, "statistics_ms": 0}], 'line 3: "prefilled" has no lane'),
        (3, [0.001, None, "prefilled", {"prefill_ms": 1, "statistics_ms": 0}], "line 3: time runs backwards"),
        (3, [0.1, None, "study_progress", {"what": "x", "done": 0, "total": 0}], "line 3: .*out of place in a race"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused_with_its_line(path, number, line, says):
    written(path, recording().events)
    with pytest.raises(RecordingError, match=says):
        read_recording(changed(path, number, line))


def test_tokens_of_unknown_lanes_missing_tokens_and_tokens_after_the_end_are_refused(path):
    events = recording().events
    token = next(event for event in events if isinstance(event, TokenEmitted))
    at = events.index(token)
    for wrong, says in (
        (dataclasses.replace(token, lane="nobody"), 'lane "nobody" was not started'),
        (dataclasses.replace(token, index=3), "token 0 of lane"),
        (dataclasses.replace(token, token_id=-1), "token_id must not be below 0"),
        (dataclasses.replace(token, clock_us=10**16), "too long"),
    ):
        written(path, (*events[:at], wrong, *events[at + 1 :]))
        with pytest.raises(RecordingError, match=says):
            read_recording(path)
        path.unlink()
    written(path, (*events, dataclasses.replace(token, t_s=99.0)))
    with pytest.raises(RecordingError, match="comes after the end"):
        read_recording(path)


@pytest.mark.parametrize(
    ("model", "says"),
    [({"n_layers": 10**9}, "1000000000 layers cannot be"), ({"d_ff": 1 << 30}, "d_ff 1073741824 cannot be")],
)
def test_headers_that_claim_too_much_are_refused_before_anything_is_made_of_it(path, model, says):
    written(path, recording(model=dataclasses.replace(FACTS, **model)).events)
    with pytest.raises(RecordingError, match=f"line 1: {says}"):
        read_recording(path)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(line_bytes=1000), "line 1: it is longer than 1,000 bytes"),
        (Limits(bytes=2500), "larger than 2,500 bytes"),
        (Limits(events=5), "more than 5 events"),
    ],
)
def test_limits_hold(path, limits, says):
    written(path, recording().events, prompt=PromptText(text="x" * 1000))
    with pytest.raises(RecordingError, match=says):
        read_recording(path, limits=limits)


def test_a_packed_file_that_swells_is_stopped_at_the_limit():
    bomb = gzip.compress((b"#" * 1023 + b"\n") * (1 << 16))
    assert len(bomb) < 1 << 18
    with pytest.raises(RecordingError, match="larger than 1,048,576 bytes"):
        read_recording(io.BytesIO(bomb), limits=Limits(bytes=1 << 20))
