"""Models that share every tensor with a host but hold a slice of its feed-forwards. Knows no method and no plan.

The host is left as it is, so the two can take turns without locks or weight swaps. Buffers are allocated once
per choice of widths and refilled for every prompt, which keeps their addresses and shapes.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from griffin_core.adapters import FeedForward, Projection, find_feed_forwards
from griffin_core.errors import ModelError
from griffin_core.memory import ran_out_of_memory
from griffin_core.steps import Steps

MAX_IDLE_TWINS = 4


class Twin:
    """A narrow copy of `host`: layer i keeps `widths[i]` of its neurons. Its weights are empty until refilled.

    made_of: the host's tensors when it was made. widths: empty for a copy that keeps every neuron and owns nothing.
    steps: ways to decode with it, kept from prompt to prompt.
    """

    def __init__(self, host: PreTrainedModel, widths: Sequence[int]) -> None:
        self.widths = tuple(widths)
        self.made_of = tensors_of(host)
        if (changed := changed_module(host)) is not None:
            raise ModelError(
                f"{changed or 'the model'} was compiled, patched or hooked, and a pruned copy would silently run the "
                "full model's weights or keep the hook. Prune the model first, or load it afresh."
            )
        shared = {id(tensor): tensor for tensor in (*host.parameters(), *host.buffers())}
        self.model: PreTrainedModel = copy.deepcopy(host, shared)
        pairs = zip(find_feed_forwards(host), find_feed_forwards(self.model), strict=True)
        self._pairs = list(pairs) if self.widths else []
        self.steps = Steps(self.model)
        for (_, narrow), width in zip(self._pairs, self.widths, strict=True):
            for projection in narrow.inputs:
                _narrow_outputs(projection, width * narrow.layout.fused)
            _narrow_inputs(narrow.output, width)

    @property
    def own_bytes(self) -> int:
        """Bytes of the slices, which come on top of the host."""
        return sum(tensor.nbytes for _, narrow in self._pairs for tensor in _slices(narrow))

    @torch.no_grad()
    def refill(self, kept: Sequence[Tensor]) -> None:
        """Copy the kept neurons of every layer out of the host; kept[i] is (widths[i],) ascending indices."""
        for (wide, narrow), neurons in zip(self._pairs, kept, strict=True):
            for source, target in zip(wide.inputs, narrow.inputs, strict=True):
                rows = _rows(neurons.to(source.weight.device), wide)
                dim = 1 if isinstance(source, Conv1D) else 0
                torch.index_select(source.weight, dim, rows, out=target.weight)
                if source.bias is not None:
                    torch.index_select(source.bias, 0, rows, out=target.bias)
            weight = wide.output.weight
            columns = neurons.to(weight.device)
            if isinstance(wide.output, Conv1D):
                torch.index_select(weight, 0, columns, out=narrow.output.weight)
            else:  # on CPUs in half the time of an index_select by columns
                torch.gather(weight, 1, columns.expand(len(weight), -1), out=narrow.output.weight)


class TwinPool:
    """Lends twins of one host and keeps a few that came back, so that the next prompt only refills them."""

    def __init__(self, host: PreTrainedModel) -> None:
        self._host = host
        self._idle: list[Twin] = []

    @contextmanager
    def lend(self, widths: Sequence[int]) -> Iterator[Twin]:
        """A twin of these widths for the duration of the block; two blocks at once get two twins."""
        twin = self._take(widths) or self._make(widths)
        try:
            yield twin
        finally:
            self._keep(twin)

    @contextmanager
    def lend_whole(self) -> Iterator[Steps]:
        """Steps of the full model. A host that somebody changed cannot be copied and decodes as it is."""
        if changed_module(self._host) is not None:
            yield Steps(self._host, only_eager="the model was compiled, patched or hooked")
            return
        with self.lend(()) as twin:
            yield twin.steps

    @contextmanager
    def lend_once(self, widths: Sequence[int]) -> Iterator[Twin]:
        """The same where the next twin will have other widths: one that is made for this is not kept."""
        if (waiting := self._take(widths)) is None:
            yield self._make(widths)
            return
        try:
            yield waiting
        finally:
            self._keep(waiting)

    def _take(self, widths: Sequence[int]) -> Twin | None:
        now = tensors_of(self._host)
        self._idle = [idle for idle in self._idle if idle.made_of == now]  # somebody may have given it other tensors
        twin = next((idle for idle in self._idle if idle.widths == tuple(widths)), None)
        if twin is not None:
            self._idle.remove(twin)
        return twin

    def _keep(self, twin: Twin) -> None:
        if changed_module(twin.model) is None:  # whatever a borrower did to it must not meet the next one
            self._idle = [*self._idle, twin][-MAX_IDLE_TWINS:]

    def clear(self) -> None:
        """Give up the twins that only wait, and their memory."""
        self._idle.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _make(self, widths: Sequence[int]) -> Twin:
        try:
            return Twin(self._host, widths)
        except (RuntimeError, MemoryError) as error:  # on a CPU torch has no class of its own for it
            if not self._idle or not ran_out_of_memory(error):
                raise
        # Outside the handler: the error's traceback would keep the half-made twin alive.
        self.clear()
        return Twin(self._host, widths)


def tensors_of(host: PreTrainedModel) -> list[int]:
    """Which tensors the host has, not what is in them: twins share them, and see what changes there."""
    return [id(tensor) for tensor in host.parameters()]


def _rows(neurons: Tensor, wide: FeedForward) -> Tensor:
    """Rows of an input projection that belong to `neurons`: in a fused one, the same rows of every part."""
    return torch.cat([neurons + part * wide.d_ff for part in range(wide.layout.fused)])


def _slices(narrow: FeedForward) -> Iterator[Tensor]:
    for projection in narrow.inputs:
        yield from (projection.weight, *([] if projection.bias is None else [projection.bias]))
    yield narrow.output.weight


def _narrow_outputs(projection: Projection, width: int) -> None:
    weight = projection.weight
    if isinstance(projection, Conv1D):
        projection.weight = _buffer(weight, (weight.shape[0], width))
        projection.nf = width
    else:
        projection.weight = _buffer(weight, (width, weight.shape[1]))
        projection.out_features = width
    if projection.bias is not None:
        projection.bias = _buffer(projection.bias, (width,))


def _narrow_inputs(projection: Projection, width: int) -> None:
    weight = projection.weight
    if isinstance(projection, Conv1D):
        projection.weight = _buffer(weight, (width, weight.shape[1]))
        projection.nx = width
    else:
        projection.weight = _buffer(weight, (weight.shape[0], width))
        projection.in_features = width


def _buffer(like: Tensor, shape: tuple[int, ...]) -> nn.Parameter:
    return nn.Parameter(like.new_zeros(shape), requires_grad=False)  # zeros: touched now, not in the first gather


def changed_module(model: PreTrainedModel) -> str | None:
    """Name of the first module that somebody compiled, patched or hooked ("" is the model itself); None if none.

    A replaced forward is bound to its own module, so a copy of it would run the original's weights. A hook would be
    copied with its module and fire for ever. The hooks by which accelerate places modules can be copied, and those by
    which transformers collects hidden states read where they hang.
    """
    for path, module in model.named_modules():
        replaced = "forward" in vars(module) and not hasattr(module, "_hf_hook")
        compiled = getattr(module, "_compiled_call_impl", None) is not None
        hooks = [*module._forward_pre_hooks.values(), *module._forward_hooks.values()]
        foreign = [hook for hook in hooks if not hook.__module__.startswith("transformers.")]
        if replaced or compiled or foreign:
            return str(path)
    return None
