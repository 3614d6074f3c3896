"""Settled beats of the isolated compact myocyte: bands at rest, balance, and the direction of every defect."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import pytest

import heartloop as hl


@lru_cache(maxsize=32)
def beat(rate: float = 1.0, **levels: float) -> pd.Series:
    model = hl.myocyte("compact").with_({f"cell.{k}": v for k, v in levels.items()}, check_bounds=False)
    return model.pace(rate).summary()


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("Ca_dia", 70, 125), ("Ca_peak", 320, 700), ("Ca_TTP", 40, 70), ("Ca_RT50", 120, 200), ("APD90", 230, 320),
        ("T_TTP", 140, 215), ("T_RT50", 95, 160), ("T_dev", 15, 40), ("serca_share", 0.70, 0.86),
        ("CICR_gain", 4, 12), ("Na_i", 6, 13),
    ],
)  # fmt: skip
def test_resting_beat_lies_in_the_human_band(key, low, high):
    assert low <= beat()[key] <= high


def test_entry_equals_extrusion_on_the_orbit():
    assert beat().influx == pytest.approx(beat().efflux, rel=1e-4)


def test_force_rises_with_rate_and_less_without_camkii():
    plain = beat(2.5).T_dev / beat(0.5).T_dev
    inhibited = beat(2.5, camkii=0.0).T_dev / beat(0.5, camkii=0.0).T_dev
    assert plain > 1.4 and plain > inhibited > 1.0


def test_failing_cell_is_weaker_and_does_not_gain_from_rate():
    failing = dict(serca=0.5, ncx=1.6, ryr_leak=3.0)
    assert 0.45 < beat(**failing).T_dev / beat().T_dev < 0.8
    assert beat(2.5, **failing).T_dev < 1.02 * beat(1.0, **failing).T_dev


@pytest.mark.parametrize("defect", [dict(ncx=1.6), dict(ryr_leak=3.5), dict(ttubule=0.5)])
def test_each_defect_alone_weakens(defect):
    assert beat(**defect).T_dev < 0.97 * beat().T_dev


def test_lost_tubules_weaken_at_every_rate():
    """The dyads that are left release their own store and not that of all, so they cannot make up for the others."""
    whole, half = (
        hl.myocyte("compact").with_({"cell.ttubule": t}).force_frequency((0.5, 1.0, 1.5, 2.0, 2.5, 3.0))["T_dev"]
        for t in (1.0, 0.5)
    )
    assert (half < 0.9 * whole).all()
    assert half[2.5] / half[0.5] < 2.2


def test_force_that_is_left_by_lost_dyads_is_that_of_the_identification():
    assert 0.79 < beat(dyad_integrity=0.7).T_dev / beat().T_dev < 0.89


def test_moderate_serca_loss_is_tolerated():
    assert 0.8 < beat(serca=0.65).T_dev / beat().T_dev < 1.1


def test_full_agonist_strengthens_and_speeds_relaxation():
    full = beat(agonist=1e4)
    assert 1.8 < full.T_dev / beat().T_dev < 3.2
    assert full.T_RT50 < beat().T_RT50 and full.Ca_RT50 < beat().Ca_RT50 and full.APD90 < beat().APD90


def test_lost_receptors_blunt_the_agonist():
    deaf = dict(beta1=0.5, grk=3.0)
    gain = beat(agonist=1e4, **deaf).T_dev - beat(**deaf).T_dev
    assert 0 < gain < 0.85 * (beat(agonist=1e4).T_dev - beat().T_dev)


def test_stretch_strengthens():
    assert 1.6 < beat(stretch=1.1).T_dev / beat().T_dev < 2.4
