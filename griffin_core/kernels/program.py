"""The operations of program.cpp as Python values. Knows tensors' addresses and strides; knows no model.

Layouts and codes are those of the structures there; `Program` checks that both sides agree on their size.
"""

import ctypes
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

import torch
from torch import Tensor

from griffin_core.kernels.library import find_library

DIMENSIONS = 4
_FARTHEST = 2**31
WIDEST = 65536
WIDEST_HEAD = 512
MOST_QUERIES = 256
_FLOATS = {torch.float32: 0, torch.bfloat16: 1, torch.float16: 2}
_TYPES = {**_FLOATS, torch.int64: 3, torch.bool: 4}


class Code(IntEnum):
    """What an operation does; see operation.h and, for each, the header that does it."""

    LINEAR = 0
    ATTEND = 1
    STORE = 2
    FETCH = 3
    MEAN = 4
    COPY = 5
    ADD = 6
    SUB = 7
    MUL = 8
    DIV = 9
    LESS_EQUAL = 10
    NEG = 11
    SQUARE = 12
    RSQRT = 13
    COS = 14
    SIN = 15
    TANH = 16
    RELU = 17
    SILU = 18
    GELU = 19
    GELU_TANH = 20


PARALLEL = frozenset({Code.LINEAR, Code.ATTEND})


class _Operand(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("strides", ctypes.c_int32 * DIMENSIONS),
        ("type", ctypes.c_int32),
        ("unused", ctypes.c_int32),
    )


class _Operation(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_int32),
        ("waits", ctypes.c_int32),
        ("shape", ctypes.c_int32 * DIMENSIONS),
        *((name, _Operand) for name in ("out", "a", "b", "c", "d")),
        ("scalar", ctypes.c_double),
    )


@dataclass(frozen=True)
class Operation:
    """One operation on standing tensors. shape: four sizes; operands broadcast to it unless its header says else."""

    code: Code
    shape: tuple[int, int, int, int]
    out: Tensor
    a: Tensor
    b: Tensor | None = None
    c: Tensor | None = None
    d: Tensor | None = None
    scalar: float = 0.0

    @property
    def reads(self) -> list[Tensor]:
        return [operand for operand in (self.a, self.b, self.c, self.d) if operand is not None]


def type_of(tensor: Tensor) -> int:
    """The code of its type, as operation.h has it."""
    return _TYPES[tensor.dtype]


def can_hold(tensor: Tensor) -> bool:
    """Whether `tensor` can be an operand: floating point on the CPU, of at most four dimensions."""
    return tensor.dtype in _FLOATS and _is_within(tensor)


def can_count(tensor: Tensor) -> bool:
    """The same for whole numbers and yes or no, too: positions and masks, which are small enough to be exact."""
    return tensor.dtype in _TYPES and _is_within(tensor)


def _is_within(tensor: Tensor) -> bool:
    reach = sum(abs(stride) * size for stride, size in zip(tensor.stride(), tensor.shape, strict=True))
    return tensor.device.type == "cpu" and tensor.ndim <= DIMENSIONS and tensor.numel() > 0 and reach < _FARTHEST


class Program:
    """Operations in their order, ready to run again and again on the same memory."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        library = find_library()
        assert library is not None  # the caller has asked
        assert library.operation_bytes() == ctypes.sizeof(_Operation)
        self._held = tuple(operations)  # the tensors must live as long as their addresses are used
        table = (_Operation * len(operations))(*map(_packed, operations))
        for entry, waits in zip(table, _waits(operations), strict=True):
            entry.waits = waits
        made = library.make_program(table, len(operations), torch.get_num_threads())
        self._run = partial(library.run_program, made)
        weakref.finalize(self, library.free_program, made).atexit = False

    def __call__(self) -> None:
        """Run all of it."""
        self._run(torch.get_num_threads())


def _packed(operation: Operation) -> _Operation:
    return _Operation(
        code=operation.code,
        shape=operation.shape,
        out=_operand(operation.out),
        a=_operand(operation.a),
        b=_operand(operation.b),
        c=_operand(operation.c),
        d=_operand(operation.d),
        scalar=operation.scalar,
    )


def _operand(tensor: Tensor | None) -> _Operand:
    if tensor is None:
        return _Operand(data=None)
    missing = DIMENSIONS - tensor.ndim
    strides = [0] * missing + [
        0 if size == 1 else stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True)
    ]
    return _Operand(data=tensor.data_ptr(), type=_TYPES[tensor.dtype], strides=tuple(strides))


def _waits(operations: Sequence[Operation]) -> list[bool]:
    """Which operations begin a stage, for which all before must be done: those that touch what others still work on.

    Small operations of one stage are done in their order by one thread, so they need not wait for each other.
    """
    waits: list[bool] = []
    read: dict[int, bool] = {}  # storage -> whether only small operations touched it since the last wait
    written: dict[int, bool] = {}
    for operation in operations:
        serial = operation.code not in PARALLEL
        out, inputs = _storage(operation.out), [_storage(tensor) for tensor in operation.reads]
        met = [by for place in inputs if (by := written.get(place)) is not None]
        met += [by for known in (read, written) if (by := known.get(out)) is not None]
        wait = operation.code == Code.ATTEND or any(not (serial and by) for by in met)
        if wait:
            read, written = {}, {}
        for place in inputs:
            read[place] = read.get(place, True) and serial
        written[out] = written.get(out, True) and serial
        waits.append(wait)
    return waits


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
