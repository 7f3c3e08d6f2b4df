"""Let lanes write their own greedy answers in a race, and cut those at their natural end. Knows events and texts.

A race ends a lane at the first stop string. One-shot prompts are answered with a line break before the first word, so
here a stop string counts only behind that word; the race is closed when every lane has come so far.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from torch import Tensor

from griffin_core.events import LaneFinished, TokenEmitted
from griffin_core.loading import LoadedModel
from griffin_core.metrics import RunTally
from griffin_core.racing import start_race
from griffin_core.settings import RunSettings


@dataclass(frozen=True, kw_only=True)
class Written:
    """A lane's answer up to and with the token that ends it. selection_ms, tpot_ms: as in `metrics.LaneFigures`."""

    token_ids: tuple[int, ...]
    text: str
    selection_ms: float
    tpot_ms: float | None


@dataclass
class _Answer:
    """An answer while it is written; it takes nothing more once it has ended."""

    stop: Sequence[str]
    token_ids: list[int] = field(default_factory=list)
    text: str = ""
    ended: bool = False

    def add(self, event: TokenEmitted) -> None:
        if not self.ended:
            self.token_ids.append(event.token_id)
            self.text += event.text
            self.ended = until_stop(self.text, self.stop) is not None


def until_stop(text: str, stop: Sequence[str]) -> str | None:
    """What stands before the first stop string behind the first word; None where there is no such string."""
    begun = text.lstrip()
    places = [place for place in (begun.find(words) for words in stop) if place >= 0]
    return begun[: min(places)] if begun and places else None


def answer_text(text: str, stop: Sequence[str]) -> str:
    """The answer without the stop string and what came with it, and without white space around it."""
    cut = until_stop(text, stop)
    return (text if cut is None else cut).strip()


def write_answers(
    loaded: LoadedModel, prompt: Tensor, settings: RunSettings, *, stop: Sequence[str]
) -> Generator[int, None, tuple[Written, ...]]:
    """Race the lanes after `prompt`, (1, S) ids; yields how many tokens there are, returns answers in lane order.

    settings: without stop strings, which are those of `stop`. Times are of all tokens a lane decoded, those behind its
    natural end among them. Raises what `start_race` raises.
    """
    tally = RunTally()
    answers: dict[str, _Answer] = {}
    with closing(start_race(loaded, prompt, settings)) as events:
        for event in events:
            tally.add(event)
            if isinstance(event, TokenEmitted):
                answers.setdefault(event.lane, _Answer(stop)).add(event)
                yield sum(len(answer.token_ids) for answer in answers.values())
            elif isinstance(event, LaneFinished):
                answers[event.lane].ended = True
            if len(answers) == len(settings.lanes) and all(answer.ended for answer in answers.values()):
                break
    return tuple(
        Written(
            token_ids=tuple(answers[lane.name].token_ids),
            text=answers[lane.name].text,
            selection_ms=lane.selection_ms or 0.0,
            tpot_ms=lane.tpot_ms,
        )
        for lane in tally.lanes()
    )
