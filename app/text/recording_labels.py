"""Names of the controls of recordings, and the words that their components draw."""

from typing import Any

from app.text.recordings import DELETED

TAB = "Recordings"

SWITCH = {"name": "Record", "hover": "Record this run, so that it can be replayed, compared and shared"}
RECORDER: dict[str, Any] = {
    "name": "Recording",
    "agree": "Agree and record",
    "refuse": "Do not record",
    "agreed": "Every run is recorded, for everyone who opens this page, until you switch this off.",
    "stored": "What is stored",
    "title": "Title",
    "titleHint": "Title, if you like",
    "open": "Open",
    "download": "Download",
    "copy": "Copy link",
    "copied": "Link copied",
    "uncopied": "Copy this link: {link}",
    "delete": "Delete",
    "sure": "Delete for good",
    "deleted": DELETED,
}
FLAWS = {"complete": "", "stopped": "stopped", "unfinished": "cut", "damaged": "damaged"}
INVITE = {"watch": "Watch a recorded run"}
SORTS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "fastest": "Largest speed-up",
    "agreement": "Most agreement",
    "title": "By title",
}
GALLERY: dict[str, Any] = {
    "search": "Search titles, prompts and tags",
    "sort": "Order",
    "sorts": list(SORTS.items()),
    "filters": [["model", "All models"], ["method", "All methods"], ["device", "All devices"]],
    "clear": "Show all",
    "more": "Show {count} more",
    "import": "Import a recording",
    "importing": "Reading the file …",
    "tooLarge": "The file has {size} MB; {most} MB is the most this page takes.",
    "noRecording": (
        "“{name}” is not a recording. Choose a .griffin.jsonl file; of a replay page, take Download → JSONL."
    ),
    "page": (
        "“{name}” is a replay page: it plays by itself, but cannot be imported. Open the recording on the page it was "
        "downloaded from, take Download → JSONL, and import that file."
    ),
    "refused": "“{name}” was not imported. {error}",
    "unreachable": "The file did not reach the server. Check the connection, then try again.",
    "gone": DELETED,
    "sample": "sample",
    "stopped": FLAWS["stopped"],
    "pinned": "pinned",
    "speed": "decode speed-up",
    "unclear": "not clear",
    "own": "yours",
    "yours": "recorded or imported with this browser",
}
OPENED: dict[str, Any] = {
    "back": "All recordings",
    "frame": "Replay of “{title}”",
    "loading": "Loading the replay …",
    "window": "Open in its own window",
    "downloads": "Download",
    "copy": RECORDER["copy"],
    "copied": RECORDER["copied"],
    "uncopied": RECORDER["uncopied"],
    "run": "Run this prompt here",
    "pin": "Pin to compare",
    "unpin": "Unpin",
    "compare": "Compare with “{title}”",
    "delete": RECORDER["delete"],
    "sure": RECORDER["sure"],
    "sample": GALLERY["sample"],
    "stopped": FLAWS["stopped"],
}
COMPARED: dict[str, Any] = {
    "title": "Compared",
    "close": "Close",
    "settings": "Settings that differ",
    "machine": "Machine",
    "columns": ["", "A", "B"],
    "figures": ["", "A", "B", "B ÷ A"],
    "shared": "same in both",
    "chart": {
        "title": "Neurons kept, layer by layer",
        "unit": "Jaccard index of the kept neurons",
        "axis": "layer",
        "keys": "Arrow keys move along the layers.",
        "empty": "",
        "missing": "The chart's script could not be loaded. Reload the page to draw it.",
        "point": "layer {x}",
    },
}
DOWNLOADS = (
    (".html", "HTML, plays by itself", "One file that replays this recording in any browser, without a network"),
    (".griffin.jsonl", "JSONL", "The recording itself: to verify, replay or import it elsewhere"),
    (".csv", "CSV", "Times of every token"),
    (".md", "Markdown", "A report with figures and both answers"),
    (".json", "LLM Comparator", "For the LLM Comparator: the answers side by side"),
    (".cast", "asciicast", "Both panes for asciinema, version 3"),
)
