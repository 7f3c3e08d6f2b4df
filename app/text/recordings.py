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
PUSHED = " It is also copied to the public dataset {name}, where deleting it here does not reach."
READ_ONLY = (
    "This server keeps no recordings: its folder cannot be written. The recordings that come with it can be opened."
)
NOT_AGREED = (
    "Recording is switched on, but nobody has agreed to what is stored. Press “Agree and record” below the prompt, or "
    "switch Record off."
)
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
REPLAY_TAGLINE = "Recorded runs of a full model and a pruned one, at the pace they had"
NO_SUCH_LINK = "The link names no recording: “{given}”. Pick one below, or ask who sent it for the whole link."
NO_PROMPT_LINK = "The link's prompt is empty. Type one, or pick an example."
NO_COMPARISON = "Two different recordings are needed to compare. Pin one, open another, then compare."
OTHER_MODEL = "The recording's model, {model}, is not offered here: the prompt runs on the model chosen in Settings."
FILLED = "Filled in from the recording. Press Run."


def long_link(length: int, most: int) -> str:
    """A `?p=` beyond all bounds."""
    return (
        f"The link's prompt is {whole(length)} characters long; {whole(most)} is the most this page takes. Shorten it."
    )


def not_stored(reason: str) -> str:
    """The disk failed while a run was recorded."""
    return f"Not recorded any further: {reason}. The run itself goes on; what was written before can be opened."


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
    return f"same for {counted(matching, 'token')}"


def lanes_line(names: list[str], density: float | None) -> str:
    """The pruned lanes in a few words: "GRIFFIN 50 %, random neurons"."""
    if not names:
        return "full model alone"
    first, *rest = names
    return ", ".join([f"{first} {percent(density)}" if density is not None else first, *rest])


def cut(state: str) -> str:
    """A badge's hover."""
    return {
        "unfinished": "The run was cut off: this recording ends where its last whole event ends.",
        "damaged": "This file cannot be read to its end.",
    }.get(state, "")


def compared_with(title: str) -> str:
    """Heading of a comparison."""
    return f"compared with “{title}”"


def upload_limit(most_bytes: int) -> str:
    """Said before a file is chosen."""
    return f"A .griffin.jsonl or .griffin.jsonl.gz file of at most {most_bytes // 2**20} MB."
