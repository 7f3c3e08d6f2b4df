"""Write a tiny Llama as a .gguf file, the way llama.cpp does. Needs the package gguf and no network."""

from pathlib import Path

import gguf
import numpy as np
from transformers import PreTrainedModel

from tests.tiny_models import BOS, CHAT_TEMPLATE, EOS, PAD, tiny_tokenizer

_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_MERGE = ("Ā", "ā")  # readers want at least one merge; this one joins the bytes 0 and 1, which no text has


def write_gguf(path: Path, model: PreTrainedModel, *, architecture: str = "llama") -> Path:
    """The weights of a tiny Llama in float32, with the tiny tokenizer inside."""
    config = model.config
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name("tiny")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_vocab_size(config.vocab_size)
    _add_tokenizer(writer, vocabulary=config.vocab_size)
    for name, weight in model.state_dict().items():
        values = weight.numpy()
        if "q_proj" in name:
            values = _interleaved(values, heads=config.num_attention_heads)
        if "k_proj" in name:
            values = _interleaved(values, heads=config.num_key_value_heads)
        writer.add_tensor(_name(name), np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter, *, vocabulary: int) -> None:
    tokens = sorted((index, token) for token, index in tiny_tokenizer().get_vocab().items())
    names = [token for _, token in tokens] + ["".join(_MERGE)]
    names += [f"<unused{index}>" for index in range(len(names), vocabulary)]
    kinds = [gguf.TokenType.NORMAL if index < PAD else gguf.TokenType.CONTROL for index in range(vocabulary)]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(names)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(_MERGE)])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _name(name: str) -> str:
    if name.startswith("model.layers."):
        _, _, layer, rest = name.split(".", 3)
        stem, suffix = rest.rsplit(".", 1)
        return f"blk.{layer}.{_NAMES[stem]}.{suffix}"
    stem, suffix = name.rsplit(".", 1)
    return f"{_NAMES[stem]}.{suffix}"


def _interleaved(weight: np.ndarray, *, heads: int) -> np.ndarray:
    """Rows of each head in the order of llama.cpp's rotary embedding."""
    return weight.reshape(heads, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)
