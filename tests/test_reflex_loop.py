"""The closed reflex around the small loop with prescribed ventricles: rest, gain, bleeding, neck suction.

The ventricles take no part in the reflex here (no cell, no contractility), so responses are those of rate, resistance
and veins alone.
"""

import numpy as np
import pytest

from heartloop import events, reflex
from heartloop.calibrate import calibrate
from heartloop.circuit import Circuit
from heartloop.circulation.blood import Blood
from heartloop.circulation.loop import blood_volume, small_loop
from heartloop.compiled import Compiled
from heartloop.model import Model

LINKS = ("G_baro", "G_chemo", "G_stretch", "G_filling")


@pytest.fixture(scope="module")
def person():
    c = Circuit("reflex around prescribed ventricles")
    small_loop(c, sex="male", ventricle="prescribed")
    parts, wires = reflex.components()
    c.add(*parts)
    c.add(Blood("blood", V_total=blood_volume(sex="male")))
    wires = [
        *wires,
        ("arteries.p", "baroreceptor.p_carotid"),
        ("aorta.p_transmural", "aortic.p_arch"),
        ("aortic_path.q", "chemoreceptor.flow"),
        ("ra.p_transmural", "cardiopulmonary.p_ra"),
        ("pulmonary_veins.p", "cardiopulmonary.p_filling"),
        ("autonomic.sympathetic_heart", "pacing.beta_response"),
        ("arterioles.tone_R", "systemic.tone_R"),
        ("arterioles.tone_R", "splanchnic.tone_R"),
        ("veins.dV0", "systemic_veins.dV0"),
        ("veins.dV0", "splanchnic_veins.dV0"),
        ("pacing.t_ventricle", "lv.onset"),
        ("pacing.t_ventricle", "rv.onset"),
    ]
    for source, destination in wires:
        c.signal(source, to=destination)
    c.beat("pacing.RR")
    c.total("blood", "blood.total")
    for key, path in {
        "MAP": "arteries.p",
        "RAP_mean": "ra.p",
        "CVP": "vena_cava.p",
        "q_aortic": "aortic_valve.q",
        "sympathetic": "autonomic.sympathetic",
    }.items():
        c.measure(key, path)
    kind = {"mean": "mean", "onset": "start"}
    features = {"rest:" + path: (kind[how], path) for path, how in reflex.REST.values()}
    model = Model(
        Compiled(c), roles={"arterial": "arteries.p"}, features=features, readouts={}, bsa=1.9, title="reflex"
    )
    size = {"mean": 1.0, "onset": 0.1}
    targets = {p: ("rest:" + out, 0.0, size[how]) for p, (out, how) in reflex.REST.items()}
    return calibrate(model, targets).at_rest()


@pytest.fixture(scope="module")
def rest(person):
    return person.periodic(rtol=1e-6, tol=1e-8)


def test_closing_the_loops_leaves_the_resting_orbit(person, rest):
    cut = person.with_({f"autonomic.{g}": 0.0 for g in LINKS} | {"autonomic.efferent_vessels": 0.0})
    cut = cut.with_({"autonomic.efferent_heart": 0.0, "autonomic.vagal_efferent": 0.0})
    opened = cut.periodic(rtol=1e-6, tol=1e-8).features()
    closed = rest.features()
    assert closed["HR"] == pytest.approx(70, abs=1e-3) and opened["HR"] == pytest.approx(70, abs=1e-6)
    for key in ("MAP", "CO"):  # what is left is the ripple of tones within a beat
        assert opened[key] == pytest.approx(closed[key], rel=2e-4), key


def test_trims_are_small(person):
    for name, limit in (("heart", 0.5), ("arterioles", 0.5), ("veins", 0.5), ("vagus", 1.0)):
        assert abs(person[f"autonomic.theta_{name}"]) < limit


def test_resting_loop_is_stable(person, rest):
    size = np.sort(np.abs(np.asarray(rest.multipliers)))[::-1]
    assert size[0] == pytest.approx(1, abs=1e-6)  # blood volume
    slowest = np.exp(-60 / 70 / person["ventilation.tau_cf"])  # breathing, which acts on nothing here
    assert size[1] == pytest.approx(slowest, abs=1e-4) and size[5] < 0.98


def test_reflex_defends_pressure_against_vasodilation(person, rest):
    def dilated(model):
        return model.with_({k: 0.7 * model[k] for k in ("systemic.R", "splanchnic.R")}).periodic().features()["MAP"]

    base = rest.features()["MAP"]
    closed = base - dilated(person)
    opened = base - dilated(person.with_({f"autonomic.{g}": 0.0 for g in LINKS}))
    assert 1.0 < opened / closed - 1 < 3.0  # loop gain, carotid and cardiopulmonary together


def test_bleeding_one_liter(person, rest):
    # Johnson 2015: MAP 93 to 86, HR 60 to 68, PP 68 to 59, CVP -4.5. These ventricles gain no force by their nerves, so
    # the rate has more to do than the whole person's
    now = person.with_({"blood.V_total": person["blood.V_total"] - 1000}).periodic().features()
    was = rest.features()
    assert now["MAP"] - was["MAP"] == pytest.approx(-7, abs=3)
    assert 5 < now["HR"] - was["HR"] < 12
    assert (now["SBP"] - now["DBP"]) - (was["SBP"] - was["DBP"]) == pytest.approx(-9, abs=4)
    assert now["CVP"] - was["CVP"] == pytest.approx(-4.5, abs=3)


def test_neck_suction(person):
    # -60 mmHg for 5 s, of which some 50 reach the sinus: HR -10 +- 2, MAP -15 +- 4 (PMC7854574)
    P_n = person["baroreceptor.P_n"]
    run = person.solve(
        45,
        every=0.05,
        events=[
            events.set_parameter("baroreceptor.P_n", P_n - 50, start=10, over=0.5),
            events.set_parameter("baroreceptor.P_n", P_n, start=15, over=0.5),
        ],
    )
    t, hr, p = (run.data[k].values for k in ("time", "pacing.HR", "arteries.p"))
    mean = np.array([p[(t >= a) & (t < a + 1)].mean() for a in np.arange(5, 44)])
    assert hr[(t > 10) & (t < 20)].min() - 70 == pytest.approx(-11, abs=4)
    assert mean.min() - mean[0] == pytest.approx(-15, abs=4)
    assert abs(mean[-1] - mean[0]) < 3


def test_a_denervated_heart_keeps_its_rate(person):
    cut = person.with_({"autonomic.efferent_heart": 0.0, "autonomic.vagal_efferent": 0.0})
    bled = cut.with_({"blood.V_total": cut["blood.V_total"] - 500}).periodic().features()
    assert bled["HR"] == pytest.approx(70, abs=1e-6) and bled["rest:arterioles.error"] > 0.02
