"""Shapes of well-known models: how many weights a decode step reads. A table and sums; knows no bytes and no device.

Biases, norms and tables that are looked up are left out of what is read: together they are far below one per cent.
"""

from dataclasses import dataclass

from griffin_core.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """A decoder-only model in numbers.

    name: as it is typed; title: as it is read. gated: three feed-forward matrices in place of two. tied: the output
    head is the embedding table.
    """

    name: str
    title: str
    layers: int
    d_model: int
    d_ff: int
    gated: bool
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    tied: bool

    def feed_forward_weights(self, kept_neurons: int | None = None) -> int:
        """Of all layers, with `kept_neurons` a layer; None: all of them."""
        neurons = self.d_ff if kept_neurons is None else kept_neurons
        return (3 if self.gated else 2) * self.d_model * neurons * self.layers

    @property
    def attention_weights(self) -> int:
        """Projections of queries, keys, values and the output, all layers."""
        queries_and_output = 2 * self.d_model * self.heads * self.head_dim
        keys_and_values = 2 * self.d_model * self.kv_heads * self.head_dim
        return (queries_and_output + keys_and_values) * self.layers

    @property
    def head_weights(self) -> int:
        """The output head, which every step reads whole."""
        return self.vocabulary * self.d_model

    @property
    def read_weights(self) -> int:
        """All that a dense step reads."""
        return self.feed_forward_weights() + self.attention_weights + self.head_weights

    @property
    def held_weights(self) -> int:
        """The same and, where the head is not the embedding table, that table."""
        return self.read_weights + (0 if self.tied else self.head_weights)

    @property
    def cached_numbers(self) -> int:
        """Keys and values that one layer keeps for one position."""
        return 2 * self.kv_heads * self.head_dim

    def kept_neurons(self, density: float) -> int:
        """Of each layer, rounded as every method rounds."""
        return max(1, int(self.d_ff * density))


def _shape(
    name: str,
    title: str,
    layers: int,
    d_model: int,
    d_ff: int,
    heads: tuple[int, int, int],
    vocabulary: int,
    *,
    gated: bool = True,
    tied: bool = False,
) -> ModelShape:
    """A row of the table. heads: how many for queries, how many for keys and values, and the size of one."""
    return ModelShape(
        name=name,
        title=title,
        layers=layers,
        d_model=d_model,
        d_ff=d_ff,
        gated=gated,
        heads=heads[0],
        kv_heads=heads[1],
        head_dim=heads[2],
        vocabulary=vocabulary,
        tied=tied,
    )


# name, title, layers, d_model, d_ff, heads, vocabulary: as the models' own configurations have them.
SHAPES: tuple[ModelShape, ...] = (
    _shape("smollm2-135m", "SmolLM2 135M", 30, 576, 1_536, (9, 3, 64), 49_152, tied=True),  # the embedded model
    _shape("smollm2-360m", "SmolLM2 360M", 32, 960, 2_560, (15, 5, 64), 49_152, tied=True),
    _shape("qwen2.5-0.5b", "Qwen2.5 0.5B", 24, 896, 4_864, (14, 2, 64), 151_936, tied=True),
    _shape("llama-3.2-1b", "Llama 3.2 1B", 16, 2_048, 8_192, (32, 8, 64), 128_256, tied=True),
    _shape("llama-2-7b", "Llama 2 7B", 32, 4_096, 11_008, (32, 32, 128), 32_000),
    _shape("llama-2-13b", "Llama 2 13B", 40, 5_120, 13_824, (40, 40, 128), 32_000),
    _shape("llama-3-8b", "Llama 3 8B", 32, 4_096, 14_336, (32, 8, 128), 128_256),
    _shape("gemma-7b", "Gemma 7B", 28, 3_072, 24_576, (16, 16, 256), 256_000, tied=True),
    _shape("mistral-7b", "Mistral 7B v0.3", 32, 4_096, 14_336, (32, 8, 128), 32_768),
    _shape("qwen3-8b", "Qwen3 8B", 36, 4_096, 12_288, (32, 8, 128), 151_936),
    _shape("opt-6.7b", "OPT 6.7B", 32, 4_096, 16_384, (32, 32, 128), 50_272, gated=False, tied=True),
)


def find_shape(name: str) -> ModelShape:
    """The shape called `name`, whatever the case. Raises SettingsError where none is."""
    for shape in SHAPES:
        if name.strip().casefold() in (shape.name.casefold(), shape.title.casefold()):
            return shape
    known = ", ".join(shape.name for shape in SHAPES)
    raise SettingsError(f'no shape is known as "{name:.60}". Use one of: {known}.')
