"""Tiny random models of every family, with a byte-level tokenizer, built in code. Need no file and no network."""

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModel, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerFast

from griffin_core.loading import LoadedModel, make_loaded

LAYERS, D_MODEL, D_FF, HEADS, CONTEXT = 3, 32, 44, 4, 256
SPECIAL = ("<pad>", "<s>", "</s>", "<|user|>", "<|system|>", "<|answer|>")
VOCABULARY = 300  # 256 bytes, the special tokens, and a few rows that no text reaches, as real models have
PAD, BOS, EOS = 256, 257, 258
CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|answer|>{% endif %}"
)

Fields = dict[str, Any]
_IDS: Fields = {"vocab_size": VOCABULARY, "pad_token_id": PAD, "bos_token_id": BOS, "eos_token_id": EOS}
_SHARED: Fields = _IDS | {
    "hidden_size": D_MODEL,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "max_position_embeddings": CONTEXT,
}
_PLAIN = _SHARED | {"intermediate_size": D_FF}
_GROUPED = _PLAIN | {"num_key_value_heads": 2}
_HEADS_OF_8 = _GROUPED | {"head_dim": 8}
_WINDOW = _HEADS_OF_8 | {"sliding_window": 16}
_GPT2 = _IDS | {"n_embd": D_MODEL, "n_inner": D_FF, "n_layer": LAYERS, "n_head": HEADS, "n_positions": CONTEXT}
_OPT = _SHARED | {"ffn_dim": D_FF, "word_embed_proj_dim": D_MODEL}
_FALCON = _SHARED | {"ffn_hidden_size": D_FF}
_BLOOM = _IDS | {"hidden_size": D_MODEL, "n_layer": LAYERS, "n_head": HEADS, "seq_length": CONTEXT}

_CONFIGS: dict[str, tuple[type[PreTrainedConfig], Fields]] = {
    "llama": (transformers.LlamaConfig, _GROUPED),
    "mistral": (transformers.MistralConfig, _WINDOW),
    "qwen2": (transformers.Qwen2Config, _GROUPED),
    "qwen3": (transformers.Qwen3Config, _HEADS_OF_8),
    "gemma": (transformers.GemmaConfig, _HEADS_OF_8),
    "gemma2": (transformers.Gemma2Config, _WINDOW),
    "gemma3_text": (transformers.Gemma3TextConfig, _WINDOW),
    "phi3": (transformers.Phi3Config, _GROUPED),
    "gpt2": (transformers.GPT2Config, _GPT2),
    "gpt_neox": (transformers.GPTNeoXConfig, _PLAIN),
    "opt": (transformers.OPTConfig, _OPT),
    "falcon": (transformers.FalconConfig, _FALCON),
    "stablelm": (transformers.StableLmConfig, _GROUPED),
    "olmo2": (transformers.Olmo2Config, _GROUPED),
    "granite": (transformers.GraniteConfig, _GROUPED),
    "smollm3": (transformers.SmolLM3Config, _GROUPED),
    "starcoder2": (transformers.Starcoder2Config, _GROUPED),
    "bloom": (transformers.BloomConfig, _BLOOM),
}
KINDS = tuple(_CONFIGS)


def tiny_config(kind: str) -> PreTrainedConfig:
    """Three layers of 44 neurons; Bloom, which has no choice, of 128."""
    config_class, fields = _CONFIGS[kind]
    return config_class(**fields)


def tiny_model(config: PreTrainedConfig, *, seed: int = 0) -> PreTrainedModel:
    """Random weights, in float32 on the CPU, large enough that tokens differ from each other."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model: PreTrainedModel = AutoModelForCausalLM.from_config(config)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if parameter.dim() > 1 or name.endswith("bias"):
                    # Fresh biases are zero, and a test could not see one that is forgotten.
                    parameter.normal_(std=0.2)
    model.train(False)
    return model


def tiny_loaded(kind: str, seed: int = 0) -> LoadedModel:
    """A tiny model of a family as `load_model` would give it."""
    return make_loaded(tiny_model(tiny_config(kind), seed=seed), tiny_tokenizer(), name=f"tiny-{kind}")


def tiny_moe() -> PreTrainedModel:
    """A mixture of experts, which must be refused."""
    experts: Fields = _GROUPED | {"num_local_experts": 4, "num_experts_per_tok": 2}
    return tiny_model(transformers.MixtralConfig(**experts))


def tiny_encoder() -> PreTrainedModel:
    """A masked language model, which must be refused."""
    config = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=D_MODEL,
        intermediate_size=D_FF,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        architectures=["BertForMaskedLM"],
    )
    model: PreTrainedModel = AutoModel.from_config(config)
    return model


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One token a byte, so that every text can be said and most emoji take several tokens; with a chat template."""
    alphabet = {character: index for index, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def save_tiny(folder: Path, kind: str = "llama", seed: int = 0) -> Path:
    """A folder of transformers files, as a download would leave."""
    folder.mkdir(parents=True, exist_ok=True)
    tiny_model(tiny_config(kind), seed=seed).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def change_config(folder: Path, **values: object) -> None:
    """Set fields of a saved model's config.json."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")
