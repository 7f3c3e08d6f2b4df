"""A .gguf file is converted once, into a cache that two processes, damage and missing rights cannot break."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel

from griffin_core.errors import DamagedModelError, UnsupportedModelError
from griffin_core.loading import cache, cache_entries, cache_folder, clear_cache, load_model
from griffin_core.loading.cache import published
from tests.tiny_gguf import write_gguf
from tests.tiny_models import EOS, tiny_config, tiny_model, tiny_tokenizer

MANIFEST_OF_WORDS = '{"source": "a", "files": {"config.json": 1}}'
PROMPT = torch.arange(8)[None]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIFFIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def source() -> PreTrainedModel:
    return tiny_model(tiny_config("llama"))


@pytest.fixture
def gguf_file(tmp_path: Path, source: PreTrainedModel) -> Path:
    return write_gguf(tmp_path / "parrot.gguf", source)


def load_telling(path: Path) -> tuple[torch.Tensor, list[str]]:
    """Logits of the loaded model and the distinct things progress said, in order."""
    told: list[str] = []
    loaded = load_model(path, device="cpu", dtype="float32", progress=lambda text, share: told.append(text))
    return loaded.model(PROMPT).logits, list(dict.fromkeys(told))


def was_converted(told: list[str]) -> bool:
    return any(text.startswith("converting") for text in told)


def weights_file() -> Path:
    return cache_entries()[0].path / "model.safetensors"


def test_conversion_is_exact_and_keeps_tokenizer_template_and_end_token(
    gguf_file: Path, source: PreTrainedModel
) -> None:
    loaded = load_model(gguf_file, device="cpu", dtype="float32")
    assert torch.equal(loaded.model(PROMPT).logits, source(PROMPT).logits)
    text = "hello 🦜 <s>"
    assert loaded.tokenizer(text)["input_ids"] == tiny_tokenizer()(text)["input_ids"]
    assert loaded.tokenizer.chat_template == tiny_tokenizer().chat_template
    assert loaded.stop_ids == {EOS}
    assert loaded.facts.model == "parrot.gguf"
    assert (loaded.facts.revision or "").startswith("sha256 ")


def test_second_load_reads_the_cache(gguf_file: Path) -> None:
    first, told_first = load_telling(gguf_file)
    second, told_second = load_telling(gguf_file)
    assert was_converted(told_first)
    assert told_second == ["loading parrot.gguf"]
    assert torch.equal(first, second)


def test_changed_file_is_another_entry(gguf_file: Path) -> None:
    load_model(gguf_file)
    write_gguf(gguf_file, tiny_model(tiny_config("llama"), seed=1))
    assert was_converted(load_telling(gguf_file)[1])
    assert len(cache_entries()) == 2


def test_one_flipped_byte_in_the_cached_weights_is_mended(gguf_file: Path) -> None:
    good, _ = load_telling(gguf_file)
    content = bytearray(weights_file().read_bytes())
    content[len(content) // 2] ^= 1
    weights_file().write_bytes(content)
    mended, told = load_telling(gguf_file)
    assert was_converted(told)
    assert torch.equal(mended, good)
    assert not was_converted(load_telling(gguf_file)[1])


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "manifest.json"])
def test_missing_file_in_the_cache_is_mended(gguf_file: Path, name: str) -> None:
    load_model(gguf_file)
    (cache_entries()[0].path / name).unlink()
    assert not cache_entries()[0].complete
    assert was_converted(load_telling(gguf_file)[1])
    assert cache_entries()[0].complete


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"source": "", "files": {}}', '{"files": 3}', MANIFEST_OF_WORDS])
def test_senseless_manifest_is_mended(gguf_file: Path, manifest: str) -> None:
    load_model(gguf_file)
    (cache_entries()[0].path / "manifest.json").write_text(manifest)
    assert was_converted(load_telling(gguf_file)[1])


def test_cache_that_cannot_be_made_leaves_the_model_usable(
    gguf_file: Path, source: PreTrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIFFIN_CACHE", str(gguf_file))  # a file, so no folder can be made in it
    logits, told = load_telling(gguf_file)
    assert torch.equal(logits, source(PROMPT).logits)
    assert any("could not be kept" in text for text in told)
    loaded = load_model(gguf_file, device="cpu", dtype="bfloat16")
    assert loaded.dtype == torch.bfloat16


def test_read_only_cache_is_read(gguf_file: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_model(gguf_file)
    for lock in own_cache.rglob("*.lock"):
        lock.unlink()

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError("read-only file system")

    monkeypatch.setattr(cache, "FileLock", refuse)
    before = sorted(own_cache.rglob("*"))
    assert not was_converted(load_telling(gguf_file)[1])
    assert sorted(own_cache.rglob("*")) == before


def test_two_processes_that_start_together_convert_once(gguf_file: Path, own_cache: Path) -> None:
    script = (
        "import sys, torch; from griffin_core.loading import load_model\n"
        "told = []\n"
        "sys.stdin.readline()\n"
        "loaded = load_model(sys.argv[1], device='cpu', dtype='float32', progress=lambda t, s: told.append(t))\n"
        "print(float(loaded.model(torch.arange(8)[None]).logits.sum()), any('converting' in t for t in told))\n"
    )
    command = [sys.executable, "-c", script, str(gguf_file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert answers[0][0] == answers[1][0]
    assert sorted(converted for _, converted in answers) == ["False", "True"]
    assert [entry.complete for entry in cache_entries()] == [True]


def test_slower_of_two_writers_without_locks_does_no_harm(own_cache: Path) -> None:
    entry = own_cache / "converted" / "x"
    with published(entry, source="a") as slow:
        (slow / "weights").write_text("same")
        with published(entry, source="a") as fast:
            (fast / "weights").write_text("same")
        assert cache.is_intact(entry)
    assert cache.is_intact(entry)
    assert [found.name for found in cache_entries()] == ["x"]


def test_conversion_that_breaks_off_leaves_nothing(own_cache: Path) -> None:
    entry = own_cache / "converted" / "x"

    def convert() -> None:
        with published(entry, source="a") as folder:
            (folder / "weights").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert()
    assert cache_entries() == ()


def test_killed_conversion_is_swept_up_by_the_next(gguf_file: Path, own_cache: Path) -> None:
    load_model(gguf_file)
    entry = cache_entries()[0].path
    entry.rename(entry.with_name(f"{entry.name}.partial-123-abcd"))
    assert was_converted(load_telling(gguf_file)[1])
    assert [found.path for found in cache_entries()] == [entry]


def test_clearing_tells_what_it_deleted(gguf_file: Path, own_cache: Path) -> None:
    assert clear_cache() == ()
    load_model(gguf_file)
    (entry,) = cache_entries()
    assert entry.source == "parrot.gguf"
    assert entry.complete
    assert entry.size_bytes == sum(path.stat().st_size for path in entry.path.iterdir())
    assert clear_cache() == (entry,)
    assert cache_entries() == ()
    assert list((own_cache / "converted").iterdir()) == []


def test_cache_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("GRIFFIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "griffin"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "griffin"


@pytest.mark.parametrize("size", [0, 3, 40, 2_000, 60_000, -10])
def test_file_cut_short_is_damaged(gguf_file: Path, size: int) -> None:
    gguf_file.write_bytes(gguf_file.read_bytes()[:size])
    with pytest.raises(DamagedModelError, match=r"parrot\.gguf"):
        load_model(gguf_file)
    assert cache_entries() == ()


def test_file_of_another_kind_is_damaged(gguf_file: Path) -> None:
    gguf_file.write_bytes(b"PK\x03\x04 a zip")
    with pytest.raises(DamagedModelError, match="not a GGUF file"):
        load_model(gguf_file)


def test_architecture_that_cannot_be_read_from_gguf_is_refused(tmp_path: Path, source: PreTrainedModel) -> None:
    path = write_gguf(tmp_path / "brain.gguf", source, architecture="brain")
    with pytest.raises(UnsupportedModelError, match="brain"):
        load_model(path)
