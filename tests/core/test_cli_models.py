"""The command line on a tiny random model in a folder: loading, encoding and racing for real."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from griffin_core.cli.program import main
from tests.tiny_models import CONTEXT, tiny_loaded

Spoken = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny Llama as files."""
    path = tmp_path_factory.mktemp("models") / "tiny"
    loaded = tiny_loaded("llama")
    loaded.model.save_pretrained(path)
    loaded.tokenizer.save_pretrained(path)
    return str(path)


def race(folder: str, capsys: Spoken, *words: str, code: int = 0) -> dict[str, Any]:
    assert main(["race", "--model", folder, "--device", "cpu", "--json", *words]) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    values = json.loads(told.out.splitlines()[-1])
    assert isinstance(values, dict)
    return values


def type_in(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_lanes_keep_their_order_names_and_lengths(folder: str, capsys: Spoken) -> None:
    lanes = ("griffin:density=0.25", "dense", "random:density=0.5,seed=3", "dense")
    options = [word for lane in lanes for word in ("--lane", lane)]
    values = race(folder, capsys, "hello", "--max-new-tokens", "5", "--ignore-eos", *options)
    assert [lane["name"] for lane in values["lanes"]] == [*lanes[:3], "dense#2"]
    assert [len(lane["token_ids"]) for lane in values["lanes"]] == [5] * 4
    assert [lane["k"] for lane in values["lanes"]] == [11, 44, 22, 44]
    assert values["lanes"][1]["token_ids"] == values["lanes"][3]["token_ids"]
    assert (values["model"], values["device"], values["seed"]) == ("tiny", "cpu", 0)


def test_the_same_seed_draws_the_same_tokens(folder: str, capsys: Spoken) -> None:
    words = ("hello", "--temperature", "1.5", "--max-new-tokens", "8", "--ignore-eos")
    runs = [race(folder, capsys, *words, "--seed", seed) for seed in ("1", "1", "2")]
    ids = [[lane["token_ids"] for lane in values["lanes"]] for values in runs]
    assert ids[0] == ids[1] != ids[2]


def test_typed_and_given_prompts_are_the_same(folder: str, capsys: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--max-new-tokens", "4", "--ignore-eos", "--lane", "dense")
    given = race(folder, capsys, "two\nlines", *words)
    type_in("two\nlines\n", monkeypatch)
    typed = race(folder, capsys, "-", *words)
    assert typed["prompt_tokens"] == given["prompt_tokens"]
    assert typed["lanes"][0]["token_ids"] == given["lanes"][0]["token_ids"]


def test_no_chat_gives_the_prompt_as_it_is(folder: str, capsys: Spoken) -> None:
    words = ("hello", "--max-new-tokens", "2", "--lane", "dense")
    assert race(folder, capsys, *words, "--no-chat")["prompt_tokens"] < race(folder, capsys, *words)["prompt_tokens"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["hi", "--max-new-tokens", str(CONTEXT)], "SettingsError"),
        (["hi", "--device", "abacus"], "SettingsError"),
        (["hi", "--dtype", "float3"], "SettingsError"),
        (["hi", "--revision", "main"], "SettingsError"),
        (["a long prompt " * CONTEXT], "PromptError"),
        (["hi", "--model", "/no/such/folder"], "UnknownModelError"),
    ],
)
def test_what_only_loading_can_tell_is_bad_input_too(words: list[str], kind: str, folder: str, capsys: Spoken) -> None:
    error = race(folder, capsys, *words, code=2)["error"]
    assert error["type"] == kind


def test_two_hundred_thousand_characters_are_refused_in_words(
    folder: str, capsys: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in("x" * 200_000, monkeypatch)
    error = race(folder, capsys, "-", code=2)["error"]
    assert error["type"] == "PromptError"
    assert str(CONTEXT) in error["message"]


@pytest.mark.parametrize(
    "prompt", ["\x00\x1b[31m", "👩‍🔬", "שלום עולם", "${1+1}", "<img src=x onerror=alert(1)>", "C:\\new\\table"]
)
def test_any_text_is_a_prompt(prompt: str, folder: str, capsys: Spoken) -> None:
    assert race(folder, capsys, prompt, "--max-new-tokens", "2")["prompt_tokens"] > 0


def test_cache_is_shown_and_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    monkeypatch.setenv("GRIFFIN_CACHE", str(tmp_path))
    entry = tmp_path / "converted" / "a-model"
    entry.mkdir(parents=True)
    (entry / "weights.bin").write_bytes(b"x" * 1000)
    assert main(["cache", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(item["name"], item["size_bytes"]) for item in shown["entries"]] == [("a-model", 1000)]
    assert main(["cache", "clear"]) == 0
    assert "a-model" in capsys.readouterr().out
    assert not entry.exists()
    assert main(["cache", "show"]) == 0
    assert capsys.readouterr().out.startswith("0 converted models")
