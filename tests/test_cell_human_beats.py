"""Settled beats of the isolated human myocyte: bands, balance, the direction of every defect, exact gradients."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

import heartloop as hl
from heartloop.component import State
from heartloop.scenarios.cell_states import shipped
from heartloop.scenarios.identification_human import TRACED, distance_from, settled, trace
from heartloop.scenarios.myocyte import CellBeat
from heartloop.scenarios.structure import anchors


@lru_cache(maxsize=64)
def beat(rate: float = 1.0, cell: str = "human", **levels: float) -> CellBeat:
    model = hl.myocyte(cell).with_({f"cell.{k}": v for k, v in levels.items()}, check_bounds=False)
    return model.pace(rate)


def numbers(rate: float = 1.0, **levels: float):
    return beat(rate, **levels).summary()


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("Ca_dia", 70, 125), ("Ca_peak", 320, 700), ("Ca_TTP", 40, 70), ("Ca_RT50", 120, 200), ("APD90", 230, 320),
        ("T_TTP", 140, 215), ("T_RT50", 95, 160), ("T_dev", 15, 40), ("serca_share", 0.70, 0.85),
        ("CICR_gain", 4, 12), ("Na_i", 6, 13),
    ],
)  # fmt: skip
def test_resting_beat_lies_in_the_human_band(key, low, high):
    assert low <= numbers()[key] <= high


def test_entry_equals_extrusion_on_the_orbit():
    assert numbers().influx == pytest.approx(numbers().efflux, rel=1e-4)


def test_beat_starts_from_the_settled_state_and_bounded_states_stay_in_their_bounds():
    b = beat()
    c = b.model._c
    start = c.start()
    for row in c.periodic_rows:
        assert abs(start[row] - b.x[row]) < 0.05 * max(c.size[row], abs(b.x[row])), c.paths[row]
    for levels in ({}, {"agonist": 100.0}, {"ttubule": 0.5}):
        data = beat(**levels).data
        for e in c.graph.fast:
            if isinstance(e.declaration, State) and e.path in data and e.declaration.bounds[0] > -1e3:
                low, high = e.declaration.bounds
                values = data[e.path].values
                assert low - 1e-6 <= values.min() and values.max() <= high + 1e-6, e.path


@pytest.mark.slow  # `heartloop validate cell` has both curves
def test_force_rises_with_rate_and_less_without_camkii():
    plain = numbers(2.5).T_dev / numbers(0.5).T_dev
    inhibited = numbers(2.5, camkii=0.0).T_dev / numbers(0.5, camkii=0.0).T_dev
    assert 1.5 < plain < 2.2 and plain > inhibited > 1.0


def test_failing_cell_is_weaker_and_does_not_gain_from_rate():
    levels = shipped()["failing"].levels(hl.myocyte("human"), "human")
    failing = {k.removeprefix("cell."): v for k, v in levels.items()}
    assert 0.45 < numbers(**failing).T_dev / numbers().T_dev < 0.8
    assert numbers(2.5, **failing).T_dev < 0.8 * numbers(0.5, **failing).T_dev


def test_without_its_leak_the_failing_cell_loses_less_force_to_rate():
    levels = shipped()["failing"].levels(hl.myocyte("human"), "human")
    failing = {k.removeprefix("cell."): v for k, v in levels.items()}
    sealed = failing | {"ryr_leak": 1.0}
    ratio, without = (numbers(2.5, **f).T_dev / numbers(0.5, **f).T_dev for f in (failing, sealed))
    assert without > ratio and numbers(**sealed).SR_load > numbers(**failing).SR_load


@pytest.mark.parametrize("defect", [dict(ncx=1.6), dict(ryr_leak=3.5), dict(ttubule=0.5), dict(ros=2.0)])
def test_each_defect_alone_weakens(defect):
    assert numbers(**defect).T_dev < 0.95 * numbers().T_dev


def test_serca_loss_slows_decay_and_moderate_loss_is_tolerated():
    weak = numbers(serca=0.65)
    assert 0.8 < weak.T_dev / numbers().T_dev < 1.1
    assert weak.SR_load < numbers().SR_load and weak.serca_share < numbers().serca_share


def test_lost_t_tubules_make_release_late_and_weak():
    whole, half = beat(), beat(ttubule=0.5)
    assert half.summary().Ca_TTP > 1.3 * whole.summary().Ca_TTP
    released = half._run().X[-1]
    index = half.model._c.index
    orphaned = released[index["cell.orphan_release"]] / released[index["cell.ryr_release"]]
    assert 0.02 < orphaned < 0.5  # the orphaned half releases less than the coupled half
    data = half.data
    coupled, orphan = (
        float(data.time[int(np.argmax(data[f"cell.{k}"].values))]) for k in ("j_rel_unit", "j_rel_orphan")
    )
    assert orphan > coupled + 0.002  # s


@pytest.mark.slow  # `heartloop validate structure` has them at 60/min
def test_lost_t_tubules_do_not_strengthen_at_any_rate():
    for rate in (0.5, 1.0, 2.5):
        assert numbers(rate, ttubule=0.5).T_dev < 0.95 * numbers(rate).T_dev, rate


def test_lost_anchor_weakens_and_moves_phosphorylation():
    lost, data = beat(akap_lcc=0.25), beat().data
    assert float(lost.data["cell.phi_lcc"][0]) < float(data["cell.phi_lcc"][0])
    assert float(lost.data["cell.phi_ryr"][0]) > float(data["cell.phi_ryr"][0])
    assert lost.summary().T_dev < numbers().T_dev


def test_full_agonist_strengthens_and_speeds_relaxation():
    full = numbers(agonist=100.0)
    assert 2.0 < full.T_dev / numbers().T_dev < 3.0
    assert full.T_RT50 < numbers().T_RT50 and full.Ca_RT50 < numbers().Ca_RT50 and full.APD90 < numbers().APD90


def test_lost_receptors_blunt_the_agonist():
    deaf = dict(beta1=0.5, grk=3.0)
    gain = numbers(agonist=100.0, **deaf).T_dev - numbers(**deaf).T_dev
    assert 0 < gain < 0.9 * (numbers(agonist=100.0).T_dev - numbers().T_dev)


def test_stretch_strengthens():
    assert 1.6 < numbers(stretch=1.1).T_dev / numbers().T_dev < 2.4


def test_late_sodium_lengthens_and_weak_potassium_currents_lengthen_the_action_potential():
    assert numbers(i_nal=1.8).APD90 > numbers().APD90
    assert numbers(i_k1=0.68).APD90 > numbers().APD90
    assert numbers(i_nak=0.7).Na_i > numbers().Na_i


def test_gradient_of_a_settled_beat_matches_differences():
    b = beat()
    of = ["Ca_peak", "T_dev", "APD90", "Na_i", "CICR_gain"]
    to = ["cell.V_up", "cell.G_Kr", "cell.serca", "cell.k_s"]
    exact = b.gradient(of, to)
    h = 2e-3
    for path in to:
        models = [b.model.with_({path: b.model[path] * (1 + s * h)}) for s in (1, -1)]
        moved = [m.periodic(rtol=1e-7, tol=1e-10, start=b) for m in models]
        high, low = (CellBeat(x.model, x.orbit).features() for x in moved)
        for key in of:
            difference = (high[key] - low[key]) / (2 * h * b.model[path])
            assert exact.loc[key, path] == pytest.approx(difference, rel=0.02, abs=2e-3 * abs(high[key])), (key, path)


def test_bench_verbs_work_on_the_human_cell():
    model = hl.myocyte("human")
    table = model.force_frequency((1.0, 1.5))
    assert list(table.index) == [1.0, 1.5] and (table.T_dev > 0).all()
    rest = model.post_rest((2.0,))
    assert 0.3 < rest.relative.iloc[0] < 3
    assert model.dose_response((1.0, 3.0)).T_dev.is_monotonic_increasing


@pytest.mark.parametrize("name", list(TRACED))
def test_transients_stay_near_those_of_the_compact_cell(name):
    # the claim: within a tenth of the peak, root mean square over the beat
    for key, distance in distance_from("compact", *TRACED[name]).items():
        assert distance < 0.10, key


def test_traced_beat_reads_the_transient_at_fixed_phases():
    b = settled(hl.myocyte("human"))
    Ca = trace(b.features(), "Ca")
    assert 1000 * Ca.max() == pytest.approx(b.features()["Ca_peak"], rel=0.05)


def test_rest_potentiates_and_a_long_rest_of_the_failing_cell_does_not():
    control, failing = (hl.myocyte("human", state=k).post_rest((20.0, 120.0, 240.0)) for k in ("control", "failing"))
    assert (control.iloc[:2, 1] > 1.1).all() and failing.iloc[0, 1] > 1.1 > 1.0 > failing.iloc[2, 1]


@pytest.mark.slow  # `heartloop validate rhythm` has both onsets
def test_half_the_serca_alternates_at_a_lower_rate():
    cell = hl.myocyte("human")
    onsets = [m.alternans((3.5, 3.75, 4.0, 4.25)).attrs["onset"] for m in (cell, cell.with_({"cell.serca": 0.5}))]
    assert 200 / 60 < onsets[1] < onsets[0] < 4.25


def test_without_its_camkii_the_failing_cell_fills_its_store_and_keeps_its_force_at_fast_rates():
    # Sossalla2010: inhibition raises the load of failing human muscle and improves its force-frequency curve
    failing = hl.myocyte("human", state="failing")
    inhibited = failing.with_({"cell.camkii": 0.0})
    slow, one, fast = ([m.pace(r).summary() for m in (failing, inhibited)] for r in (0.5, 1.0, 2.5))
    assert one[1].SR_load > one[0].SR_load
    assert fast[1].T_dev / slow[1].T_dev > 1.1 * fast[0].T_dev / slow[0].T_dev


@pytest.mark.parametrize("anchor", [0.25, 0.0])
def test_a_lost_anchor_raises_the_leak_at_every_tone(anchor):
    table = anchors(hl.myocyte("human"), (1.0, 3.0, 1e4), (1.0, anchor))
    held, lost = table.loc[1.0], table.loc[anchor]
    assert (lost["phi_lcc"] < held["phi_lcc"]).all() and (lost["phi_ryr"] > held["phi_ryr"]).all()
    assert (lost["T_dev"] < held["T_dev"]).all() and (lost["leak"] > held["leak"]).all()
