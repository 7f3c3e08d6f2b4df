"""Models of known shapes with random weights, made where they are used, and shrunk ones. Need no file and no network.

The table holds what sizes the matrices and the cache; what changes numbers alone, such as a rotary base, is left out.
"""

from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedConfig, PreTrainedTokenizerFast

import griffin_core as gc
from griffin_core.loading import make_loaded

DTYPE = torch.bfloat16

Fields = dict[str, Any]


def _fields(d_model: int, d_ff: int, layers: int, heads: int, vocabulary: int, **more: object) -> Fields:
    return {
        "hidden_size": d_model,
        "intermediate_size": d_ff,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": vocabulary,
        **more,
    }


def _opt(d_model: int, d_ff: int, layers: int, heads: int, vocabulary: int, **more: object) -> Fields:
    fields = _fields(d_model, d_ff, layers, heads, vocabulary, **more)
    return {**fields, "ffn_dim": fields.pop("intermediate_size"), "word_embed_proj_dim": d_model}


SHAPES: dict[str, tuple[type[PreTrainedConfig], Fields]] = {
    "Llama-2-7B": (transformers.LlamaConfig, _fields(4096, 11008, 32, 32, 32000, max_position_embeddings=4096)),
    "Llama-2-13B": (transformers.LlamaConfig, _fields(5120, 13824, 40, 40, 32000, max_position_embeddings=4096)),
    "Llama-3-8B": (
        transformers.LlamaConfig,
        _fields(4096, 14336, 32, 32, 128256, num_key_value_heads=8, max_position_embeddings=8192),
    ),
    "Gemma-7B": (
        transformers.GemmaConfig,
        _fields(3072, 24576, 28, 16, 256000, num_key_value_heads=16, head_dim=256, max_position_embeddings=8192),
    ),
    "Mistral-7B": (
        transformers.MistralConfig,
        _fields(4096, 14336, 32, 32, 32000, num_key_value_heads=8, sliding_window=4096, max_position_embeddings=32768),
    ),
    "Qwen3-8B": (
        transformers.Qwen3Config,
        _fields(4096, 12288, 36, 32, 151936, num_key_value_heads=8, head_dim=128, max_position_embeddings=40960),
    ),
    "OPT-6.7B": (transformers.OPTConfig, _opt(4096, 16384, 32, 32, 50272, max_position_embeddings=2048)),
}
SHRUNK: Fields = _fields(64, 128, 2, 4, 300)
SHRUNK_HEAD = 16


def config_of(shape: str, *, positions: int, tiny: bool = False) -> PreTrainedConfig:
    """The shape's configuration with room for `positions`; tiny: two narrow layers of its kind."""
    config_class, fields = SHAPES[shape]
    fields = fields | {"max_position_embeddings": max(fields["max_position_embeddings"], positions)}
    if tiny:
        heads = SHRUNK["num_attention_heads"]
        groups = fields["num_attention_heads"] // fields.get("num_key_value_heads", fields["num_attention_heads"])
        small = SHRUNK | {"num_key_value_heads": max(1, heads // groups), "head_dim": SHRUNK_HEAD}
        small |= {"ffn_dim": SHRUNK["intermediate_size"], "word_embed_proj_dim": SHRUNK["hidden_size"]}
        fields = fields | {name: value for name, value in small.items() if name in fields}
    return config_class(**fields)


def build(shape: str, config: PreTrainedConfig, device: torch.device) -> gc.LoadedModel:
    """Random weights, drawn where they will be used and in the type they will have."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), device:
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config, dtype=DTYPE)
    return make_loaded(model, byte_tokenizer(), name=shape)


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """A token a byte, to stand in for the shape's own: what the tokens say is not looked at."""
    alphabet = {character: index for index, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False)
