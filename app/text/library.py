"""What the library of recordings says to the visitor. Knows no file and no route."""

from griffin_core.formatting import counted, megabytes

NO_SUCH_RECORDING = "There is no such recording here. It may have been deleted, or the link was copied in part."
DELETED = "This recording was deleted."
WRONG_KEY = "Only the browser that made or imported a recording can delete it, and this one has no key for it."
BUNDLED_STAYS = "This recording comes with the app and cannot be changed."
KEEPS_NONE = "This server keeps no recordings: it has no folder that it can write to."
DISK_FULL = "The server's disk is nearly full, so nothing new can be kept. Delete recordings, or record elsewhere."
NO_FIGURES = "Its events do not fit together, so no figures can be worked out."
DAMAGED_TITLE = "Damaged recording"
UNREADABLE = "The file cannot be read."
INDEX_BUSY = "The list of recordings is in use by another process. Try again in a moment."
NO_SUCH_FORMAT = "A recording cannot be had in that form."
BUSY_IMPORTING = "Another import is being checked. Try again in a moment."
FROM_ELSEWHERE = "Another site asked for this. Open this page itself to import or delete recordings."
BUSY = "Other recordings are being made ready. Try again in a moment."
FORMAT_FAILED = "This recording cannot be shown in that form."


def untitled(prompt_tokens: int) -> str:
    """Title of a recording without one, of a prompt that is known by its tokens only."""
    return f"Prompt of {counted(prompt_tokens, 'token')}"


def upload_too_large(most: int) -> str:
    """An upload of more than `most` bytes."""
    return f"The file is larger than {megabytes(most)}, the most that can be imported."
