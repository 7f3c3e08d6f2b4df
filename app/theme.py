"""Gradio's theme in the page's colours and two sizes of type. Knows names of Gradio's variables, nothing of runs.

Colours are custom properties of assets/css/tokens.css, so that light and dark are decided in one place.
"""

import gradio as gr

FONT = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "DejaVu Sans", "sans-serif")
FONT_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "DejaVu Sans Mono", "monospace")
_SMALL, _TEXT = "12.5px", "14.5px"
_SAME_IN_THE_DARK = {
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--ink-muted)",
    "background_fill_primary": "var(--panel)",
    "background_fill_secondary": "var(--panel)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--ink)",
    "color_accent_soft": "var(--paper)",
    "block_background_fill": "var(--panel)",
    "block_border_color": "var(--line)",
    "block_label_text_color": "var(--ink-muted)",
    "block_title_text_color": "var(--ink)",
    "block_info_text_color": "var(--ink-muted)",
    "input_background_fill": "var(--panel)",
    "input_border_color": "var(--line-strong)",
    "input_border_color_focus": "var(--ink)",
    "input_placeholder_color": "var(--ink-muted)",
    "checkbox_background_color": "var(--panel)",
    "checkbox_background_color_selected": "#5b626b",
    "checkbox_border_color": "var(--line-strong)",
    "checkbox_border_color_selected": "#5b626b",
    "checkbox_label_background_fill": "transparent",
    "checkbox_label_background_fill_selected": "transparent",
    "checkbox_label_text_color": "var(--ink)",
    "checkbox_label_text_color_selected": "var(--ink)",
    "slider_color": "var(--ink)",
    "link_text_color": "var(--ink)",
    "link_text_color_hover": "var(--ink)",
    "link_text_color_visited": "var(--ink)",
    "link_text_color_active": "var(--ink)",
}
_BOTH = {
    "body_text_size": _TEXT,
    "block_label_text_size": _SMALL,
    "block_title_text_size": _SMALL,
    "block_info_text_size": _SMALL,
    "checkbox_label_text_size": _SMALL,
    "input_text_size": _TEXT,
    "input_border_width": "1px",
    "input_padding": "7px 10px",
    "block_padding": "0",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "block_shadow": "none",
    "color_accent": "var(--ink)",
}


def page_theme() -> gr.themes.Base:
    """System fonts only: the page asks no other host for anything."""
    sizes = gr.themes.Size(name="two_sizes", xxs=_SMALL, xs=_SMALL, sm=_SMALL, md=_TEXT, lg=_TEXT, xl=_TEXT, xxl=_TEXT)
    theme = gr.themes.Base(
        primary_hue="neutral", secondary_hue="neutral", text_size=sizes, font=FONT, font_mono=FONT_MONO
    )
    dark = {f"{name}_dark": value for name, value in _SAME_IN_THE_DARK.items()}
    return theme.set(
        # Literal colours: Gradio paints the first frame with them, before any stylesheet has come.
        body_background_fill="#f6f6f3",
        body_background_fill_dark="#0e1116",
        **_SAME_IN_THE_DARK,
        **dark,
        **_BOTH,
    )
