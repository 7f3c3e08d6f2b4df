"""A .gguf file → a folder of transformers files in the cache, once. Knows GGUF; knows nothing of devices' names."""

import functools
import hashlib
import re
from pathlib import Path
from typing import Any, cast

import torch
import transformers
from safetensors import SafetensorError
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from griffin_core.adapters import find_feed_forwards
from griffin_core.errors import DamagedModelError, UnsupportedModelError
from griffin_core.loading import cache, checkpoint
from griffin_core.loading.failures import in_words
from griffin_core.loading.placement import Placement, fit
from griffin_core.loading.progress import Progress, narrated, replaced

# Exact: bfloat16 cannot hold what 4-bit blocks with float16 scales multiply out to.
STORED_DTYPE = torch.float32
_MAGIC = b"GGUF"

ModelAndTokenizer = tuple[PreTrainedModel, PreTrainedTokenizerBase]


def file_hash(path: Path, *, name: str) -> str:
    """SHA-256 of a .gguf file in hex. Raises DamagedModelError when it is no GGUF file."""
    with in_words(name, doing="reading the file"), path.open("rb") as file:
        magic = file.read(len(_MAGIC))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if magic != _MAGIC:
        raise DamagedModelError(f"{name} is not a GGUF file: it starts with {magic!r}. Fetch it again.")
    return digest


def load_gguf(path: Path, *, digest: str, placement: Placement, name: str, progress: Progress) -> ModelAndTokenizer:
    """Load the cached conversion, making it first where it is missing or damaged."""
    entry = cache.entries_folder() / _entry_name(path, digest)
    with cache.only_process(entry, progress=progress) as locked:
        if not cache.is_intact(entry):
            if locked:
                cache.discard_partials(entry)
            model, tokenizer = convert(path, name=name, progress=progress)
            try:
                with narrated(progress, f"keeping the converted {name} in {entry.parent}"):
                    _store(model, tokenizer, entry=entry, source=path.name)
            except (OSError, SafetensorError) as error:
                progress(f"the conversion could not be kept in {entry.parent} ({error}); using it from memory", None)
                return _placed(model, placement=placement, name=name), tokenizer
            del model
        return load_folder(entry, placement=placement, name=name, progress=progress)


def load_folder(folder: Path, *, placement: Placement, name: str, progress: Progress) -> ModelAndTokenizer:
    """Model and tokenizer of a folder. Everything that can be refused is refused before weights are read."""
    with narrated(progress, f"loading {name}"):
        config = checkpoint.read_config(folder, name=name)
        parameters = checkpoint.count_parameters(config, name=name)
        target = fit(placement, parameters=parameters, name=name, may_spread=True)
        tokenizer = checkpoint.read_tokenizer(folder, name=name)
        return checkpoint.read_model(folder, placement=target, name=name), tokenizer


def convert(path: Path, *, name: str, progress: Progress) -> ModelAndTokenizer:
    """The model in float32 on the CPU and the tokenizer of a .gguf file. Takes 10 s and more."""
    try:
        import gguf
    except ImportError:
        raise UnsupportedModelError(
            f"{name} is a GGUF file, and reading it needs a package: pip install gguf."
        ) from None

    # Four calls below each parse the whole file; one parse serves all.
    reader = functools.cache(gguf.GGUFReader)
    with (
        narrated(progress, f"converting {name} (only this first time)"),
        replaced(gguf, "GGUFReader", reader),
        in_words(name, doing="reading the GGUF file"),
    ):
        parameters = sum(int(tensor.n_elements) for tensor in reader(str(path)).tensors)
        fit(Placement(torch.device("cpu"), STORED_DTYPE), parameters=parameters, name=name, may_spread=False)
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        model, report = _read_weights(path)
        checkpoint.refuse_gaps(report, name=name)
        find_feed_forwards(model)
    return model, tokenizer


def _read_weights(path: Path) -> tuple[PreTrainedModel, dict[str, Any]]:
    both = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=STORED_DTYPE, output_loading_info=True
    )
    read, report = cast(checkpoint.ModelAndReport, both)
    # A model read from GGUF counts as quantised and cannot be saved; a fresh one with its weights can.
    values = {key: value for key, value in read.config.to_dict().items() if key != "quantization_config"}
    config = type(read.config).from_dict(values)
    fresh = type(read).from_pretrained(None, config=config, state_dict=read.state_dict(), dtype=STORED_DTYPE)
    fresh.generation_config = read.generation_config
    return fresh, report


def _store(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, *, entry: Path, source: str) -> None:
    with cache.published(entry, source=source) as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


def _placed(model: PreTrainedModel, *, placement: Placement, name: str) -> PreTrainedModel:
    parameters = sum(parameter.numel() for parameter in model.parameters())
    target = fit(placement, parameters=parameters, name=name, may_spread=False)
    with in_words(name, doing="moving the weights"):
        return nn.Module.to(model, device=target.device, dtype=target.dtype)


def _entry_name(path: Path, digest: str) -> str:
    stem = re.sub(r"[^\w.-]+", "_", path.stem)[:60]
    dtype = str(STORED_DTYPE).removeprefix("torch.")
    return f"{stem}-{digest[:16]}-{dtype}-transformers-{transformers.__version__}"
