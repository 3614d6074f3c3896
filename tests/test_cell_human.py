"""The human myocyte, mechanism by mechanism, on plain numbers; no model is compiled here."""

from __future__ import annotations

import casadi as ca
import numpy as np
import pytest
from zoo import symbols

from heartloop import cell
from heartloop.cell import (
    energetics,
    human_beta_adrenergic,
    human_calcium,
    human_l_type,
    human_potassium,
    human_release,
    human_sodium,
    human_transport,
)
from heartloop.cell.calcium import binding_slope
from heartloop.cell.camkii import CaMKII, OxidisedCaMKII
from heartloop.component import Accumulator, Input, Output, Param, State


def members():
    return {type(m).__name__: m for m in cell.human().members}


def test_state_count_is_that_of_a_full_cell():
    states = [k for m in cell.human().members for k, d in m.of(State).items() if not isinstance(d, Accumulator)]
    assert len(states) == len(set(states))
    assert 55 <= len(states) <= 65


def test_siblings_supply_every_input_without_default_but_the_stimulus():
    group = cell.human()
    supplied = {k for m in group.members for k, d in m.declarations.items() if isinstance(d, State | Output)}
    missing = {k for m in group.members for k, d in m.of(Input).items() if d.default is None and k not in supplied}
    assert missing == {"stimulus"}


def test_both_cells_share_the_names_of_what_the_rest_of_the_model_addresses():
    compact, human = (
        {k for m in g.members for k, d in m.declarations.items() if isinstance(d, kind)}
        for kind in ((Input, Output, Param, State),)
        for g in (cell.compact(), cell.human())
    )
    assert {"sympathetic_heart", "beta1_density", "grk_activity", "dyad_integrity", "serca_expression",
            "ncx_expression", "leak_slow", "ros_slow", "energy", "stretch", "stretch_rate", "tension", "beta_response",
            "Ca_i", "V", "Na_i", "SR_load", "agonist", "serca", "ncx", "ryr_leak", "i_nal", "ttubule", "akap_lcc",
            "beta1", "grk", "ros", "camkii", "phosphatase_mf", "phosphatase_slow"} <= compact & human  # fmt: skip
    assert {"i_to", "i_k1", "i_nak"} <= human


def test_a_value_given_by_name_overrides_what_was_identified():
    (found,) = [m for m in cell.human(serca=0.5, V_up=0.2).members if "serca" in m.declarations]
    assert found.declarations["serca"].value == 0.5 and found.declarations["V_up"].value == 0.2
    with pytest.raises(Exception, match="no parameter or state 'sercaa'"):
        cell.human(sercaa=1.0)


# currents: half points, numbers and limits of the papers


def test_gates_have_the_half_points_of_the_papers():
    # OHara2011, supplement: fast and late Na, Ito, IKs, L-type inactivation
    for gate, half in (
        (human_sodium.m_inf, -39.57), (human_sodium.h_inf, -82.90), (human_sodium.m_L_inf, -42.85),
        (human_sodium.h_L_inf, -87.61), (human_potassium.a_inf, 14.34), (human_potassium.i_inf, -43.94),
        (human_potassium.xs_inf, -11.60), (human_l_type.f_inf, -19.58), (human_l_type.j_Ca_inf, -18.08),
    ):  # fmt: skip
        assert float(gate(half)) == pytest.approx(0.5, rel=1e-12)


def test_l_type_activation_is_the_gompertz_curve_below_its_limit():
    # ToRORd2019: 1.0763 exp(-1.0070 exp(-0.0829 V)), cut at 1 above 31.5 mV
    for v in (-40.0, -10.0, 0.0):
        published = 1.0763 * np.exp(-1.0070 * np.exp(-0.0829 * v))
        assert float(human_l_type.d_inf(v)) == pytest.approx(published, rel=2e-3)
    assert 0.95 < float(human_l_type.d_inf(31.5)) < float(human_l_type.d_inf(60.0)) < 1.0


def test_calcium_dependent_mode_settles_where_the_paper_puts_it():
    # OHara2011: n settles at 1/(k_n/j + (1 + K_n/Ca)^4) times k_n/j
    for Ca, j in ((0.1, 1.0), (10.0, 0.4), (100.0, 0.05)):
        n = (500.0 / j) / (500.0 / j + (1 + 2.0 / Ca) ** 4)
        assert float(human_l_type.mode_rate(n, j, Ca, 500.0, 2.0)) == pytest.approx(0, abs=1e-9 * 500)


def test_l_type_flux_is_inward_and_regular_at_zero_voltage():
    c = human_l_type.HumanLType("cell")
    at = [c.evaluate(symbols(c, V=v, Ca_d=5.0, Ca_sl=0.2, Na_i=8.0, d=0.5)).out["I_CaL"] for v in (-1e-3, 0.0, 1e-3)]
    assert float(at[1]) < 0
    assert float(at[1]) == pytest.approx(0.5 * (float(at[0]) + float(at[2])), rel=1e-6)


def test_channels_taken_out_of_the_dyads_stay_in_the_cell():
    c = human_l_type.HumanLType("cell")
    base = dict(V=0.0, Ca_d=0.2, Ca_sl=0.2, Na_i=8.0, d=0.5, n_d=0.1, n_sl=0.1)
    whole, half = (c.evaluate(symbols(c, **base, ttubule=t)).out for t in (1.0, 0.5))
    assert float(whole["I_CaL"]) == pytest.approx(float(half["I_CaL"]), rel=1e-12)
    assert float(half["j_lcc_unit"]) == pytest.approx(float(whole["j_lcc_unit"]))  # an intact dyad keeps its channels
    assert float(half["j_lcc_sl"]) > float(whole["j_lcc_sl"])


def test_hERG_scheme_conserves_channels_and_inactivates_on_depolarisation():
    c = human_potassium.PotassiumChannels("cell")
    names = ["kr_c1", "kr_c2", "kr_o", "kr_i"]
    x = ca.SX.sym("x", 4)

    def steady(v):
        e = c.evaluate(symbols(c, V=v, Na_i=8.0, Ca_sl=0.1) | {n: x[i] for i, n in enumerate(names)})
        f = ca.vertcat(*[e.ddt[n] for n in names])  # linear in x
        A, b = ca.Function("f", [x], [ca.jacobian(f, x), ca.substitute(f, x, ca.DM.zeros(4))])(0)
        return np.linalg.solve(np.array(A), -np.array(b).ravel())

    rest, plateau = steady(-88.0), steady(20.0)
    assert np.all(rest > -1e-12) and np.all(plateau > 0) and plateau.sum() < 1
    assert rest.sum() < 0.02  # closed at rest
    assert plateau[3] > 3 * plateau[2]  # inward rectification: mostly inactivated at +20 mV (Lu2001)


def test_exchanger_faces_dyads_in_proportion_to_their_number():
    c = human_transport.Transport("cell")
    base = dict(V=-85.0, Na_i=8.0, Ca_sl=0.2, phi_nak=0.15)
    same, half = (c.evaluate(symbols(c, **base, Ca_d=0.2, ttubule=t)).out["I_NCX"] for t in (1.0, 0.5))
    assert float(same) == pytest.approx(float(half), rel=1e-12)  # equal calcium everywhere: the place does not matter
    full, half = (c.evaluate(symbols(c, **base, Ca_d=20.0, ttubule=t)).out["I_NCX"] for t in (1.0, 0.5))
    assert float(full) < float(half) < 0  # dyadic calcium drives extrusion


def test_sodium_pump_rises_with_sodium_potassium_and_phosphorylation():
    def rate(Na_i, K_o=5.0, K_Nai0=9.073):
        return float(human_transport.pump_cycle(-85.0, Na_i, 140.0, 144.0, K_o, K_Nai0))

    assert 0 < rate(4.0) < rate(8.0) < rate(16.0) < rate(64.0)
    assert rate(8.0, K_o=3.0) < rate(8.0)
    assert rate(8.0, K_Nai0=0.77 * 9.073) > rate(8.0)


def test_levels_scale_their_currents():
    k = human_potassium.PotassiumChannels("cell")
    base = dict(V=-100.0, Na_i=8.0, Ca_sl=0.1, phi_ks=0.15)
    for level, current in (("i_k1", "I_K1"), ("i_to", "I_to")):
        one, half = (float(k.evaluate(symbols(k, **base, **{level: v})).out[current]) for v in (1.0, 0.5))
        assert half == pytest.approx(0.5 * one)
    t = human_transport.Transport("cell")
    one, weak = (t.evaluate(symbols(t, V=-85.0, Na_i=8.0, Ca_d=0.1, Ca_sl=0.1, i_nak=v)).out for v in (1.0, 0.7))
    assert float(weak["I_NaK"]) == pytest.approx(0.7 * float(one["I_NaK"]))


# calcium: conservation and release


def test_calcium_is_conserved_across_all_compartments():
    c = human_calcium.HumanCalcium("cell")
    s = symbols(
        c, j_rel_unit=0.7, j_rel_orphan=0.3, j_leak_unit=0.01, j_leak_orphan=0.012, leak_far=0.4, j_lcc_unit=0.1,
        j_lcc_sl=0.02, j_ncx_unit=-0.03, j_ncx_sl=-0.02, I_pCa=0.1, I_CaB=-0.05, I_Na_total=-1.0, j_troponin=0.2,
        f_plb_camkii=0.1, phi_plb=0.2, oxidation=1.2, energy_state=0.9, Ca_d=12.0, Ca_or=3.0, Ca_sl=0.8, Ca_i=0.3,
        Ca_nsr=520.0, Ca_jsr=430.0, Ca_jsr_or=510.0, ttubule=0.6,
    )  # fmt: skip
    e = c.evaluate(s)

    def capacity(Ca, *sites):
        return sum(binding_slope(Ca, s[f"B_{b}"], s[f"K_{k}"]) for b, k in sites)

    dyadic = (("slh_d", "slh"), ("sll_d", "sll"))
    weight = {
        "Ca_d": 0.6 * (s["v_d"] + capacity(12.0, *dyadic)),
        "Ca_or": 0.4 * (s["v_d"] + capacity(3.0, *dyadic)),
        "Ca_sl": s["v_sl"] + capacity(0.8, ("slh", "slh"), ("sll", "sll")),
        "Ca_i": 1 + capacity(0.3, ("cam", "cam"), ("srp", "srp")),
        "Ca_nsr": s["v_sr"] * (1 - s["f_jsr"]),
        "Ca_jsr": 0.6 * (s["v_sr"] * s["f_jsr"] + capacity(430.0, ("csq", "csq"))),
        "Ca_jsr_or": 0.4 * (s["v_sr"] * s["f_jsr"] + capacity(510.0, ("csq", "csq"))),
    }
    total = sum(weight[k] * float(e.ddt[k]) for k in weight) + 0.2
    assert total == pytest.approx(float(e.ddt["ca_entry"] - e.ddt["ca_extrusion"]), rel=1e-10)
    released = 0.6 * 0.7 + 0.4 * 0.3
    assert float(e.out["j_rel"]) == pytest.approx(released)
    assert float(e.out["j_coupled"]) + float(e.out["j_orphan"]) == pytest.approx(released)


def test_a_dyad_empties_its_own_store_and_leaves_that_of_orphaned_receptors():
    c = human_calcium.HumanCalcium("cell")
    base = dict(Ca_nsr=500.0, Ca_jsr=500.0, Ca_jsr_or=500.0, ttubule=0.5, oxidation=1.0, energy_state=1.0)
    quiet, firing = (c.evaluate(symbols(c, **base, j_rel_unit=j)).ddt for j in (0.0, 1.0))
    assert float(firing["Ca_jsr"]) < float(quiet["Ca_jsr"])
    assert float(firing["Ca_jsr_or"]) == float(quiet["Ca_jsr_or"])
    # a dyad's store empties as fast however many dyads there are
    whole = c.evaluate(symbols(c, **(base | dict(ttubule=1.0)), j_rel_unit=1.0)).ddt
    assert float(whole["Ca_jsr"]) == pytest.approx(float(firing["Ca_jsr"]))


def test_release_grows_with_trigger_load_and_phosphorylation():
    c = human_release.HumanRelease("cell")

    def opening(**change):
        base = dict(Ca_d=1.0, Ca_or=0.2, Ca_sl=0.2, Ca_i=0.1, Ca_jsr=500.0, Ca_jsr_or=500.0)
        base |= dict(j_lcc_unit=0.1, oxidation=1.0)
        return float(c.evaluate(symbols(c, **(base | change))).ddt["ryr_a"])

    assert opening(j_lcc_unit=0.2) > opening() > opening(Ca_jsr=300.0)
    assert opening(phi_ryr=0.8) > opening() < opening(f_ryr_camkii=0.8)


def test_leak_feeds_the_receptors_and_rises_with_load_kinases_and_oxidation():
    c = human_release.HumanRelease("cell")

    def at(**change):
        base = dict(Ca_d=0.2, Ca_or=0.2, Ca_sl=0.1, Ca_i=0.1, Ca_jsr=600.0, Ca_jsr_or=600.0)
        base |= dict(oxidation=1.0, f_ryr_camkii=0.05)
        return c.evaluate(symbols(c, **(base | change)))

    def leak(**change):
        return float(at(**change).out["j_leak_unit"])

    assert leak(Ca_jsr=1200.0) > 2 * leak()
    assert min(leak(f_ryr_camkii=0.6), leak(oxidation=3.0), leak(phi_ryr=0.9)) > leak()
    assert leak(leak_slow=2.0, ryr_leak=1.5) == pytest.approx(3.0 * leak())
    assert float(at(ryr_leak=10.0).ddt["ryr_a"]) > float(at().ddt["ryr_a"])
    assert float(at(ryr_leak=10.0).ddt["orphan_a"]) > float(at().ddt["orphan_a"])


def test_receptors_that_leak_open_at_a_lower_load():
    # Jiang2004: the threshold of release falls; here activation rises with a power of the leak's level
    c = human_release.HumanRelease("cell")
    base = dict(Ca_d=2.0, Ca_or=0.2, Ca_sl=0.2, Ca_i=0.1, Ca_jsr=500.0, Ca_jsr_or=500.0, oxidation=1.0)
    base |= dict(ryr_a=0.0, r_t=0.0, r_l=0.0)
    one, leaky = (float(c.evaluate(symbols(c, **base, ryr_leak=v)).ddt["ryr_a"]) for v in (1.0, 4.0))
    assert leaky / one == pytest.approx(4 ** c.declarations["e_o_leak"].value, rel=1e-6)
    driven = base | dict(phi_ryr=0.8)
    one, leaky = (float(c.evaluate(symbols(c, **driven, ryr_leak=v)).ddt["ryr_a"]) for v in (1.0, 4.0))
    v = {k: c.declarations[k].value for k in ("e_o_leak", "e_o_leak_pka", "n_leak_pka")}
    marked = v["e_o_leak"] + v["e_o_leak_pka"] * 0.8 ** v["n_leak_pka"]
    assert leaky / one == pytest.approx(4**marked, rel=1e-6)


def test_leak_by_pka_leaves_outside_the_clusters_and_is_not_lost():
    c, balance = human_release.HumanRelease("cell"), human_calcium.HumanCalcium("cell")
    base = dict(Ca_d=0.2, Ca_or=0.2, Ca_sl=0.1, Ca_i=0.1, Ca_jsr=500.0, Ca_jsr_or=500.0, oxidation=1.0, phi_ryr=0.8)
    got = c.evaluate(symbols(c, **base)).out
    v = {k: c.declarations[k].value for k in ("e_leak_pka", "n_leak_pka", "near_pka")}
    by_pka = v["e_leak_pka"] * 0.8 ** v["n_leak_pka"]
    assert float(got["leak_far"]) == pytest.approx((1 - v["near_pka"]) * by_pka / (1 + by_pka))
    whole, far = (
        balance.evaluate(symbols(balance, j_leak_unit=0.01, j_leak_orphan=0.01, leak_far=f, Ca_d=0.2, Ca_or=0.2,
                                 Ca_sl=0.1, Ca_i=0.1, Ca_nsr=500.0, Ca_jsr=500.0, Ca_jsr_or=500.0)).ddt
        for f in (0.0, 0.6)
    )  # fmt: skip
    assert float(far["Ca_jsr"]) == pytest.approx(float(whole["Ca_jsr"]))
    assert float(far["Ca_d"]) < float(whole["Ca_d"]) and float(far["Ca_i"]) > float(whole["Ca_i"])


def test_orphaned_receptors_see_no_channel_of_their_own():
    c = human_release.HumanRelease("cell")
    base = dict(Ca_d=0.2, Ca_or=0.2, Ca_sl=0.1, Ca_i=0.1, Ca_jsr=500.0, Ca_jsr_or=500.0, oxidation=1.0)
    quiet, open_ = (c.evaluate(symbols(c, **base, j_lcc_unit=j)).ddt for j in (0.0, 0.3))
    assert float(open_["ryr_a"]) > float(quiet["ryr_a"])
    assert float(open_["orphan_a"]) == float(quiet["orphan_a"])


# signalling


def test_oxidised_kinase_is_the_same_kinase_with_all_oxygen_radicals():
    plain, full = CaMKII("cell"), OxidisedCaMKII("cell")
    for oxygen in (1.0, 3.0):
        a = plain.evaluate(symbols(plain, Ca_d=5.0, ros=oxygen)).ddt["camkii_trap"]
        b = full.evaluate(symbols(full, Ca_d=5.0, oxidation=oxygen)).ddt["camkii_trap"]
        assert float(a) == pytest.approx(float(b), rel=1e-12)


def steady_signal(**values: float) -> dict[str, float]:
    """Steady signalling under steady agonist, by implicit Euler steps that grow."""
    c = human_beta_adrenergic.HumanBetaAdrenergic("cell")
    names = list(c.of(State))
    x = ca.SX.sym("x", len(names))
    e = c.evaluate(symbols(c, **values) | {n: x[i] for i, n in enumerate(names)})
    rhs = ca.vertcat(*[e.ddt[n] for n in names])
    f = ca.Function("f", [x], [rhs, ca.jacobian(rhs, x), ca.vertcat(*e.out.values())])
    value = np.array([c.declarations[n].value for n in names])
    for dt in [1e2] * 20 + [1e3] * 20 + [3e3] * 40 + [1e4] * 40 + [1e5] * 40 + [1e6] * 20 + [1e9] * 5:
        new = value.copy()
        for _ in range(6):
            rate, J = (np.array(v) for v in f(new)[:2])
            new = new + np.linalg.solve(np.eye(len(names)) / dt - J, rate.ravel() - (new - value) / dt)
        value = new
    return dict(zip(names, value, strict=True)) | dict(zip(e.out, np.array(f(value)[2]).ravel(), strict=True))


def test_signalling_rests_at_its_start_values():
    rest = steady_signal()
    c = human_beta_adrenergic.HumanBetaAdrenergic("cell")
    for key in ("phi_lcc", "phi_ryr", "phi_plb", "phi_mf", "phi_nak", "phi_ks"):
        assert rest[key] == pytest.approx(0.15, abs=1e-3), key
    assert rest["beta_response"] == pytest.approx(1.0, abs=1e-3)
    for key, d in c.of(State).items():
        assert rest[key] == pytest.approx(d.value, rel=0.02), key


def test_cAMP_by_compartment_is_that_of_the_published_pathway():
    # Heijman2011, published model: 0.347, 9.62, 0.474 umol/L without agonist (initial state); run for 300 s in 0.1 and
    # 1 umol/L isoproterenol: 5.5, 23, 1.34 and 6.0, 25, 2.6. The cytosol starts higher here (PKA type II constants)
    L = human_beta_adrenergic.HumanBetaAdrenergic("cell").declarations["L_rest"].value
    none, low, high = (steady_signal(sympathetic_heart=c / L) for c in (0.0, 0.1, 1.0))
    assert none["cAMP_cav"] == pytest.approx(0.347, rel=0.2)
    assert none["cAMP_eca"] == pytest.approx(9.62, rel=0.1)
    assert 0.474 < none["cAMP_cyt"] < 2 * 0.474
    assert low["cAMP_cav"] == pytest.approx(5.5, rel=0.1) and low["cAMP_eca"] == pytest.approx(23, rel=0.1)
    assert high["cAMP_cav"] == pytest.approx(6.0, rel=0.6) and high["cAMP_eca"] == pytest.approx(25, rel=0.1)
    assert high["cAMP_cyt"] == pytest.approx(2.6, rel=0.1)


def test_catalytic_subunit_is_that_of_the_published_initial_state():
    # Heijman2011, published model, caveolae: cAMP 0.3471, PKA 0.97, PKI 0.194 -> C 0.03266 umol/L
    got = float(human_beta_adrenergic.catalytic(0.3471, 0.97, 0.194))
    assert got == pytest.approx(0.03266, rel=0.03)


def test_response_rises_with_tone_density_and_coupling():
    def response(**v):
        return steady_signal(**v)["beta_response"]

    assert response(sympathetic_heart=0.5) < 1 < response(sympathetic_heart=2.0) < response(sympathetic_heart=4.0)
    assert response(beta1=0.5) < 1 and response(grk=3.0) < 1
    assert response(beta1_density=0.5) == pytest.approx(response(beta1=0.5))


def test_receptors_desensitise_under_agonist():
    early, late = steady_signal(), steady_signal(agonist=100.0)
    assert late["R_grk"] > 3 * early["R_grk"] and late["R_pka_cav"] > early["R_pka_cav"]
    assert steady_signal(agonist=100.0, grk=3.0)["phi_plb"] < late["phi_plb"]


@pytest.mark.parametrize("tone", [1.0, 3.0, 50.0])
def test_lost_anchor_takes_kinase_from_the_channel_and_gives_it_to_receptor_and_cytosol(tone):
    whole, lost = (steady_signal(sympathetic_heart=tone, akap_lcc=a) for a in (1.0, 0.25))
    assert lost["phi_lcc"] < whole["phi_lcc"]
    assert lost["phi_ryr"] > whole["phi_ryr"] and lost["phi_plb"] > whole["phi_plb"]


def test_anchored_kinase_is_one_budget():
    c = human_beta_adrenergic.HumanBetaAdrenergic("cell")
    d = {k: v.value for k, v in c.of(Param).items()}

    def local(key, akap):  # at phi = 0 the rate is the local kinase times a constant
        rates = (float(c.evaluate(symbols(c, akap_lcc=a, **{key: 0.0})).ddt[key]) for a in (akap, 1.0))
        return next(rates) / next(rates)

    for akap in (1.0, 0.4, 0.0):
        rest = 1 - d["w_lcc"] - d["w_ryr"]
        shares = (("phi_lcc", d["w_lcc"]), ("phi_ryr", d["w_ryr"]), ("phi_plb", rest))
        total = sum(share * local(key, akap) for key, share in shares)
        assert total == pytest.approx(1.0, rel=1e-9)


def test_phosphorylated_fractions_stay_between_nothing_and_all():
    for values in (dict(agonist=1e5), dict(sympathetic_heart=0.0, beta1=0.1), dict(agonist=1e5, akap_lcc=0.0)):
        for key, value in steady_signal(**values).items():
            if key.startswith(("phi_", "R_", "inhibitor")):
                assert 0 <= value <= 1, key


# energetics


def test_work_and_fatty_acids_cost_phosphocreatine_and_make_radicals():
    e = energetics.Energetics("cell")
    base = dict(j_up=0.1, I_NaK=0.3, I_pCa=0.0, XS=0.005)
    quiet, busy = (e.evaluate(symbols(e, **(base | dict(XS=x)))).ddt["PCr"] for x in (0.005, 0.05))
    assert float(busy) < float(quiet)
    fat = e.evaluate(symbols(e, **base, fatty_acid=0.95))
    lean = e.evaluate(symbols(e, **base))
    assert float(fat.ddt["PCr"]) < float(lean.ddt["PCr"])
    assert float(fat.ddt["ros_mito"]) > float(lean.ddt["ros_mito"])
    assert float(lean.out["PCr_ATP"]) == pytest.approx(1.9, abs=0.1)  # Neubauer2007, healthy heart


def test_phosphocreatine_cannot_be_spent_below_zero():
    e = energetics.Energetics("cell")
    assert float(e.evaluate(symbols(e, j_up=2.0, I_NaK=2.0, XS=0.3, PCr=1e-6)).ddt["PCr"]) > 0


def test_group_lists_the_identified_value_beside_the_published_one():
    for m in cell.human().members:
        for key, d in m.of(Param).items():
            low, high = d.bounds
            assert low <= d.value <= high, key
            if d.value != type(m).declarations[key].value:
                assert "identified for the human cell" in d.source, key
