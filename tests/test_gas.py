"""Gas exchange: dissociation, lungs, transport and breathing; then the whole: balances, Fick, gradients, hypoxia."""

import numpy as np
import pytest

from heartloop.circulation.blood import viscosity
from heartloop.circulation.dissociation import contents, saturation, tensions
from heartloop.circulation.gas import Stretch
from heartloop.circulation.hypoxia import GasDilation, HypoxicConstriction
from heartloop.circulation.lungs import P_STPD, P_WATER, Lungs
from heartloop.circulation.tissue import Tissue
from heartloop.compiled import Compiled
from heartloop.component import Input, Param, State
from heartloop.model import Model
from heartloop.reflex.ventilation import Ventilation
from heartloop.scenarios.person import FEATURES, ROLES, assemble, rest_features, rest_values

NORMAL = 0.201  # mL/mL: 15 g/dL


def evaluate(component, **given):
    v = {k: d.value for k, d in component.declarations.items() if isinstance(d, Param | State)}
    v |= {k: d.default for k, d in component.of(Input).items() if d.default is not None}
    eq = component.evaluate(v | given)
    return {k: float(x) for k, x in eq.ddt.items()}, {k: float(x) for k, x in eq.out.items()}


# -- dissociation -----------------------------------------------------------------------------------------------------


def test_published_points_of_the_oxygen_curve():
    assert float(saturation(95, 40)) == pytest.approx(0.97, abs=0.003)  # BioGears, rest
    assert float(saturation(40, 46)) == pytest.approx(0.75, abs=0.015)  # mixed venous, textbook
    assert 25 < 14.99 * (1 + 0.03198 * 40) / (1 + 0.008275 * 40) < 27  # P50 of the constants: 25.7
    assert float(saturation(25.68, 40)) == pytest.approx(0.5, abs=1e-3)
    c_O2, c_CO2 = contents(95.0, 40.0, NORMAL)
    assert float(c_O2) == pytest.approx(0.198, abs=0.002)  # Spencer's total curve, 9 mmol/L of sites: 0.1978
    assert float(c_CO2) == pytest.approx(0.48, abs=0.01)  # 48 mL/dL, textbook


def test_bohr_and_haldane():
    assert float(saturation(27, 60)) < float(saturation(27, 40)) - 0.05
    assert float(contents(40.0, 40.0, NORMAL)[1]) > float(contents(95.0, 40.0, NORMAL)[1]) + 0.005


@pytest.mark.parametrize("capacity", [0.107, NORMAL, 0.268])  # 8, 15, 20 g/dL
@pytest.mark.parametrize("PCO2", [20.0, 40.0, 70.0])
def test_contents_and_tensions_are_inverse(capacity, PCO2):
    for PO2 in (10, 20, 27, 40, 60, 80, 95, 110, 150, 250, 450, 660):
        c_O2, c_CO2 = contents(float(PO2), PCO2, capacity)
        back = [float(x) for x in tensions(float(c_O2), float(c_CO2), capacity)]
        rel = 3e-7 if PO2 <= 110 else 1e-4  # a fixed number of Newton steps; the knee is the hard place
        assert back == pytest.approx([PO2, PCO2, float(saturation(PO2, PCO2))], rel=rel), PO2
        again = [float(x) for x in contents(back[0], back[1], capacity)]
        assert again == pytest.approx([float(c_O2), float(c_CO2)], rel=rel)


# -- single components ------------------------------------------------------------------------------------------------


def test_alveolar_gas_equation():
    """In equilibrium PAO2 = PIO2 - PACO2 (FIO2 + (1 - FIO2)/R), if nothing but air is inspired."""
    lungs = Lungs("lungs", FiCO2=0.0)
    blood = dict(VT=520.0, rate=12.0, q=95.0, c_O2_v=0.153, c_CO2_v=0.522, capacity=NORMAL)
    x = np.array([104.0, 40.0])
    for _ in range(4000):  # towards equilibrium by plain steps of 0.1 s
        rates, out = evaluate(lungs, **blood, PAO2=x[0], PACO2=x[1])
        x = x + 0.1 * np.array([rates["PAO2"], rates["PACO2"]])
    R = out["output_CO2"] / out["uptake_O2"]
    expected = 0.2104 * (760 - P_WATER) - x[1] * (0.2104 + (1 - 0.2104) / R)
    assert x[0] == pytest.approx(expected, abs=1e-4)
    assert out["VA"] * x[1] == pytest.approx(P_STPD * out["output_CO2"], rel=1e-6)  # 863 VCO2 = VA PACO2
    assert P_STPD == pytest.approx(863, abs=0.1)


def test_shunted_blood_brings_no_oxygen():
    blood = dict(VT=520.0, rate=12.0, q=95.0, c_O2_v=0.15, c_CO2_v=0.52, capacity=NORMAL)
    whole, half = (evaluate(Lungs("lungs", shunt=s), **blood)[1] for s in (0.0, 0.5))
    assert half["uptake_O2"] == pytest.approx(whole["uptake_O2"] / 2)
    assert half["c_O2"] == pytest.approx((whole["c_O2"] + 0.15) / 2)
    for gas, flow in (("O2", "uptake_O2"), ("CO2", "output_CO2")):  # what the lung gives the blood is in the blood
        assert 95.0 * abs(half[f"c_{gas}"] - blood[f"c_{gas}_v"]) == pytest.approx(abs(half[flow]))


def test_a_breath_that_only_moves_dead_space_ventilates_nothing():
    blood = dict(rate=12.0, q=95.0, c_O2_v=0.15, c_CO2_v=0.52, capacity=NORMAL)
    assert evaluate(Lungs("lungs"), VT=20.0, **blood)[1]["VA"] < 0.2
    assert evaluate(Lungs("lungs"), VT=650.0, **blood)[1]["VA"] == pytest.approx(100, rel=1e-3)


def test_transit_is_volume_over_flow_and_volume_alone_changes_no_content():
    stretch = Stretch("s", O2=160.0, CO2=400.0)
    rates, out = evaluate(stretch, q=100.0, c_O2_in=0.1, c_CO2_in=0.5, V=800.0, dV=0.0)
    assert out["c_O2"] == pytest.approx(0.2) and rates["O2"] / 800 == pytest.approx((0.1 - 0.2) * 100 / 800)
    rates, out = evaluate(stretch, q=100.0, c_O2_in=0.2, c_CO2_in=0.5, V=800.0, dV=60.0)
    assert rates["O2"] - out["c_O2"] * 60 == pytest.approx(0)  # d(V c)/dt - c dV/dt


def test_tissue_stops_using_what_is_not_there():
    tissue = Tissue("t", VO2=120.0, V_O2=0.0)
    blood = dict(q=30.0, c_O2_a=0.2, c_CO2_a=0.48, V=1000.0, dV=0.0, demand=1.0)
    full, out = evaluate(tissue, O2=150.0, **blood)
    assert out["use_O2"] == pytest.approx(2.0, rel=1e-3) and out["made_CO2"] == pytest.approx(0.84 * out["use_O2"])
    assert full["O2"] == pytest.approx(30 * (0.2 - 0.15) - out["use_O2"])
    assert evaluate(tissue, O2=1.0, **blood)[1]["use_O2"] < 0.2


def test_ventilation_has_the_published_gains_about_an_exact_rest():
    v = Ventilation("v")
    rates, out = evaluate(v, chemo=0.0, PaCO2=40.0)
    assert set(rates.values()) == {0.0} and out["VT"] == v.declarations["VT_rest"].value and out["rate"] == 12.0
    rates, out = evaluate(v, chemo=2.0, PaCO2=43.0)
    steady = {k: rates[k] * v.declarations[t].value for k, t in (
        ("effort_peripheral", "tau_pA"), ("rate_peripheral", "tau_pf"), ("effort_central", "tau_cA"),
        ("rate_central", "tau_cf"))}  # fmt: skip
    assert list(steady.values()) == pytest.approx([2 * 1.31, 2 * 0.8735, 3 * 0.85, 3 * 0.9])
    out = evaluate(v, chemo=0.0, PaCO2=0.0, **steady)[1]
    assert out["VT"] == pytest.approx(520 + 100 * (2 * 1.31 + 3 * 0.85)) and out["rate"] == pytest.approx(16.447)
    for effort in (-1000.0, 1000.0):
        out = evaluate(v, chemo=0.0, PaCO2=40.0, effort_central=effort, rate_central=effort)[1]
        assert 0 <= out["VT"] <= 3500 and 2 <= out["rate"] <= 50


def test_tissue_vessels_answer_to_content_and_to_excess_carbon_dioxide():
    dilation = GasDilation("d")
    rest = dict(PaO2_rest=98.0, PaCO2_rest=40.0, capacity_rest=NORMAL)
    c_rest = float(contents(98.0, 40.0, NORMAL)[0])

    S_rest = float(saturation(98.0, 40.0))

    def local(c=1.0, S=1.0, excess=0.0):
        oxygen = 0.3 * np.log(c) + 0.7 * np.log(S)
        gases = dict(c_O2=c * c_rest, SaO2=S * S_rest, PaCO2=40 + excess)
        rates, out = evaluate(dilation, **gases, oxygen=oxygen, excess=excess, **rest)
        assert max(abs(r) for r in rates.values()) < 1e-12
        return out["local"]

    assert local() == pytest.approx(1, abs=1e-12) == local(excess=-8.0)
    thin = viscosity(5.0, 2.2, -0.8) / viscosity(13.0, 2.2, -0.8)
    assert local(c=5 / 13) * thin == pytest.approx(0.54, abs=0.08)  # Weiskopf 1998, with its reflexes
    assert local(c=0.87, S=0.87) == pytest.approx(0.87)
    assert local(excess=10.0) == pytest.approx(np.exp(-0.02 * 9.5))


def test_lung_vessels_close_when_the_alveoli_lack_oxygen():
    # Dorrington 1997: resistance 1.23 to 1.77 mmHg min/L after half an hour at 50 mmHg
    local = [evaluate(HypoxicConstriction("c"), PAO2=p)[1]["local"] for p in (104.0, 70.0, 50.0)]
    assert local[:2] == [1.0, 1.0] and local[2] == pytest.approx(1.77 / 1.23, abs=0.05)


# -- the person -------------------------------------------------------------------------------------------------------

STRETCHES = ("left_blood", "arterial_blood", "right_blood", "systemic_tissue", "splanchnic_tissue")
BALANCED = {
    "use_a": "systemic_tissue.use_O2", "use_b": "splanchnic_tissue.use_O2", "made_a": "systemic_tissue.made_CO2",
    "made_b": "splanchnic_tissue.made_CO2", "c_O2": "systemic_tissue.c_O2", "c_CO2": "systemic_tissue.c_CO2",
    "CaO2": "arterial_blood.c_O2", "CvO2": "right_blood.c_O2",
}  # fmt: skip


@pytest.fixture(scope="module")
def person():
    """A man with prescribed ventricles, and the integrals that close the balances."""
    circuit = assemble(ventricle="prescribed", slow=False)
    for key, path in BALANCED.items():
        circuit.measure(key, path)
    model = Model(Compiled(circuit), roles=ROLES, features=FEATURES | rest_features(), bsa=1.9, title="balances")
    stored = rest_values()["male prescribed"]
    model = model.with_(stored["parameters"])
    model.start_from(stored["state"])
    return model.at_rest()


@pytest.fixture(scope="module")
def beat(person):
    return person.periodic(rtol=1e-7, tol=1e-10)


def stores(c, theta, x):
    """Oxygen and carbon dioxide in lung, blood and tissue, mL."""
    at = dict(zip([*c.param_paths], theta, strict=False))
    return np.array([
        x[c.index[f"lungs.PA{gas}"]] * at["lungs.V_A"] / P_STPD + sum(x[c.index[f"{s}.{gas}"]] for s in STRETCHES)
        for gas in ("O2", "CO2")
    ])  # fmt: skip


def test_gases_balance_through_hypoxia_and_bleeding_at_a_coarse_tolerance(person, beat):
    """Taken from the air, used, made and bled away: the sums are the change of the stores."""
    c, x = person._c, beat.x.copy()
    theta = person._theta
    start, moved, turnover = stores(c, theta, x), np.zeros(2), 0.0
    for changes in ({}, {"lungs.FiO2": 0.12}, {"lungs.FiO2": 0.12, "bleeding.q": -3.0}, {"lungs.FiCO2": 0.05}):
        theta = person.with_(changes)._theta
        q = changes.get("bleeding.q", 0.0)
        for _ in range(25):
            x = c.beat(x, theta, rtol=1e-4).x
            f = {k: x[c.index[f"mean.{k}"]] for k in (*BALANCED, "VO2", "VCO2")}
            moved += [
                f["VO2"] - f["use_a"] - f["use_b"] + q * f["c_O2"],
                -f["VCO2"] + f["made_a"] + f["made_b"] + q * f["c_CO2"],
            ]
            turnover += f["VO2"]
    change = stores(c, theta, x) - start
    assert abs(change[0]) > 50
    assert np.max(np.abs(change - moved)) / turnover < 1e-8


def test_the_oxygen_balance_and_ficks_identity_hold_on_the_orbit(beat):
    f = beat.features()
    use = f["use_a"] + f["use_b"]
    assert f["VO2"] / 60 == pytest.approx(use, rel=1e-6)
    assert f["VCO2"] / 60 == pytest.approx(f["made_a"] + f["made_b"], rel=1e-6)
    fick = 1000 * f["CO"] * (f["CaO2"] - f["CvO2"])
    assert fick == pytest.approx(f["VO2"], rel=2e-3)  # flow and content ripple together within the beat
    assert 236 < f["VO2"] < 256 and f["VCO2"] / f["VO2"] == pytest.approx(0.84, abs=1e-4)  # Albanese2016, 246


def test_resting_gases_and_breath(beat):
    s = beat.summary()
    assert s["PaCO2"] == pytest.approx(40, abs=1e-4)
    assert 80 < s["PaO2"] < 105 and 0.96 < s["SaO2"] < 0.985 and 0.68 < s["SvO2"] < 0.80
    assert 5.5 < s["VE"] < 7.5  # BioGears, 6-7 L/min
    assert s.attrs["units"]["PaO2"] == "mmHg"


def test_blood_stays_the_only_conserved_total(beat):
    assert beat.residual < 1e-8 and list(beat.neutral) == ["blood"]


def test_prescribed_gases_fit_the_slot():
    c = assemble(ventricle="prescribed", slow=False, gas="prescribed")
    graph = c.flatten()
    paths = {e.path for e in graph.fast}
    assert "ventilation.effort_central" in paths and not any(p.startswith(("lungs", "left_blood")) for p in paths)
    assert "arterial_gas.PaO2" in {e.path for e in graph.params}


def test_gradients_through_the_gases_match_differences(person):
    to = ["lungs.shunt", "lungs.FiO2", "lungs.VD", "blood.Hb", "systemic_tissue.VO2", "ventilation.G_cA"]
    of = ["PaO2", "PaCO2", "SvO2", "MAP"]
    low = person.with_({"lungs.FiO2": 0.16})
    rest = low.periodic(rtol=1e-7, tol=1e-10)
    g = rest.gradient(of, to, elasticity=True)
    for p in to:
        h = 1e-3
        up, down = (
            low.with_({p: low[p] * (1 + s * h)}).periodic(rtol=1e-8, tol=1e-11, start=rest).features() for s in (1, -1)
        )
        for k in of:
            fd = (np.log(up[k]) - np.log(down[k])) / (2 * h)
            assert g.loc[k, p] == pytest.approx(fd, rel=1e-3, abs=1e-5), (k, p)


def test_directions_of_the_steady_person(person, beat):
    rest = beat.features()
    f = {
        name: person.with_(changes).periodic().features()
        for name, changes in {
            "hypoxia": {"lungs.FiO2": 0.12}, "hypercapnia": {"lungs.FiCO2": 0.05}, "anaemia": {"blood.Hb": 8.0},
            "shunt": {"lungs.shunt": 0.2}, "oxygen": {"lungs.FiO2": 1.0},
        }.items()
    }  # fmt: skip
    low = f["hypoxia"]
    assert low["PaO2"] < 55 and low["SaO2"] < 0.88 and low["PaCO2"] < 38
    assert low["VE"] > 1.05 * rest["VE"]  # all that the steady PaCO2 asks for
    assert low["HR"] > rest["HR"] + 3 and low["CO"] > 1.05 * rest["CO"] and low["PAP_mean"] > rest["PAP_mean"] + 2
    more = f["hypercapnia"]
    assert more["VE"] > 1.5 * rest["VE"] and 41 < more["PaCO2"] < 50
    assert more["HR"] > rest["HR"] + 3 and more["CO"] > rest["CO"] and more["SVR"] < rest["SVR"]
    assert f["anaemia"]["HR"] > rest["HR"] + 4 and f["anaemia"]["CO"] > 1.15 * rest["CO"]
    assert f["anaemia"]["SvO2"] < rest["SvO2"] - 0.05 and f["anaemia"]["PaO2"] == pytest.approx(rest["PaO2"], abs=10)
    assert f["shunt"]["PaO2"] < 75
    assert f["oxygen"]["PaO2"] > 400 and f["oxygen"]["VE"] < rest["VE"]
