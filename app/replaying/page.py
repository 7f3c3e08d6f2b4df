"""The page that replays a recording, for a frame or a window of its own. Knows the timeline; knows no server.

What a model, a visitor or a file said travels as data in a script block that nothing executes.
"""

import html
import json
from typing import Any

from app.replaying.timeline import Timeline
from app.text import replay as text

ROUTE = "griffin"
"""Where assets/ is served, below the app's own address; as in app.components, which needs gradio."""

STYLESHEETS = (
    *("tokens", "page", "race", "pane", "quality", "card", "verdict", "charts", "map", "map_head"),
    *("compare", "status", "neurons", "flocking", "replay", "transport", "seek"),
)
ENTRY = "replay/replay.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "base-uri 'self'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
{head}
</head>
<body>
<div class="gradio-container replay"><noscript>{no_script}</noscript></div>
<script type="{kind}" id="recording">{data}</script>
{scripts}
</body>
</html>
"""


def replay_page(recording_id: str, timeline: Timeline) -> str:
    """The page at /griffin/replay/ID; its scripts and styles are the app's own.

    ?autoplay=1 plays at once, ?t=SECONDS opens there, ?theme=dark or light. In a frame it tells its parent
    {griffin: "height", id, height} whenever its height changes.
    """
    links = [f'<link rel="stylesheet" href="{ROUTE}/css/{name}.css">' for name in STYLESHEETS]
    return render(
        timeline,
        policy=POLICY,
        head="\n".join(['<base href="../../">', *links]),  # from griffin/replay/ID to the app's own address
        data=script_data(page_data(recording_id, timeline)),
        scripts=f'<script type="module" src="{ROUTE}/js/{ENTRY}"></script>',
    )


def render(
    timeline: Timeline, *, policy: str, head: str, data: str, scripts: str, kind: str = "application/json"
) -> str:
    """The page from its pieces, which are markup already. kind: of the data."""
    title = text.page_title(timeline.head["title"]).encode("utf-8", "replace").decode()
    return _PAGE.format(
        policy=policy,
        title=html.escape(title),
        head=head,
        no_script=text.NO_SCRIPT,
        kind=kind,
        data=data,
        scripts=scripts,
    )


def page_data(recording_id: str, timeline: Timeline) -> dict[str, Any]:
    """What the page's script reads: the timeline, and the words of the controls and the components."""
    return {
        "id": recording_id,
        "timeline": timeline.as_json(),
        "words": {"controls": text.CONTROLS, "parts": text.PARTS},
    }


def script_data(value: object) -> str:
    """JSON that cannot end the script block it stands in; in ASCII, so that half a surrogate pair passes, too."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
