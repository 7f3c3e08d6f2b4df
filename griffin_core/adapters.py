"""Find the feed-forward projections of a causal LM. Knows module names; knows nothing of decoding."""

from dataclasses import dataclass

from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from griffin_core.errors import UnsupportedModelError

Projection = nn.Linear | Conv1D


@dataclass(frozen=True)
class FeedForwardLayout:
    """How one family of feed-forwards names its projections.

    inputs: projections whose outputs are the neurons, gate before up where there are both.
    output: projection that reads the neurons.
    fused: parts stacked in one input projection, 2 where gate and up are one matrix.
    """

    inputs: tuple[str, ...]
    output: str
    fused: int = 1


LAYOUTS = (
    FeedForwardLayout(("gate_proj", "up_proj"), "down_proj"),  # Llama, Mistral, Qwen, Gemma, OLMo 2, Granite …
    FeedForwardLayout(("gate_up_proj",), "down_proj", fused=2),  # Phi-3
    FeedForwardLayout(("c_fc",), "c_proj"),  # GPT-2, Starcoder2
    FeedForwardLayout(("dense_h_to_4h",), "dense_4h_to_h"),  # GPT-NeoX, Falcon, Bloom
    FeedForwardLayout(("fc1",), "fc2"),  # OPT, Phi-1/2
)


@dataclass(frozen=True)
class FeedForward:
    """One layer's feed-forward: its owner module and the layout that fits it."""

    path: str
    owner: nn.Module
    layout: FeedForwardLayout

    @property
    def inputs(self) -> tuple[Projection, ...]:
        """The projections whose outputs are the neurons."""
        return tuple(getattr(self.owner, name) for name in self.layout.inputs)

    @property
    def output(self) -> Projection:
        """The projection that reads z, (…, d_ff)."""
        projection: Projection = getattr(self.owner, self.layout.output)
        return projection

    @property
    def d_ff(self) -> int:
        """Number of neurons."""
        return neuron_last(self.output).shape[1]

    @property
    def neuron_bytes(self) -> int:
        """Bytes of weights and biases that belong to one neuron."""
        tensors = [projection.weight for projection in (*self.inputs, self.output)]
        tensors += [projection.bias for projection in self.inputs if projection.bias is not None]
        return sum(tensor.nbytes for tensor in tensors) // self.d_ff

    def input_rows(self) -> tuple[Tensor, ...]:
        """Input weights with one row a neuron, each (d_ff, d_model), gate before up. Views, not copies."""
        rows = [neuron_first(projection) for projection in self.inputs]
        return tuple(part for weight in rows for part in weight.chunk(self.layout.fused, dim=0))


def neuron_first(projection: Projection) -> Tensor:
    """An input projection's weight as (neurons, d_model); Conv1D stores it the other way round."""
    return projection.weight.T if isinstance(projection, Conv1D) else projection.weight


def neuron_last(projection: Projection) -> Tensor:
    """An output projection's weight as (d_model, neurons)."""
    return projection.weight.T if isinstance(projection, Conv1D) else projection.weight


def find_feed_forwards(model: PreTrainedModel) -> list[FeedForward]:
    """Every layer's feed-forward, first layer first.

    Raises UnsupportedModelError where the model has none that the table knows, where it has several a layer
    (mixture of experts), or where a projection is not a plain matrix (quantised weights).
    """
    decoder = model.get_decoder()  # a model that also sees has feed-forwards that read no token
    found = [
        FeedForward(path, module, layout)
        for path, module in decoder.named_modules()
        if (layout := _layout_of(module)) is not None
    ]
    kind = model.config.model_type
    layers = model.config.get_text_config().num_hidden_layers
    experts = next((name for name, _ in decoder.named_modules() if name.rsplit(".", 1)[-1] == "experts"), None)
    if experts is not None or len(found) > layers:
        raise UnsupportedModelError(
            f"{kind} is a mixture of experts or has several feed-forwards a layer ({len(found)} in {layers} layers). "
            "Only models with one dense feed-forward in every layer can be pruned; choose one of those."
        )
    if len(found) != layers:
        known = "; ".join(f"{', '.join(row.inputs)} → {row.output}" for row in LAYOUTS)
        raise UnsupportedModelError(
            f"{kind} has {layers} layers, but feed-forwards of a known layout were found in {len(found)}. "
            f"Known layouts: {known}. Choose another model, or add its layout to griffin_core/adapters.py."
        )
    for feed_forward in found:
        _refuse_unknown_projections(feed_forward, kind)
    return found


def _layout_of(module: nn.Module) -> FeedForwardLayout | None:
    children = dict(module.named_children())
    return next((row for row in LAYOUTS if all(name in children for name in (*row.inputs, row.output))), None)


def _refuse_unknown_projections(feed_forward: FeedForward, kind: str) -> None:
    for projection in (*feed_forward.inputs, feed_forward.output):
        if not isinstance(projection, Projection) or not projection.weight.is_floating_point():
            raise UnsupportedModelError(
                f"{kind}: {feed_forward.path} uses {type(projection).__name__}, whose weights cannot be sliced by "
                "neuron. Load the model unquantised, in float32, bfloat16 or float16."
            )
