"""What every benchmark here needs: prompts of a given length, runs that advance by turns, ratios of pairs."""

import random
import statistics
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import torch

import griffin_core as gc
from griffin_core.events import Event, LaneFinished, TokenEmitted

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
class Contender:
    """One run that advances a block at a time: until each of the lanes watched has written BLOCK_TOKENS more.

    itl_ms: mean inter-token latency of each block, by lane; a lane's first token came from the prefill and has none.
    """

    run: Generator[Event, None, None]
    lanes: Sequence[str]
    tally: gc.RunTally = field(default_factory=gc.RunTally)
    itl_ms: list[dict[str, float]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)

    def play_block(self) -> bool:
        """Whether a lane that is watched may go on."""
        timed: dict[str, list[float]] = {lane: [] for lane in self.lanes}
        wanted = dict.fromkeys(self.lanes, BLOCK_TOKENS)
        for event in self.run:
            self.tally.add(event)
            if isinstance(event, TokenEmitted) and event.lane in wanted:
                wanted[event.lane] -= 1
                if event.itl_ms is not None:
                    timed[event.lane].append(event.itl_ms)
            elif isinstance(event, LaneFinished):
                self.ended.add(event.lane)
            if all(left <= 0 or lane in self.ended for lane, left in wanted.items()):
                break
        if any(timed.values()):
            self.itl_ms.append({lane: statistics.mean(times) for lane, times in timed.items() if times})
        return not self.ended.issuperset(self.lanes)


def play_by_turns(contenders: Sequence[Contender]) -> None:
    """Play runs side by side, a block each, in the order A B C, C B A, A …, until their watched lanes have ended.

    They share the machine's slow and fast moments, so block n of one may be compared with block n of another.
    """
    turn = list(contenders)
    while turn:
        ended = [contender for contender in turn if not contender.play_block()]
        turn = [contender for contender in reversed(turn) if contender not in ended]
    for contender in contenders:
        contender.run.close()
