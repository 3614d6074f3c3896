"""Factors of failure, alone and taken away: the arithmetic on made curves, and the compact cell at three rates."""

import json
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

import heartloop as hl
from heartloop import views
from heartloop.cli import main
from heartloop.errors import DataError, ParameterError
from heartloop.scenarios.identification_human import distance_from
from heartloop.scenarios.mechanisms import (
    ALONE,
    AWAY,
    FAST,
    INHIBITED,
    REST,
    SLOW,
    compare,
    defects,
    mechanisms,
    optimum,
    parts,
    staircase,
    summaries,
)

THREE = (SLOW, REST, FAST)


def test_the_top_of_a_curve_is_that_of_the_parabola_or_an_end():
    rates = np.arange(0.5, 3.1, 0.25)
    assert optimum(rates, 40 - (rates - 2.6) ** 2) == pytest.approx((2.6, 40.0))
    assert optimum(rates, 10 - rates) == (0.5, 9.5) and optimum(rates, rates) == (3.0, 3.0)
    force = 40 - (rates - 1.2) ** 2
    force[-1] = np.nan  # a rate at which nothing settles
    assert optimum(rates, force)[0] == pytest.approx(1.2)


FACTORS = ("SERCA", "NCX", "leak", "CaMKII", "filaments")
TRIAD = {"cell.serca": 0.5, "cell.ncx": 1.6, "cell.ryr_leak": 3.0}
BARE = {"cell.phosphatase_mf": 2.3}


@lru_cache(maxsize=1)
def failing():
    return mechanisms("compact", "failing", THREE)


def test_every_factor_stands_alone_and_is_taken_away():
    table = failing()
    for side in (ALONE, AWAY):
        assert {case for case, how in table.index if how == side} == set(FACTORS)
    assert table.attrs["curves"].shape == (3, len(table)) and list(table.attrs["curves"].index) == list(THREE)
    # the same numbers as by hand
    for key, levels in (
        (("SERCA", ALONE), {"cell.serca": 0.5}),
        (("SERCA", AWAY), {"cell.ncx": 1.6, "cell.ryr_leak": 3.0, "cell.camkii": 1.4} | BARE),
        ((f"failing, {INHIBITED}", ""), TRIAD | {"cell.camkii": 0.0} | BARE),
    ):
        cell = hl.myocyte(state=levels)
        force = [float(cell.pace(rate).summary()["T_dev"]) for rate in (SLOW, FAST)]
        assert table.loc[key, "staircase"] == pytest.approx(force[1] / force[0], rel=1e-3), key


def test_parts_are_factors_and_say_whether_they_make_the_whole():
    table = failing()
    for key in ("staircase", "T_dev"):
        split = parts(table, key)
        control, whole = table.loc[("control", ""), key], table.loc[("failing", ""), key]
        assert split.attrs["together"] == pytest.approx(whole / control)
        assert split.loc["NCX", "alone"] == pytest.approx(table.loc[("NCX", ALONE), key] / control)
        assert split.loc["NCX", "last"] == pytest.approx(whole / table.loc[("NCX", AWAY), key])
        assert split.loc["all", "alone"] == pytest.approx(np.prod(split["alone"].iloc[:-1]))


def test_two_factors_that_do_not_act_on_each_other_make_the_whole():
    alone, away = {("a", ALONE): 1.0, ("b", ALONE): 1.2}, {("a", AWAY): 1.2, ("b", AWAY): 1.0}
    rows = {("control", ""): 2.0, ("s", ""): 0.6, **alone, **away}
    table = pd.DataFrame({"staircase": rows})
    table.attrs["state"] = "s"
    split = parts(table)
    assert split.loc["all", "alone"] == pytest.approx(split.attrs["together"])
    assert split.loc["all", "last"] == pytest.approx(split.attrs["together"])


def test_the_figure_shows_both_sides_of_every_factor():
    fig = views.plot_mechanisms(failing(), title="compact")
    assert len(fig.axes) == 4 and len(fig.axes[0].lines) == 7
    assert [label.get_text() for label in fig.axes[2].get_yticklabels()] == list(FACTORS)
    with pytest.raises(DataError, match="mechanisms"):
        views.plot_mechanisms(pd.DataFrame({"staircase": [1.0]}))


def test_impossible_questions_are_refused():
    with pytest.raises(ParameterError, match="no factors"):
        mechanisms("compact", "control", THREE)
    with pytest.raises(ParameterError, match="lacks 150/min"):
        staircase(hl.myocyte(), (0.5, 1.0))


def test_defects_stand_beside_health_and_all_together():
    beats = defects("compact")
    assert list(beats) == ["healthy", *FACTORS, "failing"]
    table = summaries(beats)
    assert (table["T_dev"].iloc[1:] < table.loc["healthy", "T_dev"]).all()
    assert table.loc["failing", "T_dev"] < table["T_dev"].iloc[1:-1].min()
    fig = views.plot_cell_beat(beats)
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert "Membrane potential (mV)" in titles and all(len(ax.lines) == 7 for ax in fig.axes)
    with pytest.raises(DataError):
        views.plot_cell_beat({})


def test_cells_are_compared_by_the_distance_of_their_transients():
    table, pairs = compare((1.0,), ("control",))
    assert set(pairs["control", 1.0]) == {"compact", "human"}
    row = table.loc[("control", 1.0)]
    for key, distance in distance_from("compact", {}, 60.0).items():
        assert row[key] == pytest.approx(distance, abs=0.01) and 0 < row[key] < 0.1
    assert len(views.plot_cells(pairs).axes) == 2
    with pytest.raises(DataError):
        views.plot_cells({})


def test_two_states_stand_beside_each_other_in_table_and_figure(tmp_path, capsys):
    words = ["cell", "--protocol", "post-rest", "--beside", "failing", "--out", str(tmp_path), "--json"]
    assert main(words) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {r["state"] for r in rows} == {"control", "failing"} and len({r["rest"] for r in rows}) == 4
    assert (tmp_path / "post-rest.png").stat().st_size > 10_000
    assert main(["cell", "--protocol", "length", "--beside", "failing"]) == 2
    assert main(["cell", "--beside", "failing"]) == 2
    assert "does not go with" in (err := capsys.readouterr().err) and "name one with --protocol" in err


def test_the_settled_beat_is_a_protocol_with_a_figure(tmp_path, capsys):
    assert main(["cell", "--protocol", "beat", "--out", str(tmp_path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["state"] == "control" and rows[0]["T_dev"] > 1 and (tmp_path / "beat.png").exists()
