"""Sentences about recordings: what is stored, the gallery, an opened recording. Knows no event and no widget."""

from griffin_core.formatting import counted, percent, whole

AGREEMENT = (
    "Stored: the prompt and the system prompt, the answers, the settings, the timings, and the names of the model and "
    "of this machine; after the run the closer look at it and, in a blind run, your vote. Not stored: your address, or "
    "anything else about you."
)
LASTING = (
    "Where: on this server. Everyone who opens this page can see and download it, and whoever downloads it may keep "
    "it. You can delete it here at any time, with this browser."
)
FLEETING = (
    "Where: on this Space, until it restarts, because it has no lasting disk: download what you want to keep. Until "
    "then everyone who opens this page can see and download it. You can delete it here at any time, with this browser."
)
PUSHED = (
    " It is also copied to the dataset {name} of the Hugging Face hub. Deleting it here takes it away there, too, but "
    "the dataset's history keeps it."
)
READ_ONLY = (
    "This server keeps no recordings: its folder cannot be written. The recordings that come with it can be opened."
)
NOT_AGREED = "Recording is switched on, but nobody has agreed to what is stored."
AGREE_OR_NOT = "Press “Agree and record” below the prompt, or switch Record off."
RECORDING = "Recording …"
SEALED = "Recorded. It can be opened after your vote."
RECORDED = "Recorded"
DELETED = "Deleted. Nothing of it is left on this server."
NEVER_BEGAN = "Not recorded: the run ended before it began."

EMPTY = "Nothing has been recorded here yet. Switch Record on, next to Run, and the run after it is kept here."
EMPTY_REPLAY = "There are no recordings here. Import one, or name a folder that holds some in GRIFFIN_RECORDINGS."
NOTHING_FOUND = "No recording is like that. Search for fewer words, or take a filter away."
NO_TITLE = "Recording without a prompt"
REPLAY_MODE = "Replay mode: nothing runs here"
NO_RUNS_LINK = "Nothing runs here, so the link's prompt was left alone. Pick a recording below."
NO_PROMPT_LINK = "The link's prompt is empty. Type one, or pick an example."
UNREADABLE = "The recordings cannot be read just now. Reload the page; if that does not help, see the server's log."


def long_link(length: int, most: int) -> str:
    """A `?p=` beyond all bounds."""
    return (
        f"The link's prompt is {whole(length)} characters long; {whole(most)} is the most this page takes. Shorten it."
    )


def not_stored(reason: str) -> str:
    """The disk failed while a run was recorded."""
    return f"Not recorded any further: {reason}. The run itself goes on; what was written before can be opened."


def no_such_link(given: str) -> str:
    """A `?session=` that is no recording's id."""
    shown = given if len(given) <= 40 else f"{given[:40]} …"
    return f"The link names no recording: “{shown}”. Ask who sent it for the whole link, or pick a recording below."


def other_model(name: str) -> str:
    """A recorded prompt is run on another model."""
    return f"The recording's model, {name}, is not offered here: the prompt runs on the one chosen in Settings."


def disk_failed(reason: str) -> str:
    """The operating system refused."""
    return f"The server's disk failed: {reason or 'no reason given'}. Try again, or ask whoever runs this server."


def found(total: int, *, searched: bool, pending: int) -> str:
    """How many recordings there are."""
    words = counted(total, "recording")
    if searched:
        words = f"{words} found"
    return f"{words}, {whole(pending)} more are being read …" if pending else words


def agreement(matching: int | None, share: float | None) -> str:
    """How far the answers agree, for a card."""
    if share == 1.0:
        return "same text"
    if matching is None:
        return ""
    if matching == 0:  # the first token comes from the same reading in every lane and is not counted
        return "parted after the first token"
    return f"same for {counted(matching, 'token')}"


def lanes_line(names: list[str], density: float | None) -> str:
    """The pruned lanes in a few words: "GRIFFIN 50 %, random neurons"."""
    if not names:
        return "full model alone"
    first, *rest = names
    return ", ".join([f"{first} {percent(density)}" if density is not None else first, *rest])


def against_full(lanes: str) -> str:
    """What an opened recording compares."""
    return f"{lanes} against the full model"


def why(state: str, problem: str) -> str:
    """What is wrong with a recording; "" for a whole one."""
    return {
        "stopped": "The run was stopped before its own end: this recording holds what there was until then.",
        "unfinished": "The run did not come to its own end: this recording holds what there was until then.",
        "damaged": f"This file cannot be read: {problem} Delete it, or put the whole file back.",
    }.get(state, "")


def upload_limit(most_bytes: int) -> str:
    """Said before a file is chosen."""
    return f"A .griffin.jsonl or .griffin.jsonl.gz file of at most {most_bytes // 2**20} MB."
