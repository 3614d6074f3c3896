"""The small loop as a whole, with the prescribed ventricles: rest, conservation, responses without a reflex."""

from __future__ import annotations

import numpy as np
import pytest

from heartloop.circuit import Circuit
from heartloop.circulation.blood import Blood
from heartloop.circulation.loop import blood_volume, small_loop
from heartloop.compiled import Compiled
from heartloop.component import Component, Equations, Held, Param
from heartloop.model import Model


class Pacing(Component):
    """A fixed rate and an atrioventricular delay that follows the square root of the interval."""

    rate = Param(68.0, "1/min", "heart rate", bounds=(30, 200))
    RR = Held("s", "RR interval")
    t_v = Held("s", "ventricular stimulus")

    def equations(self, rate):
        return Equations(out=dict(RR=60 / rate, t_v=0.19 * (60 / rate) ** 0.5))  # Heldt2004


MEAN = {
    "MAP": "arteries.p", "CVP": "vena_cava.p", "RAP": "ra.p", "LAP": "la.p", "PCWP": "pulmonary_veins.p",
    "PAP": "pulmonary_arteries.p", "CO": "aortic_valve.q", "q_mitral": "mitral_valve.q", "p_peri": "pericardium.p",
}  # fmt: skip
FEATURES = {k: ("mean", v) for k, v in MEAN.items()} | {
    "SBP": ("max", "arteries.p"), "DBP": ("min", "arteries.p"), "EDV": ("max", "lv.V"), "ESV": ("min", "lv.V"),
    "RVEDV": ("max", "rv.V"), "RVESV": ("min", "rv.V"), "PAS": ("max", "pulmonary_arteries.p"),
    "PAD": ("min", "pulmonary_arteries.p"), "E": ("max", "mitral_valve.q"), "LVSP": ("max", "lv.p"),
    "RVSP": ("max", "rv.p"), "V_ra": ("min", "ra.V"), "V_la": ("min", "la.V"), "LVp_min": ("min", "lv.p"),
}  # fmt: skip


def person(sex="male"):
    c = Circuit(f"{sex}, small loop, prescribed ventricles")
    c.add(Pacing("pacing"), Blood("blood", V_total=blood_volume(sex=sex)))
    small_loop(c, sex=sex, ventricle="prescribed")
    for k in ("lv", "rv"):
        c.signal("pacing.t_v", to=f"{k}.onset")
    c.beat("pacing.RR")
    c.total("blood", "blood.total")
    return Model(Compiled(c), features=FEATURES, title=sex)


@pytest.fixture(scope="module")
def man():
    return person()


@pytest.fixture(scope="module")
def rest(man):
    return read(man)


def read(model, **changes):
    changes = {k.replace("__", "."): v for k, v in changes.items()}
    f = model.with_(changes).periodic(tol=1e-8).features()
    return f | {"EF": 1 - f["ESV"] / f["EDV"], "RVEF": 1 - f["RVESV"] / f["RVEDV"], "CO": 0.06 * f["CO"]}


# ranges of supine adults at rest; the ventricular volumes are the sex's own, mean +- 2 SD
COMMON = {
    "SBP": (100, 140), "DBP": (60, 90), "MAP": (70, 105), "LAP": (2, 12), "PCWP": (4, 12), "PAS": (15, 30),
    "PAD": (4, 12), "PAP": (9, 18), "RAP": (1, 6), "RVSP": (15, 30), "LVSP": (90, 140),
}  # fmt: skip
OWN = {
    "male": {
        "EF": (0.48, 0.68), "EDV": (102, 230), "ESV": (37, 101), "RVEDV": (110, 254), "RVESV": (41, 129),
        "CO": (4.6, 7.6),
    },
    "female": {
        "EF": (0.51, 0.71), "EDV": (82, 166), "ESV": (27, 71), "RVEDV": (82, 178), "RVESV": (25, 85),
        "CO": (4.0, 6.7),
    },
}  # fmt: skip


@pytest.mark.parametrize("sex", ["male", "female"])
def test_rest_lies_in_the_ranges_of_healthy_adults(sex, rest):
    r = rest if sex == "male" else read(person("female"))
    outside = {k: (r[k], ok) for k, ok in (COMMON | OWN[sex]).items() if not ok[0] <= r[k] <= ok[1]}
    assert outside == {}


def test_every_valve_passes_the_same_flow_on_the_orbit(rest):
    assert rest["CO"] == pytest.approx(0.06 * rest["q_mitral"], rel=1e-4)  # means of samples


def test_blood_volume_is_conserved_over_beats(man):
    c = man._c
    x = man.periodic().x
    start = x[c.volume_rows].sum()
    for _ in range(20):
        x = c.beat(x, man._theta, rtol=1e-5).x
    assert x[c.volume_rows].sum() == pytest.approx(start, rel=1e-12)


def test_leaflets_and_volumes_stay_within_their_limits(man):
    data = man.periodic().data
    for valve in ("mitral", "aortic", "tricuspid", "pulmonary"):
        zeta = data[f"{valve}_valve.zeta"].values
        assert zeta.min() > -1e-6 and zeta.max() < 1 + 1e-6
        q = data[f"{valve}_valve.q"].values
        assert -0.06 * q.max() < q[zeta < 1e-3].min()  # closing reflux only
    assert min(data[f"{k}.V"].values.min() for k in ("la", "lv", "ra", "rv")) > 10


# What the lumped 21-compartment table did without a reflex (circulation reference, section 2.1): signs, and sizes
# within the differences of the two loops.
def test_volume_load_raises_output_and_both_filling_pressures(man, rest):
    r = read(man, blood__V_total=5800.0)
    assert 1.06 < r["CO"] / rest["CO"] < 1.2  # 5.47 -> 6.18
    assert 2.5 < r["RAP"] - rest["RAP"] < 5  # 2.6 -> 6.2
    assert 3 < r["LAP"] - rest["LAP"] < 7  # 7.6 -> 12.7


def test_constricted_arterioles_raise_pressure_and_lower_output(man, rest):
    r = read(man, systemic__tone_R=1.3, splanchnic__tone_R=1.3)
    assert 12 < r["MAP"] - rest["MAP"] < 24  # 95 -> 112
    assert 0.9 < r["CO"] / rest["CO"] < 0.99  # 5.47 -> 5.29


def test_weak_ventricle_ejects_less_of_more(man, rest):
    r = read(man, lv__E_max=0.7 * man["lv.E_max"])
    assert r["EF"] < rest["EF"] - 0.05 and r["EDV"] > rest["EDV"] and r["LAP"] > rest["LAP"]
    assert 0.85 < r["CO"] / rest["CO"] < 0.98  # 5.47 -> 5.13


def test_faster_heart_pumps_more_with_smaller_strokes(man, rest):
    r = read(man, pacing__rate=100.0)
    assert 1.1 < r["CO"] / rest["CO"] < 1.3 and r["EDV"] < rest["EDV"]  # 5.47 -> 6.54


def test_bleeding_is_borne_by_the_veins_and_constriction_gives_it_back(man, rest):
    bled = read(man, blood__V_total=0.9 * 5300)
    assert 15 < rest["MAP"] - bled["MAP"] < 45 and bled["CVP"] < rest["CVP"] - 2  # 95 -> 69 without a reflex
    tight = read(man, blood__V_total=0.9 * 5300, systemic_veins__dV0=-300.0, splanchnic_veins__dV0=-300.0)
    assert tight["MAP"] - bled["MAP"] > 0.4 * (rest["MAP"] - bled["MAP"])
    assert min(bled["V_ra"], bled["V_la"]) > 0


def test_stenosis_and_regurgitation_show_in_the_pressures(man, rest):
    stenosis = read(man, aortic_valve__M_st=0.22)  # 0.9 cm^2
    assert stenosis["LVSP"] - stenosis["SBP"] > 30
    leak = read(man, aortic_valve__M_rg=0.08)
    assert leak["SBP"] - leak["DBP"] > 1.4 * (rest["SBP"] - rest["DBP"]) and leak["EDV"] > rest["EDV"]
    mitral = read(man, mitral_valve__M_rg=0.06)
    assert mitral["EF"] > rest["EF"] and mitral["CO"] < rest["CO"] and mitral["LAP"] > rest["LAP"] + 2


def test_effusion_raises_every_filling_pressure_and_lowers_output(man, rest):
    r = read(man, pericardium__fluid=150.0)
    assert r["p_peri"] > rest["p_peri"] + 2 and r["CO"] < rest["CO"] and r["RAP"] > rest["RAP"]


def test_gradient_through_the_orbit_agrees_with_differences(man):
    paths = ["systemic.R", "arteries.C", "lv.E_max", "aortic_valve.A_ann", "pericardium.lam", "la.E_a"]
    tight = man.periodic(rtol=1e-7, tol=1e-10)
    dirs = man.directions(paths)
    exact = tight.feature_tangents(dirs)
    for i, path in enumerate(paths):
        h = 1e-3 * man[path]
        up, down = (
            man.with_({path: man[path] + s * h}).periodic(rtol=1e-8, tol=1e-10).features()["MAP"] for s in (1, -1)
        )
        fd = (up - down) / (2 * h)
        assert exact["MAP"][i] == pytest.approx(fd, rel=2e-3, abs=1e-3 * 90 / abs(man[path]) * 0.01), path
    assert np.all(np.isfinite(exact["MAP"]))
