"""A verification on a terminal: a column a lane, then in words where a lane differs and what else is not the same.

Knows rich and the outcome; knows nothing of how it came about.
"""

from collections.abc import Callable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from griffin_core.cli.output import Output, visible
from griffin_core.cli.report import PLAIN_WIDTH
from griffin_core.cli.screen import console_on
from griffin_core.differences import Difference
from griffin_core.formatting import DASH, agreement, counted, times
from griffin_core.recording import Recording
from griffin_core.verifying.records import LaneVerification, Verification, sentence

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
    for line in sentences(outcome, recording):
        console.print(Text(visible(line)), soft_wrap=not console.is_terminal)
    console.file.flush()


def sentences(outcome: Verification, recording: Recording) -> list[str]:
    """The verdict, where lanes differ, and what else is not as it was."""
    said = [_verdict(outcome)]
    said += [_SAID[lane.verdict](lane) for lane in outcome.lanes if lane.matches is False]
    if outcome.run:
        said += ["The race is not the one that the recording tells of:", *_listed(outcome.run)]
    said += _PROMPT[outcome.prompt]
    if not outcome.complete:
        said.append("The recording was broken off: it was compared over what it has.")
        said += [_unended(lane) for lane in outcome.lanes if not lane.ended and lane.compared_tokens]
    if outcome.threads is not None:
        said.append(f"For this run the processor was set to {counted(outcome.threads, 'thread')}, as recorded.")
    if not outcome.differences:
        return [*said, f"Model, device and versions are those of the recording ({recording.header.created})."]
    return [*said, "Not as recorded:", *_listed(outcome.differences)]


def _listed(differences: Sequence[Difference]) -> list[str]:
    return [f"  {sentence(found)}" for found in differences]


def _cells(lane: LaneVerification) -> tuple[str, ...]:
    return (
        f"{lane.compared_tokens:,}",
        _outcome(lane),
        DASH if lane.kept_overlap is None else agreement(lane.kept_overlap),
        times(lane.recorded_speedup),
        times(lane.measured_speedup),
        DASH if lane.speedup_ratio is None else f"{lane.speedup_ratio:.2f}",
    )


def _outcome(lane: LaneVerification) -> str:
    match lane.verdict:
        case "tokens":
            return f"{_number(lane)} differs"
        case "text":
            return f"same tokens, text of {_number(lane)} differs"
        case "end":
            return "same tokens, another end"
        case "plans":
            return "same tokens, neurons not recorded"
        case "nothing":
            return "nothing to compare"
    return "match"


def _verdict(outcome: Verification) -> str:
    compared = [lane for lane in outcome.lanes if lane.matches is not None]
    differ = sum(not lane.matches for lane in compared)
    if differ:
        return f"{differ} of {counted(len(compared), 'lane')} did not do what the recording says."
    if not compared:
        return "No lane has anything to compare."
    every = "Every lane" if len(compared) == len(outcome.lanes) else f"{len(compared)} of {len(outcome.lanes)} lanes"
    rest = "" if len(compared) == len(outcome.lanes) else "; the others hold nothing to compare"
    return f"{every} wrote the recorded tokens again{rest}."


def _tokens(lane: LaneVerification) -> str:
    before = f"after “…{lane.text_before}” " if lane.text_before else ""
    recorded, measured = lane.recorded_text or ENDS, lane.measured_text or ENDS
    return f"{lane.name}, {_number(lane)}: {before}the recording goes on “{recorded}”, this run “{measured}”."


def _text(lane: LaneVerification) -> str:
    return (
        f"{lane.name}, {_number(lane)}: the tokens are the recorded ones and the text is not: "
        f"the recording says “{lane.recorded_text}”, this run “{lane.measured_text}”."
    )


def _end(lane: LaneVerification) -> str:
    recorded, here = (end or "nothing" for end in (lane.recorded_end, lane.measured_end))
    return f"{lane.name}: the tokens are the recorded ones; the recording says it ended by {recorded}, here by {here}."


def _plans(lane: LaneVerification) -> str:
    return (
        f"{lane.name}: the tokens are the recorded ones; here it chose neurons "
        f"{counted(lane.missing_plans, 'time')} that the recording does not hold."
    )


def _unended(lane: LaneVerification) -> str:
    return f"{lane.name} has no end in it: {counted(lane.compared_tokens, 'token')} compared."


def _number(lane: LaneVerification) -> str:
    assert lane.first_difference is not None  # it differs
    return f"token {lane.first_difference + 1:,}"


_SAID: dict[str, Callable[[LaneVerification], str]] = {"tokens": _tokens, "text": _text, "end": _end, "plans": _plans}
"""How a lane that does not match is told, by its verdict."""

_PROMPT: dict[str, list[str]] = {
    "same": [],
    "template": [
        "The recorded prompt does not give the recorded token ids here, but its words are in them: the chat template "
        "is of another revision, or writes the date."
    ],
    "other": ["The recorded prompt is not what was run: it does not give the recorded token ids."],
    "unknown": ["The recording does not hold the prompt in words: its token ids were run."],
}
