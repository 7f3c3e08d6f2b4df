"""One race at a time for many visitors: waits in line, runs, folds events into views. Made in `__main__`.

Knows the engine, the presenters and the line; knows no widgets and no torch.
"""

import dataclasses
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from app.asking.branching import branched
from app.asking.comparing import OverlapForm
from app.asking.form import InspectionForm, Number, RaceForm
from app.asking.sweep import SweepForm
from app.catalog import EXAMPLES, MODELS, ModelChoice
from app.engines.interface import Engine, OverlapRequest, PromptRequest, PromptSize, Run, SweepRequest
from app.library import Library
from app.presenters import (
    InspectionPresenter,
    OverlapPresenter,
    RacePresenter,
    SweepPresenter,
    broken_view,
    engine_status,
    idle_view,
    prompt_preview,
    queued_status,
)
from app.serving.line import HEARTBEAT_S, RACE, Line, Ticket
from app.serving.recordings import RecordedLook, RecordingService
from app.serving.studies import StudyService
from app.serving.writing import RunWriter
from app.text import race as text
from app.text import recordings as recordings_text
from app.text import sweep as sweep_text
from app.views import InspectionView, MeterView, OverlapView, RaceView, StatusView, SweepPromptView, SweepView
from griffin_core.errors import GriffinError, InputError, ModelError, PromptError, UnknownModelError
from griffin_core.events import RunStarted

log = logging.getLogger(__name__)

FRAME_S = 0.1
"""Events are collected for this long before the page is updated."""


class RaceService:
    """`run` a form for a visitor, `cancel` it from anywhere. Nothing here raises: errors arrive as views."""

    def __init__(
        self,
        engine: Engine,
        *,
        models: Sequence[ModelChoice] = MODELS,
        recordings: RecordingService | None = None,
    ) -> None:
        """The first of `models` is the one offered first. recordings: None keeps none and offers the bundled ones."""
        self.recordings = recordings or RecordingService(Library(None))
        self.models = tuple(models)
        self._engine = engine
        self._line = Line()
        self.studies = StudyService(engine, self._line)

    def status(self) -> StatusView:
        """What the engine is doing."""
        return engine_status(self._engine.state())

    def methods(self) -> tuple[str, ...]:
        """Names of the pruning methods."""
        return self._engine.state().methods or text.METHODS

    def default_form(self) -> RaceForm:
        """What the page starts with: the first example."""
        example = EXAMPLES[0]
        return RaceForm(
            model=self.models[0].name,
            prompt=example.prompt,
            system=example.system,
            chat=example.chat,
            density=example.density,
            max_new_tokens=example.max_new_tokens,
        )

    def idle_view(self, form: RaceForm | None = None) -> RaceView:
        """The page before a run. If an earlier visitor's model could not be loaded, the first one comes back."""
        state = self._engine.state()
        if state.phase == "failed" and state.model != self.models[0].name:
            self._engine.prepare(self.models[0].name)
        return idle_view(form or self.default_form(), state)

    def prepare(self, model: str) -> None:
        """Begin to load a model of the catalog."""
        if any(choice.name == model for choice in self.models):
            self._engine.prepare(model)

    def inspect(self, form: InspectionForm, visitor: str) -> Iterator[InspectionView]:
        """Views of a closer look at a finished race. Closing the iterator cancels it."""
        presenter = RecordedLook(InspectionPresenter(form.run, form.lanes), self.recordings, form.recording)
        methods = self.methods()
        return self.studies.follow(lambda: form.request(methods=methods), presenter, visitor=visitor, kind="inspection")

    def stop_looking(self, visitor: str) -> None:
        """Stop the visitor's closer look alone. Returns at once."""
        self._line.leave(visitor, "inspection")

    def compare(self, form: OverlapForm, visitor: str) -> Iterator[OverlapView]:
        """Views of two prompts' neurons held against each other. Closing the iterator cancels it."""
        return self._overlap(form, form.request, visitor)

    def compare_gallery(self, form: OverlapForm, visitor: str) -> Iterator[OverlapView]:
        """The same for all example prompts; only the form's model and density count."""
        return self._overlap(form, form.gallery_request, visitor)

    def stop_comparing(self, visitor: str) -> None:
        """Stop the visitor's comparison alone. Returns at once."""
        self._line.leave(visitor, "overlap")

    def _overlap(self, form: OverlapForm, request: Callable[[], OverlapRequest], visitor: str) -> Iterator[OverlapView]:
        def checked() -> OverlapRequest:
            self._check_model(form.race.model)
            return request()

        return self.studies.follow(checked, OverlapPresenter(), visitor=visitor, kind="overlap")

    def sweep(self, form: SweepForm, visitor: str) -> Iterator[SweepView]:
        """Views of many densities measured on one prompt. Closing the iterator cancels it."""

        def checked() -> SweepRequest:
            asked = form.request(methods=self.methods())
            self._check_model(asked.model)
            if (size := self._size(asked.prompt)) and size.tokens + asked.new_tokens > size.context:
                raise PromptError(sweep_text.no_room(size.tokens, asked.new_tokens, size.context))
            return asked

        return self.studies.follow(checked, SweepPresenter(prompt_preview(form.race)), visitor=visitor, kind="sweep")

    def stop_sweep(self, visitor: str) -> None:
        """Stop the visitor's sweep alone. Returns at once."""
        self._line.leave(visitor, "sweep")

    def sweep_prompt(self, form: RaceForm) -> SweepPromptView:
        """Which prompt would be swept."""
        return prompt_preview(form, size=self.meter(dataclasses.replace(form, max_new_tokens=1)).text)

    def _check_model(self, name: str) -> None:
        """A browser may name any model; only those of the catalog are loaded."""
        if all(choice.name != name for choice in self.models):
            raise UnknownModelError(text.unknown_model(name, [choice.name for choice in self.models]))

    def meter(self, form: RaceForm) -> MeterView:
        """How much of the context the prompt takes."""
        if not form.prompt.strip():
            return MeterView()
        try:
            size = self._engine.measure_prompt(form.prompt_request())
        except ModelError as error:  # says nothing about the prompt
            return MeterView(text=str(error))
        except GriffinError as error:
            return MeterView(text=str(error), fits=False)
        wanted = _whole(form.max_new_tokens)
        return MeterView(
            text=text.prompt_meter(size.tokens, size.context, wanted),
            share=size.tokens / size.context,
            fits=size.tokens + max(1, wanted) <= size.context,
        )

    def cancel(self, visitor: str) -> None:
        """Stop all that the visitor has, waiting or running. Returns at once; without anything it does nothing."""
        self._line.leave(visitor)

    def stop_race(self, visitor: str) -> None:
        """Stop the visitor's race and the closer look at it; sweeps and comparisons go on. Returns at once."""
        self._line.leave(visitor, RACE)
        self.stop_looking(visitor)

    def busy(self, visitor: str) -> bool:
        """Whether the visitor has a race, waiting or running."""
        return self._line.holds(visitor, RACE)

    def run(self, form: RaceForm | None, visitor: str) -> Iterator[RaceView]:
        """Views of one race, at most 10 a second, until one is `over`.

        It takes the place of all that the visitor has; a refused one changes nothing. Closing the iterator cancels
        the run. `form` None: the page asks for a run that this server does not know.
        """
        ticket = Ticket(visitor)
        view: RaceView | None = None
        try:
            for view in self._frames(form, ticket):
                yield view
                ticket.seen()
        except GriffinError as error:
            yield self._broken(view, form, str(error))
        except Exception:
            log.exception("a view could not be made")
            yield self._broken(view, form, f"{text.UNEXPECTED} {text.TRY_AGAIN}")
        finally:
            self._line.drop([ticket])

    def branch(
        self, finished: InspectionForm | None, asked: object, visitor: str, *, max_new_tokens: Number
    ) -> Iterator[RaceView]:
        """Views of the race in which every lane goes on from one place; `asked` is what the browser sent.

        What makes no sense is refused before anything of the visitor's is cancelled.
        """
        try:
            form = branched(finished, asked, max_new_tokens=max_new_tokens)
        except GriffinError as error:
            yield self._broken(None, None, str(error))
            return
        yield from self.run(form, visitor)

    def _frames(self, form: RaceForm | None, ticket: Ticket) -> Iterator[RaceView]:
        if form is None:
            raise InputError(text.FORGOTTEN)
        self._check_model(form.model)
        request = form.request(methods=self.methods())
        if form.record and not form.agreed:
            raise InputError(f"{recordings_text.NOT_AGREED} {recordings_text.AGREE_OR_NOT}")
        self._refuse_too_long(form)
        view = idle_view(form, self._engine.state(), run=ticket.run_id)
        self._line.join(ticket)
        for ahead in self._line.wait(ticket):
            yield dataclasses.replace(view, status=queued_status(ahead, self._engine.state().facts))
        if not ticket.cancelled:
            ticket.run = self._engine.start(request)
        if ticket.cancelled:  # asked again: Stop may have come while the run was being started
            stopped = StatusView(phase="cancelled", text=text.STOPPED, machine=view.status.machine)
            yield dataclasses.replace(view, status=stopped, resume=form if form.prefixes else None)
        elif ticket.run is not None:
            with closing(self.recordings.begin(form, ticket.run_id)) as writer:
                yield from self._follow(ticket.run, form, view, writer)

    def _refuse_too_long(self, form: RaceForm) -> None:
        """Raise PromptError before anything on the screen changes; what is not loaded yet refuses it later."""
        size = self._size(form.prompt_request())
        if size is not None and size.tokens >= size.context:
            raise PromptError(text.too_long(size.tokens, size.context))

    def _size(self, prompt: PromptRequest) -> PromptSize | None:
        """None while the model is not loaded."""
        try:
            return self._engine.measure_prompt(prompt)
        except ModelError:
            return None

    def _follow(self, run: Run, form: RaceForm, view: RaceView, writer: RunWriter) -> Iterator[RaceView]:
        presenter = RacePresenter(view)
        started = False
        told_s = 0.0
        while not run.finished:
            events = run.next_events(FRAME_S)
            if not events and time.monotonic() - told_s < HEARTBEAT_S:
                continue
            for event in events:
                writer.add(event)
                presenter.add(event)
                started = started or isinstance(event, RunStarted)
            view = presenter.view()
            if not started and not view.over and self._engine.state().phase == "loading":
                view = dataclasses.replace(view, status=self.status())
            recording = writer.view(over=view.over)
            view = dataclasses.replace(view, recording=recording)
            if view.over:
                finished = presenter.finished(form)
                if finished is not None and recording.phase == "recorded":
                    finished = dataclasses.replace(finished, recording=recording.id)
                view = dataclasses.replace(view, resume=_resume(form, presenter, view), finished=finished)
            told_s = time.monotonic()
            yield view

    def _broken(self, view: RaceView | None, form: RaceForm | None, message: str) -> RaceView:
        """The page after an error. `view`: what was shown of the run; None: it was refused at the door."""
        resume = form if form is not None and form.prefixes else None
        shown = view or idle_view(self.default_form(), self._engine.state())
        return dataclasses.replace(broken_view(shown, message), resume=resume, refused=view is None)


def _whole(number: object) -> int:
    """New tokens asked for; 0 while the field holds something else."""
    try:
        return max(0, int(float(str(number))))
    except (ValueError, OverflowError):
        return 0


def _resume(form: RaceForm, presenter: RacePresenter, view: RaceView) -> RaceForm | None:
    """Go on from each lane's tokens; a lane that was stopped while it read again keeps what it had."""
    if presenter.can_continue:
        given = form.prefixes or ((),) * len(presenter.token_ids)
        ids = [max(pair, key=len) for pair in zip(presenter.token_ids, given, strict=True)]
        return form.continued(ids, [pane.pieces for pane in view.panes])
    return form if form.prefixes and view.status.phase != "done" else None
