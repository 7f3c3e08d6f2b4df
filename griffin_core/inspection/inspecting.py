"""Look closely at a finished race: what every token of its texts was to the full and the pruned models. Yields events.

The prompt is read once more by the full model, and the lanes choose their neurons as they did in the race. Then the
texts are read teacher-forced. Nothing here is on a lane's clock. Close the generator to cancel; everything is then
given back.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from torch import Tensor

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Counted, Prefilled
from griffin_core.errors import SettingsError
from griffin_core.events import Event, RunFinished, StudyStarted
from griffin_core.expert_sources import PROMPT, Statistics, check_sources, plan_lane, source_texts
from griffin_core.inspection.activations import Look
from griffin_core.inspection.answers import Flock, Reader, read_answer
from griffin_core.inspection.finished_texts import check_layer, check_prompt, check_text
from griffin_core.inspection.flocking import FlockingSample
from griffin_core.inspection.picture import FlockingPicture, TokenTexts
from griffin_core.inspection.reading import read_prompt
from griffin_core.lanes import check_lanes
from griffin_core.loading import LoadedModel
from griffin_core.loading.failures import memory_in_words
from griffin_core.prompt_stats import LayerStatistics
from griffin_core.pruning import pruned_model
from griffin_core.settings import PruningSettings, RunSettings, lane_names
from griffin_core.timing import SessionClock

MAX_PROMPT_ROWS = 96
MAX_TEXT_ROWS = 256


def inspect(
    loaded: LoadedModel,
    prompt: Tensor,
    settings: RunSettings,
    texts: Sequence[Sequence[int]],
    *,
    layer: int | None = None,
) -> Generator[Event, None, None]:
    """Read the texts that a race with these settings has written.

    prompt: (1, S) token ids. texts: token ids of every lane's answer, in lane order; a lane may have written nothing.
    layer: the one whose activations are drawn; None takes the middle one.

    A dense lane's text is read by the full model and by every pruned one, a pruned lane's text by the full model and
    its own. Activations and flocking are the full model's, on the prompt, on the first dense lane's text and on the
    first pruned lane's; tokens are compared by sets as large as that lane's. One token alone cannot be compared.

    Raises SettingsError or PromptError at once, before the first event. Closing the generator ends the study after
    the step in hand and frees what it holds.
    """
    check_lanes(settings.lanes)
    check_sources(loaded, settings)
    prompt = check_prompt(loaded, prompt)
    names = lane_names(settings.lanes)
    if len(texts) != len(names):
        raise SettingsError(
            f"texts must be given for every lane, got {len(texts)} for {len(names)} lanes. "
            "Give an empty one for a lane that wrote nothing."
        )
    checked = [
        check_text(loaded, prompt, text, name=f"the text of {name}") for name, text in zip(names, texts, strict=True)
    ]
    return _Inspection(loaded, prompt, settings, checked, layer=check_layer(loaded, layer)).events()


@dataclass(frozen=True)
class _PromptRead:
    """The prompt as the full model read it. picture: its columns follow the prompt's scores, its scale the prompt."""

    prefilled: Prefilled
    statistics: Sequence[LayerStatistics]
    picture: FlockingPicture


class _Inspection:
    """One inspection, already checked."""

    def __init__(
        self, loaded: LoadedModel, prompt: Tensor, settings: RunSettings, texts: Sequence[Tensor], *, layer: int
    ) -> None:
        self._loaded = loaded
        self._prompt = prompt
        self._settings = settings
        self._texts = texts
        self._layer = layer
        self._feed_forwards = find_feed_forwards(loaded.model)
        self._sources = source_texts(prompt, settings)
        self._to_read = prompt.shape[1] + sum(source.shape[1] for source in self._sources.values())
        self._session = SessionClock()

    def events(self) -> Generator[Event, None, None]:
        what = f"an inspection of {len(self._texts)} texts after {self._prompt.shape[1]} tokens"
        advice = "Use a shorter prompt, fewer lanes or a smaller model."
        with memory_in_words(what, advice=advice, release=self._loaded.twins.clear):
            steps = self._to_read + sum(map(len, self._texts))
            yield StudyStarted(t_s=self._session.t_s, kind="inspection", model=self._loaded.facts, steps=steps)
            read = yield from self._read_prompt()
            statistics = yield from self._read_sources(read.statistics)
            with ExitStack() as stack:
                yield from self._read_texts(read, self._make_readers(statistics, stack))
        yield RunFinished(t_s=self._session.t_s, reason="done")

    def _read_prompt(self) -> Generator[Event, None, _PromptRead]:
        sample = self._sample(self._prompt.shape[1], rows=MAX_PROMPT_ROWS)
        read = yield from self._count(self._prompt, sample.look, before=0)
        positions, rows = sample.take_rows()
        picture = FlockingPicture(self._layer, read.statistics[self._layer].votes, rows)
        tokens = TokenTexts(self._loaded.tokenizer).push(self._prompt[0].tolist())
        shown = [tokens[position] for position in positions]
        yield picture.draw(positions, shown, rows, text=None, t_s=self._session.t_s)
        if sample.tokens > 1:
            yield sample.measured(text=None, t_s=self._session.t_s)
        return _PromptRead(read.prefilled, read.statistics, picture)

    def _read_sources(self, prompt: Sequence[LayerStatistics]) -> Generator[Event, None, Statistics]:
        """What the texts excited that lanes took their experts from; the prompt's statistics are known."""
        statistics: dict[str | None, Sequence[LayerStatistics]] = {PROMPT: prompt}
        before = self._prompt.shape[1]
        for name, tokens in self._sources.items():
            # The statistics alone stay: the cache must be gone before the next text makes its own.
            statistics[name] = (yield from self._count(tokens, before=before)).statistics
            before += tokens.shape[1]
        return statistics

    def _count(self, tokens: Tensor, *looks: Look, before: int) -> Generator[Event, None, Counted]:
        """Read a text as the race did: sums over other chunks may rank two equal neurons the other way round."""
        return read_prompt(
            self._loaded,
            tokens,
            *looks,
            chunk=self._settings.prefill_chunk,
            session=self._session,
            progress=(before, self._to_read),
        )

    def _make_readers(self, statistics: Statistics, stack: ExitStack) -> list[Reader | None]:
        """The pruned lanes' models in lane order, lent while `stack` is open; None for a dense lane."""
        readers: list[Reader | None] = []
        for lane, name in zip(self._settings.lanes, lane_names(self._settings.lanes), strict=True):
            if lane.pruning is None:
                readers.append(None)
                continue
            plan = plan_lane(self._feed_forwards, lane, self._settings, statistics)
            readers.append(Reader(name, plan, stack.enter_context(pruned_model(self._loaded, plan))))
        return readers

    def _read_texts(self, read: _PromptRead, readers: Sequence[Reader | None]) -> Generator[Event, None, None]:
        done, total = 0, sum(map(len, self._texts))
        drawn: set[bool] = set()  # whether a dense lane's text was, and whether a pruned lane's
        names = lane_names(self._settings.lanes)
        for name, text, own in zip(names, self._texts, readers, strict=True):
            is_first = (own is None) not in drawn
            drawn.add(own is None)
            if not len(text):
                continue
            sample = self._sample(len(text), rows=MAX_TEXT_ROWS)
            yield from read_answer(
                self._loaded,
                read.prefilled,
                name,
                text,
                [own] if own else [reader for reader in readers if reader],
                flock=Flock(read.picture, sample) if is_first else None,
                session=self._session,
                progress=(done, total),
            )
            done += len(text)

    def _sample(self, length: int, *, rows: int) -> FlockingSample:
        pruning = next((lane.pruning for lane in self._settings.lanes if lane.pruning), PruningSettings())
        return FlockingSample(self._feed_forwards, density=pruning.density, length=length, layer=self._layer, rows=rows)
