"""Figures hold the data they were given, say what they show, and are saved as files that need no network."""

import html
import importlib.util
import math
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
import torch

from app.plots import (
    coverage_figure,
    expert_map_figure,
    flocking_figure,
    overlap_figure,
    overlap_matrix_figure,
    quality_by_bytes_figure,
    quality_by_speed_figure,
    save_figure,
    token_quality_figure,
)
from app.plots.theme import LANE_COLOURS, MAP_PAPER
from app.web.static_files import ASSETS
from griffin_core.errors import GriffinError, InputError, SettingsError
from griffin_core.events import SweepPoint
from griffin_core.inspection.flocking import Flocking
from griffin_core.inspection.overlap import Overlap
from griffin_core.inspection.token_quality import TokenQuality, TokenView
from griffin_core.planning import LayerPlan, Plan
from griffin_core.settings import PruningSettings

HOSTILE = '<a href="https://example.org">x</a> & <b>'

FLOCKING = Flocking(
    layer=1,
    positions=torch.tensor([0, 4, 9]),
    activations=torch.tensor([[0.1, 0.9, 0.2, 0.3], [0.0, 0.8, 0.1, 0.5], [0.2, 0.7, 0.3, 0.1]]),
    order=torch.tensor([1, 3, 2, 0]),
    jaccard=(0.4, 0.6),
    chance=(0.3, 0.3),
)
SHARES = torch.tensor([[0.9, 0.8, 0.4], [0.7, 0.6, 0.2]])
PAIR = Overlap(jaccard=(0.5, 0.25), chance=(0.33, 0.33))
PLAN = Plan(
    PruningSettings(density=0.5),
    (
        LayerPlan(torch.tensor([0, 2]), torch.tensor([4.0, 1.0, 2.0, 0.5])),
        LayerPlan(torch.tensor([1]), torch.tensor([1.0, 3.0])),
    ),
)


def view() -> TokenView:
    return TokenView(torch.zeros(3), torch.zeros(3), torch.zeros(3, 5), torch.zeros(3, 5))


QUALITY = TokenQuality(torch.tensor([0.0, 0.5, 2.5]), torch.tensor([True, True, False]), view(), view())


def point(density: float, kl: float, *, method: str = "griffin", speedup: float | None = None) -> SweepPoint:
    return SweepPoint(
        t_s=0.0,
        lane=f"{method}:density={density}",
        method=method,
        density=density,
        effective_density=density,
        tokens=47,
        kl=kl,
        top1=0.5,
        first_divergence=3,
        tpot_ms=None,
        dense_tpot_ms=None,
        speedup=speedup,
        speedup_low=None if speedup is None else speedup - 0.1,
        speedup_high=None if speedup is None else speedup + 0.2,
        byte_roofline=None,
        ff_bytes_share=density,
    )


POINTS = [point(0.75, 0.2, speedup=1.15), point(0.5, 0.8, speedup=1.3), point(0.5, 9.0, method="random", speedup=1.2)]

FIGURES = {
    "flocking": flocking_figure(FLOCKING, tokens=["The", " sun", HOSTILE]),
    "coverage": coverage_figure({"dense": SHARES, HOSTILE: SHARES[:, :2]}, density=0.5),
    "overlap": overlap_figure({"a and b": PAIR, "a and c": PAIR}),
    "overlap_matrix": overlap_matrix_figure(["a", HOSTILE], [[1.0, 0.4], [0.4, 1.0]], chance=0.33),
    "token_quality": token_quality_figure(QUALITY, tokens=["The", " sun", "\n"]),
    "bytes": quality_by_bytes_figure(POINTS),
    "speed": quality_by_speed_figure([*POINTS, point(0.25, 3.0)]),
    "experts": expert_map_figure(PLAN),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_what_it_shows_and_in_which_units(name: str) -> None:
    layout = FIGURES[name].layout
    assert layout.title.text
    assert layout.title.subtitle.text.endswith(".")
    for axis in (layout.xaxis, layout.yaxis):
        assert re.search(r"\(.+\)", axis.title.text), axis.title.text


@pytest.mark.parametrize("name", FIGURES)
def test_figures_read_on_any_paper(name: str) -> None:
    layout = FIGURES[name].layout
    assert layout.paper_bgcolor == "rgba(0, 0, 0, 0)"
    assert layout.plot_bgcolor in ("rgba(0, 0, 0, 0)", MAP_PAPER)
    for paper in ("#f6f6f3", "#0e1116"):
        assert contrast(layout.font.color, paper) > 3.8


def test_lane_colours_are_those_of_the_page() -> None:
    light = (ASSETS / "css" / "tokens.css").read_text().split(".dark")[0]
    assert tuple(re.findall(r"--lane-\d: (#\w+);", light)) == LANE_COLOURS


def test_flocking_shows_every_activation_in_the_order_of_the_scores() -> None:
    (heat,) = FIGURES["flocking"].data
    expected = [[0.9, 0.3, 0.2, 0.1], [0.8, 0.5, 0.1, 0.0], [0.7, 0.1, 0.3, 0.2]]
    torch.testing.assert_close(torch.from_numpy(heat.z), torch.tensor(expected))
    assert list(heat.y) == [0, 4, 9]
    assert 0.8 <= heat.zmax <= 0.9
    assert "60" in FIGURES["flocking"].layout.title.subtitle.text  # of its own layer, not of the first


def test_names_and_tokens_are_no_markup() -> None:
    shown = FIGURES["flocking"].layout.yaxis.ticktext[2]
    assert "<" not in shown
    assert html.unescape(shown).replace("␣", " ") == HOSTILE
    assert "<" not in FIGURES["coverage"].data[1].name
    assert "<" not in "".join(FIGURES["overlap_matrix"].data[0].x)
    assert list(FIGURES["token_quality"].data[0].customdata) == ["The", "␣sun", "↵"]


def test_coverage_is_the_mean_over_layers_in_percent() -> None:
    first, second, chance = FIGURES["coverage"].data
    assert list(first.x) == [1, 2, 3]
    assert list(first.y) == pytest.approx([80, 70, 30])
    assert list(second.y) == pytest.approx([80, 70])
    assert list(chance.y) == [50, 50]


def test_overlap_has_a_line_a_pair_and_chance_once() -> None:
    first, second, chance = FIGURES["overlap"].data
    assert list(first.y) == list(second.y) == [0.5, 0.25]
    assert list(first.x) == [0, 1]
    assert list(chance.y) == [0.33, 0.33]


def test_matrix_writes_every_overlap_into_its_cell() -> None:
    figure = FIGURES["overlap_matrix"]
    assert [list(row) for row in figure.data[0].z] == [[1.0, 0.4], [0.4, 1.0]]
    assert [note.text for note in figure.layout.annotations] == ["1.00", "0.40", "0.40", "1.00"]


def test_token_quality_marks_where_the_models_part() -> None:
    bars, marks = FIGURES["token_quality"].data
    assert list(bars.y) == [0.0, 0.5, 2.5]
    assert (list(marks.x), list(marks.y)) == ([3], [2.5])


def test_sweep_has_a_trace_a_method_and_the_pareto_line() -> None:
    line, griffin, random = FIGURES["bytes"].data
    assert (list(line.x), list(line.y)) == ([50, 75], [0.8, 0.2])
    assert (list(griffin.x), list(griffin.y)) == ([75, 50], [0.2, 0.8])
    assert (random.name, list(random.x), list(random.y)) == ("random", [50], [9.0])
    assert griffin.marker.symbol != random.marker.symbol


def test_speed_leaves_out_what_was_not_timed_and_shows_the_interval() -> None:
    line, griffin, _ = FIGURES["speed"].data
    assert list(griffin.x) == [1.15, 1.3]
    assert list(griffin.error_x.array) == pytest.approx([0.2, 0.2])
    assert list(griffin.error_x.arrayminus) == pytest.approx([0.1, 0.1])
    assert list(line.x) == [1.15, 1.3]


def test_expert_map_lights_the_kept_neurons_only() -> None:
    (heat,) = FIGURES["experts"].data
    first, second = heat.z
    assert [math.isnan(value) for value in first] == [False, True, False, True]
    assert (first[0], first[2]) == (1.0, 0.5)
    assert second[1] == 1.0
    assert list(second[2:]) == [None, None]  # the layer has two neurons


def test_figures_of_a_sweep_run_as_on_the_page() -> None:
    assert FIGURES["bytes"].layout.xaxis.autorange == "reversed"  # cheaper is further right
    assert FIGURES["bytes"].layout.yaxis.autorange == FIGURES["speed"].layout.yaxis.autorange == "reversed"


def test_a_speed_that_noise_explains_is_hollow_and_off_the_line() -> None:
    line, griffin = quality_by_speed_figure([point(0.75, 0.2, speedup=1.05), point(0.5, 0.8, speedup=1.3)]).data
    assert list(griffin.marker.symbol) == ["circle-open", "circle"]
    assert list(line.x) == [1.3]


def test_nothing_to_draw_is_said_in_words() -> None:
    for draw in (quality_by_bytes_figure, quality_by_speed_figure):
        with pytest.raises(InputError, match="no point to draw"):
            draw([])
    for texts in ({}, {"dense": torch.empty(2, 0)}):
        with pytest.raises(InputError, match="no token to draw"):
            coverage_figure(texts, density=0.5)
    with pytest.raises(InputError, match="no pair to draw"):
        overlap_figure({})
    assert quality_by_speed_figure([point(0.5, 0.8)]).layout.title.subtitle.text == "No point's speed was measured."


def test_saved_page_needs_no_network(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "overlap.html"
    save_figure(FIGURES["overlap"], path)
    page = path.read_text(encoding="utf-8")
    assert "<title>Overlap of the kept neurons, layer by layer</title>" in page
    scripts = re.findall(r"<script.*?</script>", page, re.DOTALL)
    plotly = max(scripts, key=len)
    assert "plotly.js v" in plotly[:200]
    assert "//" not in page.replace(plotly, "")
    assert not [script for script in scripts if re.match(r"<script[^>]+src", script)]


@pytest.mark.parametrize("name", ["figure.pdf", "figure"])
def test_another_ending_is_refused_in_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\.html, \.png or \.svg"):
        save_figure(FIGURES["coverage"], tmp_path / name)


def test_a_picture_without_kaleido_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.plots.saving.find_spec", lambda name: None)
    with pytest.raises(GriffinError, match=r"pip install kaleido.*coverage\.html"):
        save_figure(FIGURES["coverage"], tmp_path / "coverage.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(importlib.util.find_spec("kaleido") is None, reason="kaleido is not installed: it is optional")
@pytest.mark.parametrize(("ending", "start"), [(".png", b"\x89PNG"), (".svg", b"<svg")])
def test_pictures_are_drawn(ending: str, start: bytes, tmp_path: Path) -> None:
    save_figure(go.Figure(FIGURES["coverage"]), tmp_path / f"coverage{ending}")
    assert (tmp_path / f"coverage{ending}").read_bytes().startswith(start)


def contrast(first: str, second: str) -> float:
    """Ratio of the relative luminances of two colours (WCAG 2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
