"""The grid of the decode benchmark adds up; the figures themselves are for people to read and are never asserted."""

import itertools
import json

import pytest

import griffin_core as gc
from benchmarks import ceiling, decode, grid, races
from benchmarks.pairing import BLOCK_TOKENS
from griffin_core.estimating.checking import read_rows
from griffin_core.events import TokenEmitted
from tests.core import runs
from tests.tiny_models import save_tiny, tiny_loaded


@pytest.fixture(autouse=True)
def _quick_ceiling(monkeypatch):
    monkeypatch.setattr(ceiling, "LARGEST", 2**22)


def cells_of(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_grid_is_a_table_and_json_with_a_row_for_every_density_of_a_cell(tmp_path, capsys):
    folder = save_tiny(tmp_path / "tiny")
    asked = ["--model", str(folder), "--device", "cpu", "--dtype", "float32", "--repeats", "5"]
    sizes = ["--prompt-tokens", "10", "--prompt-tokens", "20", "--new-tokens", "8", "--new-tokens", "9"]
    decode.main([*asked, "--grid", *sizes, "--json"])
    said = capsys.readouterr()
    *printed, last = said.out.splitlines()
    table = [cells_of(line) for line in printed if line.startswith("|")]
    written = [(10, 8), (10, 9), (20, 8), (20, 9)]
    assert len({len(cells) for cells in table}) == 1
    assert [(row[0], row[1]) for row in table[2:]] == [
        (f"{prompt} + {new}", density) for prompt, new in written for density in ("1", "0.75", "0.5", "0.25")
    ]
    assert "20 races in " in said.out
    assert any(line.startswith("Clock: ") for line in printed)
    assert "cell 4 of 4 took" in said.err
    found = json.loads(last)
    assert set(found) == {"rows", "cells", "took_s", "clocks"}
    assert [(row["prompt_tokens"], row["new_tokens"], row["density"]) for row in found["rows"]] == [
        (*cell, density) for cell in written for density in (0.75, 0.5, 0.25)
    ]
    for _, rows in itertools.groupby(found["rows"], key=lambda row: (row["prompt_tokens"], row["new_tokens"])):
        rows = list(rows)
        assert len({row["dense_tpot_ms"] for row in rows}) == 1  # of the same races
        assert 1 < rows[0]["byte_roofline"] < rows[1]["byte_roofline"] < rows[2]["byte_roofline"]
        assert len({row["pruned_tpot_ms"] for row in rows}) == 3
        assert all(row["repeats"] == 5 and row["speedup_end_to_end"] > 0 for row in rows)
    assert [(cell["prompt_tokens"], cell["new_tokens"], cell["repeats"]) for cell in found["cells"]] == [
        (*cell, 5) for cell in written
    ]
    assert all("steal_share" in cell["clocks"] for cell in found["cells"])
    assert found["took_s"] == pytest.approx(sum(cell["took_s"] for cell in found["cells"]))
    (tmp_path / "grid.txt").write_text(said.out, encoding="utf-8")
    assert len(read_rows(tmp_path / "grid.txt")) == 12  # an estimate can be held against it


def test_the_grid_by_default_fits_eight_thousand_positions_and_races_long_answers_less_often():
    by_default = grid.Grid()
    by_default.check(8192)
    assert [lane.density for lane in by_default.lanes] == [1.0, 0.75, 0.5, 0.25]
    assert [races for _, _, races in by_default.cells] == [6, 5] * 3
    assert {races for _, _, races in grid.Grid(repeats=7).cells} == {7}


def test_what_a_grid_cannot_race_is_refused_before_anything_is_measured(tmp_path):
    folder = save_tiny(tmp_path / "tiny")  # 256 positions
    asked = ["--model", str(folder), "--grid"]
    with pytest.raises(SystemExit, match="the largest cell has 310 tokens, but the model's context holds 256"):
        decode.main([*asked, "--prompt-tokens", "10", "--prompt-tokens", "300", "--new-tokens", "10"])
    with pytest.raises(SystemExit, match="1 to 3 densities below 1, got 4"):
        grid.Grid(densities=(0.8, 0.6, 0.4, 0.2)).check(8192)
    with pytest.raises(SystemExit, match="1 to 3 densities below 1, got 0"):
        grid.Grid(densities=(1.0,)).check(8192)
    with pytest.raises(SystemExit):
        decode.parse(["--grid", "--compiled-generate"])


def test_a_grid_cut_short_has_printed_the_cells_that_were_finished(monkeypatch, capsys):
    loaded = tiny_loaded("llama")
    asked = grid.Grid(densities=(0.5,), prompt_tokens=(10,), new_tokens=(8,), repeats=5)
    (cell,) = grid.measure(loaded, asked)

    def cut(*_):
        yield cell
        raise KeyboardInterrupt

    monkeypatch.setattr(grid, "measure", cut)
    with pytest.raises(KeyboardInterrupt):
        grid.run(loaded, asked, as_json=True)
    shown = capsys.readouterr().out.splitlines()
    assert [cells_of(line)[1] for line in shown] == ["Density", "---", "1", "0.5"]


def test_every_pruned_lane_of_a_race_is_summed_up_with_its_own_weights():
    lanes = [gc.dense(), gc.pruned(density=0.75), gc.pruned(density=0.25)]
    summed = [races.Races(pruned=lane.name) for lane in lanes[1:]]
    tiny = tiny_loaded("llama")
    for tally in races.tallies(tiny, runs.TOKENS, lanes, new_tokens=8, repeats=2):
        assert [len(lane.token_ids) for lane in tally.lanes()] == [8] * 3
        for one in summed:
            one.add(tally)
    wide, narrow = summed
    assert len(wide.figures) == len(narrow.figures) == 2
    assert wide.token_bytes(races.DENSE) == narrow.token_bytes(races.DENSE)
    assert wide.token_bytes(races.DENSE) > wide.token_bytes(races.PRUNED) > narrow.token_bytes(races.PRUNED)
    assert wide.summary(ceiling=1.0, peak_mb=1.0).density == 0.75
    assert narrow.summary(ceiling=1.0, peak_mb=1.0).density == 0.25


def test_every_second_race_is_in_reverse_and_before_the_first_a_block_of_one_is_thrown_away(monkeypatch):
    written = []  # tokens of every run that was begun
    plain = gc.race

    def race(*given, **settings):
        written.append(0)
        for event in plain(*given, **settings):
            written[-1] += isinstance(event, TokenEmitted)
            yield event

    monkeypatch.setattr(gc, "race", race)
    lanes = [gc.dense(), gc.pruned(density=0.5)]
    settings = {"new_tokens": 5 * BLOCK_TOKENS, "repeats": 3}
    tallies = list(races.tallies(tiny_loaded("llama"), runs.TOKENS, lanes, **settings))
    names = [lane.name for lane in lanes]
    assert [[lane.name for lane in tally.start.lanes] for tally in tallies] == [names, names[::-1], names]
    thrown_away, *kept = written
    assert kept == [2 * 5 * BLOCK_TOKENS] * 3
    assert 2 * BLOCK_TOKENS <= thrown_away < kept[0]
