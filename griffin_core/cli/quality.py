"""`race --quality`: after the race the full model's answer is read once more, by every pruned lane too.

Knows the events of a race and of a closer look; what reading is, it leaves to `inspection`.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from statistics import fmean
from typing import TYPE_CHECKING, Any

from griffin_core.errors import SettingsError
from griffin_core.events import Event, LaneFacts, RunStarted, TextRead, TokenEmitted
from griffin_core.outcome import baseline_of
from griffin_core.settings import RunSettings, lane_names

if TYPE_CHECKING:
    from torch import Tensor

    from griffin_core.loading import LoadedModel

HOW = "Whose neurons do better is not judged by speed or matching prefix: add --quality."


def check_quality(settings: RunSettings) -> None:
    """Raise SettingsError where there is nothing to compare."""
    pruned = [lane.pruning is not None for lane in settings.lanes]
    if all(pruned) or not any(pruned):
        raise SettingsError("--quality compares pruned lanes with the full model. Run a dense lane and a pruned one.")


def read_again(
    loaded: "LoadedModel", prompt: "Tensor", settings: RunSettings, events: Generator[Event, None, None]
) -> Generator[Event, None, None]:
    """The events of the race, then those of the closer look at its texts."""
    texts: dict[str, list[int]] = {name: [] for name in lane_names(settings.lanes)}
    with closing(events):
        for event in events:
            if isinstance(event, TokenEmitted):
                texts[event.lane].append(event.token_id)
            yield event
    from griffin_core.inspection.inspecting import inspect

    yield from inspect(loaded, prompt, settings, list(texts.values()))


class QualityTally:
    """How each pruned lane reads the first dense lane's text; its first token is left out, as dense in every lane."""

    def __init__(self) -> None:
        self._lanes: tuple[LaneFacts, ...] = ()
        self._agrees: dict[str, list[bool]] = {}
        self._kl: dict[str, list[float]] = {}

    def noting(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, taken in."""
        for event in events:
            self._add(event)
            yield event

    def of(self, lane: str) -> dict[str, Any]:
        """A lane's keys in the JSON contract; None where nothing was read."""
        agrees, kl = self._agrees.get(lane, [])[1:], self._kl.get(lane, [])[1:]
        return {
            "forced_agreement": sum(agrees) / len(agrees) if agrees else None,
            "forced_kl": fmean(kl) if kl else None,
        }

    def sentences(self) -> list[str]:
        """A line a pruned lane."""
        said = []
        for lane, agrees in self._agrees.items():
            if judged := agrees[1:]:
                said.append(
                    f"{lane}: led through the full model's answer it picks the same next token at {sum(judged):,} of "
                    f"{len(judged):,} places, the first left out; mean KL {fmean(self._kl[lane][1:]):.2f} nats."
                )
        return said

    def _add(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._lanes = event.lanes
            case TextRead(kl=kl) if kl is not None and event.text == self._baseline(self._lanes):
                self._agrees.setdefault(event.reader, []).extend(event.agrees)
                self._kl.setdefault(event.reader, []).extend(kl)

    @staticmethod
    def _baseline(lanes: Sequence[LaneFacts]) -> str | None:
        baseline = baseline_of(lanes)
        return baseline.name if baseline else None
