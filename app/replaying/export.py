"""A recording as one HTML file that replays offline in any browser. Knows assets/ and plotly's script.

Scripts become data: addresses in an import map, styles and plotly stand in the file, and a Content-Security-Policy
forbids the network and every script that is not of these.
"""

import base64
import gzip
import hashlib
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from app.replaying.page import ENTRY, ROUTE, STYLESHEETS, page_data, render, script_data
from app.replaying.timeline import Timeline, timeline_of
from griffin_core.recording import Recording

ASSETS = Path(__file__).parents[2] / "assets"
MOST_PLAIN = 600_000
"""Characters of data that stand in the file as they are; more are packed, and every browser since 2023 unpacks them."""

_IMPORT = re.compile(r'(from |import )"(\.{1,2}/[^"]+)"')


def export_html(recording: Recording) -> str:
    """The file."""
    return export_timeline(timeline_of(recording))


def export_timeline(timeline: Timeline, *, recording_id: str = "") -> str:
    """The same where the timeline is at hand."""
    data = script_data(page_data(recording_id, timeline))
    packed = len(data) > MOST_PLAIN
    scripts = (_import_map(), plotly_script(), f'import "{ROUTE}/{ENTRY}";')
    importmap, plotly, entry = scripts
    return render(
        timeline,
        policy=_policy(scripts),
        head=f"<style>{_styles()}</style>",
        kind="application/gzip" if packed else "application/json",
        data=_packed(data) if packed else data,
        scripts="\n".join(
            [
                f'<script type="importmap">{importmap}</script>',
                f"<script>{plotly}</script>",
                f'<script type="module">{entry}</script>',
            ]
        ),
    )


@cache
def plotly_script() -> str:
    """Of the installed wheel."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


def modules(entry: str = ENTRY) -> dict[str, str]:
    """The entry and all that it imports, by path below assets/js; imports are by name instead of relative."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        imported: list[str] = []
        found[path] = _IMPORT.sub(lambda match: _by_name(match, path, imported), _read("js", path))  # noqa: B023
        waiting += imported
    return found


def _by_name(match: re.Match[str], importer: str, imported: list[str]) -> str:
    folder = ASSETS / "js"
    path = (folder / importer).parent.joinpath(match[2]).resolve().relative_to(folder.resolve()).as_posix()
    imported.append(path)
    return f'{match[1]}"{ROUTE}/{path}"'


@cache
def _import_map() -> str:
    addresses = {
        f"{ROUTE}/{path}": "data:text/javascript;base64," + base64.b64encode(script.encode()).decode()
        for path, script in modules().items()
    }
    return script_data({"imports": addresses})


@cache
def _styles() -> str:
    return "\n".join(_read("css", f"{name}.css") for name in STYLESHEETS)


def _read(folder: str, path: str) -> str:
    return (ASSETS / folder / path).read_text(encoding="utf-8")


def _policy(scripts: tuple[str, ...]) -> str:
    """Scripts in the file by their hashes, modules as data; no address of any network."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; script-src {allowed} data:; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _packed(data: str) -> str:
    return base64.b64encode(gzip.compress(data.encode(), mtime=0)).decode()
