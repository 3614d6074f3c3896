"""Lost anchors and lost T-tubules, in the cell and in the ventricle that such cells make; the protocols by name."""

import json
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

import heartloop as hl
from heartloop import views
from heartloop.cli import main
from heartloop.errors import DataError, ParameterError
from heartloop.scenarios.myocyte import CELLS
from heartloop.scenarios.structure import anchors, at_pressure, dyssynchrony, starling, starling_slope, unroofed

TONES = (1.0, 3.0, 1e4)


@lru_cache(maxsize=4)
def anchored(kind: str, camkii: float = 1.0) -> pd.DataFrame:
    return anchors(hl.myocyte(kind).with_({"cell.camkii": camkii}), TONES)


@pytest.mark.parametrize("kind", list(CELLS))
def test_a_lost_anchor_moves_phosphorylation_from_channel_to_receptor_and_weakens(kind):
    held, lost = (anchored(kind).loc[level] for level in (1.0, 0.25))
    assert np.all(lost["phi_lcc"] < 0.7 * held["phi_lcc"]) and np.all(lost["phi_ryr"] > held["phi_ryr"])
    assert np.all(lost["T_dev"] < held["T_dev"])
    assert np.all(np.diff(held["phi_lcc"]) > 0) and np.all(np.diff(lost["phi_ryr"]) > 0)


@pytest.mark.parametrize("camkii", [1.0, 0.0])
@pytest.mark.parametrize("kind", list(CELLS))
def test_a_lost_anchor_raises_the_leak_with_little_and_with_much_agonist(kind, camkii):
    held, lost = (anchored(kind, camkii).loc[level].iloc[1:] for level in (1.0, 0.25))
    assert np.all(lost["leak"] > held["leak"])


def test_leak_per_beat_is_the_integral_of_the_flux():
    beat = hl.myocyte().with_({"cell.akap_lcc": 1.0}).pace(1.0)
    t, flux = beat.data["time"].values, beat.data["cell.j_leak"].values
    assert anchored("compact").loc[(1.0, 1.0), "leak"] == pytest.approx(1000 * np.trapezoid(flux, t), rel=1e-3)


@pytest.mark.parametrize("kind", list(CELLS))
@pytest.mark.parametrize("by", ["cell.ttubule", "cell.dyad_integrity"])
def test_lost_tubules_make_release_late_uneven_and_small(kind, by):
    table = dyssynchrony(unroofed(hl.myocyte(kind), (1.0, 0.75, 0.5), by=by))
    assert np.all(np.diff(table["Ca_TTP"]) > 0) and np.all(np.diff(table["spread"]) > 0)  # fewer kept, later
    assert np.all(np.diff(table["T_dev"]) < 0) and table.loc[0.5, "T_dev"] < 0.95 * table.loc[1.0, "T_dev"]
    assert np.all(np.diff(table["Ca_dev"]) < 0)
    assert table.loc[0.5, "Ca_TTP"] > 1.3 * table.loc[1.0, "Ca_TTP"]
    assert table.loc[1.0, "orphaned"] == pytest.approx(0, abs=1e-6) and table.loc[0.5, "orphaned"] > 0
    assert np.allclose(table["coupled"] + table["orphaned"], table["released"], rtol=1e-6)
    assert table.loc[0.5, "lag"] > 5


def test_a_ventricle_without_half_its_tubules_gains_less_from_filling():
    person, volumes = hl.human(), (-300.0, -900.0)
    whole = starling(person, volumes)
    half = starling(person.with_({"lv.cell.ttubule": 0.5, "rv.cell.ttubule": 0.5}), volumes)
    assert np.all(np.diff(whole["LVEDP"]) > 0) and np.all(np.diff(whole["SW"]) > 0)
    assert starling_slope(half, between=(0, 6.5)) < 0.97 * starling_slope(whole, between=(0, 6.5))
    assert at_pressure(half, "SW", 6.0) < 0.9 * at_pressure(whole, "SW", 6.0)
    with pytest.raises(ParameterError, match="outside the curve"):
        at_pressure(whole, "SW", 40.0)
    assert len(views.plot_starling({"whole": whole, "half": half}).axes) == 3


def test_figures_name_what_they_show():
    fig = views.plot_anchors(anchored("compact"))
    assert fig.axes[-1].get_title(loc="left") == "Leak per beat (umol/L)" and len(fig.axes[0].lines) == 2
    for draw in (views.plot_twitches, views.plot_force_pca, views.plot_force_velocity, views.plot_starling):
        with pytest.raises(DataError):
            draw({})
    with pytest.raises(DataError, match="anchors"):
        views.plot_anchors(pd.DataFrame({"T_dev": [1.0]}))


@pytest.mark.parametrize("name", ["length", "force-pca", "force-velocity", "t-tubules"])
def test_the_command_writes_a_table_and_a_figure_of_a_protocol(name, tmp_path, capsys):
    assert main(["cell", "--protocol", name, "--out", str(tmp_path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["rows"]) >= 3 and [f.rpartition(".")[2] for f in answer["files"]] == ["csv", "png"]
    assert (tmp_path / f"{name}.png").stat().st_size > 10_000 and (tmp_path / f"{name}.csv").exists()
    if name == "force-pca":
        assert set(answer["fits"]["stretch 1"]) == {"F_max", "pCa50", "n_H", "error"}
    if name == "force-velocity":
        assert main(["cell", "--protocol", name]) == 0
        assert "Hill's hyperbola: V_max" in capsys.readouterr().out
