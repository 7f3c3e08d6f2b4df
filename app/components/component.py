"""How a component of our own is made: a value goes to a JavaScript module, which draws it.

The template is empty and stays empty. Gradio evaluates what a template interpolates, so text of a model or a visitor
must never enter one: it travels in `value`, and the modules in assets/js put it into text nodes.
Knows neither runs nor events.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import gradio as gr

ASSET_ROUTE = "griffin"
"""Where `static_files` serves assets/, below the page's own address."""

BLOCK = 128
"""Items of a growing list that are encoded together, once they are complete only once."""

_ON_LOAD = """
import(new URL("{route}/js/{module}.js", document.baseURI))
  .then((module) => module.mount({{ element, props, watch, trigger }}))
  .catch((error) => {{ element.textContent = `This part of the page could not be loaded: ${{error.message}}`; }});
// events of this component: {events}
"""


def component(
    module: str,
    value: object,
    *,
    classes: Sequence[str] = (),
    events: Sequence[str] = (),
    labels: dict[str, Any] | None = None,
    fields: str = "",
) -> gr.HTML:
    """`events` must stand in quotes in the script: that is how Gradio learns a component's own events."""
    quoted = ", ".join(f'"{event}"' for event in events) or "none"
    return gr.HTML(
        value=value,
        html_template="",
        js_on_load=_ON_LOAD.format(route=ASSET_ROUTE, module=module, events=quoted),
        apply_default_css=False,
        elem_classes=[*classes, "griffin-component"],
        labels=labels or {},
        fields=fields,
    )


def say(word: str) -> str:
    """A script for Gradio's `js=` that tells `word` to the page's modules, as `tell` in common/dom.js does."""
    return f'() => {{ document.dispatchEvent(new CustomEvent("griffin:{word}")); }}'


def growing(items: tuple[str | float | None, ...]) -> str:
    """A list as a string that only grows at its end: `["a"`, then `["a"` newline `"b"` …

    Gradio clones and compares every element of a list for each update, here and in the browser; a string is one value.
    """
    return "[" + "\n".join(_lines(items[start : start + BLOCK]) for start in range(0, len(items), BLOCK))


@lru_cache(maxsize=256)
def _lines(items: tuple[str | float | None, ...]) -> str:
    """JSON, an item a line; times to a hundredth of a millisecond."""
    rounded = [round(item, 2) if isinstance(item, float) else item for item in items]
    return json.dumps(rounded, separators=("\n", ":"), ensure_ascii=False)[1:-1]
