"""What every benchmark here needs: prompts of a given length, runs that advance by turns, ratios of pairs."""

import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

import griffin_core as gc
from griffin_core.events import Event, TokenEmitted

BLOCK_TOKENS = 8
RESAMPLES = 10_000

TEXT = (
    "The harbour of a small town is older than the town itself. Fishermen came first, then a chapel, then a market "
    "on Thursdays, and after a hundred years somebody thought of a mayor. "
)


def prompt_of(loaded: gc.LoadedModel, tokens: int) -> torch.Tensor:
    """A prompt of exactly `tokens` tokens, (1, tokens)."""
    one = loaded.tokenizer(TEXT)["input_ids"]
    ids = (one * (tokens // len(one) + 1))[:tokens]
    return torch.tensor([ids], device=loaded.device)


def ratio_over_pairs(over: Sequence[float], under: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """Median of the paired ratios, and its 95 % bootstrap interval over pairs."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return statistics.median(ratios), (medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES)])


@dataclass
class BlockTimes:
    """Mean inter-token latency of each block of one run, by lane; a block without tokens of a lane lacks it."""

    blocks: list[dict[str, float]] = field(default_factory=list)

    def add(self, tokens: Sequence[TokenEmitted]) -> None:
        """One block's tokens; a lane's first one came from the prefill and has no latency."""
        itl_ms: dict[str, list[float]] = {}
        for token in tokens:
            if token.itl_ms is not None:
                itl_ms.setdefault(token.lane, []).append(token.itl_ms)
        self.blocks.append({lane: statistics.mean(times) for lane, times in itl_ms.items()})


def by_turns(*runs: Iterator[Event]) -> tuple[list[gc.RunTally], list[BlockTimes]]:
    """Play runs of equal length side by side, a block of tokens each, in the order A B, B A, A B, …

    They share the machine's slow and fast moments, so block n of one may be compared with block n of another.
    """
    tallies = [gc.RunTally() for _ in runs]
    times = [BlockTimes() for _ in runs]
    turn = list(range(len(runs)))
    while turn:
        ended = [i for i in turn if not _play_block(runs[i], tallies[i], times[i])]
        turn = [i for i in reversed(turn) if i not in ended]
    return tallies, times


def _play_block(run: Iterator[Event], tally: gc.RunTally, times: BlockTimes) -> bool:
    """Whether the run may go on."""
    tokens: list[TokenEmitted] = []
    for event in run:
        tally.add(event)
        if isinstance(event, TokenEmitted):
            tokens.append(event)
        if len(tokens) == BLOCK_TOKENS:
            break
    times.add(tokens)
    return len(tokens) == BLOCK_TOKENS
