"""Fetch a model from the hub into its client's cache, description first. Knows ids; knows nothing of torch."""

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._validators import validate_repo_id

from griffin_core.errors import GatedModelError, ModelError, OfflineError, UnknownModelError, UnsupportedModelError
from griffin_core.loading.failures import first_line
from griffin_core.loading.progress import Progress, byte_bar, hushed, silent

_ANSWER_WITHIN_S = 5.0
_DESCRIPTION = ["*.json", "*.jinja", "*.model", "*.txt"]
_NEVER = ["*/*", "consolidated*", "*.gguf"]
# A network that is down shows as errors of the hub client's HTTP library, whose base class this is; a network that
# wants a login first answers with a page that is no JSON, a ValueError.
_NETWORK_ERRORS: tuple[type[Exception], ...] = (HfHubHTTPError.__mro__[1], OSError, ValueError)


@dataclass(frozen=True)
class HubModel:
    """A model at one commit. `sizes`: bytes by file name, empty when the hub was not reached."""

    name: str
    commit: str | None
    sizes: dict[str, int]


def is_hub_id(name: str) -> bool:
    """Whether the hub could have a model of this name at all."""
    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return True


def find_on_hub(name: str, *, revision: str | None) -> HubModel:
    """Ask the hub about a model; one without `sizes` when the hub cannot be reached."""
    try:
        info = HfApi().model_info(name, revision=revision, timeout=_ANSWER_WITHIN_S, files_metadata=True)
    except (GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise _refusal(error, name=name, revision=revision) from error
    except _NETWORK_ERRORS:
        return HubModel(name, revision, {})
    return HubModel(name, info.sha, {file.rfilename: file.size or 0 for file in info.siblings or ()})


def fetch_description(model: HubModel) -> Path:
    """Download config and tokenizer; the folder they are in."""
    return _fetch(model, patterns=_DESCRIPTION, progress=silent)


def fetch_weights(model: HubModel, *, progress: Progress) -> Path:
    """Download the rest, safetensors where there are any."""
    names = model.sizes or [path.name for path in fetch_description(model).iterdir()]
    top = [name for name in names if "/" not in name]
    pattern = next((p for p in (".safetensors", ".bin") if any(name.endswith(p) for name in top)), None)
    if pattern is None and model.sizes:
        gguf = any(name.endswith(".gguf") for name in top)
        advice = "Download its .gguf file and give the path of that." if gguf else "Choose another model."
        raise UnsupportedModelError(f"{model.name} has no weights that transformers reads (.safetensors). {advice}")
    if pattern is None:
        raise _offline(model.name, "the model hub cannot be reached, and only the description is on this machine")
    return _fetch(model, patterns=[*_DESCRIPTION, f"*{pattern}"], progress=progress)


def _fetch(model: HubModel, *, patterns: list[str], progress: Progress) -> Path:
    wanted = tuple(pattern.lstrip("*") for pattern in patterns)
    total = sum(size for name, size in model.sizes.items() if "/" not in name and name.endswith(wanted))
    text = f"downloading {model.name} ({total / 1e6:.0f} MB)"
    try:
        with hushed():
            folder = snapshot_download(
                model.name,
                revision=model.commit,
                allow_patterns=patterns,
                ignore_patterns=_NEVER,
                local_files_only=not model.sizes,
                tqdm_class=byte_bar(progress, text, total_bytes=total),
            )
    except (GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise _refusal(error, name=model.name, revision=model.commit) from error
    except LocalEntryNotFoundError as error:
        raise _offline(
            model.name, "the model hub cannot be reached, and no complete copy is on this machine"
        ) from error
    except _NETWORK_ERRORS as error:
        raise _offline(model.name, f"the download broke off ({first_line(error)})") from error
    return Path(folder)


def _refusal(error: Exception, *, name: str, revision: str | None) -> ModelError:
    if isinstance(error, GatedRepoError):
        return GatedModelError(
            f"{name} is gated: its owner wants a licence accepted. Accept it on https://huggingface.co/{name}, "
            "then set HF_TOKEN or run `hf auth login`."
        )
    if isinstance(error, RevisionNotFoundError):
        return UnknownModelError(f'{name} has no revision "{revision}". Leave it out to take the newest.')
    return UnknownModelError(
        f'there is no model "{name}" on the hub, or it is private. Check the spelling (owner/name); '
        "for a private model set HF_TOKEN or run `hf auth login`."
    )


def _offline(name: str, seen: str) -> OfflineError:
    return OfflineError(
        f'{name} cannot be fetched: {seen}. Connect to the internet, or use "embedded", a folder or a .gguf file.'
    )
