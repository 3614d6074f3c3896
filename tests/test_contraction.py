"""The contraction alone: Land 2017's numbers with its constants, and what the protocols measure."""

import numpy as np
import pandas as pd
import pytest

import heartloop as hl
from heartloop import views
from heartloop.cell import Land, Membrane
from heartloop.errors import ParameterError, UnknownNameError
from heartloop.scenarios.contraction import Contraction, force_velocity_fit, hill, twitches
from heartloop.scenarios.land2017 import (
    COLUMNS,
    COPPINI,
    KNOTS,
    LAND_2017,
    LAND_2017_SKINNED,
    force_pca_curves,
    force_velocity_curves,
    land,
    twitch_curves,
)
from heartloop.scenarios.myocyte import CELLS
from heartloop.validation.contraction import hill_fits, measured


def closed_form(Ca: float, stretch: float, p: dict[str, float]) -> float:
    """Land2017 at rest, worked out by hand: every cross-bridge population is a multiple of the unbound one."""
    bound = (Ca / (p["Ca50"] + p["beta_1"] * (stretch - 1))) ** p["n_TRPN"]
    trpn = bound / (1 + bound)
    k_b = p["k_u"] * p["TRPN50"] ** p["n_Tm"] / (1 - p["r_s"] - (1 - p["r_s"]) * p["r_w"])
    B = k_b / (p["k_u"] * trpn ** p["n_Tm"])
    W = p["k_uw"] / (p["k_uw"] * (1 / p["r_w"] - 1))
    S = p["k_ws"] * W / (p["k_ws"] * p["r_w"] * (1 / p["r_s"] - 1))
    return (1 + p["beta_0"] * (stretch - 1)) * p["T_ref"] / p["r_s"] * S / (1 + B + W + S)


@pytest.mark.parametrize("column", [LAND_2017, LAND_2017_SKINNED])
@pytest.mark.parametrize(("Ca", "stretch"), [(0.4, 1.0), (1.5, 1.0), (0.6, 1.1), (50.0, 0.92)])
def test_steady_tension_is_that_of_the_equations_at_rest(column, Ca, stretch):
    # what is left of the rounding: 1e-3 in distortion and stretch
    assert land(column).steady_tension(Ca, stretch) == pytest.approx(closed_form(Ca, stretch, column), rel=0.02)


def test_the_twitch_of_the_paper():
    # Land2017, Fig 6: 51 kPa, half relaxation 122 ms and 95 % relaxation 281 ms under the calcium of Coppini
    m = measured(land(LAND_2017).twitch(KNOTS, np.array(COPPINI)))
    assert m["peak"] == pytest.approx(51, rel=0.03)
    assert m["RT50"] == pytest.approx(122, abs=3)
    assert m["RT95"] == pytest.approx(281, rel=0.01)
    assert m["least"] == pytest.approx(0.078, rel=0.02)  # set by the limit of 100 on reblocking


def test_length_moves_force_and_sensitivity_as_the_paper_says():
    fits = hill_fits(land(LAND_2017))
    # beta_0 = 2.3 per stretch; Ca50 = 0.805 - 2.4 (stretch - 1) umol/L
    assert fits.loc[1.1, "F_max"] / fits.loc[1.0, "F_max"] == pytest.approx(1.23, abs=0.01)
    assert fits.loc[1.1, "pCa50"] - fits.loc[1.0, "pCa50"] == pytest.approx(np.log10(0.805 / 0.565), rel=0.02)
    assert land(LAND_2017).stiffness() == pytest.approx(25.0, rel=0.01)  # what A_eff means


def test_a_stretch_is_answered_twice_up_at_once_and_then_a_dip():
    step = land(LAND_2017_SKINNED).length_step(0.01)["relative"]
    # 25 x 1 % of distortion, on overlap that has grown by 2.3 %
    assert step.iloc[0] == pytest.approx(1.25 * 1.023, rel=0.01)
    assert step.min() < 0.98 < 1 < step.iloc[-1] == pytest.approx(1.023, abs=0.002)
    release = land(LAND_2017_SKINNED).length_step(-0.01)["relative"]
    assert release.iloc[0] < 0.8 and release.iloc[-1] == pytest.approx(0.977, abs=0.002)


def test_released_muscle_carries_its_load_while_it_shortens():
    c = land(LAND_2017_SKINNED)
    rest = c.steady(100.0)
    load = 0.4 * c.tension(rest, 100.0)
    x, s = c._release(rest, 100.0, 1.0, load)
    t = np.linspace(0, 0.03, 7)
    X, lengths = c._isotonic(x, s, t, 100.0)
    assert np.all(np.diff(lengths) < 0) and s < 1
    carried = [c.tension(y, 100.0, a) for y, a in zip(X.T, lengths, strict=True)]
    assert np.allclose(carried, load, rtol=1e-4)


def test_lighter_loads_are_moved_faster_and_a_full_load_not_at_all():
    table = land(LAND_2017_SKINNED).force_velocity((0.0, 0.3, 0.6, 0.9, 0.999))
    assert np.all(np.diff(table["velocity"]) < 0) and np.all(np.diff(table["recoil"]) < 0)
    assert table["velocity"].iloc[-1] == pytest.approx(0, abs=0.01) and table["velocity"].iloc[0] > 0.5
    # a treadmill at constant length is slower to lose force than it is to move with none
    c = land(LAND_2017_SKINNED)
    assert c.steady_tension(100.0, velocity=0.3) < 0.8 * c.steady_tension(100.0)


def test_fits_find_the_curves_they_are_named_after():
    pCa = np.linspace(8, 4, 60)
    found = hill(pd.Series(50 / (1 + 10 ** (3.0 * (pCa - 5.7))), index=pCa))
    assert found == pytest.approx({"F_max": 50.0, "pCa50": 5.7, "n_H": 3.0, "error": 0.0}, abs=1e-6)
    f = np.linspace(0, 0.9, 10)
    found = force_velocity_fit(pd.DataFrame({"velocity": 4 * (1 - f) / (1 + 2.5 * f)}, index=f))
    assert found == pytest.approx({"V_max": 4.0, "curvature": 2.5, "error": 0.0}, abs=1e-6)


def test_curves_of_the_paper_are_drawn_beside_those_of_a_cell():
    ours, beats = Contraction(Land("cell")), twitches(hl.myocyte())
    pca = views.plot_force_pca({"this cell": ours.force_pca()} | force_pca_curves())
    names = [ax.get_title(loc="left") for ax in pca.axes]
    assert names[0] == "Steady tension (kPa), this cell" and names[2].endswith("Land 2017, intact")
    velocity = views.plot_force_velocity({"this cell": ours.force_velocity()} | force_velocity_curves())
    assert [line.get_label() for line in velocity.axes[0].lines] == ["this cell", *COLUMNS]
    twitch = views.plot_twitches(beats, paper=twitch_curves())
    assert [ax.get_title(loc="left") for ax in twitch.axes[-2:]] == ["Calcium, Coppini 2013 (nmol/L)",
                                                                     "Tension, Land 2017 (kPa)"]  # fmt: skip
    peaks = [float(line.get_ydata().max()) for line in twitch.axes[-1].lines]
    assert peaks[1] == pytest.approx(51, rel=0.03) and np.all(np.diff(peaks) > 0)


@pytest.mark.parametrize("kind", list(CELLS))
def test_calcium_of_the_cell_makes_its_contraction_twitch_as_it_does_in_the_cell(kind):
    cell = hl.myocyte(kind)
    beat = cell.pace(1.0)
    p = beat._run()
    own = cell._c.reader(("cell.Ca_i", "cell.tension"))(p.X, p.V, p.piece)
    keep = np.concatenate([[True], np.diff(p.t) > 1e-9])  # the samples at the edges of the stimulus are double
    t, (Ca, T) = p.t[keep], own[keep].T
    alone = Contraction.of(cell, beat=beat).twitch(t, Ca, beats=2)
    there = np.interp(alone.index, t, T)
    assert np.max(np.abs(alone.to_numpy() - there)) < 0.01 * T.max()  # phosphorylation is held at its mean


def test_stretched_cells_develop_more_force_for_longer():
    beats = {s: b.summary() for s, b in twitches(hl.myocyte()).items()}
    force, fall = ([float(beats[s][k]) for s in (0.9, 1.0, 1.1)] for k in ("T_dev", "T_RT50"))
    assert np.all(np.diff(force) > 0) and fall[2] > fall[0]


def test_phosphorylation_of_a_beat_reaches_the_contraction():
    cell = hl.myocyte()
    driven = cell.with_({"cell.agonist": 100.0})
    half = [hill(Contraction.of(c, beat=c.pace(1.0)).force_pca((1.0,))[1.0])["pCa50"] for c in (cell, driven)]
    assert half[1] < half[0] - 0.02  # PKA desensitises


@pytest.mark.parametrize("kind", list(CELLS))
def test_failing_filaments_answer_less_to_length_because_they_have_lost_their_phosphate(kind):
    def gain(**changes):
        cell = hl.myocyte(kind, state="failing").with_({f"cell.{k}": v for k, v in changes.items()})
        short, long = (b.summary()["T_dev"] for b in twitches(cell, (1.0, 1.1)).values())
        return float(long / short)

    short, long = (b.summary()["T_dev"] for b in twitches(hl.myocyte(kind), (1.0, 1.1)).values())
    failing, phosphorylated = gain(), gain(phosphatase_mf=1.0)
    assert failing < 0.95 * long / short < phosphorylated


def test_stretch_sensitizes_in_proportion_to_the_phosphate_that_it_needs():
    def half(stretch, phosphate):
        alone = Contraction(Land("cell"), {"length_phosphate": phosphate})
        return 10 ** -hill(alone.force_pca((stretch,))[stretch])["pCa50"]

    whole, part, bare = (half(1.05, p) / half(1.0, p) - 1 for p in (1.0, 0.5, 0.0))
    assert whole < 0 and part == pytest.approx(0.5 * whole, rel=0.05) and abs(bare) < 0.02 * abs(whole)


def test_what_cannot_be_is_refused():
    with pytest.raises(ParameterError, match="has no 'T_reff'"):
        Contraction(Land("cell"), {"T_reff": 1.0})
    with pytest.raises(ParameterError, match="no contraction to put on the bench; it lacks stretch"):
        Contraction(Membrane("cell"))
    with pytest.raises(UnknownNameError, match="gives a tension"):
        Contraction.of(hl.myocyte(), "pacer")
    with pytest.raises(ParameterError, match=r"outside 0\.\.1"):
        land(LAND_2017).force_velocity((1.0,))
