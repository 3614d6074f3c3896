"""The compact myocyte, mechanism by mechanism, on plain numbers; no model is compiled here."""

from __future__ import annotations

import casadi as ca
import numpy as np
import pytest
from zoo import symbols

from heartloop import cell
from heartloop.cell import beta_adrenergic, calcium, camkii, l_type, land, membrane, release
from heartloop.component import Accumulator, Input, Output, Param, State
from heartloop.scenarios.land2017 import LAND_2017


def steady_tension(Ca_i: float, stretch: float = 1.0, **values: float) -> float:
    """Isometric steady tension (kPa): the ODE relaxed to rest by implicit Euler, on floats through one function."""
    c = land.Land("cell", **{**LAND_2017, **values})
    names = list(c.of(State))
    x = ca.SX.sym("x", len(names))
    sym = symbols(c, Ca_i=Ca_i, stretch=stretch, phi_mf=0.0, f_mf_camkii=0.0) | {n: x[i] for i, n in enumerate(names)}
    e = c.evaluate(sym)
    rhs = ca.vertcat(*[e.ddt[n] for n in names])
    f = ca.Function("f", [x], [rhs, ca.jacobian(rhs, x), e.out["tension"]])
    value = np.array([c.declarations[n].value for n in names])
    for dt in [1.0] * 50 + [20.0] * 200:
        new = value.copy()
        for _ in range(5):
            rate, J = (np.array(v) for v in f(new)[:2])
            new = new + np.linalg.solve(np.eye(len(names)) / dt - J, rate.ravel() - (new - value) / dt)
        value = new
    return float(f(value)[2])


def test_state_count_is_that_of_a_compact_cell():
    group = cell.compact()
    states = [k for m in group.members for k, d in m.of(State).items() if not isinstance(d, Accumulator)]
    assert len(states) == len(set(states))
    assert 25 <= len(states) <= 35


def test_every_parameter_names_a_source_and_lies_in_finite_bounds():
    for member in cell.compact().members:
        for key, d in member.of(Param).items():
            assert d.source.strip() and np.all(np.isfinite(d.bounds)), key


def test_siblings_supply_every_input_without_default_but_the_stimulus():
    group = cell.compact()
    supplied = {k for m in group.members for k, d in m.declarations.items() if isinstance(d, State | Output)}
    missing = {k for m in group.members for k, d in m.of(Input).items() if d.default is None and k not in supplied}
    assert missing == {"stimulus"}


# membrane


def test_exchanger_is_at_rest_at_its_reversal_potential():
    Na_i, Ca_i, Na_o, Ca_o = 8.0, 2e-4, 140.0, 1.8
    reversal = 3 * membrane.nernst(Na_o, Na_i, 1) - 2 * membrane.nernst(Ca_o, Ca_i, 2)  # 3:1
    args = (Na_i, Ca_i, Na_o, Ca_o, 3.59e-3, 1.3, 12.29, 87.5, 0.32, 0.27, 1.5e-4)
    assert abs(float(membrane.exchange(reversal, *args))) < 1e-12
    assert float(membrane.exchange(reversal - 10, *args)) < 0 < float(membrane.exchange(reversal + 10, *args))


def test_inward_rectifier_closes_on_depolarisation():
    assert float(membrane.rectification_k1(-95.0, -86.0)) > 0.3
    assert float(membrane.rectification_k1(0.0, -86.0)) < 0.02


def test_stimulus_depolarises_and_carries_no_ion():
    m = membrane.Membrane("cell")
    rest = dict(Ca_i=0.09, Ca_d=0.09, Na_i=8.0, phi_ks=0.15)
    off, on = m.evaluate(symbols(m, **rest)), m.evaluate(symbols(m, **rest, stimulus=1.0))
    assert float(on.ddt["V"] - off.ddt["V"]) == pytest.approx(-m.declarations["I_stim"].value)
    assert float(on.out["I_Na_total"]) == float(off.out["I_Na_total"])


def test_l_type_flux_is_inward_and_regular_at_zero_voltage():
    c = l_type.LType("cell")
    at = [c.evaluate(symbols(c, V=v, Ca_d=5.0, Ca_i=0.1, Na_i=8.0)).out["I_CaL"] for v in (-1e-3, 0.0, 1e-3)]
    assert float(at[1]) < 0
    assert float(at[0]) == pytest.approx(float(at[2]), rel=1e-3)
    assert float(at[1]) == pytest.approx(0.5 * (float(at[0]) + float(at[2])), rel=1e-6)


@pytest.mark.parametrize("kept", [1.0, 0.5])
def test_calcium_of_an_intact_dyad_balances_its_own_fluxes(kept):
    c = release.Release("cell")
    got = c.evaluate(
        symbols(c, Ca_i=0.1, Ca_sr=600.0, Ca_sr_or=700.0, j_lcc_influx=0.2, j_lcc_drag=1e-4, ryr_a=0.02, ryr_b=0.8,
                phi_ryr=0.1, f_ryr_camkii=0.05, ttubule=kept)
    )  # fmt: skip
    v = {k: c.declarations[k].value for k in ("r_d", "e_leak_camkii", "e_leak_pka", "n_leak_pka", "near_pka")}
    outflow = (float(got.out["Ca_d"]) - 0.1) / v["r_d"]
    by_pka = v["e_leak_pka"] * 0.1 ** v["n_leak_pka"]  # of this part most leaves elsewhere
    others = 1 + v["e_leak_camkii"] * 0.05
    near = float(got.out["j_leak_unit"]) * (others + v["near_pka"] * by_pka) / (others + by_pka)
    inflow = float(got.out["j_rel_unit"]) + near + 0.2 - 1e-4 * float(got.out["Ca_d"])
    assert outflow == pytest.approx(inflow, rel=1e-9)


def test_what_an_intact_dyad_sees_does_not_depend_on_how_many_are_lost():
    r, ch = release.Release("cell"), l_type.LType("cell")
    given = dict(Ca_i=0.1, Ca_sr=600.0, Ca_sr_or=700.0, j_lcc_influx=0.2, j_lcc_drag=1e-4, ryr_a=0.02, ryr_b=0.8,
                 phi_ryr=0.1, f_ryr_camkii=0.05)  # fmt: skip
    channels = dict(V=0.0, Ca_d=5.0, Ca_i=0.1, Na_i=8.0, d=0.5, f=0.5, f_Ca=0.5)
    whole, half = (r.evaluate(symbols(r, **given, ttubule=t)) for t in (1.0, 0.5))
    assert {k: float(v) for k, v in whole.out.items()} == {k: float(v) for k, v in half.out.items()}
    assert float(whole.ddt["ryr_a"]) == float(half.ddt["ryr_a"])
    whole, half = (ch.evaluate(symbols(ch, **channels, ttubule=t)).out for t in (1.0, 0.5))
    assert float(whole["j_lcc_influx"]) == float(half["j_lcc_influx"])
    assert float(half["j_lcc_dyad"]) == pytest.approx(0.5 * float(whole["j_lcc_dyad"]))
    assert float(half["j_lcc_surface"]) > float(whole["j_lcc_surface"])


def test_orphaned_receptors_follow_intact_dyads_and_their_own_store():
    c = release.Release("cell")

    def opening(**change):
        base = dict(Ca_i=0.1, Ca_sr=600.0, Ca_sr_or=600.0, j_lcc_influx=0.2, j_lcc_drag=1e-4, ryr_a=0.02, ryr_b=0.8,
                    phi_ryr=0.1, f_ryr_camkii=0.05, ttubule=0.6)  # fmt: skip
        return float(c.evaluate(symbols(c, **(base | change))).ddt["ryr_late"])

    assert opening(Ca_sr_or=800.0) > opening() > opening(Ca_sr_or=400.0)
    assert opening() > opening(ttubule=0.3) > opening(ryr_a=0.0)
    assert opening(ryr_late=1.0, ryr_a=1.0, ryr_b=1.0, Ca_sr_or=3000.0) < 0  # an open probability stays below 1


@pytest.mark.parametrize(("load", "fires"), [(500.0, False), (1100.0, True)])
def test_above_a_margin_of_one_the_quiet_state_is_gone(load, fires):
    """The activation gate alone, store and inactivation held: it settles low below the margin and opens above it."""
    c = release.Release("cell")
    given = dict(Ca_i=0.1, Ca_sr=load, Ca_sr_or=load, j_lcc_influx=0.0, j_lcc_drag=0.0, phi_ryr=0.15, f_ryr_camkii=0.3,
                 ryr_leak=2.0, ryr_b=1.0)  # fmt: skip
    margin = float(c.evaluate(symbols(c, ryr_a=0.0, **given)).out["release_margin"])
    assert (margin > 1) == fires
    a = 0.0
    for _ in range(40_000):  # ms
        a += float(c.evaluate(symbols(c, ryr_a=a, **given)).ddt["ryr_a"])
        if a > 0.1:
            break
    assert (a > 0.1) == fires


def test_release_grows_with_load_and_with_phosphorylation():
    c = release.Release("cell")

    def activation(**change):
        base = dict(Ca_i=0.1, Ca_sr=800.0, Ca_sr_or=800.0, j_lcc_influx=0.1, j_lcc_drag=1e-4, phi_ryr=0.1,
                    f_ryr_camkii=0.05)  # fmt: skip
        return float(c.evaluate(symbols(c, **(base | change))).ddt["ryr_a"])

    assert activation(Ca_sr=1000.0) > activation() > activation(Ca_sr=500.0)
    assert activation(phi_ryr=0.8) > activation() < activation(f_ryr_camkii=0.8)
    assert activation(j_lcc_influx=0.2) > activation()


@pytest.mark.parametrize("where", ["unit", "orphan"])
def test_leak_rises_with_load_camkii_oxidation_and_insult(where):
    c = release.Release("cell")

    def leak(**change):
        base = dict(Ca_i=0.1, Ca_sr=600.0, Ca_sr_or=600.0, j_lcc_influx=0.0, j_lcc_drag=0.0, phi_ryr=0.1,
                    f_ryr_camkii=0.05)  # fmt: skip
        return float(c.evaluate(symbols(c, **(base | change))).out[f"j_leak_{where}"])

    assert leak(Ca_sr=1200.0, Ca_sr_or=1200.0) > 2 * leak()
    assert leak(f_ryr_camkii=0.6) > leak() and leak(ros=3.0) > leak() and leak(phi_ryr=0.9) > leak()
    assert leak(ryr_leak=3.5) == pytest.approx(3.5 * leak())
    assert leak(leak_slow=2.0, ryr_leak=1.5) == pytest.approx(3.0 * leak())


# calcium


def test_serca_is_reversible_and_braked_by_phospholamban():
    V, Kmf, Kmr, n = 0.3, 0.246, 1700.0, 1.787  # Grandi2010
    equilibrium = 1700.0 * 0.1 / 0.246  # where both Hill terms agree
    assert float(calcium.serca_flux(0.1, equilibrium, V, Kmf, Kmr, n)) == pytest.approx(0, abs=1e-12)
    c = calcium.Calcium("cell")
    base = dict(Ca_i=0.2, Ca_sr=600.0, Ca_sr_or=600.0, f_plb_camkii=0.0)
    braked = float(c.evaluate(symbols(c, **base, phi_plb=0.0)).out["j_up"])
    freed = float(c.evaluate(symbols(c, **base, phi_plb=0.9)).out["j_up"])
    assert freed > braked > 0


STORES = dict(
    j_rel_unit=0.7, j_rel_orphan=0.3, j_leak_unit=0.01, j_leak_orphan=0.012, j_lcc_dyad=0.1, j_lcc_surface=0.02,
    I_NCX=-0.6, I_pCa=0.1, I_CaB=-0.05, I_Na_total=-1.0, j_troponin=0.2, f_plb_camkii=0.1, phi_plb=0.2, Ca_i=0.3,
    Ca_sr=500.0, Ca_sr_or=620.0,
)  # fmt: skip


@pytest.mark.parametrize("kept", [1.0, 0.6])
def test_calcium_is_conserved_across_cytosol_stores_and_membrane(kept):
    c = calcium.Calcium("cell")
    e = c.evaluate(symbols(c, **STORES, ttubule=kept))
    value = {k: v.value for k, v in c.declarations.items() if isinstance(v, Param)}
    slope_i = 1 + sum(
        calcium.binding_slope(0.3, value[f"B_{b}"], value[f"K_{b}"]) for b in ("cam", "srp", "slh", "sll")
    )
    total = float(e.ddt["Ca_i"]) * slope_i + 0.2
    for key, load, share in (("Ca_sr", 500.0, kept), ("Ca_sr_or", 620.0, 1 - kept)):
        slope = 1 + calcium.binding_slope(load, value["B_csq"], value["K_csq"])
        total += share * float(e.ddt[key]) * slope * value["V_sr_ratio"]
    assert total == pytest.approx(float(e.ddt["ca_entry"] - e.ddt["ca_extrusion"]), rel=1e-12)
    assert float(e.ddt["ncx_extrusion"]) > 0  # an inward exchange current extrudes calcium


def test_load_of_the_stores_is_what_their_states_hold():
    c = calcium.Calcium("cell")
    names = ("Ca_sr", "Ca_sr_or")
    x = ca.SX.sym("x", 2)
    e = c.evaluate(symbols(c, **STORES, ttubule=0.6) | {n: x[i] for i, n in enumerate(names)})
    slope = ca.Function("f", [x], [ca.jacobian(e.out["SR_load"], x) @ ca.vertcat(*[e.ddt[n] for n in names])])
    flux = float(c.evaluate(symbols(c, **STORES, ttubule=0.6)).out["j_up"]) - 0.6 * 0.71 - 0.4 * 0.312
    assert float(slope([500.0, 620.0])) == pytest.approx(flux, rel=1e-9)


def test_release_is_what_coupled_and_orphaned_receptors_give():
    c = calcium.Calcium("cell")
    e = c.evaluate(symbols(c, **STORES, ttubule=0.6))
    got = {k: float(v) for k, v in e.out.items()}
    assert got["j_coupled"] == pytest.approx(0.6 * 0.7) and got["j_orphan"] == pytest.approx(0.4 * 0.3)
    assert got["j_rel"] == pytest.approx(got["j_coupled"] + got["j_orphan"])
    assert float(e.ddt["ryr_release"]) == pytest.approx(got["j_rel"])
    assert float(e.ddt["orphan_release"]) == pytest.approx(got["j_orphan"])
    assert float(e.ddt["serca_uptake"]) == pytest.approx(got["j_up"] - 0.6 * 0.01 - 0.4 * 0.012)


def test_a_dyad_empties_its_own_store_and_no_other():
    c = calcium.Calcium("cell")
    quiet, firing = (c.evaluate(symbols(c, **(STORES | dict(j_rel_unit=j)), ttubule=0.5)).ddt for j in (0.0, 1.0))
    assert float(firing["Ca_sr"]) < float(quiet["Ca_sr"])
    assert float(firing["Ca_sr_or"]) == float(quiet["Ca_sr_or"])
    level = STORES | dict(Ca_sr_or=500.0)
    whole, half = (c.evaluate(symbols(c, **level, ttubule=t)).ddt["Ca_sr"] for t in (1.0, 0.5))
    assert float(whole) == pytest.approx(float(half))  # what one unit sees does not depend on how many there are


def test_stores_exchange_what_lies_between_them():
    c = calcium.Calcium("cell")
    apart, linked = (c.evaluate(symbols(c, **STORES, ttubule=0.6, tau_sr=t)) for t in (1e9, 100.0))
    assert float(linked.ddt["Ca_sr"]) > float(apart.ddt["Ca_sr"])
    assert float(linked.ddt["Ca_sr_or"]) < float(apart.ddt["Ca_sr_or"])
    assert float(linked.ddt["Ca_i"]) == float(apart.ddt["Ca_i"])


def test_a_whole_cell_does_not_notice_the_store_of_receptors_that_it_has_not_lost():
    c = calcium.Calcium("cell")
    low, high = (c.evaluate(symbols(c, **(STORES | dict(Ca_sr_or=v)))) for v in (300.0, 900.0))
    for got in ("ddt", "out"):
        a, b = ({k: float(v) for k, v in getattr(e, got).items() if k != "Ca_sr_or"} for e in (low, high))
        assert a == b


def test_levels_and_slow_states_multiply():
    c = calcium.Calcium("cell")
    base = dict(Ca_i=0.2, Ca_sr=600.0, Ca_sr_or=600.0)

    def up(**change):
        return float(c.evaluate(symbols(c, **(base | change))).out["j_up"])

    assert up(serca=0.5, serca_expression=0.8) == pytest.approx(0.4 * up(), rel=1e-12)
    assert up(ros=3.0) < up() and up(energy=0.6) < up()


# signalling


def test_kinase_is_trapped_by_fast_beats_and_by_oxidation():
    c = camkii.CaMKII("cell")
    slow, fast = (c.evaluate(symbols(c, Ca_d=v, camkii_trap=0.05)) for v in (0.2, 20.0))
    assert float(fast.ddt["camkii_trap"]) > float(slow.ddt["camkii_trap"])
    oxidised = c.evaluate(symbols(c, Ca_d=0.2, ros=3.0))
    assert float(oxidised.out["camkii_active"]) > float(c.evaluate(symbols(c, Ca_d=0.2)).out["camkii_active"])
    inhibited = c.evaluate(symbols(c, Ca_d=20.0, camkii=0.0))
    assert all(float(inhibited.ddt[k]) < 0 for k in ("f_lcc_camkii", "f_ryr_camkii", "f_plb_camkii"))


def test_filaments_are_marked_as_the_receptor_until_the_kinase_is_inhibited():
    c = camkii.CaMKII("cell")

    def rates(level):
        ddt = c.evaluate(symbols(c, Ca_d=0.5, camkii=level, f_ryr_camkii=0.1, f_mf_camkii=0.1)).ddt
        return float(ddt["f_ryr_camkii"]), float(ddt["f_mf_camkii"])

    for level in (1.0, 1.5, 3.0):
        assert rates(level)[1] == pytest.approx(rates(level)[0], rel=1e-4)
    assert rates(0.0)[0] < 0 < rates(0.0)[1]  # what other kinases keep is above 0.1


def test_leaky_receptors_open_at_a_lower_load_as_far_as_the_kinases_have_marked_them():
    c = release.Release("cell")

    def opening(**change):
        given = dict(Ca_i=0.1, Ca_sr=500.0, Ca_sr_or=500.0, j_lcc_influx=0.5, j_lcc_drag=0.0, phi_ryr=0.0, ryr_a=0.0,
                     s_leak=0.0, k_leak=0.0)  # fmt: skip
        return float(c.evaluate(symbols(c, **(given | change))).ddt["ryr_a"])

    marked, bare = (dict(f_ryr_camkii=f) for f in (0.5, 0.0))
    assert opening(ryr_leak=3.0, **marked) == pytest.approx(3.0**0.05 * opening(**marked))
    assert opening(ryr_leak=3.0, **bare) == opening(**bare)
    driven = dict(f_ryr_camkii=0.0, phi_ryr=0.8)
    marked_by_pka = c.declarations["e_o_leak_pka"].value * 0.8 ** c.declarations["n_leak_pka"].value
    assert opening(ryr_leak=3.0, **driven) == pytest.approx(3.0**marked_by_pka * opening(**driven))


@pytest.mark.parametrize("kinase", [0.0, 0.3, 1.0, 2.0])
def test_phosphorylated_fractions_cannot_leave_zero_to_one(kinase):
    for K in (0.01, 0.5, 10.0):
        rate = beta_adrenergic.phosphorylation
        assert float(rate(0.0, kinase, 1e-3, 1e-3, K)) >= 0
        assert float(rate(1.0, kinase, 1e-3, 1e-3, K)) < 0


def steady_phi(**values: float) -> dict[str, float]:
    """Steady phosphorylation under steady agonist, by bisection on each balance."""
    c = beta_adrenergic.BetaAdrenergic("cell")
    s = symbols(c, **values)
    s["cAMP"] = s["cAMP"] + float(c.evaluate(s).ddt["cAMP"]) * s["tau_camp"]  # linear relaxation
    found = {"cAMP": s["cAMP"]}
    for key in ("phi_lcc", "phi_ryr", "phi_plb", "phi_mf", "phi_ks"):
        low, high = 0.0, 1.0
        for _ in range(60):
            mid = 0.5 * (low + high)
            rate = float(c.evaluate(s | {key: mid}).ddt[key])
            low, high = (mid, high) if rate > 0 else (low, mid)
        found[key] = 0.5 * (low + high)
    found["beta_response"] = float(c.evaluate(s).out["beta_response"])
    return found


def test_rest_is_the_start_value_and_at_most_a_quarter_of_the_maximal_effect():
    rest, full = steady_phi(), steady_phi(agonist=1e5)
    assert rest["cAMP"] == pytest.approx(1.0, abs=1e-3)
    assert rest["beta_response"] == pytest.approx(1.0, abs=1e-3)
    start = beta_adrenergic.BetaAdrenergic("cell").declarations["phi_plb"].value
    assert rest["phi_plb"] == pytest.approx(start, abs=0.005)
    assert rest["phi_plb"] <= 0.25 * full["phi_plb"]


def test_response_rises_with_tone_density_and_coupling():
    def response(**v):
        return steady_phi(**v)["beta_response"]

    assert response(sympathetic_heart=0.5) < 1 < response(sympathetic_heart=2.0) < response(sympathetic_heart=4.0)
    assert response(beta1=0.5) < 1 and response(grk=3.0) < 1
    assert response(beta1_density=0.5) == pytest.approx(response(beta1=0.5))
    assert response(grk_activity=3.0) == pytest.approx(response(grk=3.0))


def test_lost_anchor_hands_its_kinase_on_and_conserves_the_budget():
    rest, lost = steady_phi(sympathetic_heart=2.0), steady_phi(sympathetic_heart=2.0, akap_lcc=0.25)
    assert lost["phi_lcc"] < rest["phi_lcc"]
    assert lost["phi_ryr"] > rest["phi_ryr"] and lost["phi_plb"] > rest["phi_plb"]
    c = beta_adrenergic.BetaAdrenergic("cell", K_gk=10.0)
    d = {k: v.value for k, v in c.of(Param).items()}

    def kinase(key, akap):  # the rate at phi = 0 is proportional to the local kinase
        return float(c.evaluate(symbols(c, akap_lcc=akap, **{key: 0.0})).ddt[key])

    for akap in (1.0, 0.4, 0.0):
        total = (
            d["w_lcc"] * kinase("phi_lcc", akap)
            + d["w_ryr"] * kinase("phi_ryr", akap)
            + (1 - d["w_lcc"] - d["w_ryr"]) * kinase("phi_plb", akap)
        )
        assert total == pytest.approx(kinase("phi_lcc", 1.0), rel=1e-9)


# contraction


def test_land_reaches_its_maximal_tension():
    # Land2017: T_ref = 120 kPa is the tension at saturating calcium and lambda 1
    assert steady_tension(20.0) == pytest.approx(120.0, rel=0.03)


def test_land_half_activation_where_the_paper_puts_it():
    # Land2017: troponin is half occupied at Ca50 (n_TRPN = 2); tropomyosin is half activated at TRPN50 = 0.35, which is
    # reached at Ca = Ca50 (0.35/0.65)^(1/2)
    half = 0.805 * (0.35 / 0.65) ** 0.5
    assert steady_tension(half) == pytest.approx(60.0, rel=0.06)


def test_land_stretch_sensitises_and_overlap_strengthens():
    assert steady_tension(0.5, stretch=1.1) > 1.5 * steady_tension(0.5, stretch=1.0)
    # overlap alone: 1 + beta_0 (lambda + 0.87 - 1.87) above 0.87
    assert steady_tension(50.0, stretch=1.1) / steady_tension(50.0) == pytest.approx(1.23, rel=0.02)
    assert steady_tension(0.5, stretch=0.9) < steady_tension(0.5)


def test_overlap_is_that_of_the_paper_away_from_its_corners():
    assert float(land.overlap(1.0, 2.3, 0.001)) == pytest.approx(1.0, abs=1e-3)
    assert float(land.overlap(0.8, 2.3, 0.001)) == pytest.approx(1 + 2.3 * (0.8 + 0.8 - 1.87), abs=1e-3)
    assert float(land.overlap(1.3, 2.3, 0.001)) == pytest.approx(1 + 2.3 * (1.2 - 1.0), abs=2e-3)


def test_tension_feels_velocity_only_through_its_states():
    c = land.Land("cell")
    moving = {k: c.evaluate(symbols(c, Ca_i=0.3, XS=0.1, XW=0.1, stretch_rate=k)) for k in (-2e-3, 0.0)}
    assert float(moving[-2e-3].out["tension"]) == float(moving[0.0].out["tension"])
    assert float(moving[-2e-3].ddt["zeta_s"]) < 0 and float(moving[-2e-3].ddt["zeta_w"]) < 0


def test_phosphorylation_desensitises_troponin():
    assert steady_tension(0.5, e_Ca50_pka=0.45) > 0
    c = land.Land("cell")
    plain, phosphorylated = (c.evaluate(symbols(c, Ca_i=0.5, phi_mf=p)) for p in (0.0, 0.9))
    assert float(phosphorylated.ddt["CaTRPN"]) < float(plain.ddt["CaTRPN"])


@pytest.mark.parametrize("stretch", [0.6, 0.87, 1.2, 1.4])
@pytest.mark.parametrize("rate", [-0.02, 0.02])
def test_land_is_finite_with_finite_slopes_beyond_its_range(stretch, rate):
    c = land.Land("cell")
    names = list(c.of(State))
    x = ca.SX.sym("x", len(names))
    free = symbols(c, Ca_i=1.5, stretch=stretch, stretch_rate=rate, phi_mf=0.2, f_mf_camkii=0.1)
    e = c.evaluate(free | {n: x[i] for i, n in enumerate(names)})
    J = ca.Function("J", [x], [ca.jacobian(ca.vertcat(*[e.ddt[n] for n in names], e.out["tension"]), x)])
    for point in ([0, 1, 0, 0, 0, 0], [0.9, 0.1, 0.3, 0.4, -1.0, -1.0], [0.5, 0.5, 0.2, 0.2, 2.0, 2.0]):
        assert np.all(np.isfinite(np.array(J(point))))
