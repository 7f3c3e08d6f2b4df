"""Turn recorded operators into what runs again: operations of our own kernels, else torch's, into the same memory.

Knows operators and kernels; knows no model.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import torch
from torch import Tensor

from griffin_core.kernels import Code, Operation, Program, can_count, can_hold
from griffin_core.kernels.program import DIMENSIONS, MOST_QUERIES, WIDEST, WIDEST_HEAD
from griffin_core.steps.tape import Call

Run = Callable[[], object]
Lowered = list[Operation] | None
"""Operations that do what a call does; None where they cannot."""

aten = torch.ops.aten

# torch's functions by their Python names take half the time of the same operators by their full names.
_IN_PLACE_OF: dict[Any, Callable[..., Any]] = {
    aten.mul.Tensor: torch.mul,
    aten.add.Tensor: torch.add,
    aten.sub.Tensor: torch.sub,
    aten.neg.default: torch.neg,
    aten.cat.default: torch.cat,
    aten.rsqrt.default: torch.rsqrt,
    aten.pow.Tensor_Scalar: torch.pow,
    aten.mean.dim: torch.mean,
    aten.cos.default: torch.cos,
    aten.sin.default: torch.sin,
    aten.tanh.default: torch.tanh,
    aten.matmul.default: torch.matmul,
}


def lower(calls: Sequence[Call], *, own_kernels: bool) -> list[Run]:
    """What to call, in order, to do all of `calls` again. own_kernels: as far as they go."""
    lowered = [(call, _operations(call) if own_kernels else None) for call in calls]
    runs: list[Run] = []
    for is_ours, group in groupby(lowered, key=lambda entry: entry[1] is not None):
        if is_ours:
            runs.append(Program([operation for _, operations in group for operation in operations or ()]))
        else:
            runs += [_repeat(call) for call, _ in group]
    return runs


def _repeat(call: Call) -> Run:
    """The operator itself, writing to where it wrote."""
    if call.written:
        return partial(call.operator, *call.args, **call.kwargs)
    function = _IN_PLACE_OF.get(call.operator)
    if function is not None and isinstance(call.result, Tensor):
        return partial(function, *call.args, **call.kwargs, out=call.result)
    return partial(_copy_over, call)


def _copy_over(call: Call) -> None:
    again = call.operator(*call.args, **call.kwargs)
    results = [again] if isinstance(again, Tensor) else [part for part in again if isinstance(part, Tensor)]
    for target, result in zip(call.outputs, results, strict=True):
        target.copy_(result)


def _operations(call: Call) -> Lowered:
    rule = _RULES.get(call.operator)
    if rule is None or not isinstance(call.result, Tensor) or not can_count(call.result):
        return None
    return rule(call)


def _linear(call: Call) -> Lowered:
    """linear(x, weight, bias): one row x, (1, …, columns)."""
    x, weight, *rest = call.args
    bias = rest[0] if rest else call.kwargs.get("bias")
    if weight.ndim != 2:
        return None
    rows, columns = weight.shape
    if not (_one_row(x) and can_hold(weight) and weight.stride(1) == 1 and columns <= WIDEST):
        return None
    if not (_one_row(call.result) and (bias is None or can_hold(bias))):
        return None
    return [Operation(Code.LINEAR, (1, 1, rows, columns), _last(call.result), _last(x), weight, bias)]


def _attention(call: Call) -> Lowered:
    """scaled_dot_product_attention of one position, with a mask that is the same for every head."""
    named = dict(zip(("query", "key", "value", "attn_mask", "dropout_p", "is_causal"), call.args, strict=False))
    named |= call.kwargs
    query, key, value, mask = (named.get(name) for name in ("query", "key", "value", "attn_mask"))
    if query is None or key is None or value is None or named.get("dropout_p") or named.get("is_causal"):
        return None
    if not all(map(can_hold, (query, key, value))):
        return None
    if query.ndim != DIMENSIONS or len(query) != 1 or key.shape != value.shape or key.dtype != value.dtype:
        return None
    heads, positions, size = key.shape[1:]
    is_too_large = size > WIDEST_HEAD or query.shape[1] * query.shape[2] > MOST_QUERIES
    if is_too_large or query.shape[-1] != size or (key.stride(3), value.stride(3)) != (1, 1):
        return None
    queries = query.shape[1] * query.shape[2] // heads
    q, out = (_by_key_head(tensor[0], heads) for tensor in (query, call.result))
    if q is None or out is None:
        return None
    if mask is not None:
        if mask.dtype != torch.bool or mask.numel() != positions or mask.shape[-1] != positions:
            return None
        mask = _last(mask)
    scale = named.get("scale")
    scale = 1 / math.sqrt(size) if scale is None else float(scale)
    shape = (heads, queries, positions, size)
    return [Operation(Code.ATTEND, shape, out, q, _rows(key[0]), _rows(value[0]), mask, scale)]


def _by_key_head(tensor: Tensor, heads: int) -> Tensor | None:
    """(query heads, positions, size) as (key heads, queries, 1, size), without a copy; None if that needs one."""
    query_heads, rows, _ = tensor.shape
    if rows == 1:
        return tensor.view(heads, query_heads // heads, 1, -1)
    return tensor.unsqueeze(2) if query_heads == heads else None


def _rows(tensor: Tensor) -> Tensor:
    """(heads, positions, size) as (heads, 1, positions, size)."""
    return tensor.unsqueeze(1)


def _store(call: Call) -> Lowered:
    """index_copy_(target, dim, index, source) of one place: (1, heads, places, size) from (1, heads, 1, size)."""
    target, dim, index, source = call.args
    if dim != 2 or target.ndim != DIMENSIONS or len(target) != 1 or not can_hold(source):
        return None
    if index.numel() != 1 or index.dtype != torch.int64:
        return None
    heads, _, size = target.shape[1:]
    first = target[:, :, :1]
    return [Operation(Code.STORE, (1, heads, 1, size), first, source, d=index, scalar=target.stride(2))]


def _fetch(call: Call) -> Lowered:
    """embedding(table, ids) of one id: (1, 1, size)."""
    table, ids = call.args[:2]
    if ids.numel() != 1 or ids.dtype != torch.int64 or not can_hold(table):
        return None
    size = table.shape[1]
    return [Operation(Code.FETCH, (1, 1, 1, size), call.result, table[0], d=ids, scalar=table.stride(0))]


def _copy(call: Call) -> Lowered:
    """A copy, maybe of another type."""
    source = call.args[0]
    return _elementwise(Code.COPY, call.result, source)


def _cat(call: Call) -> Lowered:
    parts, *rest = call.args
    dim = (rest[0] if rest else call.kwargs.get("dim", 0)) % call.result.ndim
    operations: list[Operation] = []
    start = 0
    for part in parts:
        if part.numel() == 0:
            continue
        end = start + part.shape[dim]
        copied = _elementwise(Code.COPY, call.result.narrow(dim, start, end - start), part)
        if copied is None:
            return None
        operations += copied
        start = end
    return operations


def _mean(call: Call) -> Lowered:
    """mean(x, [-1], keepdim=True)"""
    source, dims, *rest = call.args
    keeps = rest[0] if rest else call.kwargs.get("keepdim", False)
    if not keeps or [dim % source.ndim for dim in dims] != [source.ndim - 1] or not can_hold(source):
        return None
    return [Operation(Code.MEAN, _four(source.shape), call.result, source)]


def _square(call: Call) -> Lowered:
    source, exponent = call.args
    return _elementwise(Code.SQUARE, call.result, source) if exponent == 2 else None


def _gelu(call: Call) -> Lowered:
    code = Code.GELU_TANH if call.kwargs.get("approximate") == "tanh" else Code.GELU
    return _elementwise(code, call.result, call.args[0])


def _one(code: Code) -> Callable[[Call], Lowered]:
    return lambda call: _elementwise(code, call.result, call.args[0]) if len(call.args) == 1 else None


def _two(code: Code) -> Callable[[Call], Lowered]:
    def rule(call: Call) -> Lowered:
        if call.kwargs or len(call.args) != 2:  # an alpha, a rounding mode
            return None
        a, b = call.args
        if isinstance(b, Tensor) and isinstance(a, Tensor):
            return _elementwise(code, call.result, a, b)
        return _elementwise(code, call.result, a, scalar=float(b)) if isinstance(b, (int, float)) else None

    return rule


def _elementwise(code: Code, out: Tensor, a: Tensor, b: Tensor | None = None, *, scalar: float = 0.0) -> Lowered:
    operands = [out, a] if b is None else [out, a, b]
    if not all(map(can_count, operands)):
        return None
    types = {operand.dtype for operand in operands}
    is_float = out.is_floating_point() and torch.promote_types(a.dtype, operands[-1].dtype) == out.dtype
    is_counting = code == Code.ADD and types == {torch.int64}
    is_converted = code == Code.COPY and out.dtype != torch.int64  # whole numbers would go through floats
    if not (is_float or is_counting or is_converted or code == Code.LESS_EQUAL):
        return None
    return [Operation(code, _four(out.shape), out, a, b, scalar=scalar)]


def _four(shape: Sequence[int]) -> tuple[int, int, int, int]:
    first, second, third, fourth = [1] * (DIMENSIONS - len(shape)) + list(shape)
    return first, second, third, fourth


def _last(tensor: Tensor) -> Tensor:
    """Its only row, (columns,), at the same place in memory."""
    return tensor.as_strided((tensor.shape[-1],), (tensor.stride(-1),))


def _one_row(tensor: Tensor) -> bool:
    return can_hold(tensor) and tensor.numel() == tensor.shape[-1]


_RULES: dict[Any, Callable[[Call], Lowered]] = {
    aten.linear.default: _linear,
    aten.scaled_dot_product_attention.default: _attention,
    aten.index_copy_.default: _store,
    aten.embedding.default: _fetch,
    aten.to.dtype: _copy,
    aten._to_copy.default: _copy,
    aten.clone.default: _copy,
    aten.contiguous.default: _copy,
    aten.cat.default: _cat,
    aten.mean.dim: _mean,
    aten.pow.Tensor_Scalar: _square,
    aten.mul.Tensor: _two(Code.MUL),
    aten.add.Tensor: _two(Code.ADD),
    aten.sub.Tensor: _two(Code.SUB),
    aten.div.Tensor: _two(Code.DIV),
    aten.le.Tensor: _two(Code.LESS_EQUAL),
    aten.neg.default: _one(Code.NEG),
    aten.rsqrt.default: _one(Code.RSQRT),
    aten.cos.default: _one(Code.COS),
    aten.sin.default: _one(Code.SIN),
    aten.tanh.default: _one(Code.TANH),
    aten.relu.default: _one(Code.RELU),
    aten.silu.default: _one(Code.SILU),
    aten.gelu.default: _gelu,
}
