"""What the extra lanes showed, in one sentence: nothing before the closer look, which judges how well they read.

Knows figures, events and views; knows no widget.
"""

from collections.abc import Sequence

from app.asking.form import InspectedLane
from app.text import extras as text
from app.text.lanes import lane_kind
from app.views import ExtrasView
from griffin_core.events import Event, RunFailed, RunFinished, TextRead
from griffin_core.metrics import LaneFigures


def extras_view(lanes: Sequence[LaneFigures], *, run: str, over: bool, temperature: float) -> ExtrasView:
    """Lanes after the first two. over: the answers are written; before that there is nothing to say."""
    if not over or not lanes[2:]:
        return ExtrasView(run=run)
    pruned = any(lane_kind(lane.method, lane.name) != "seed" for lane in lanes[2:])
    sentences = [text.JUDGING] if pruned else []
    sentences += seed_sentences(lanes, temperature=temperature).values()
    return ExtrasView(run=run, sentence=" ".join(sentences))


def seed_sentences(lanes: Sequence[LaneFigures], *, temperature: float) -> dict[str, str]:
    """What is said of the full model with another seed, by the lane's name."""
    return {
        lane.name: text.seed_sentence(lane.matching_prefix or 0, greedy=temperature == 0)
        for lane in lanes[2:]
        if lane_kind(lane.method, lane.name) == "seed"
    }


class ExtrasPresenter:
    """`add` each event of an inspection in order; `view()` compares the pruned lanes on the full model's text."""

    def __init__(self, run: str, lanes: Sequence[InspectedLane]) -> None:
        self._run = run
        full = [lane for lane in lanes if lane.method == "dense"]
        self._text = full[0].name if full else None
        self._pruned = [lane for lane in lanes if lane.method != "dense"]
        self._judged_from = max((lane.judged_from for lane in lanes), default=1)
        self._remarks = [lane.remark for lane in lanes if lane.remark]
        self._agrees: dict[str, list[bool]] = {lane.name: [] for lane in self._pruned}
        self._done = False
        self._broken = False

    def add(self, event: Event) -> None:
        """Take one more event."""
        match event:
            case TextRead() if event.text == self._text and event.reader in self._agrees:
                self._agrees[event.reader] += event.agrees
            case RunFinished():
                self._done = event.reason == "done"
                self._broken = not self._done
            case RunFailed():
                self._broken = True

    def view(self) -> ExtrasView:
        """Without a sentence until all lanes have read the whole text, and where there is only one pruned lane."""
        if self._broken and len(self._pruned) > 1:
            return ExtrasView(run=self._run, sentence=" ".join([text.NOT_JUDGED, *self._remarks]))
        read = [self._agrees[lane.name][self._judged_from :] for lane in self._pruned]
        if not self._done or len(read) < 2 or not all(read):
            return ExtrasView(run=self._run)
        own, *others = [sum(agrees) / len(agrees) for agrees in read]
        kinds = [lane_kind(lane.method, lane.name) for lane in self._pruned[1:]]
        pairs = list(zip(kinds, others, strict=True))
        sentence = text.agreement_sentence(own, pairs, branched=self._judged_from > 1)
        return ExtrasView(run=self._run, sentence=" ".join([sentence, *self._remarks]))
