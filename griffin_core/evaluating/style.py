"""How the lines of an evaluation's report look, on top of a session's report. Knows class names only."""

from griffin_core.session.style import STYLE as SHARED

# Okabe and Ito's colours, which colour-blind readers can tell apart; lighter ones on dark paper.
_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#3f3f8f", "#a3301f", "#5b6577")
_DARK = ("#56b4e9", "#ff9e57", "#4fd6ac", "#f0a8d0", "#f0e442", "#a9a9ff", "#f0907f", "#b8c0cf")


def _lines(colours: tuple[str, ...]) -> str:
    return "\n".join(f"svg .line-{place} {{ stroke: {colour}; }}" for place, colour in enumerate(colours))


STYLE = f"""{SHARED}
svg .line {{ fill: none; stroke-width: 2; }}
svg .again {{ stroke-dasharray: 5 3; }}
{_lines(_LIGHT)}
@media (prefers-color-scheme: dark) {{
{_lines(_DARK)}
}}
"""
