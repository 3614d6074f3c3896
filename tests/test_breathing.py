"""Lungs that breathe: the curve of the breath, balances of the component, and the person beside mean ventilation."""

import numpy as np
import pytest

import heartloop as hl
from heartloop.circulation.breath import TidalLungs, volume_pull
from heartloop.circulation.lungs import P_STPD, P_WATER
from heartloop.component import Param, State
from heartloop.errors import ConvergenceError, EventError, ParameterError
from heartloop.scenarios.person import bare
from heartloop.scenarios.scenario import scenario
from heartloop.scenarios.variants import breathing
from heartloop.validation.balance import balances


def evaluate(**given):
    lungs = TidalLungs("lungs")
    v = {k: d.value for k, d in lungs.declarations.items() if isinstance(d, Param | State)}
    v |= dict(VT=520.0, rate=12.0, q=90.0, c_O2_v=0.150, c_CO2_v=0.528, capacity=0.201)
    eq = lungs.evaluate(v | given)
    return {k: float(x) for k, x in eq.ddt.items()}, {k: float(x) for k, x in eq.out.items()}, v | given


@pytest.mark.parametrize("T_I", [0.25, 0.375, 0.5, 0.7])
def test_inspiration_takes_its_part_of_the_breath(T_I):
    angle = 2 * np.pi * (np.arange(20_000) + 0.5) / 20_000
    y = np.array([float(volume_pull(np.cos(a), np.sin(a), T_I)) for a in angle[::20]])
    assert y.max() == pytest.approx(1, abs=1e-4) and y.min() == pytest.approx(-1, abs=1e-4)
    assert y.mean() == pytest.approx(0, abs=1e-9)  # the mean volume is the mean volume
    assert np.mean(np.gradient(y, angle[::20]) > 0) == pytest.approx(T_I, abs=2e-3)


@pytest.mark.parametrize("turn", [0.0, 1.0, 2.0, 3.0, 4.5])
def test_gas_in_alveoli_and_dead_space_changes_by_what_passes_mouth_and_membrane(turn):
    ddt, out, v = evaluate(c=np.cos(turn), s=np.sin(turn), V_L=2450.0, PDO2_1=148.0, PDCO2_2=11.0)
    for gas, leaves in (("O2", out["uptake_O2"]), ("CO2", -out["output_CO2"])):
        stretches = sum(ddt[f"PD{gas}_{k}"] for k in (1, 2, 3)) * v["VD"] / 3
        held = ddt[gas] + stretches / P_STPD
        over_mouth = out["air_O2"] if gas == "O2" else -out["air_CO2"]
        assert held == pytest.approx(over_mouth - leaves, rel=1e-9)


def test_air_moves_with_the_volume_and_makes_up_for_the_net_uptake():
    ddt, out, _ = evaluate(V_L=2300.0)
    net = (out["uptake_O2"] - out["output_CO2"]) * P_STPD / (760 - P_WATER)
    assert out["VA"] == pytest.approx(ddt["V_L"] + net, rel=1e-12) and ddt["V_L"] > 0


def test_pleural_pressure_falls_as_the_lungs_fill_and_air_flows_in():
    still = evaluate(V_L=2400.0, VT=0.0)[1]["swing"]
    assert still == pytest.approx(0, abs=1e-12)
    above = 200 * float(volume_pull(0.0, 1.0, 0.375))
    full = evaluate(V_L=2400.0 + above, VT=400.0, c=0.0, s=1.0)  # where the muscles hold it: no flow
    assert full[0]["V_L"] == pytest.approx(0, abs=1e-9)
    assert full[1]["swing"] == pytest.approx(-above / 200 * 0.73556, rel=1e-9)
    assert evaluate(V_L=2400.0, VT=400.0, c=0.0, s=1.0)[1]["swing"] < 0  # flow on its way


def test_the_place_in_the_breath_returns_to_its_circle():
    out = evaluate(c=1.05, s=0.0)[0]
    assert out["c"] < 0 and evaluate(c=0.95, s=0.0)[0]["c"] > 0
    on = evaluate(c=0.6, s=0.8)[0]
    assert 0.6 * on["c"] + 0.8 * on["s"] == pytest.approx(0, abs=1e-12)


@pytest.fixture(scope="module")
def person():
    return breathing(hl.human())


def test_a_breathing_person_wanders_about_the_orbit_with_mean_ventilation(person):
    run = person.solve(30, every=0.02)
    steady = person.at_mean().periodic().summary()
    breaths = run.data.sel(time=slice(10, 30))  # four breaths
    p = breaths["thorax.p_pleural"]
    assert float(p.mean()) == pytest.approx(person["thorax.p_mean"], abs=0.1) and 1.2 < float(p.max() - p.min()) < 2.8
    V = breaths["lungs.V_L"]
    assert float(V.max() - V.min()) == pytest.approx(520, rel=0.05)
    beats = run.beats[run.beats["onset"] >= 10]
    for key, most in (("MAP", 0.01), ("CO", 0.01), ("PaO2", 0.02), ("PaCO2", 0.02)):
        assert float(beats[key].mean()) == pytest.approx(float(steady[key]), rel=most), key
    assert beats["SV"].max() - beats["SV"].min() > 0.5  # filling follows the breath
    missed = {row.quantity: row.model for row in balances("breathing", run, [])}
    assert all(value < 1e-6 for value in missed.values()), missed


def test_a_larger_muscle_pull_is_a_larger_breath_and_more_carbon_dioxide_is_blown_off(person):
    calm, deep = (person.with_({"ventilation.VT_rest": v}).solve(20, every=0.05, start=x) for v, x in (
        (person["ventilation.VT_rest"], person._onset()), (900.0, person._onset())))  # fmt: skip
    assert float(deep.data["lungs.V_L"].max()) > float(calm.data["lungs.V_L"].max()) + 100
    assert deep.beats["VCO2"].iloc[5:].mean() > calm.beats["VCO2"].iloc[5:].mean() + 50


def test_a_breathing_person_has_no_steady_beat(person):
    with pytest.raises(ConvergenceError, match="at_mean"):
        person.periodic()
    with pytest.raises(EventError, match="no steady beats for a course"):
        person.progress(10)
    assert person.reference == person.mean.reference and breathing(person) is person
    weak = person.with_({"systemic.R": 1.4})
    assert weak.at_mean()["systemic.R"] == 1.4 and person.at_mean()["systemic.R"] != 1.4


def test_who_has_no_lungs_cannot_breathe():
    with pytest.raises(ParameterError, match="no lungs"):
        breathing(bare(slow=False, gas="prescribed"))


def test_a_scenario_may_ask_for_the_breath(tmp_path):
    file = tmp_path / "breath.toml"
    file.write_text('name = "breath"\ntitle = "Breath"\nseconds = 3\n[person]\nbreath = "tidal"\n')
    run = scenario(file).run(progress=False)
    assert "lungs.V_L" in run.data and run.status == "complete"
