"""A model ready to run, with its tokenizer and facts. Knows nothing of where it came from."""

import platform
from dataclasses import dataclass, field

import torch
import transformers
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from griffin_core import __version__
from griffin_core.adapters import find_feed_forwards
from griffin_core.errors import OutOfMemoryError
from griffin_core.events import KvLayers, ModelFacts
from griffin_core.loading.placement import device_name, dtype_name
from griffin_core.twins import TwinPool

_CONTEXT_FIELDS = ("max_position_embeddings", "seq_length", "max_seq_len", "n_positions")
_UNKNOWN_CONTEXT = 2048


@dataclass
class LoadedModel:
    """A causal LM in evaluation mode without gradients.

    stop_ids: tokens that end a text.
    kv: what the cache holds per position, known once the model has been warmed up.
    twins: pruned twins of the model, lent to lanes.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    facts: ModelFacts
    stop_ids: frozenset[int]
    kv: tuple[KvLayers, ...] | None = None
    twins: TwinPool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.twins = TwinPool(self.model)

    @property
    def device(self) -> torch.device:
        """Where prompts go: the device of the token embedding."""
        return next(self.model.get_input_embeddings().parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        return self.model.dtype

    @property
    def context(self) -> int:
        """Most tokens that prompt and answer may have together."""
        return self.facts.context


def make_loaded(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, *, name: str, revision: str | None = None
) -> LoadedModel:
    """Make a model of transformers ready to race.

    Raises UnsupportedModelError when it cannot be pruned, OutOfMemoryError when a part of it is on no device.
    """
    model.train(False).requires_grad_(False)
    feed_forwards = find_feed_forwards(model)
    text = model.config.get_text_config()
    places = sorted({parameter.device for parameter in model.parameters()}, key=str)
    if any(place.type == "meta" for place in places):  # accelerate left them in main memory or on disk
        raise OutOfMemoryError(
            f"{name} does not fit into the memory of the GPUs: a part of it would be fetched anew for every token. "
            "Choose a smaller model or a shorter dtype, or free memory."
        )
    facts = ModelFacts(
        model=name,
        revision=revision,
        architecture=str(model.config.model_type),
        device=", ".join(map(str, places)),
        device_name=", ".join(dict.fromkeys(map(device_name, places))),
        dtype=dtype_name(model.dtype),
        versions=_versions(),
        n_layers=len(feed_forwards),
        d_model=int(text.hidden_size),
        d_ff=max(feed_forward.d_ff for feed_forward in feed_forwards),
        context=_context(model, tokenizer),
    )
    return LoadedModel(model=model, tokenizer=tokenizer, facts=facts, stop_ids=_stop_ids(model, tokenizer))


def _context(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    text = model.config.get_text_config()
    for name in _CONTEXT_FIELDS:
        length = getattr(text, name, None)
        if isinstance(length, int) and length > 0:
            return length
    # Models without position embeddings name no limit; tokenizers without one answer with a huge number.
    return int(tokenizer.model_max_length) if tokenizer.model_max_length < 10**9 else _UNKNOWN_CONTEXT


def _stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    found: set[int] = set()
    sources = (model.generation_config, model.config.get_text_config(), model.config, tokenizer)
    for source in sources:
        ids = getattr(source, "eos_token_id", None)
        found.update(int(i) for i in (ids if isinstance(ids, (list, tuple)) else [ids]) if i is not None)
    return frozenset(found)


def _versions() -> dict[str, str]:
    return {
        "griffin_core": __version__,
        "torch": str(torch.__version__),
        "transformers": transformers.__version__,
        "python": platform.python_version(),
    }
