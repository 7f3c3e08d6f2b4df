"""Our own kernels compute what torch computes; where they cannot be made, the reason is told."""

import math

import pytest
import torch
from torch.nn import functional

from griffin_core.kernels import (
    Code,
    Operation,
    Program,
    can_count,
    can_hold,
    count_votes,
    find_library,
    why_missing,
)
from griffin_core.prompt_stats import _count_votes

WIDTH = 300  # enough rows for several shares
FLOATS = (torch.float32, torch.bfloat16, torch.float16)
needs_library = pytest.mark.skipif(find_library() is None, reason=f"no kernels here: {why_missing()}")


def close(found, expected):
    torch.testing.assert_close(found, expected.to(found.dtype), rtol=2e-2 if found.itemsize == 2 else 1e-5, atol=1e-5)


@needs_library
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("columns", [1, 15, 16, 63, 64, 65, 577])
@pytest.mark.parametrize("rows", [1, 3, 130])
def test_linear_is_a_product_with_every_row(dtype, columns, rows):
    draw = torch.Generator().manual_seed(columns)
    x, weight = (torch.rand(shape, generator=draw).to(dtype) for shape in ((columns,), (rows, columns)))
    bias = torch.rand(rows, generator=draw).to(dtype)
    out, with_bias = torch.empty(rows, dtype=dtype), torch.empty(rows, dtype=dtype)
    shape = (1, 1, rows, columns)
    Program(
        [Operation(Code.LINEAR, shape, out, x, weight), Operation(Code.LINEAR, shape, with_bias, x, weight, bias)]
    )()
    expected = weight.double() @ x.double()
    close(out, expected)
    close(with_bias, expected + bias.double())


@needs_library
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("heads", "queries", "size"), [(1, 1, 8), (2, 3, 64), (3, 1, 80), (1, 4, 256), (2, 2, 512)])
@pytest.mark.parametrize("positions", [1, 2, 17, 40])
def test_attention_sees_what_the_mask_shows(dtype, heads, queries, size, positions):
    draw = torch.Generator().manual_seed(size)
    query = torch.randn((1, heads * queries, 1, size), generator=draw).to(dtype)
    key, value = (torch.randn((1, heads, 50, size), generator=draw).to(dtype)[:, :, :positions] for _ in range(2))
    masks = [torch.ones(positions, dtype=torch.bool), torch.rand(positions, generator=draw) > 0.4]
    masks[1][positions // 2] = True  # at least one is seen
    for mask in (None, *masks):
        out = torch.empty_like(query)
        shape = (heads, queries, positions, size)
        a, b = (tensor[0].view(heads, queries, 1, size) for tensor in (query, out))
        scale = 1 / math.sqrt(size)
        Program([Operation(Code.ATTEND, shape, b, a, key[0][:, None], value[0][:, None], mask, scale)])()
        tensors = (tensor.float() for tensor in (query, key, value))
        seen = None if mask is None else mask[None, None, None]
        close(out, functional.scaled_dot_product_attention(*tensors, attn_mask=seen, enable_gqa=True))


@needs_library
def test_huge_scores_do_not_overflow():
    query = torch.full((1, 1, 1, 16), 100.0)
    key = torch.stack([torch.full((16,), 100.0), torch.full((16,), -100.0)])[None]
    value = torch.stack([torch.zeros(16), torch.ones(16)])[None]
    out = torch.empty(1, 1, 1, 16)
    Program([Operation(Code.ATTEND, (1, 1, 2, 16), out, query, key[:, None], value[:, None], None, 1.0)])()
    torch.testing.assert_close(out, torch.zeros_like(out), rtol=0, atol=1e-30)


ONE_BY_ONE = {
    Code.COPY: lambda x: x,
    Code.NEG: torch.neg,
    Code.SQUARE: torch.square,
    Code.RSQRT: torch.rsqrt,
    Code.COS: torch.cos,
    Code.SIN: torch.sin,
    Code.TANH: torch.tanh,
    Code.RELU: torch.relu,
    Code.SILU: functional.silu,
    Code.GELU: functional.gelu,
    Code.GELU_TANH: lambda x: functional.gelu(x, approximate="tanh"),
}


@needs_library
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("code", ONE_BY_ONE, ids=lambda code: code.name)
def test_one_operand_number_by_number(code, dtype):
    spread = torch.linspace(-9, 9, 3 * 5 * 2100).view(3, 5, 2100)
    x = (spread.abs() + 0.1 if code == Code.RSQRT else spread).to(dtype)
    strided = x.transpose(0, 1)
    for source in (x, strided):
        out = torch.empty_like(source)
        Program([Operation(code, (1, *source.shape), out, source)])()
        close(out, ONE_BY_ONE[code](source.float()))


@needs_library
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("code", [Code.ADD, Code.SUB, Code.MUL, Code.DIV], ids=lambda code: code.name)
def test_two_operands_broadcast(code, dtype):
    function = {Code.ADD: torch.add, Code.SUB: torch.sub, Code.MUL: torch.mul, Code.DIV: torch.div}[code]
    a = torch.linspace(1, 9, 4 * 6 * 10).view(4, 6, 10).to(dtype)
    for b in (a.flip(0), a[:1], a[:, :1, :1], a[0, :, :1]):
        out = torch.empty_like(a)
        Program([Operation(code, (1, 4, 6, 10), out, a, b)])()
        close(out, function(a.float(), b.float()))
    out = torch.empty_like(a)
    Program([Operation(code, (1, 4, 6, 10), out, a, scalar=2.5)])()
    close(out, function(a.float(), 2.5))


@needs_library
def test_means_places_and_positions():
    rows = torch.rand(2, 3, 3000)
    mean = torch.empty(2, 3, 1)
    store = torch.zeros(1, 2, 9, 4)
    fetched = torch.empty(1, 1, 4)
    table, place = torch.rand(7, 4), torch.tensor([5])
    position, after, counts = torch.tensor(40), torch.empty(1, dtype=torch.int64), torch.arange(64)
    seen = torch.empty(64, dtype=torch.bool)
    Program(
        [
            Operation(Code.MEAN, (1, 2, 3, 3000), mean, rows),
            Operation(Code.STORE, (1, 2, 1, 4), store[:, :, :1], rows[None, :, :1, :4], d=place, scalar=4),
            Operation(Code.FETCH, (1, 1, 1, 4), fetched, table[0], d=place, scalar=4),
            Operation(Code.ADD, (1, 1, 1, 1), after, torch.tensor([2]), position),
            Operation(Code.LESS_EQUAL, (1, 1, 1, 64), seen, counts, after),
        ]
    )()
    close(mean, rows.mean(dim=-1, keepdim=True))
    assert torch.equal(store[0, :, 5], rows[:, 0, :4])
    assert store.count_nonzero() == 2 * 4
    assert torch.equal(fetched[0, 0], table[5])
    assert torch.equal(seen, torch.arange(64) <= 42)


@needs_library
def test_a_program_keeps_its_tensors_alive():
    out = torch.empty(300)
    program = Program([Operation(Code.COPY, (1, 1, 1, 300), out, torch.full((300,), 7.0))])
    _others = [torch.zeros(300) for _ in range(50)]
    program()
    assert torch.equal(out, torch.full((300,), 7.0))


def test_what_can_be_an_operand():
    assert can_hold(torch.zeros(2, 3))
    assert not can_hold(torch.zeros(2, dtype=torch.int64))
    assert can_count(torch.zeros(2, dtype=torch.int64))
    assert not can_count(torch.zeros(2, dtype=torch.int32))
    assert not can_hold(torch.zeros(1, 1, 1, 1, 1))
    assert not can_hold(torch.zeros(0))


@needs_library
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("columns", [1, 44, 577])
def test_votes_are_counted_as_torch_counts_them(dtype, columns):
    draw = torch.Generator().manual_seed(columns)
    z = torch.randn((2, 30, columns), generator=draw).to(dtype)
    z[0, 3] = 0  # a silent token has no vote
    mask = (torch.rand((2, 30), generator=draw) > 0.2).float()
    for counts in (None, mask):
        for found, expected in zip(count_votes(z, counts), _count_votes(z, counts), strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert count_votes(z, None)[1].tolist() == [29, 30]
    assert count_votes(z[:, :, ::2], None) is None or columns == 1  # rows must lie together
    nothing = torch.full((1, 1, columns), float("nan"), dtype=dtype)
    assert count_votes(nothing, None)[0].isnan().all()  # an error further on, not a silent token


@needs_library
def test_votes_are_float32_whatever_the_default_type():
    torch.set_default_dtype(torch.bfloat16)
    try:
        votes, tokens = count_votes(torch.randn(1, 5, 64, dtype=torch.float32), None)
    finally:
        torch.set_default_dtype(torch.float32)
    assert (votes.dtype, tokens.dtype) == (torch.float32, torch.float32)
    assert votes.sum() == pytest.approx(5)
