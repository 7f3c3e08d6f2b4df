"""Record the operators that a function calls, and keep those that must run again. Knows operators; knows no model.

A step of decoding calls the same operators on the same memory every time: only the token, its position and the cache
change. So it is enough to call the operators again, without the Python between them. Of those recorded,

- a view says where data lies, and that does not change: it is dropped;
- what depends on nothing that changes has its result already: it is dropped;
- the rest writes where it wrote when it was recorded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from griffin_core.memory import ran_out_of_memory
from griffin_core.steps.step import NotRecordableError

aten = torch.ops.aten
_SHAPED_BY_A_TENSOR = {aten.narrow.Tensor, aten.tensor_split.tensor_indices_or_sections}


@dataclass(frozen=True)
class Call:
    """An operator as it was called, and what it gave."""

    operator: torch._ops.OpOverload
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any

    @property
    def inputs(self) -> list[Tensor]:
        """All tensors among the arguments."""
        return list(_tensors([*self.args, *self.kwargs.values()]))

    @property
    def outputs(self) -> list[Tensor]:
        """All tensors of the result."""
        return list(_tensors([self.result]))

    @property
    def written(self) -> list[Tensor]:
        """Arguments that the operator changes in place."""
        schema = self.operator._schema.arguments
        named = {argument.name: value for argument, value in zip(schema, self.args, strict=False)} | dict(self.kwargs)
        changed = [
            named.get(argument.name) for argument in schema if argument.alias_info and argument.alias_info.is_write
        ]
        return list(_tensors(changed))


class _Recorder(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []

    def __torch_dispatch__(
        self,
        func: torch._ops.OpOverload,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        self.calls.append(Call(func, args, kwargs or {}, result))
        return result


def record(function: Callable[[], Tensor], *, changing: Sequence[Tensor]) -> tuple[list[Call], Tensor]:
    """Call `function` once; the calls to repeat, and its result, which they write anew.

    changing: tensors whose content is another each time. Whatever the function changes in place changes as well.
    Raises NotRecordableError where Python itself depends on what is in a tensor, or where a result is random.
    """
    recorder = _Recorder()
    with recorder:
        try:
            result = function()
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            if ran_out_of_memory(error):
                raise
            raise NotRecordableError(f"it fails with keys and values at places that stay: {error}") from error
    _refuse_what_differs(recorder.calls)
    return _kept(recorder.calls, changing), result


def _refuse_what_differs(calls: Sequence[Call]) -> None:
    for call in calls:
        tags = call.operator.tags
        looks = torch.Tag.data_dependent_output in tags or torch.Tag.dynamic_output_shape in tags
        looks |= bool(call.inputs) and not call.outputs  # a number or a yes or no for Python
        if (looks and not _picks_by_number(call)) or call.operator in _SHAPED_BY_A_TENSOR:
            raise NotRecordableError(f"the model looks into a tensor while it runs, {call.operator}")
        if torch.Tag.nondeterministic_seeded in tags and not _is_idle_dropout(call):
            raise NotRecordableError(f"the model draws random numbers, {call.operator}")


def _picks_by_number(call: Call) -> bool:
    """x[i] for whole numbers i; picking by yes or no would give another shape each time."""
    masks = (torch.bool, torch.uint8)
    return call.operator is aten.index.Tensor and not any(index.dtype in masks for index in call.inputs[1:])


def _is_idle_dropout(call: Call) -> bool:
    """Dropout while nobody trains gives back what it got; attention has one of its own, of share 0."""
    if call.operator is aten.scaled_dot_product_attention.default:
        return not (call.kwargs.get("dropout_p") or call.args[4:5] not in ((), (0.0,)))
    return call.operator is aten.dropout.default and not call.args[2]


def _kept(calls: Sequence[Call], changing: Sequence[Tensor]) -> list[Call]:
    live = {_place(tensor) for tensor in changing}
    live |= {_place(tensor) for call in calls for tensor in call.written}
    kept = []
    for call in calls:
        places = {_place(tensor) for tensor in call.inputs}
        results = {_place(tensor) for tensor in call.outputs}
        if call.written:
            kept.append(call)
        elif results <= places or not (live & (places | results)):
            continue  # a view, or a constant
        else:
            kept.append(call)
        live |= results
    return kept


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _tensors(values: Sequence[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)
