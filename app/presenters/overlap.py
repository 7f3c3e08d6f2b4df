"""Folds the events of an overlap study into pairs of sets, layer by layer. Knows packed bits; knows no widget."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from app.presenters.kept_sets import jaccard, kept_bits
from app.presenters.status import error_status
from app.text import overlap as text
from app.views import LayerLine, LineStyle, OverlapPair, OverlapView, StatusView
from griffin_core.chance import chance_jaccard
from griffin_core.events import Event, ExpertsChosen, RunFailed, RunFinished, StudyProgress, StudyStarted

_FIXED = {"random": text.RANDOM, "magnitude": text.MAGNITUDE}
_REFERENCES: Mapping[str, tuple[str, LineStyle]] = {
    "random": (text.WITH_RANDOM, "dot"),
    "magnitude": (text.WITH_MAGNITUDE, "faint"),
}

Index = NDArray[np.float64]
"""(layers,) Jaccard index of two sets."""


class OverlapPresenter:
    """`add` each event in order; `view()` is the comparison at that moment."""

    def __init__(self) -> None:
        self._run = uuid4().hex
        self._status = StatusView(phase="running", text=text.STARTING)
        self._start: StudyStarted | None = None
        self._sets: list[ExpertsChosen] = []
        self._bits: list[list[NDArray[np.bool_]]] = []
        self._index: dict[tuple[int, int], Index] = {}

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case StudyStarted():
                self._start = event
            case StudyProgress():
                self._status = StatusView(
                    phase="running", text=text.reading(event.done, event.total), progress=event.done / event.total
                )
            case ExpertsChosen() if self._start is not None:
                self._compare(event, self._start.model.d_ff)
                self._status = StatusView(phase="running", text=text.choosing(len(self._sets), self._start.steps))
            case RunFinished():
                done = event.reason == "done"
                words = text.done(len(self._sets)) if done else text.STOPPED
                self._status = StatusView(phase="done" if done else "cancelled", text=words)
            case RunFailed():
                self._status = error_status(event.message, None)

    def view(self) -> OverlapView:
        """The comparison after the events so far."""
        prompts = self._prompts()
        return OverlapView(
            run=self._run,
            status=self._status,
            started=self._start is not None,
            names=tuple(self._name(chosen) for chosen in self._sets),
            prompts=len(prompts),
            pairs=tuple(self._pair(first, second) for first, second in self._index),
            chance=round(self._chance(0, 1).mean(), 3) if self._index else None,
            sentence=self._sentence(prompts),
        )

    def told(self, status: StatusView) -> OverlapView:
        """The same, with a status that is not the study's own."""
        return dataclasses.replace(self.view(), status=status)

    def _compare(self, event: ExpertsChosen, d_ff: int) -> None:
        bits = [kept_bits(layer, d_ff) for layer in event.layers]
        for place, others in enumerate(self._bits):
            pairs = zip(others, bits, strict=True)
            self._index[place, len(self._bits)] = np.array([jaccard(one, two) for one, two in pairs])
        self._sets.append(event)
        self._bits.append(bits)

    def _prompts(self) -> list[int]:
        return [place for place, chosen in enumerate(self._sets) if chosen.name is not None]

    def _name(self, chosen: ExpertsChosen) -> str:
        return chosen.name or _FIXED.get(chosen.method, chosen.method)

    def _chance(self, first: int, second: int) -> Index:
        layers = zip(self._bits[first], self._sets[first].layers, self._sets[second].layers, strict=True)
        return np.array([chance_jaccard(len(bits), one.k, two.k) for bits, one, two in layers])

    def _pair(self, first: int, second: int) -> OverlapPair:
        index, chance = self._index[first, second], self._chance(first, second)
        one, two = (self._name(self._sets[place]) for place in (first, second))
        references = self._references(first, second)
        sentence = text.pair_sentence(one, two, index.tolist(), float(chance.mean()))
        means = {method: float(values.mean()) for method, values in references.items()}
        if len(means) == len(_REFERENCES):
            sentence = f"{sentence} {text.references_sentence(means['random'], means['magnitude'])}"
        return OverlapPair(
            first=first,
            second=second,
            mean=round(float(index.mean()), 3),
            lines=(
                LayerLine(name=text.PAIR, values=_short(index)),
                *(
                    LayerLine(name=_REFERENCES[method][0], values=_short(values), style=_REFERENCES[method][1])
                    for method, values in references.items()
                ),
                LayerLine(name=text.CHANCE, values=_short(chance), style="dash"),
            ),
            sentence=sentence,
        )

    def _references(self, first: int, second: int) -> dict[str, Index]:
        """The two prompts against sets that no prompt chose, by method: mean over both prompts."""
        if any(self._sets[place].name is None for place in (first, second)):
            return {}
        return {
            chosen.method: (self._index[first, place] + self._index[second, place]) / 2
            for place, chosen in enumerate(self._sets)
            if chosen.name is None and chosen.method in _REFERENCES
        }

    def _sentence(self, prompts: Sequence[int]) -> str:
        """Reading of the table; "" while there are too few prompts to rank."""
        if len(prompts) < 3:
            return ""
        ranked = sorted(itertools.combinations(prompts, 2), key=lambda pair: float(self._index[pair].mean()))
        least, most = (
            (self._name(self._sets[one]), self._name(self._sets[two]), float(self._index[one, two].mean()))
            for one, two in (ranked[0], ranked[-1])
        )
        return text.matrix_sentence(most, least, float(self._chance(*ranked[0]).mean()))


def _short(values: Index) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)
