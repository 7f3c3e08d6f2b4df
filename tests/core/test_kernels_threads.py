"""A program gives the same whoever works on it, and however many do."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch.nn import functional

from griffin_core.kernels import Code, Operation, Program, count_votes, find_library, why_missing

WIDTH = 300  # enough rows for several shares
needs_library = pytest.mark.skipif(find_library() is None, reason=f"no kernels here: {why_missing()}")


@needs_library
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_chain_waits_for_what_it_reads_whatever_the_team(threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        weights = [torch.rand(300, 300) / 150 for _ in range(40)]
        x = torch.rand(300)
        rows = [x, *(torch.empty(300) for _ in weights)]
        moved = [torch.empty(300) for _ in weights]
        operations = []
        for weight, out, again, source in zip(weights, rows[1:], moved, [x, *moved], strict=False):
            operations.append(Operation(Code.LINEAR, (1, 1, 300, 300), out, source, weight))
            operations.append(Operation(Code.TANH, (1, 1, 1, 300), again, out))
        program = Program(operations)
        expected = x
        for weight in weights:
            expected = torch.tanh(weight @ expected)
        for _ in range(20):
            program()
            torch.testing.assert_close(moved[-1], expected)
    finally:
        torch.set_num_threads(before)


@needs_library
def test_two_threads_may_run_programs_at_once():
    def attention(seed):
        draw = torch.Generator().manual_seed(seed)
        query = torch.randn((1, 4, 1, 64), generator=draw)
        key, value = (torch.randn((1, 4, 300, 64), generator=draw) for _ in range(2))
        out = torch.empty_like(query)
        pairs = (tensor[0].view(4, 1, 1, 64) for tensor in (out, query))
        operation = Operation(Code.ATTEND, (4, 1, 300, 64), *pairs, key[0][:, None], value[0][:, None], None, 0.125)
        return Program([operation] * 20), out, functional.scaled_dot_product_attention(query, key, value)

    def repeat(job):
        program, out, expected = job
        for _ in range(100):
            program()
            torch.testing.assert_close(out, expected)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(repeat, [attention(1), attention(2)]))


@needs_library
def test_a_result_does_not_depend_on_how_many_threads_there_are():
    draw = torch.Generator().manual_seed(1)
    weight = torch.randn((WIDTH, WIDTH), generator=draw) / 20
    keys, values = (torch.randn((1, 1, 700, WIDTH), generator=draw) for _ in range(2))
    x, y = torch.randn((1, 1, 1, WIDTH), generator=draw), torch.empty((1, 1, 1, WIDTH))
    out = torch.empty_like(y)
    program = Program(
        [
            Operation(Code.LINEAR, (1, 1, WIDTH, WIDTH), y[0, 0, 0], x[0, 0, 0], weight),
            Operation(Code.ATTEND, (1, 1, 700, WIDTH), out, y, keys, values, scalar=0.05),
        ]
    )
    before = torch.get_num_threads()
    try:
        found = []
        for threads in [1, 2, 3, 8, 1, 8] * 20:  # more than cores, and helpers of the run before may come late
            torch.set_num_threads(threads)
            out.fill_(torch.nan)
            program()
            found.append(out.clone())
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(one, found[0]) for one in found)
    torch.testing.assert_close(found[0], functional.scaled_dot_product_attention(y, keys, values, scale=0.05))


@needs_library
@pytest.mark.usefixtures("four_threads")
def test_programs_may_go_while_helpers_are_on_their_way():
    x = torch.rand(WIDTH)
    weight = torch.rand(WIDTH, WIDTH)
    for _ in range(200):
        out = torch.empty(WIDTH)
        Program([Operation(Code.LINEAR, (1, 1, WIDTH, WIDTH), out, x, weight)])()
        torch.testing.assert_close(out, weight @ x)


@pytest.fixture
def four_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


@needs_library
@pytest.mark.usefixtures("four_threads")
@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_order_of_reads_and_writes_the_result_is_that_of_one_thread(seed):
    draw = random.Random(seed)
    weight = torch.rand(WIDTH, WIDTH) / 180
    buffers = [torch.rand(WIDTH) for _ in range(4)]
    expected = [buffer.clone() for buffer in buffers]
    operations = []
    for _ in range(120):
        out, a, b = (draw.randrange(4) for _ in range(3))
        if out == a or draw.random() < 0.4:
            operations.append(Operation(Code.ADD, (1, 1, 1, WIDTH), buffers[out], buffers[a], buffers[b], scalar=0))
            expected[out] = expected[a] + expected[b]
            operations.append(Operation(Code.TANH, (1, 1, 1, WIDTH), buffers[out], buffers[out]))
            expected[out] = expected[out].tanh()
        else:
            operations.append(Operation(Code.LINEAR, (1, 1, WIDTH, WIDTH), buffers[out], buffers[a], weight))
            expected[out] = weight @ expected[a]
    Program(operations)()
    for found, wanted in zip(buffers, expected, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


@needs_library
@pytest.mark.usefixtures("four_threads")
def test_equal_prompts_have_equal_votes_whatever_the_team():
    z = torch.randn(1, 101, 333)
    first = count_votes(z, None)[0]
    assert all(torch.equal(count_votes(z, None)[0], first) for _ in range(60))
