"""A verification on a terminal: a column a lane, then in words where a lane differs and what else is not the same.

Knows rich and the outcome; knows nothing of how it came about.
"""

from rich import box
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, visible
from griffin_core.cli.report import PLAIN_WIDTH
from griffin_core.cli.screen import console_on
from griffin_core.formatting import DASH, agreement, counted, times
from griffin_core.recording import Recording
from griffin_core.verifying.outcome import LaneVerification, Verification

ENDS = "(nothing: it ends here)"
ROWS = ("tokens compared", "outcome", "neurons in common", "speed-up, recorded", "speed-up, here", "recorded / here")


def write_verification(outcome: Verification, recording: Recording, output: Output) -> None:
    """The table, and how to read it."""
    console = console_on(output.stream, width=None if output.is_terminal else PLAIN_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for lane in outcome.lanes:
        table.add_column(Text(visible(lane.name)), justify="right", overflow="fold")
    for label, *cells in zip(ROWS, *map(_cells, outcome.lanes), strict=True):
        table.add_row(label, *map(Text, cells))
    console.print(table)
    for sentence in sentences(outcome, recording):
        console.print(Text(visible(sentence)), soft_wrap=not console.is_terminal)
    console.file.flush()


def sentences(outcome: Verification, recording: Recording) -> list[str]:
    """The verdict, where lanes differ, and what else is not as it was."""
    said = [_verdict(outcome)]
    said += [_place(lane) for lane in outcome.lanes if not lane.matches]
    if not outcome.complete:
        said.append("The recording was broken off: it was compared over what it has.")
    if outcome.threads is not None:
        said.append(f"For this run the processor was set to {counted(outcome.threads, 'thread')}, as recorded.")
    if not outcome.differences:
        return [*said, f"Model, device and versions are those of the recording ({recording.header.created})."]
    return [*said, "Not as recorded:", *(f"  {difference.sentence}" for difference in outcome.differences)]


def _cells(lane: LaneVerification) -> tuple[str, ...]:
    return (
        f"{lane.compared_tokens:,}",
        "match" if lane.first_difference is None else f"token {lane.first_difference + 1:,} differs",
        DASH if lane.kept_overlap is None else agreement(lane.kept_overlap),
        times(lane.recorded_speedup),
        times(lane.measured_speedup),
        DASH if lane.speedup_ratio is None else f"{lane.speedup_ratio:.2f}",
    )


def _verdict(outcome: Verification) -> str:
    differ = sum(not lane.matches for lane in outcome.lanes)
    if not differ:
        return "Every lane wrote the recorded tokens again."
    return f"{differ} of {counted(len(outcome.lanes), 'lane')} did not write the recorded tokens."


def _place(lane: LaneVerification) -> str:
    assert lane.first_difference is not None  # it differs
    before = f"after “…{lane.text_before}” " if lane.text_before else ""
    recorded, measured = lane.recorded_text or ENDS, lane.measured_text or ENDS
    return (
        f"{lane.name}, token {lane.first_difference + 1:,}: {before}the recording goes on “{recorded}”, "
        f"this run “{measured}”."
    )
