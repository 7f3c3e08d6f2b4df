"""The whole page: header and tabs, and what Gradio needs to serve it. Knows the tabs; knows nothing of runs."""

from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from app import components
from app.catalog import EXAMPLES
from app.serving.recordings import RecordingService
from app.serving.service import RaceService
from app.tabs.about import build_about_tab
from app.tabs.estimate import build_estimate_tab
from app.tabs.inspection import wire_inspection
from app.tabs.links import wire_links
from app.tabs.neurons import build_neurons_tab, wire_neurons_tab
from app.tabs.race import build_race_tab, wire_race_tab
from app.tabs.recordings import TAB, build_recordings_tab, wire_recordings_tab
from app.tabs.sweep import build_sweep_tab, wire_sweep_tab
from app.text import labels, recording_labels
from app.text.race import TITLE
from app.text.recordings import REPLAY_MODE
from app.text.tour import BREAKING, STEPS
from app.theme import page_theme
from app.web.static_files import asset_routes, head_html

MAX_QUEUED_EVENTS = 64


def build_ui(service: RaceService) -> gr.Blocks:
    """The page over `service`, its queue set up."""
    page = gr.Blocks(title=TITLE, fill_width=True, analytics_enabled=False)
    recordings = service.recordings
    with page:
        with gr.Column(elem_classes="page"):
            with gr.Row(elem_classes="masthead"):
                _title(labels.TAGLINE)
                components.tour(STEPS, first=EXAMPLES[0].name, breaks=BREAKING)
            with gr.Tabs() as tabs:
                with gr.Tab(labels.LIVE_TAB, id="race"):
                    race = build_race_tab(service)
                with gr.Tab(labels.NEURONS_TAB, id="neurons"):
                    neurons = build_neurons_tab(service)
                with gr.Tab(labels.SWEEP_TAB, id="sweep"):
                    sweep = build_sweep_tab(service)
                with gr.Tab(recording_labels.TAB, id=TAB) as tab:
                    screen = build_recordings_tab(tab, recordings, live=True)
                with gr.Tab(labels.ESTIMATE_TAB, id="estimate"):
                    build_estimate_tab()
                with gr.Tab(labels.ABOUT_TAB, id="about"):
                    build_about_tab()
        ends = wire_race_tab(service, page, race)
        wire_inspection(service, race, neurons, ends)
        wire_neurons_tab(service, race, neurons)
        wire_sweep_tab(service, tabs, race, sweep)
        wire_recordings_tab(recordings, page, tabs, screen, [race.invite.open, race.recording.recorder.open])
        wire_links(service, page, tabs, race, screen)
    page.queue(max_size=MAX_QUEUED_EVENTS)
    return page


def build_replay_ui(recordings: RecordingService) -> gr.Blocks:
    """The page where nothing runs: recordings, estimates, and what they are about."""
    page = gr.Blocks(title=TITLE, fill_width=True, analytics_enabled=False)
    with page:
        with gr.Column(elem_classes="page replay-mode"):
            with gr.Row(elem_classes="masthead"):
                _title(REPLAY_MODE)
            with gr.Tabs() as tabs:
                with gr.Tab(recording_labels.TAB, id=TAB) as tab:
                    screen = build_recordings_tab(tab, recordings, live=False)
                with gr.Tab(labels.ESTIMATE_TAB, id="estimate"):
                    build_estimate_tab()
                with gr.Tab(labels.ABOUT_TAB, id="about"):
                    build_about_tab()
        wire_recordings_tab(recordings, page, tabs, screen, [])
    page.queue(max_size=MAX_QUEUED_EVENTS)
    return page


def _title(tagline: str) -> None:
    gr.HTML(
        f'<div class="title"><h1>{TITLE}</h1><span class="tagline">{tagline}</span></div>',
        apply_default_css=False,
    )


def launch_options(*routes: BaseRoute) -> dict[str, Any]:
    """For `Blocks.launch`: looks, own routes, and everything that would phone home or keep prompts switched off.

    routes: those that a page needs beside its scripts and styles.
    """
    return {
        "theme": page_theme(),
        "head": head_html(),
        "app_kwargs": {"routes": [*asset_routes(), *routes]},
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "max_file_size": "5mb",
        "ssr_mode": False,
        "share": False,
    }
