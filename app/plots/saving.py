"""Write a figure to a file: a page that needs nothing else, or a picture. Knows files; knows no data."""

import html
from importlib.util import find_spec
from pathlib import Path

import plotly.graph_objects as go

from griffin_core.errors import GriffinError, SettingsError

_PICTURES = (".png", ".svg")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
{figure}
</body>
</html>
"""


def save_figure(figure: go.Figure, path: str | Path) -> None:
    """Write `figure` to `path`; its ending says how: .html, .png or .svg. Missing folders are made.

    A .html file holds plotly's own script and opens without a network. Pictures need the package kaleido, and a Chrome
    for it to draw with.
    Raises SettingsError for another ending, GriffinError where kaleido is not installed.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".html", *_PICTURES):
        raise SettingsError(f'a figure is saved as .html, .png or .svg, got "{path.name}". Change the ending.')
    if ending in _PICTURES and find_spec("kaleido") is None:
        raise GriffinError(
            f"{ending} files are drawn by the package kaleido, which is not installed. Run `pip install kaleido`, "
            f'or save as "{path.with_suffix(".html").name}".'
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    if ending == ".html":
        path.write_text(_page(figure), encoding="utf-8")
    else:
        figure.write_image(path)


def _page(figure: go.Figure) -> str:
    drawn = figure.to_html(full_html=False, include_plotlyjs=True, include_mathjax=False, config={"displaylogo": False})
    title = html.unescape((figure.layout.title.text or "Figure").replace("<br>", " "))  # escaped for plotly already
    return _PAGE.format(title=html.escape(title), figure=drawn)
