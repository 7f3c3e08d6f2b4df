"""Read one lane's answer with the full model and pruned ones side by side. Knows readers; chooses no neurons.

All of them read the same few tokens before any goes on, so that one step's logits are held and no more.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from griffin_core.adapters import find_feed_forwards
from griffin_core.decode import Prefilled
from griffin_core.events import Alternative, Event, StudyProgress, TextRead
from griffin_core.inspection.activations import Look, watched
from griffin_core.inspection.coverage import CoverageWatch
from griffin_core.inspection.divergence import kl_divergence
from griffin_core.inspection.finished_texts import read_after
from griffin_core.inspection.flocking import FlockingSample
from griffin_core.inspection.picture import FlockingPicture, TokenTexts
from griffin_core.inspection.token_quality import TokenView, view_tokens
from griffin_core.loading import LoadedModel
from griffin_core.planning import Plan
from griffin_core.settings import DENSE
from griffin_core.timing import SessionClock

DIGITS = 5  # behind the point, of what is sent: more is noise, and half of the payload


@dataclass(frozen=True)
class Reader:
    """A pruned lane that reads: its name, its plan and its model."""

    name: str
    plan: Plan
    model: PreTrainedModel


@dataclass(frozen=True)
class Flock:
    """Where one text's flocking is drawn and measured."""

    picture: FlockingPicture
    sample: FlockingSample


def read_answer(
    loaded: LoadedModel,
    prefilled: Prefilled,
    lane: str,
    text: Tensor,
    readers: Sequence[Reader],
    *,
    flock: Flock | None,
    session: SessionClock,
    progress: tuple[int, int],
) -> Generator[Event, None, None]:
    """Read `lane`'s text, (T,) ids, after a prompt that the full model has read; a step is a few tokens of one reader.

    flock: None leaves activations and layers out. progress: tokens of texts read before, and of all texts.
    """
    feed_forwards = find_feed_forwards(loaded.model)
    coverage = CoverageWatch(feed_forwards, [reader.plan for reader in readers])
    looks: list[Look] = [coverage.look, *([flock.sample.look] if flock else [])]
    full_steps = watched(read_after(loaded.model, prefilled, text), feed_forwards, *looks)
    steps = [read_after(reader.model, prefilled, text) for reader in readers]
    names = TokenTexts(loaded.tokenizer)
    done = 0
    for full_logits in full_steps:
        piece = text[done : done + len(full_logits)]
        report = _Report(loaded.tokenizer, session, lane, done, view_tokens(full_logits, piece))
        yield report.of_full()
        shares = coverage.take().mean(dim=0)  # (T, readers)
        pieces = names.push(piece.tolist())
        if flock and (rows := flock.sample.take_rows())[0]:
            positions, activations = rows
            shown = [pieces[position - done] for position in positions]
            yield flock.picture.draw(positions, shown, activations, text=lane, t_s=session.t_s)
        for column, reader in enumerate(readers):
            logits = next(steps[column])
            kl = kl_divergence(full_logits, logits)
            yield report.of_pruned(reader.name, view_tokens(logits, piece), kl=kl, coverage=shares[:, column])
        done += len(piece)
        yield StudyProgress(t_s=session.t_s, what="tokens", done=progress[0] + done, total=progress[1])
    if flock and flock.sample.tokens > 1:
        yield flock.sample.measured(text=lane, t_s=session.t_s)


@dataclass(frozen=True)
class _Report:
    """Makes the events of one piece of a text. full: the full model's view of it."""

    tokenizer: PreTrainedTokenizerBase
    session: SessionClock
    lane: str
    first_index: int
    full: TokenView

    def of_full(self) -> TextRead:
        return self._event(DENSE, self.full, kl=None, coverage=None)

    def of_pruned(self, reader: str, view: TokenView, *, kl: Tensor, coverage: Tensor) -> TextRead:
        return self._event(reader, view, kl=_rounded(kl), coverage=_rounded(coverage))

    def _event(
        self, reader: str, view: TokenView, *, kl: tuple[float, ...] | None, coverage: tuple[float, ...] | None
    ) -> TextRead:
        return TextRead(
            t_s=self.session.t_s,
            text=self.lane,
            reader=reader,
            first_index=self.first_index,
            logprob=_rounded(view.logprob),
            rank=tuple(view.rank.tolist()),
            best=tuple(
                self._alternatives(ids, probability)
                for ids, probability in zip(view.best, view.probability, strict=True)
            ),
            agrees=tuple((view.best[:, 0] == self.full.best[:, 0]).tolist()),
            kl=kl,
            coverage=coverage,
        )

    def _alternatives(self, ids: Tensor, probability: Tensor) -> tuple[Alternative, ...]:
        """One token's likeliest choices; ids and probability are (5,)."""
        return tuple(
            Alternative(token_id=token_id, text=str(self.tokenizer.decode([token_id])), probability=share)
            for token_id, share in zip(ids.tolist(), _rounded(probability), strict=True)
        )


def _rounded(values: Tensor) -> tuple[float, ...]:
    return tuple(round(value, DIGITS) for value in values.tolist())
