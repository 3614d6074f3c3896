"""Reflex: exact rest, signs, saturations of the published laws, bounds. All on plain floats."""

import inspect
import itertools

import casadi as ca
import numpy as np
import pytest

from heartloop import reflex
from heartloop.component import Input, Output, Param, State
from heartloop.reflex.centre import sympathetic_tone, vagal_firing


def values(component, **changed):
    """Every symbol of a component as a float; inputs without a default must be given."""
    v = {}
    for name, d in component.declarations.items():
        if isinstance(d, Param | State):
            v[name] = d.value
        elif isinstance(d, Input) and d.default is not None:
            v[name] = d.default
    return v | changed


def evaluate(component, **changed):
    eq = component.evaluate(values(component, **changed))
    return {k: float(x) for k, x in eq.ddt.items()}, {k: float(x) for k, x in eq.out.items()}


def loop(**values_of):
    parts, wires = reflex.components(**values_of)
    return {c.name: c for c in parts}, wires


def steady(parts, wires, outside, params=None):
    """Steady state of the open reflex for constant outside inputs: (outputs by path, largest rate)."""
    params = params or {}
    symbols, rates, outputs = [], [], {}
    for name in ("baroreceptor", "aortic", "arterial_receptors", "chemoreceptor", "cardiopulmonary", "ventilation",
                 "lung_stretch", "brainstem", "autonomic", "pacing", "arterioles", "veins"):  # fmt: skip
        c = parts[name]
        v = values(c, **outside.get(name, {}), **params.get(name, {}))
        for source, to in wires:
            comp, port = to.split(".")
            if comp == name:
                other, key = source.split(".")
                v[port] = outputs[source] if source in outputs else parts[other].declarations[key].value
        states = c.of(State)
        for s in states:
            v[s] = ca.SX.sym(s)
            symbols.append((v[s], states[s].value))
        eq = c.evaluate(v)
        rates += [eq.ddt[s] for s in states]
        outputs |= {f"{name}.{k}": x for k, x in eq.out.items()}
    x = ca.vertcat(*[s for s, _ in symbols])
    x0 = np.array([v for _, v in symbols])
    rate = ca.Function("rate", [x], [ca.vertcat(*rates)])
    at_start = float(np.abs(rate(x0).full()).max())
    root = ca.rootfinder("root", "newton", {"x": x, "g": ca.vertcat(*rates)})(x0, 0)
    got = ca.Function("out", [x], [ca.vertcat(*[ca.SX(o) for o in outputs.values()])])(root)
    return dict(zip(outputs, got.full().ravel(), strict=True)), at_start


REST = {
    "baroreceptor": {"p_carotid": 92.0},
    "aortic": {"p_arch": 92.0},
    "chemoreceptor": {"flow": 90.0},
    "cardiopulmonary": {"p_ra": 3.0, "p_filling": 8.0},
}


def at(p=92.0, flow=90.0, ra=3.0, filling=8.0, params=None, values_of=None, **more):
    parts, wires = loop(**(values_of or {}))
    outside = {
        "baroreceptor": {"p_carotid": p},
        "aortic": {"p_arch": p},
        "chemoreceptor": {"flow": flow},
        "cardiopulmonary": {"p_ra": ra, "p_filling": filling},
    }
    for k, v in more.items():
        outside[k] = outside.get(k, {}) | v
    return steady(parts, wires, outside, params)[0]


@pytest.mark.parametrize("HR", [45.0, 55.0, 70.0, 85.0, 100.0])
def test_rest_is_an_exact_equilibrium_for_any_heart_rate(HR):
    out = at(values_of={"pacing": {"HR_rest": HR}})
    assert out["pacing.HR"] == pytest.approx(HR, abs=1e-10)
    for path in ("autonomic.sympathetic_heart", "autonomic.sympathetic", "autonomic.vagal", "arterioles.tone_R"):
        assert out[path] == pytest.approx(1, abs=1e-12), path
    for path in [p for p in out if ".error" in p] + ["veins.dV0", "cardiopulmonary.filling"]:
        assert out[path] == pytest.approx(0, abs=1e-10), path


def test_declared_start_values_are_at_rest():
    z = 92 * (1 - 4.0 / 2.076)
    parts, wires = loop(baroreceptor={"z": z}, aortic={"z": z})
    assert steady(parts, wires, REST)[1] < 1e-12


def test_every_rest_parameter_moves_its_own_error():
    parts, _ = loop()
    for param, (error, kind) in reflex.REST.items():
        comp, name = param.split(".")
        assert isinstance(parts[comp].declarations[name], Param) and kind in ("mean", "onset")
        out, key = error.split(".")
        assert isinstance(parts[out].declarations[key], Output)
        d = parts[comp].declarations[name]
        if comp == "ventilation":
            continue  # closes through the lungs
        base = at()[error]
        step = 0.02 * max(abs(d.value), 5.0)
        moved = at(params={comp: {name: d.value + step}})[error]
        assert abs(moved - base) > 1e-4, param


def test_ursino_rest_and_saturations():
    # from the constants of Ursino 1998: fcs 25.15, fes 4.665, fev 4.77 at 92 mmHg; HR 108 at fcs 2.52, 53 at 47.78
    c = loop(baroreceptor={"above": 0.0})[0]["baroreceptor"]
    assert evaluate(c, p_carotid=92.0, z=92 * (1 - 4.0 / 2.076))[1]["f"] == pytest.approx(25.15, abs=1e-6)
    assert 2.10 + (16.11 - 2.10) * np.exp(-0.0675 * 25.15) == pytest.approx(4.665, abs=1e-3)
    assert float(vagal_firing(25.15, 3.2, 6.3, 25.0, 7.06)) == pytest.approx(4.77, abs=5e-3)
    RR = 0.8663  # the person of the paper: HR 69.3 at rest, T0 0.58
    paper = {"pacing": {"HR_rest": 60 / RR, "HR_intrinsic": 60 / 0.58, "G_symp": -0.13}}
    weights = {"autonomic": {"Wb_heart": -1.0, "Wb_arterioles": -1.0, "f_max": 60.0, "f_ev0": 3.2, "f_ev_inf": 6.3,
                             "f_cs0": 25.0, "k_ev": 7.06},
               "baroreceptor": {"above": 0.0}, "arterial_receptors": {"aortic_share": 0.0}}  # fmt: skip
    # a clamped cell: the response of the node's receptors is the agonist level
    hr = {}
    for p in (-400.0, 600.0):
        tone = at(p, params=weights)["autonomic.sympathetic_heart"]
        hr[p] = at(p, values_of=paper, params=weights, pacing={"beta_response": tone})["pacing.HR"]
    assert hr[-400.0] == pytest.approx(108, abs=5)
    assert hr[600.0] == pytest.approx(53, abs=1)


def test_opened_loop_of_the_defaults():
    """Both receptors silent and both saturated."""
    low, high = at(-400.0), at(600.0)
    assert low["arterioles.tone_R"] == pytest.approx(1.24, abs=0.05)
    assert 0.65 < high["arterioles.tone_R"] < 0.80
    assert -1300 < low["veins.dV0"] < -700 and 300 < high["veins.dV0"] < 500
    tone = low["autonomic.sympathetic_heart"]
    assert 2.4 < tone < 3.2
    assert at(-400.0, pacing={"beta_response": tone})["pacing.HR"] == pytest.approx(122, abs=4)
    tone = high["autonomic.sympathetic_heart"]
    assert at(600.0, pacing={"beta_response": tone})["pacing.HR"] == pytest.approx(41, abs=3)


def test_static_gain_of_the_baroreceptor():
    c = loop(baroreceptor={"above": 0.0})[0]["baroreceptor"]
    rest = 1 - 4.0 / 2.076
    up = evaluate(c, p_carotid=92.5, z=92.5 * rest)[1]["f"] - evaluate(c, p_carotid=91.5, z=91.5 * rest)[1]["f"]
    assert up == pytest.approx(0.96, abs=0.01)  # (f_max - f_min) / 4 k_a


def test_set_point_shift_is_a_shift_of_pressure():
    shifted = {"baroreceptor": {"set_point_shift": 10.0}, "aortic": {"set_point_shift": 10.0}}
    assert at(102.0, **shifted)["autonomic.sympathetic"] == pytest.approx(1, abs=1e-10)
    assert at(92.0, **shifted)["autonomic.sympathetic"] > 1.1


def test_a_blunted_reflex_keeps_more_of_its_sympathetic_arc_than_of_the_vagal_one():
    """A sensitivity of a quarter: Eckberg 1971 finds 0.23 at the vagus, DiBona 1995 0.51 at the renal nerve."""
    kept = {}
    for key in ("vagal", "sympathetic_heart"):
        small = 0.1  # mmHg; a slope about rest
        slope = [
            at(92.0 + small, autonomic={"baro_sensitivity": s})["autonomic." + key]
            - at(92.0 - small, autonomic={"baro_sensitivity": s})["autonomic." + key]
            for s in (0.25, 1.0)
        ]
        kept[key] = slope[0] / slope[1]
    assert kept["vagal"] == pytest.approx(0.25, abs=0.005)
    assert kept["sympathetic_heart"] == pytest.approx(0.5, abs=0.005)
    assert at(autonomic={"baro_sensitivity": 0.25})["autonomic.sympathetic"] == pytest.approx(1, abs=1e-10)


def receptors(carotid, aortic, adapted):
    out = evaluate(loop()[0]["arterial_receptors"], carotid=carotid, aortic=aortic, adapted=adapted)[1]
    return out["error"], out["vagal"]


def test_the_arch_has_the_quick_share_at_first_and_the_steady_share_once_the_vagus_has_adapted():
    """Ferguson et al. 1985: 0.28 steady, 0.70 in ramps; Mancia et al. 1977: 0.67."""
    share = {k: loop()[0]["arterial_receptors"].declarations[k].value for k in ("aortic_share", "aortic_share_quick")}
    steady_, quick = share["aortic_share"], share["aortic_share_quick"]
    assert receptors(0.0, 0.0, 0.0) == (0.0, 0.0)
    sinus, arch = receptors(1.0, 0.0, 0.0)[1], receptors(0.0, 1.0, 0.0)[1]
    assert sinus == pytest.approx(1 - steady_) and arch / (arch + sinus) == pytest.approx(quick)
    assert 2.5 < (arch + sinus) / sinus < 3.5  # Mancia: the whole tree three times the neck
    for carotid, aortic in ((4.0, 4.0), (3.0, -2.0)):
        settled = receptors(carotid, aortic, aortic)
        assert settled[0] == settled[1] == pytest.approx((1 - steady_) * carotid + steady_ * aortic)
        assert receptors(carotid, aortic, 0.0)[0] == settled[0]  # what is sympathetic does not adapt


def test_a_step_at_the_arch_alone_moves_the_vagus_first_and_the_vessels_for_good():
    parts, _ = loop()
    both, rate = parts["arterial_receptors"], parts["arterial_receptors"].declarations["tau_adapt"].value
    ddt, _ = evaluate(both, carotid=0.0, aortic=6.0)
    assert ddt["adapted"] == pytest.approx(6.0 / rate)
    assert evaluate(both, carotid=0.0, aortic=6.0, adapted=6.0)[0]["adapted"] == 0.0


def test_the_vagus_has_room_to_rise_and_can_be_withdrawn():
    """At rest exactly 1; between two fifths of rest and twice rest, whatever the pressure."""
    tone = [at(p)["autonomic.vagal"] for p in (-400.0, 72.0, 92.0, 112.0, 600.0)]
    assert tone[2] == pytest.approx(1.0, abs=1e-12) and np.all(np.diff(tone) > 0)
    law = {k: d.value for k, d in loop()[0]["autonomic"].of(Param).items()}
    rest = float(vagal_firing(law["f_cs_rest"], *(law[k] for k in ("f_ev0", "f_ev_inf", "f_cs0", "k_ev"))))
    assert law["f_ev0"] < 4.77 < rest < law["f_ev_inf"]  # Ursino 1998 at 92 mmHg: 4.77
    assert 0.38 < law["f_ev0"] / rest < tone[0] < 0.6 and 1.75 < tone[4] < law["f_ev_inf"] / rest < 2.0
    # a fully risen vagus adds what volunteers gain under phenylephrine, 0.2 to 0.3 s (his adds a tenth)
    pace = loop()[0]["pacing"]
    longest = evaluate(pace, vagal_2=tone[4])[1]["RR"] - evaluate(pace)[1]["RR"]
    assert 0.2 < longest < 0.45


def test_signs():
    rest, low = at(), at(82.0)
    assert low["autonomic.sympathetic_heart"] > 1 > low["autonomic.vagal"]
    assert low["arterioles.tone_R"] > 1 and low["veins.dV0"] < 0 and low["pacing.HR"] > rest["pacing.HR"]
    assert at(ra=-1.0)["arterioles.tone_R"] > 1 > at(ra=9.0)["arterioles.tone_R"]
    assert at(filling=8.1)["autonomic.sympathetic"] == pytest.approx(1, abs=1e-12)  # dead zone
    assert at(filling=24.0)["autonomic.sympathetic"] > 1.15
    assert at(autonomic={"angiotensin": 1.0})["autonomic.sympathetic"] > 1.01
    assert at(arterioles={"angiotensin": 1.0})["arterioles.tone_R"] == pytest.approx(1.16)
    assert at(autonomic={"drive": 5.0})["autonomic.sympathetic"] > 1.1


def test_low_flow_excites_the_chemoreceptor_at_normal_gases():
    flows = [90.0, 75.0, 60.0, 45.0, 30.0]
    outs = [at(flow=q) for q in flows]
    for key, sign in (("chemoreceptor.error", 1), ("chemoreceptor.PO2_local", -1), ("autonomic.sympathetic", 1)):
        assert all(sign * (b[key] - a[key]) > 0 for a, b in itertools.pairwise(outs)), key
    twice = at(flow=45.0, chemoreceptor={"sensitivity": 2.0})
    assert twice["chemoreceptor.error"] == pytest.approx(2 * outs[3]["chemoreceptor.error"])
    assert at(flow=180.0)["chemoreceptor.error"] < 0


def test_chemoreceptor_of_the_paper():
    # 3.6-3.7 spikes/s at normal gases; more with hypoxia, hypercapnia and anaemia, less with oxygen
    rest = at()["chemoreceptor.f"]
    assert rest == pytest.approx(3.63, abs=0.05)
    f = lambda **g: at(params={"chemoreceptor": g})["chemoreceptor.f"]  # noqa: E731
    assert f(PaO2=45.0, SaO2=0.80) > rest + 3
    assert f(PaCO2=50.0) > rest + 1
    assert f(capacity=0.107) > rest  # 8 g/dL
    assert f(PaO2=600.0, SaO2=0.999) < rest
    assert np.isfinite(f(PaO2=25.0, SaO2=0.4)) and np.isfinite(at(flow=-20.0)["chemoreceptor.f"])


def test_tones_are_bounded():
    out = at(-400.0, flow=9.0, ra=-10.0, filling=60.0, autonomic={"angiotensin": 2.5, "drive": 30.0})
    for key in ("sympathetic_heart", "tone_arterioles", "tone_veins"):
        assert 3.0 < out[f"autonomic.{key}"] < 20.0 / 4.665
    assert out["autonomic.vagal"] > 0
    assert out["pacing.RR"] >= 0.3
    out = at(600.0, flow=400.0, ra=40.0)
    assert out["autonomic.sympathetic"] > 0 and out["arterioles.tone_R"] > 0.5
    for u in (-200.0, 200.0):
        assert np.isfinite(float(sympathetic_tone(u, 4.665, 2.1, 20.0)))


def test_each_link_is_cut_by_its_gain():
    excited = dict(p=80.0, flow=45.0, ra=0.0, filling=20.0, autonomic={"angiotensin": 1.0})
    full = at(**excited)["autonomic.sympathetic"]
    gains = ("G_baro", "G_chemo", "G_stretch", "G_filling", "G_angiotensin")
    for g in gains:
        assert at(**excited, params={"autonomic": {g: 0.0}})["autonomic.sympathetic"] < full, g
    none = at(**excited, params={"autonomic": {g: 0.0 for g in (*gains, "G_inflation")}})
    assert none["autonomic.sympathetic"] == pytest.approx(1, abs=1e-12)
    assert none["pacing.HR"] == pytest.approx(70, abs=1e-10)


def test_efferent_cuts_leave_the_effector_at_rest():
    cut = at(70.0, filling=25.0, params={"autonomic": {"efferent_heart": 0.0, "vagal_efferent": 0.0}})
    assert cut["autonomic.sympathetic_heart"] == pytest.approx(1) and cut["pacing.HR"] == pytest.approx(70)
    assert cut["arterioles.tone_R"] > 1.05 and cut["autonomic.sympathetic"] > 1.2
    cut = at(70.0, params={"autonomic": {"efferent_vessels": 0.0}})
    assert cut["arterioles.tone_R"] == pytest.approx(1) and cut["veins.dV0"] == pytest.approx(0)
    assert cut["pacing.HR"] > 72


def test_autonomic_reserves_of_the_node():
    both = at(params={"pacing": {"muscarinic_antagonist": 1e4}}, pacing={"beta_response": 0.0})
    assert both["pacing.HR"] == pytest.approx(103.4, abs=0.5)  # the intrinsic rate
    atropine = at(params={"pacing": {"muscarinic_antagonist": 1e4}})["pacing.HR"]
    propranolol = at(pacing={"beta_response": 0.0})["pacing.HR"]
    assert atropine > both["pacing.HR"] > 70 > propranolol


def test_a_scarred_node_is_slow_without_nerves_and_has_less_vagal_reserve():
    blocked = {"pacing": {"muscarinic_antagonist": 1e4}}
    assert at(pacing={"collagen": 1.0})["pacing.HR"] == 70.0
    intrinsic, without_beta = (
        [at(params=p, pacing={"beta_response": 0.0, "collagen": c})["pacing.HR"] for c in (1.0, 3.5)]
        for p in (blocked, None)
    )
    assert 0.8 < intrinsic[1] / intrinsic[0] < 0.95  # Jose and Taylor 1969, Sanders 2004: slower
    healthy, scarred = (i / w for i, w in zip(intrinsic, without_beta, strict=True))
    assert scarred < healthy


def test_lasting_angiotensin_takes_vagal_tone_and_nothing_at_rest():
    assert at(autonomic={"angiotensin": 0.0})["autonomic.vagal"] == pytest.approx(1.0, abs=1e-12)
    assert 0.9 < at(autonomic={"angiotensin": 0.85})["autonomic.vagal"] < 0.99


def test_scarred_ganglia_pass_less_vagal_tone_and_less_of_its_changes():
    """Atropine has less to take, and the vagus less to say; the node itself is not slowed here."""
    pace = loop(pacing={"k_scar": 0.0})[0]["pacing"]
    rest, most = ([evaluate(pace, collagen=c, vagal_2=v)[1]["RR"] for v in (0.0, 1.0, 1.5)] for c in (1.0, 3.5))
    assert rest[1] == 60 / 70 and most[0] == pytest.approx(rest[0], abs=1e-12)
    passed = [(m - most[0]) / (r - rest[0]) for r, m in zip(rest[1:], most[1:], strict=True)]
    assert passed[0] == pytest.approx(passed[1]) and 0.5 < passed[0] < 0.75


def test_a_deaf_receptor_deafens_the_rate():
    normal = at(82.0, pacing={"beta_response": 1.8})["pacing.HR"]
    deaf = at(82.0, pacing={"beta_response": 1.1})["pacing.HR"]
    assert normal > deaf + 4


def test_pacing_captures_only_when_faster():
    hr = lambda rate: at(params={"pacing": {"pace_rate": rate}})["pacing.HR"]  # noqa: E731
    assert hr(0.0) == pytest.approx(70, abs=1e-12) and hr(60.0) == pytest.approx(70, abs=1e-12)
    assert hr(110.0) == pytest.approx(110, abs=1e-9)
    assert at(params={"pacing": {"pace_rate": 140.0}})["pacing.AV"] < at()["pacing.AV"]


def test_ten_mmhg_fall_raises_rate_as_measured():
    # Ferguson 1990: MAP 90 to 80, HR 68 to 81; half of the static gain is left to pulsation
    tone = at(82.0)["autonomic.sympathetic_heart"]
    assert 8 < at(82.0, pacing={"beta_response": tone})["pacing.HR"] - 70 < 26


def test_every_parameter_has_a_home():
    for c in loop()[0].values():
        for name, d in c.of(Param).items():
            assert d.source.strip() and d.doc.strip() and np.isfinite(d.bounds).all(), f"{c.name}.{name}"
        assert inspect.getdoc(type(c))


def test_blood_gases_excite_the_sympathetic_neurons_directly():
    # Albanese 2016: 53 spikes/s at the heart without oxygen, half of it at 45 mmHg; 1 and 1.5 spikes/s per mmHg of CO2
    low = at(brainstem={"PaO2": 45.0})
    assert low["brainstem.heart"] == pytest.approx(26.5, abs=0.02)
    assert low["brainstem.arterioles"] == pytest.approx(0, abs=0.01)
    assert low["autonomic.sympathetic_heart"] > 1.5
    high = at(brainstem={"PaCO2": 50.0})
    assert high["brainstem.heart"] == pytest.approx(10, abs=0.51)  # half a rounding width
    assert high["brainstem.arterioles"] == pytest.approx(15, abs=0.8)
    assert at(brainstem={"PaCO2": 32.0})["brainstem.heart"] == pytest.approx(0, abs=1e-12)


def test_lung_stretch_withdraws_the_vagus_and_opens_the_vessels():
    deep = at(ventilation={"PaCO2": 40 + 1000 / 85})  # breaths of 1520 mL
    assert deep["lung_stretch.error"] == pytest.approx(11.76)
    assert deep["autonomic.vagal"] < 0.9 and deep["autonomic.tone_arterioles"] < 0.95
    assert deep["autonomic.sympathetic_heart"] == pytest.approx(1)
