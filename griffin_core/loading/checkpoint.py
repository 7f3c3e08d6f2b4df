"""Read a folder of transformers files, refusing early what cannot be pruned. Knows nothing of hubs and GGUF."""

import json
from pathlib import Path
from typing import Any, cast

import torch
from transformers import (
    CONFIG_MAPPING,
    MODEL_FOR_CAUSAL_LM_MAPPING,
    MODEL_FOR_MASKED_LM_MAPPING,
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from griffin_core.adapters import find_feed_forwards
from griffin_core.errors import DamagedModelError, UnknownModelError, UnsupportedModelError
from griffin_core.loading.failures import in_words
from griffin_core.loading.placement import Placement

WEIGHT_SUFFIXES = (".safetensors", ".bin")
ModelAndReport = tuple[PreTrainedModel, dict[str, Any]]


def read_config(folder: Path, *, name: str) -> PreTrainedConfig:
    """The model's config. Raises UnknownModelError, DamagedModelError or UnsupportedModelError."""
    values = _config_values(folder / "config.json", name=name)
    if packing := values.get("quantization_config"):
        method = packing.get("quant_method") if isinstance(packing, dict) else packing
        raise UnsupportedModelError(
            f"{name} is stored quantised ({method}); packed weights cannot be sliced by neuron. "
            "Choose the unquantised model, or a .gguf file of it."
        )
    kind = str(values.get("model_type"))
    if kind not in CONFIG_MAPPING:
        own_code = " and would need Python code that comes with it, which is never run" if "auto_map" in values else ""
        raise UnsupportedModelError(
            f'{name} is of the architecture "{kind}", which this version of transformers does not know{own_code}. '
            "Choose another model, or a newer transformers."
        )
    with in_words(name, doing="reading config.json"):
        config: PreTrainedConfig = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        return config


def count_parameters(config: PreTrainedConfig, *, name: str) -> int:
    """How many weights the model has. Raises UnsupportedModelError for what cannot be pruned; reads no weights."""
    _refuse_other_than_decoders(config, name=name)
    # On the meta device a model has shapes and no storage, so even the largest is built in an instant.
    with in_words(name, doing="building the model that config.json describes"), torch.device("meta"):
        skeleton = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    find_feed_forwards(skeleton)
    return sum(parameter.numel() for parameter in skeleton.parameters())


def read_model(folder: Path, *, placement: Placement, name: str) -> PreTrainedModel:
    """The model with its weights, on its device. Raises DamagedModelError and OutOfMemoryError."""
    if not any(path.suffix in WEIGHT_SUFFIXES for path in folder.iterdir()):
        raise DamagedModelError(f"{name} has a config.json but no weights (.safetensors). Fetch the model again.")
    with in_words(name, doing="reading the weights"):
        read = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=placement.dtype,
            device_map=placement.device_map,
            local_files_only=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,  # `refuse_gaps` says which, where transformers says "see above"
            output_loading_info=True,
        )
    model, report = cast(ModelAndReport, read)
    refuse_gaps(report, name=name)
    return model


def refuse_gaps(report: dict[str, Any], *, name: str) -> None:
    """transformers fills missing weights with random numbers; a race on those would mean nothing."""
    missing = sorted(map(str, report.get("missing_keys") or ()))
    if missing:
        raise DamagedModelError(
            f"{name} lacks {len(missing)} of its weights (first: {missing[0]}). "
            "The files are incomplete or belong to another model; fetch them again."
        )
    for weight, stored, expected in report.get("mismatched_keys") or ():
        raise DamagedModelError(
            f"{name} has weights that do not fit its config.json: {weight} is {tuple(stored)} and should be "
            f"{tuple(expected)}. The files belong to different models; fetch them again."
        )


def read_tokenizer(folder: Path, *, name: str) -> PreTrainedTokenizerBase:
    """The tokenizer beside the weights. Raises DamagedModelError."""
    with in_words(name, doing="reading the tokenizer"):
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return tokenizer


def _config_values(path: Path, *, name: str) -> dict[str, Any]:
    if not path.is_file():
        raise UnknownModelError(
            f"{name} holds no config.json, so it is not a model folder. Give the folder that has one, or a .gguf file."
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedModelError(f"config.json of {name} cannot be read: {error}. Fetch the model again.") from error
    if not isinstance(values, dict):
        raise DamagedModelError(f"config.json of {name} holds no object of settings. Fetch the model again.")
    return values


def _refuse_other_than_decoders(config: PreTrainedConfig, *, name: str) -> None:
    kind = config.model_type
    advice = "Choose a model that generates text from left to right, such as Llama or Qwen."
    if getattr(config, "is_encoder_decoder", False):
        raise UnsupportedModelError(f"{name} ({kind}) is an encoder-decoder; only causal models can be raced. {advice}")
    written_as_decoder = getattr(config, "is_decoder", False) or any(
        architecture.endswith(("CausalLM", "LMHeadModel")) for architecture in config.architectures or ()
    )
    masked = type(config) in MODEL_FOR_MASKED_LM_MAPPING
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING or (masked and not written_as_decoder):
        raise UnsupportedModelError(f"{name} ({kind}) is an encoder and does not generate text. {advice}")
