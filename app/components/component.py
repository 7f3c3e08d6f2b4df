"""How a component of our own is made: a value goes to a JavaScript module, which draws it.

The template is empty and stays empty. Gradio evaluates what a template interpolates, so text of a model or a visitor
must never enter one: it travels in `value`, and the modules in assets/js put it into text nodes.
Knows neither runs nor events.
"""

from collections.abc import Sequence
from typing import Any

import gradio as gr

ASSET_ROUTE = "griffin"
"""Where `static_files` serves assets/, below the page's own address."""

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
