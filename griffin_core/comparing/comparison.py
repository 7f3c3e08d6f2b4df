"""`compare`: which lanes belong together, and what is to be borne in mind. Knows records; computes no figure."""

from collections.abc import Iterator, Sequence

from griffin_core.comparing.lanes import Lane, lanes_of, pair_of
from griffin_core.comparing.records import Comparison
from griffin_core.comparing.settings import machines_that_differ, same_prompt, settings_that_differ
from griffin_core.differences import Difference
from griffin_core.recording import Recording


def compare(a: Recording, b: Recording) -> Comparison:
    """Compare two recordings, whatever their models, prompts and lanes."""
    by_name, by_order, alone = _together(lanes_of(a), lanes_of(b))
    machine = machines_that_differ(a, b)
    return Comparison(
        same_prompt=same_prompt(a, b),
        settings=settings_that_differ(a, b),
        machine=machine,
        pairs=(
            *(pair_of(one, other, by="name") for one, other in by_name),
            *(pair_of(one, other, by="order") for one, other in by_order),
        ),
        remarks=(*_about_runs(a, b, machine), *alone, *_about_end("A", a), *_about_end("B", b)),
    )


Together = list[tuple[Lane, Lane]]


def _together(a: Sequence[Lane], b: Sequence[Lane]) -> tuple[Together, Together, list[str]]:
    """Lanes of one name, then those left over in their order, then a remark for each without a partner."""
    named = {lane.figures.name: lane for lane in b}
    by_name = [(lane, named[lane.figures.name]) for lane in a if lane.figures.name in named]
    known = {lane.figures.name for lane, _ in by_name}
    left_a, left_b = ([lane for lane in lanes if lane.figures.name not in known] for lanes in (a, b))
    by_order = list(zip(left_a, left_b, strict=False))
    rest = [("A", "B", lane) for lane in left_a[len(by_order) :]]
    rest += [("B", "A", lane) for lane in left_b[len(by_order) :]]
    alone = [f"{lane.figures.name} ran in {here} only; {there} has no lane left for it." for here, there, lane in rest]
    return by_name, by_order, alone


def _about_runs(a: Recording, b: Recording, machine: Sequence[Difference]) -> Iterator[str]:
    match same_prompt(a, b):
        case False:
            yield "The prompts differ, and with them what the answers are about."
        case None:
            yield "Whether the prompts are the same cannot be known: the text of one was not recorded."
    if a.header.run.model.model != b.header.run.model.model:
        yield "The models differ, so token ids mean different things: texts are compared by characters."
    if any(difference.name in ("device", "device_name", "threads") for difference in machine):
        yield "The machines differ, so ratios of times compare machines as well; a speed-up is within one machine."


def _about_end(name: str, recording: Recording) -> Iterator[str]:
    if not recording.complete:
        yield f"{name} did not come to its own end: its figures are those of what there is."
