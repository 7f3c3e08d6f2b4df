"""Serves assets/ and plotly's own script from the installed wheel. Knows routes; knows no component.

A route of our own, because Gradio's /file= shows the server's folders in the page and keeps no relative address.
"""

import os
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.components import ASSET_ROUTE

ASSETS = Path(__file__).parents[2] / "assets"
STYLESHEETS = (
    "tokens",
    "page",
    "race",
    "pane",
    "quality",
    "card",
    "verdict",
    "charts",
    "map",
    "map_head",
    "controls",
    "compare",
    "blind",
    "status",
    "settings",
    "neurons",
    "flocking",
    "overlap",
    "sweep",
    "sweep_chart",
    "recorder",
    "recordings",
    "recording",
    "compared",
    "tour_drawings",
    "tour",
    "estimate",
    "about",
)
REVALIDATE = {"Cache-Control": "no-cache"}
"""Browsers keep the file and ask whether it changed: no stale scripts after an update, no second download."""


class RevalidatedFiles(StaticFiles):
    """Files whose freshness is asked for every time."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(REVALIDATE)
        return response


def asset_routes() -> list[BaseRoute]:
    """For the web server: /griffin/css/…, /griffin/js/… and /griffin/plotly.min.js."""
    script = str(files("plotly") / "package_data" / "plotly.min.js")

    def plotly(request: Request) -> FileResponse:
        return FileResponse(script, media_type="text/javascript", headers=REVALIDATE)

    return [
        Route(f"/{ASSET_ROUTE}/plotly.min.js", plotly),
        Mount(f"/{ASSET_ROUTE}/css", RevalidatedFiles(directory=ASSETS / "css")),
        Mount(f"/{ASSET_ROUTE}/js", RevalidatedFiles(directory=ASSETS / "js")),
    ]


def head_html() -> str:
    """What the page's head must load."""
    links = [f'<link rel="stylesheet" href="{ASSET_ROUTE}/css/{name}.css">' for name in STYLESHEETS]
    return "\n".join([*links, f'<script type="module" src="{ASSET_ROUTE}/js/page.js"></script>'])
