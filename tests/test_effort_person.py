"""Effort in the regional person: nothing at rest, oxygen closes in exercise, gradients, strain, what is not there."""

from __future__ import annotations

import numpy as np
import pytest

import heartloop as hl
from heartloop import events as ev
from heartloop.errors import DataError, ParameterError, WiringError
from heartloop.scenarios.effort import REGULATED, REST
from heartloop.scenarios.files import Exertion, Straining
from heartloop.scenarios.person import assemble
from heartloop.scenarios.scenario import scenario

LOAD = 60.0  # W, on a steady beat


@pytest.fixture(scope="module")
def person():
    return hl.human(loop="regional")


@pytest.fixture(scope="module")
def rest(person):
    return person.periodic()


@pytest.fixture(scope="module")
def working(person):
    return person.with_({"exercise.watts": LOAD})


@pytest.fixture(scope="module")
def work(working):
    return working.periodic(rtol=1e-7, tol=1e-10)


def mean(beat, key):
    return float(np.trapezoid(beat.data[key].values, beat.data["phase"].values))


def test_rest_is_balanced_and_effort_is_nothing(rest):
    f = rest.features()
    for path, (out, _) in REST.items():
        assert abs(f["rest:" + out]) < 2e-3, path
    for key in ("mitral_valve.orifice", "exercise.dilation", "exercise.p_muscle", "command.heart", "strain.swing"):
        assert np.abs(rest.data[key].values).max() < 1e-6, key
    assert np.all(rest.data["oxygen_balance.energy"].values == 1.0)
    for bed in REGULATED:
        assert mean(rest, f"{bed}_regulation.local") == pytest.approx(1.0, abs=0.01)


def test_pressure_around_the_brain_raises_arterial_pressure_only_once_flow_fails(person, rest):
    """Cushing1901: the skull's pressure is answered when it comes near the arterial one, not before."""
    found = {}
    for p_csf in (50.0, 85.0):
        beat = person.with_({"head.p_csf": p_csf}).periodic(start=rest)
        found[p_csf] = beat.summary()["MAP"] - rest.summary()["MAP"], mean(beat, "cerebral.PO2")
    assert abs(found[50.0][0]) < 1 and found[50.0][1] == pytest.approx(mean(rest, "cerebral.PO2"), rel=0.01)
    assert found[85.0][0] > 5 and found[85.0][1] < 60


def test_a_regulated_bed_answers_once_to_its_oxygen(person):
    wires = person._c.graph.wires
    for bed in REGULATED:
        assert wires[f"{bed}.local"] == f"{bed}_regulation.local" and wires[f"{bed}.gases"] == f"{bed}.gases"
    assert wires["splanchnic.gases"] == "dilation.local"
    assert wires["autonomic.baro"] == "arterial_receptors.error"
    assert wires["lv.cell.energy"] == "oxygen_balance.energy"
    assert wires["oxygen_balance.energy_slow"] == "energetics.energy"
    for bed in ("head", "legs"):
        assert wires[f"{bed}_regulation.angiotensin"] == "hormones.angiotensin"


def test_the_small_loop_has_no_effort():
    model = hl.human()
    assert "exercise.watts" not in model.parameters.index
    for event in (Exertion(kind="exercise", watts=100), Straining(kind="strain")):
        with pytest.raises(DataError, match="needs a person with a regional loop"):
            event.events(model)


def test_impossible_efforts_are_refused(person):
    with pytest.raises(ParameterError, match=r"exercise.watts = 2000 W is outside 0..600"):
        person.with_({"exercise.watts": 2000.0})
    with pytest.raises(ParameterError, match=r"strain.pressure = 200 mmHg is outside -60..80"):
        person.with_({"strain.pressure": 200.0})


def test_a_wire_that_is_not_there_cannot_be_taken_away():
    circuit = assemble(loop="regional", slow=False)
    with pytest.raises(WiringError, match=r"No wire leads to 'head.gases'"):
        circuit.unwire("head.gases")


def test_a_load_takes_its_oxygen_and_the_balance_closes(rest, work):
    """10.3 mL/min a watt above rest, in tissue, lung and air alike; Fick holds on the steady beat."""
    s, beds = work.summary(), ("head", "upper_body", "coronary", "splanchnic", "renal", "legs")
    use = 60 * sum(mean(work, f"{bed}_tissue.use_O2") for bed in beds)
    assert s["VO2"] == pytest.approx(use, rel=1e-5)
    heart = 60 * (mean(work, "coronary_tissue.use_O2") - mean(rest, "coronary_tissue.use_O2"))
    assert s["VO2"] - rest.summary()["VO2"] - heart == pytest.approx(10.3 * LOAD, rel=0.02)
    fick = s["CO"] * 1000 * (mean(work, "arterial_blood.c_O2") - mean(work, "right_blood.c_O2"))
    assert fick == pytest.approx(s["VO2"], rel=0.01)


def test_light_work_raises_rate_output_and_breathing_and_not_diastolic_pressure(rest, work):
    a, b = rest.summary(), work.summary()
    assert b["HR"] > 1.2 * a["HR"] and b["CO"] > 1.4 * a["CO"] and b["VE"] > 1.5 * a["VE"]
    assert b["SVR"] < 0.75 * a["SVR"] and abs(b["DBP"] - a["DBP"]) < 12
    assert mean(work, "legs.q") > 3 * mean(rest, "legs.q")
    assert mean(work, "splanchnic.q") < mean(rest, "splanchnic.q")
    assert mean(work, "head.q") == pytest.approx(mean(rest, "head.q"), rel=0.15)
    assert mean(work, "coronary.q") > 1.15 * mean(rest, "coronary.q")
    assert np.all(work.data["oxygen_balance.energy"].values > 0.999)


def test_gradients_of_the_working_beat_agree_with_differences(working, work):
    to = {"exercise.watts": 0.5, "aortic.G_rest": 0.01}
    of = ["MAP", "HR", "CO", "VE"]
    exact = work.gradient(of=of, to=list(to))
    for path, h in to.items():
        up, down = (
            working.with_({path: working[path] + d}).periodic(rtol=1e-7, tol=1e-10).summary() for d in (h, -h)
        )
        for key in of:
            slope = (up[key] - down[key]) / (2 * h)
            size = max(abs(slope), 1e-3 * abs(work.summary()[key]) / h)
            assert exact.loc[key, path] == pytest.approx(slope, abs=0.02 * size), (key, path)


def test_narrowed_coronary_arteries_starve_the_wall(person, rest):
    """Stenosis that regulation cannot make good: inner layer first, less energy for the cell, a weaker pump."""
    sick = person.with_({"coronary.stenosis": 2.0}).periodic()
    assert mean(sick, "oxygen_balance.ratio_inner") < 1 < mean(rest, "oxygen_balance.ratio_inner")
    assert mean(sick, "coronary.q_inner") / mean(sick, "coronary.q_outer") <= 1.02 * (
        mean(rest, "coronary.q_inner") / mean(rest, "coronary.q_outer")
    )
    assert mean(sick, "oxygen_balance.energy") < 0.95
    assert sick.summary()["EF"] < rest.summary()["EF"] and sick.summary()["LVEDP"] > rest.summary()["LVEDP"]


def test_a_dilated_ventricle_leaks(person):
    model = person.with_({"lv.V_ref": 1.9 * person["lv.V_ref"]})
    wide, tight = model.periodic(), model.with_({"mitral_valve.G_functional": 0.0}).periodic()
    assert 0.04 < mean(wide, "mitral_valve.orifice") < 0.2 and mean(tight, "mitral_valve.orifice") == 0.0
    assert wide.summary()["PCWP"] > tight.summary()["PCWP"] and wide.data["mitral_valve.q"].min() < -10


def test_what_presses_on_the_chest_does_not_fill_it(person, rest):
    """The afferent of filling sees stretch: a strain that lifts every pressure in the chest leaves it silent."""
    assert person._c.graph.wires["cardiopulmonary.p_filling"] == "filling.p"
    assert np.allclose(rest.data["filling.p"].values, rest.data["pulmonary_veins.p"].values, rtol=0, atol=1e-9)
    strained = person.with_({"strain.pressure": 20.0}).periodic(start=rest)
    assert mean(strained, "pulmonary_veins.p") > mean(rest, "pulmonary_veins.p") + 8
    assert mean(strained, "cardiopulmonary.filling") == 0.0


def test_four_phases_of_a_strain(person):
    run = person.solve(38, every=0.05, events=Straining(kind="strain", start_s=5).events(person))
    b = run.beats

    def within(low, high):
        return b[(b["onset"] >= low) & (b["onset"] < high)]

    base, first, strained, release, after = (
        within(*w) for w in ((0, 4), (5.5, 8), (9, 19), (20.5, 23), (23, 37))
    )
    MAP = float(base["MAP"].mean())
    assert first["MAP"].max() > MAP + 15  # I
    assert strained["MAP"].min() < first["MAP"].max() - 10  # II, the heart empties
    assert strained["SV"].min() < 0.7 * base["SV"].mean()
    assert strained["MAP"].iloc[-1] > strained["MAP"].min()  # and the vessels narrow
    tone = run.data["arterioles.tone_R"]
    assert float(tone.sel(time=19.5, method="nearest")) > float(tone.sel(time=5, method="nearest")) + 0.07
    assert release["MAP"].min() < strained["MAP"].iloc[-1] - 5  # III
    assert after["MAP"].max() > MAP + 10 and after["HR"].min() < strained["HR"].max() - 15  # IV
    held = float(run.x[person._c.volume_rows].sum())
    assert held == pytest.approx(person["blood.V_total"], rel=1e-9)


def test_scenarios_of_effort_are_for_the_regional_person():
    efforts = {"cycling": "exercise.watts", "light-cycling": "exercise.watts", "valsalva": "strain.pressure"}
    for name, path in efforts.items():
        spec = scenario(name).spec
        assert spec.person.loop == "regional" and spec.seconds
        found = [e for event in spec.events for e in event.events(hl.human(loop="regional"))]
        assert any(isinstance(e, ev.ParameterCourse) and e.path == path for e in found)
