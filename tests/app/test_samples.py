"""The recordings that come with the app: whole, looked at closely, and about no machine's folders."""

from pathlib import Path

import pytest

from app.catalog import EXAMPLES
from app.library import BUNDLED, ID_PATTERN, SUFFIX
from griffin_core.recording import read_recording

SAMPLES = sorted(Path(BUNDLED).glob(f"*{SUFFIX}"))


def test_every_example_was_recorded_and_nothing_else_lies_there() -> None:
    assert all(ID_PATTERN.fullmatch(path.name.removesuffix(SUFFIX)) for path in Path(BUNDLED).iterdir())
    titles = {read_recording(path).header.title for path in SAMPLES}
    assert {example.name for example in EXAMPLES} <= titles


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name[:15])
def test_a_sample_is_whole(path: Path) -> None:
    recording = read_recording(path)
    assert recording.complete
    assert recording.looks
    assert (recording.cut, recording.skipped) == (False, 0)
    assert recording.header.prompt is not None
    assert recording.header.run.prompt_ids
    for place in ("/home/", "/root/", "/tmp/", str(Path(BUNDLED).parents[1]), str(Path.home())):
        assert place.encode() not in path.read_bytes()
