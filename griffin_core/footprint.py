"""What a model reads and holds, in bytes. Knows parameters and caches; knows no lanes and no clock."""

from collections import Counter
from collections.abc import Sequence

from torch import Tensor, nn
from transformers import Cache, PreTrainedModel

from griffin_core.adapters import FeedForward
from griffin_core.events import KvLayers


def weight_bytes(model: PreTrainedModel) -> int:
    """Bytes of weights read to decode one token: those of the text decoder, but for tables that are looked up.

    A table that is also the output head is read whole and counted once.
    """
    decoder, head = model.get_decoder(), model.get_output_embeddings()
    tables = {id(module.weight) for module in decoder.modules() if isinstance(module, nn.Embedding)}
    read = {id(weight): weight.nbytes for weight in decoder.parameters() if id(weight) not in tables}
    if head is not None:
        read |= {id(weight): weight.nbytes for weight in head.parameters()}
    return sum(read.values())


def ff_bytes_share(feed_forwards: Sequence[FeedForward], k: Sequence[int]) -> float:
    """Share of the feed-forward bytes, in 0-1, that a token reads where layer i keeps k[i] of its neurons."""
    sizes = [(feed_forward.neuron_bytes, feed_forward.d_ff) for feed_forward in feed_forwards]
    kept_bytes = sum(neuron_bytes * kept for (neuron_bytes, _), kept in zip(sizes, k, strict=True))
    return kept_bytes / sum(neuron_bytes * d_ff for neuron_bytes, d_ff in sizes)


def model_bytes(model: PreTrainedModel) -> int:
    """Bytes of all weights and buffers, shared ones counted once."""
    tensors = {id(tensor): tensor.nbytes for tensor in (*model.parameters(), *model.buffers())}
    return sum(tensors.values())


def cache_bytes(cache: Cache) -> int:
    """Bytes of the keys and values held."""
    return sum(tensor.nbytes for layer in cache.layers for tensor in _keys_and_values(layer))


def kv_layers(cache: Cache) -> tuple[KvLayers, ...]:
    """What each attention layer adds to the cache per position, measured on a cache that has been used."""
    groups: Counter[tuple[int, int | None]] = Counter()
    for layer in cache.layers:
        size = sum(tensor.nbytes // tensor.shape[-2] for tensor in _keys_and_values(layer))
        groups[size, getattr(layer, "sliding_window", None)] += 1
    return tuple(
        KvLayers(layers=count, bytes_per_position=size, window=window) for (size, window), count in groups.items()
    )


def _keys_and_values(layer: object) -> list[Tensor]:
    """Both (batch, heads, positions, head size); none in a layer that has no attention."""
    tensors = (getattr(layer, "keys", None), getattr(layer, "values", None))
    return [tensor for tensor in tensors if isinstance(tensor, Tensor)]
