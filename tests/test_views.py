"""Figures take results with the signals they know and say so when there is nothing to draw."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from heartloop import views
from heartloop.errors import DataError, UnknownNameError
from heartloop.results import Stored


def beat():
    t = np.linspace(0, 0.85, 60)
    wave = 60 * (1 - np.cos(2 * np.pi * t / 0.85))
    names = {"lv.p": "mmHg", "aorta.p": "mmHg", "lv.V": "mL", "rv.p": "mmHg", "rv.V": "mL", "lv.cell.Ca_i": "umol/L"}
    data = {k: ("time", wave * (0.005 if unit == "umol/L" else 1), {"units": unit}) for k, unit in names.items()}
    return xr.Dataset(data, coords={"time": ("time", t, {"units": "s"})})


def course():
    day = np.linspace(0, 365, 40)
    data = {
        "EF": ("day", 0.6 - 0.3 * (1 - np.exp(-day / 60)), {"units": "1"}),
        "MAP": ("day", 90 + 0 * day, {"units": "mmHg"}),
        "receptors.beta1_density": ("day", np.exp(-day / 300), {"units": "1", "long_name": "density"}),
    }
    return Stored("Course", xr.Dataset(data, coords={"day": ("day", day, {"units": "day"})}))


def test_a_beat_shows_the_panels_it_has_signals_for():
    fig = views.plot_beat(beat(), title="rest")
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert "Left pressures (mmHg)" in titles and "Cytosolic calcium (nmol/L)" in titles
    assert not any(t.startswith(("Flows", "Active tension")) for t in titles)
    assert np.max(fig.axes[titles.index("Cytosolic calcium (nmol/L)")].lines[0].get_ydata()) == pytest.approx(600, 0.01)


def test_a_course_shows_units_and_flat_lines_stay_flat():
    fig = views.plot_course(course())
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles == ["ejection fraction", "mean arterial pressure (mmHg)"]
    low, high = fig.axes[1].get_ylim()
    assert high - low > 5


def test_chosen_keys_and_slow_states_are_drawn():
    assert len(views.plot_course(course(), keys=["EF"]).axes) == 1
    assert len(views.plot_slow(course()).axes) == 1
    with pytest.raises(UnknownNameError, match="Did you mean 'EF'"):
        views.plot_course(course(), keys=["EFF"])


def test_a_long_run_shows_one_number_a_beat():
    run = Stored("Run", xr.Dataset({"lv.p": ("time", np.zeros(100))}, coords={"time": np.linspace(0, 100, 100)}))
    assert len(views.plot_run(run).axes) == 1
    run.tables["beats"] = pd.DataFrame(
        {"onset": [0.0, 50.0, 99.0], "MAP": [90.0, 80.0, 70.0], "HR": [70.0, 80.0, 85.0]}
    )
    assert [ax.get_title(loc="left") for ax in views.plot_run(run).axes] == [
        "mean arterial pressure (mmHg)",
        "heart rate (1/min)",
    ]


def test_cuts_are_rows_against_the_uncut_run():
    table = pd.DataFrame({"EF": [0.3, 0.45], "status": ["complete"] * 2}, index=["nothing cut", "growth"])
    fig = views.plot_cuts(table)
    assert [t.get_text() for t in fig.axes[0].get_yticklabels()] == ["nothing cut", "growth"]
    with pytest.raises(DataError, match="no column"):
        views.plot_cuts(table[["status"]])


def test_nothing_to_draw_is_an_error_not_an_empty_figure():
    with pytest.raises(DataError, match="none of the signals"):
        views.plot_beat(xr.Dataset(coords={"time": [0.0, 1.0]}))
    with pytest.raises(DataError, match="cannot be drawn"):
        views.plot_beat("beat")


def test_beats_are_drawn_over_each_other():
    fig = views.plot_compare({"day 0": beat(), "day 365": beat()})
    assert len(fig.axes) == 2 and all(len(ax.lines) == 2 for ax in fig.axes)
    assert [t.get_text() for t in fig.axes[0].get_legend().get_texts()] == ["day 0", "day 365"]
    with pytest.raises(DataError, match="no beat"):
        views.plot_compare({})


def test_figures_do_not_stay_open():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    views.plot_beat(beat())
    assert plt.get_fignums() == before


def test_a_protocol_is_one_panel_an_output_with_its_windows():
    t = np.arange(0, 60, 0.5)
    area, clock = ("time", t, {"units": "cm^2"}), ("time", t, {"units": "s"})
    run = Stored("Run", xr.Dataset({"x.A": area}, coords={"time": clock}))
    onset = np.arange(0.0, 60)
    run.tables["beats"] = pd.DataFrame({"onset": onset, "MAP": 90 + (onset > 30), "HR": 60.0 + 0 * onset})
    fig = views.plot_protocol(run, {"baseline": (0, 20), "after": (40, 60)}, ["MAP", "HR", "x.A", "absent"])
    labels = [ax.get_ylabel() for ax in fig.axes]
    assert labels == ["MAP\nmmHg", "HR\n1/min", "x.A\ncm^2"]
    assert [text.get_text() for text in fig.axes[0].texts] == ["baseline", "after"]
    assert fig.axes[0].lines[0].get_ydata()[0] == 90  # the baseline
    low, high = fig.axes[1].get_ylim()
    assert high - low > 5  # a flat line looks flat


def test_loops_show_the_end_systolic_line_and_named_beats():
    fig = views.plot_loops(beat(), (0.0, 0.85), (2.0, 10.0))
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["Left ventricle (mmHg)", "Right ventricle (mmHg)"]
    line = fig.axes[0].lines[1]
    slope = np.diff(line.get_ydata()) / np.diff(line.get_xdata())
    assert slope[0] == pytest.approx(2.0) and line.get_xdata()[0] == 10.0 and len(fig.axes[1].lines) == 1
    fig = views.plot_loops(beat(), beats={"healthy": (0.0, 0.4), "narrow": (0.4, 0.8)})
    assert [t.get_text() for t in fig.axes[0].get_legend().get_texts()] == ["healthy", "narrow"]


def test_the_curve_of_the_opened_carotid_loop_passes_through_its_points():
    P = np.linspace(40, 180, 8)
    y = 60 + 80 / (1 + np.exp(0.08 * (P - 100)))
    fit = {"range": 80.0, "middle": 100.0, "low": 60.0, "gain": -1.6, "threshold": 75.0, "saturation": 125.0}
    fig = views.plot_carotid({"MAP": (P, y)}, pd.DataFrame([fit], index=["MAP"]))
    curve, points = fig.axes[0].lines[:2]
    drawn = np.interp(points.get_xdata(), curve.get_xdata(), curve.get_ydata())
    assert np.allclose(drawn, points.get_ydata(), atol=0.1)
