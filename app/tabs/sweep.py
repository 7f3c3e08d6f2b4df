"""The sweep tab: many densities measured on the visitor's prompt, drawn as they come. Layout, then wires.

Knows widgets and the service; knows no event and no model.
"""

from dataclasses import dataclass

import gradio as gr

from app.service import RaceService
from app.tabs.race import RaceScreen


@dataclass(frozen=True, kw_only=True)
class SweepScreen:
    """The tab's widgets."""


def build_sweep_tab(service: RaceService) -> SweepScreen:
    """Build the tab into the open context. `wire_sweep_tab` brings it to life."""
    return SweepScreen()


def wire_sweep_tab(service: RaceService, tabs: gr.Tabs, race: RaceScreen, screen: SweepScreen) -> None:
    """Make the tab act; a chosen point is raced in the race tab, which `tabs` then shows."""
