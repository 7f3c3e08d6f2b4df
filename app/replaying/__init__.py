"""Recordings shown again: the same values as live, on one time axis, in a page of their own or in one file."""

from app.replaying.export import export_html
from app.replaying.form import race_form
from app.replaying.page import replay_page
from app.replaying.timeline import Timeline, timeline_of

__all__ = ["Timeline", "export_html", "race_form", "replay_page", "timeline_of"]
