"""Figures as functions: data in, `go.Figure` out; and `save_figure`. Knows plotly; knows no model and no page."""

from app.plots.coverage import coverage_figure
from app.plots.expert_map import expert_map_figure
from app.plots.flocking import flocking_figure
from app.plots.overlap import overlap_figure
from app.plots.overlap_matrix import overlap_matrix_figure
from app.plots.saving import save_figure
from app.plots.sweep import quality_by_bytes_figure, quality_by_speed_figure
from app.plots.token_quality import token_quality_figure

__all__ = [
    "coverage_figure",
    "expert_map_figure",
    "flocking_figure",
    "overlap_figure",
    "overlap_matrix_figure",
    "quality_by_bytes_figure",
    "quality_by_speed_figure",
    "save_figure",
    "token_quality_figure",
]
