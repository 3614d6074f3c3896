"""Circulation, component by component on floats: equilibrium, sign, limit, numbers of the papers."""

from __future__ import annotations

import math

import casadi as ca
import numpy as np
import pytest
from scipy.optimize import brentq

from heartloop.circulation import loop as small
from heartloop.circulation.arm import BrachialArtery
from heartloop.circulation.atrium import Atrium
from heartloop.circulation.pericardium import Pericardium, Thorax
from heartloop.circulation.valve import MMHG, Valve, aortic_valve, mitral_valve, pulmonary_valve, tricuspid_valve
from heartloop.circulation.ventricle import (
    MMHG_PER_KPA,
    CellElastance,
    OneFibreWall,
    PrescribedElastance,
    double_hill,
    pressure_from_stress,
    stretch_of_volume,
)
from heartloop.circulation.vessel import (
    AorticRoot,
    Arterioles,
    Artery,
    Bed,
    CollapsibleVessel,
    Compliance,
    InertialVessel,
    LimbBed,
    Resistance,
    Vein,
    aged_arteries,
)
from heartloop.component import Held, Input, Param, State
from heartloop.errors import ParameterError

COMPONENTS = [
    Valve, Compliance, AorticRoot, Artery, BrachialArtery, Vein, Resistance, Arterioles, Bed, LimbBed, InertialVessel,
    CollapsibleVessel, Atrium, OneFibreWall, CellElastance, PrescribedElastance, Thorax, Pericardium,
]  # fmt: skip


def at(component, **values):
    """Equations of a component on floats: defaults, then `values`."""
    symbols = {}
    for key, d in component.declarations.items():
        if isinstance(d, Param | State):
            symbols[key] = d.value
        elif isinstance(d, Input) and d.default is not None:
            symbols[key] = d.default
    result = component.evaluate(symbols | values)
    ddt = {k: float(v) for k, v in result.ddt.items()}
    return ddt | {k: float(v) for k, v in result.out.items()}


# -- valves ------------------------------------------------------------------------------------------------------------


def settle(valve, p_in, p_out, seconds=0.4, dt=2e-5, **start):
    """Flow and opening after `seconds` at fixed pressures (implicit Euler in the stiff flow law is not needed)."""
    x = {"q": 0.0, "zeta": 0.0} | start
    for _ in range(int(seconds / dt)):
        rate = at(valve, p_in=p_in, p_out=p_out, **x)
        x = {k: x[k] + dt * rate[k] for k in x}
    return x


def test_open_valve_settles_at_bernoulli_flow():
    valve = aortic_valve()
    x = settle(valve, p_in=4.0, p_out=0.0, zeta=1.0, dt=2e-4)
    A = at(valve, p_in=4.0, p_out=0.0, **x)["A"]
    assert x["q"] == pytest.approx(A * math.sqrt(2 * 4.0 * MMHG / 1.06), rel=0.01)  # dp = rho v^2 / 2


@pytest.mark.parametrize("make", [aortic_valve, mitral_valve, pulmonary_valve, tricuspid_valve])
def test_closed_valve_passes_no_flow(make):
    x = settle(make(), p_in=0.0, p_out=80.0, seconds=0.1)
    assert 0 <= x["zeta"] < 1e-5
    assert -0.1 < x["q"] < 0  # mL/s; a stroke is 250 mL/s


@pytest.mark.parametrize("dp", [-150.0, -1.0, 0.0, 1.0, 150.0])
def test_leaflet_stays_between_shut_and_open(dp):
    assert at(aortic_valve(), p_in=dp, p_out=0.0, q=0.0, zeta=0.0)["zeta"] >= 0
    assert at(aortic_valve(), p_in=dp, p_out=0.0, q=0.0, zeta=1.0)["zeta"] <= 0


def test_opening_rate_is_the_paper_s():
    # Mynard2012: 0.012 cm^2/(dyn s) for the aortic valve is 16/(mmHg s)
    rate = at(aortic_valve(), p_in=10.0, p_out=0.0, q=0.0, zeta=0.0)["zeta"]
    assert rate == pytest.approx(0.012 * MMHG * 10, rel=0.01)


def test_stenosis_narrows_and_regurgitation_leaks():
    assert settle(aortic_valve(M_st=0.2), 40.0, 0.0, zeta=1.0)["q"] == pytest.approx(
        0.2 * settle(aortic_valve(), 40.0, 0.0, zeta=1.0, dt=1e-4)["q"], rel=0.02
    )
    assert settle(aortic_valve(M_rg=0.05), 0.0, 80.0)["q"] < -50


def test_valve_without_pressure_difference_has_no_force_on_the_blood():
    assert at(mitral_valve(), p_in=7.0, p_out=7.0, q=0.0, zeta=0.5)["q"] == 0


# -- vessels -----------------------------------------------------------------------------------------------------------


def test_compliance_is_a_straight_line_through_its_unstressed_volume():
    c = Compliance("c", C=2.0, V0=50.0)
    assert at(c, V=50.0)["p"] == 0
    assert at(c, V=150.0)["p"] == 50.0
    assert at(c, V=150.0, p_ext=-4.0)["p"] == 46.0
    assert at(c, V=150.0, stiffening=1.5)["p"] == 75.0


def volume_at(artery, p):
    """Volume that gives a transmural pressure."""
    return brentq(lambda V: at(artery, V=V, dVdt=0.0)["p_transmural"] - p, -200, 2000)


def compliance_at(artery, p, h=0.01):
    return (volume_at(artery, p + h) - volume_at(artery, p - h)) / (2 * h)


def test_aorta_is_langewouters_arctangent():
    aorta = AorticRoot("aorta", C=0.4, V0=80.0)
    assert at(aorta, V=80.0, dVdt=0.0)["p"] == pytest.approx(0, abs=0.5)  # the rounding of the limits is felt
    assert compliance_at(aorta, 95.0) == pytest.approx(0.4, rel=0.01)
    p_half, p_width = (aorta.declarations[k].value for k in ("p_half", "p_width"))
    most = compliance_at(aorta, p_half)
    for p in (p_half - p_width, p_half + p_width):
        assert compliance_at(aorta, p) == pytest.approx(most / 2, rel=0.01)
    # A(p) = A_m (1/2 + atan((p - p0)/p1)/pi) (Langewouters 1984): from 60 to 140 mmHg as from 0 to 95 by this law
    law = lambda p: math.atan((p - p_half) / p_width)  # noqa: E731
    part = (volume_at(aorta, 140.0) - volume_at(aorta, 60.0)) / (volume_at(aorta, 95.0) - 80.0)
    assert part == pytest.approx((law(140) - law(60)) / (law(95) - law(0)), rel=0.01)


def test_aortic_pressure_stays_finite_and_rises_everywhere():
    aorta = AorticRoot("aorta")
    p = np.array([at(aorta, V=V, dVdt=0.0)["p"] for V in np.linspace(-100, 600, 300)])
    assert np.all(np.isfinite(p)) and np.all(np.diff(p) > 0)


def test_viscous_wall_adds_pressure_only_while_it_fills():
    c = AorticRoot("aorta", eta=0.04)
    still = at(c, V=120.0, dVdt=0.0)["p"]
    assert at(c, V=120.0, dVdt=400.0)["p"] == pytest.approx(still + 16.0)


def test_muscular_artery_has_a_compliance_of_one_over_pressure():
    artery = Artery("arteries", C=1.1, V0=600.0, p_zero=10.0)
    assert at(artery, V=600.0)["p"] == 0
    for p in (45.0, 95.0, 160.0):
        assert compliance_at(artery, p) == pytest.approx(1.1 * 105 / (p + 10), rel=1e-4)
    # nearly without p_zero the logarithm of pressure is a straight line over volume (Hayashi 1980)
    stiff = Artery("arteries", C=1.1, V0=0.0, p_zero=3.0)
    V = [volume_at(stiff, p) for p in (50.0, 100.0, 200.0)]
    assert (V[2] - V[1]) / (V[1] - V[0]) == pytest.approx(1, rel=0.03)
    straight = Artery("arteries", C=1.1, V0=600.0, p_zero=500.0)
    assert at(straight, V=600.0 + 1.1 * 20)["p"] == pytest.approx(20, rel=0.2)


@pytest.mark.parametrize("make", [Artery, AorticRoot])
def test_structural_stiffening_leaves_an_artery_less_volume(make):
    soft = at(make("a"), V=120.0, dVdt=0.0)["p"]
    assert at(make("a"), V=120.0, dVdt=0.0, stiffening=1.2)["p"] > 1.1 * soft > 0


def test_an_aorta_of_sixty_years_is_langewouters_and_spans_the_same_area():
    young = AorticRoot("aorta", C=0.4, V0=80.0)
    values = {f"aorta.{k}": d.value for k, d in young.declarations.items() if isinstance(d, Param)}
    same = aged_arteries(26.0, values)
    assert len(same) == 3 and same == pytest.approx({k: values[k] for k in same})
    old = aged_arteries(60.0, values)
    # 76 - 0.89 x 60 and 57 - 0.44 x 60 mmHg
    assert old["aorta.p_half"] == pytest.approx(22.6, abs=0.1) and old["aorta.p_width"] == pytest.approx(30.6, abs=0.1)
    span = lambda v: v["aorta.C"] * v["aorta.p_width"] * (  # noqa: E731
        1 + ((95 - v["aorta.p_half"]) / v["aorta.p_width"]) ** 2)
    assert span(old) == pytest.approx(span(values))
    assert 0.3 < old["aorta.C"] / 0.4 < 0.5  # pulse wave velocity rises by half


def test_arm_amplifies_as_the_measured_transfer_function_and_keeps_the_mean():
    arm = BrachialArtery("brachial")
    A = np.array([[0.0, 1.0], [at(arm, p_root=0.0, p=1.0)["rate"], at(arm, p_root=0.0, p=0.0, rate=1.0)["rate"]]])
    drive = at(arm, p_root=1.0, p=0.0)["rate"]
    f = np.linspace(0.1, 20, 400)
    gain = np.array([abs(np.linalg.solve(2j * np.pi * x * np.eye(2) - A, [0, drive])[0]) for x in f])
    assert gain[0] == pytest.approx(1, rel=0.001)
    # Karamanoglu 1993: greatest at 5 Hz, 2.5 times the value at zero frequency
    assert f[gain.argmax()] == pytest.approx(5, abs=0.15) and gain.max() == pytest.approx(2.5, rel=0.01)
    assert at(arm, p_root=90.0, p=90.0)["rate"] == 0


def test_vein_is_heldt_s_arctangent_when_filled():
    vein = Vein("v", C=50.0, V0=1026.0, V_max=1500.0)
    for p in (2.0, 8.0, 20.0):  # V = V0 + (2 Vmax/pi) atan(pi C P/(2 Vmax))
        V = 1026 + 2 * 1500 / math.pi * math.atan(math.pi * 50 * p / (2 * 1500))
        assert at(vein, V=V)["p"] == pytest.approx(p, rel=0.01)


def test_folded_vein_does_not_pull_and_pressure_rises_with_volume_everywhere():
    vein = Vein("v")
    V = np.linspace(-50, 5000, 400)
    p = np.array([at(vein, V=v)["p"] for v in V])
    assert np.all(np.diff(p) > 0) and np.all(np.isfinite(p))
    assert p[(V > 100)].min() > -2.1  # p_collapse = 2


def test_constricted_vein_holds_less_at_equal_pressure():
    vein = Vein("v", share=0.6)
    assert at(vein, V=1200.0, dV0=-200.0)["p"] == pytest.approx(at(vein, V=1320.0)["p"])


def test_resistance_follows_ohm_and_structure():
    r = Resistance("r", R=2.0)
    assert at(r, p_in=90.0, p_out=10.0)["q"] == 40.0
    assert at(r, p_in=90.0, p_out=10.0, local=2.0, structure=1.25)["q"] == 16.0


@pytest.mark.parametrize("make", [Arterioles, Bed, LimbBed])
def test_arterioles_let_pass_what_exceeds_their_closing_pressure(make):
    a = make("a", R=2.0, p_close=26.0)
    q = lambda **k: at(a, **k)["q"]  # noqa: E731
    assert q(p_in=90.0, p_out=8.0) == pytest.approx(32, rel=0.01)
    assert q(p_in=90.0, p_out=0.0) == pytest.approx(q(p_in=90.0, p_out=10.0), rel=0.01)  # a waterfall
    assert q(p_in=90.0, p_out=50.0) == pytest.approx(20, rel=0.01)  # no closing pressure between
    assert abs(q(p_in=10.0, p_out=5.0)) < 0.02 and q(p_in=40.0, p_out=40.0) == 0
    # tone sets resistance and closing pressure, structure and viscosity the resistance alone
    assert q(p_in=90.0, p_out=8.0, tone_R=1.5) == pytest.approx((90 - 39) / 3, rel=0.01)
    assert q(p_in=90.0, p_out=8.0, local=0.5) == pytest.approx(77, rel=0.03)
    assert q(p_in=90.0, p_out=8.0, structure=1.5) == pytest.approx((90 - 26) / 3, rel=0.01)
    assert q(p_in=90.0, p_out=8.0, p_ext=20.0) == pytest.approx((90 - 46) / 2, rel=0.01)


def test_inertial_vessel_is_at_rest_at_ohm_s_flow():
    v = InertialVessel("v", R=0.05, L=1e-3)
    assert at(v, p_in=95.0, p_out=90.0, q=100.0)["q"] == pytest.approx(0)
    assert at(v, p_in=95.0, p_out=90.0, q=0.0)["q"] == pytest.approx(5000)


def test_starling_tube_open_is_ohm_and_collapsed_is_a_waterfall():
    tube = CollapsibleVessel("t", R=0.05)
    assert at(tube, p_in=9.0, p_out=4.0)["q"] == pytest.approx(100, rel=1e-3)
    fall = [at(tube, p_in=6.0, p_out=p)["q"] for p in (-5.0, -20.0)]
    assert fall == pytest.approx([120, 120], rel=1e-3)  # whatever the outlet
    assert abs(at(tube, p_in=-6.0, p_out=-20.0)["q"]) < 1e-3
    assert at(tube, p_in=3.0, p_out=3.0)["q"] == 0


# -- chambers ----------------------------------------------------------------------------------------------------------


def test_one_fibre_law_gives_the_pressures_of_arts():
    # Vw 114 mL: p = 0.22 sigma_f at 132 mL and 0.41 sigma_f at 54 mL
    assert pressure_from_stress(1.0, 132.0, 114.0) / MMHG_PER_KPA == pytest.approx(0.22, abs=0.005)
    assert pressure_from_stress(1.0, 54.0, 114.0) / MMHG_PER_KPA == pytest.approx(0.41, abs=0.005)
    # sarcomere length at 54 mL over that at 132 mL
    assert stretch_of_volume(54.0, 132.0, 114.0) == pytest.approx(0.815, abs=0.002)
    # 115 mmHg at 90 mL needs about 51 kPa
    assert pressure_from_stress(51.0, 90.0, 114.0) == pytest.approx(115, rel=0.02)


def test_fibre_work_equals_pressure_volume_work():
    wall = OneFibreWall("lv")
    Vw = wall.declarations["Vw"].value
    for V in (60.0, 90.0, 140.0):
        out, step = at(wall, V=V, tension=40.0, dVdt=0.0), 1e-4
        d_ln = math.log(at(wall, V=V + step, tension=0.0)["stretch"] / at(wall, V=V - step, tension=0.0)["stretch"])
        p_kPa = out["p"] / MMHG_PER_KPA
        assert p_kPa * 2 * step == pytest.approx(out["sigma_f"] * Vw * d_ln, rel=1e-6)


def test_stretch_rate_is_the_rate_of_stretch():
    wall = OneFibreWall("lv")
    h = 1e-6
    slope = (at(wall, V=100 + 250 * h, tension=0.0)["stretch"] - at(wall, V=100.0, tension=0.0)["stretch"]) / h
    assert at(wall, V=100.0, tension=0.0, dVdt=250.0)["stretch_rate"] == pytest.approx(slope, rel=1e-4)


def test_relaxed_wall_sucks_below_its_reference_volume_and_stiffens_above():
    wall = OneFibreWall("lv")
    p = [at(wall, V=V, tension=0.0)["p"] for V in (20.0, 50.0, 85.0, 120.0, 150.0, 180.0)]
    assert p[0] < p[1] < -0.2 and abs(p[2]) < 0.3
    assert 2 * (p[4] - p[3]) < 2.2 * (p[5] - p[4]) and np.all(np.diff(p) > 0)


def test_growth_and_disease_act_on_the_wall_in_the_right_direction():
    wall = OneFibreWall("lv")
    p = lambda **k: at(wall, V=130.0, tension=40.0, **k)["p"]  # noqa: E731
    relaxed = lambda **k: at(wall, V=130.0, tension=0.0, **k)["p"]  # noqa: E731
    assert p(viable=0.8) < p() < p(mass_growth=1.2)
    assert relaxed(length_growth=1.1) < relaxed() < relaxed(collagen=1.0)
    # longer myocytes: the grown cavity at the cubed volume has the old stretch
    assert at(wall, V=85.0 * 1.1**3, tension=0.0, length_growth=1.1)["stretch"] == pytest.approx(1)


@pytest.mark.parametrize("cls, extra", [(CellElastance, {"tension": 50.0}), (PrescribedElastance, {})])
def test_elastance_is_linear_in_volume_and_loses_pressure_in_ejection(cls, extra):
    pump = cls("lv", P0=0.1, k=0.003)
    extra = extra or {"clock": 0.16 + 0.4, "RR": 1.0}
    p = [at(pump, V=V, **extra, dVdt=0.0)["p"] for V in (60.0, 90.0, 120.0)]
    assert p[1] - p[0] == pytest.approx(p[2] - p[1], rel=0.01)
    assert at(pump, V=90.0, **extra, dVdt=-300.0)["p"] < p[1]


def test_cell_of_the_elastance_is_held_at_one_length():
    pump = CellElastance("lv")
    for V in (50.0, 150.0):
        out = at(pump, V=V, tension=20.0, dVdt=-300.0)
        assert (out["stretch"], out["stretch_rate"]) == (1.1, 0.0)


def test_double_hill_peaks_at_its_declared_maximum():
    pump = PrescribedElastance("lv")
    t = np.arange(0.0, 1.0, 1e-3)
    e = np.array([at(pump, V=100.0, dVdt=0.0, clock=0.16 + x, RR=1.0)["e"] for x in t])
    assert e.max() == pytest.approx(1, abs=0.01)
    assert 0.3 < t[e.argmax()] < 0.4
    assert e[0] < 2e-3 and e[-1] < 2e-3
    # published fractions of the period peak between rise and fall (Bjordalsbakke2022)
    s = np.linspace(0.05, 1, 2000)
    assert 0.303 < s[double_hill(s, 0.303, 0.508, 1.32, 21.9).argmax()] < 0.508


def test_double_hill_has_finite_curvature_at_its_onset():
    pump = PrescribedElastance("lv")
    clock = ca.SX.sym("clock")
    symbols = {k: d.value for k, d in pump.declarations.items() if isinstance(d, Param | State)}
    symbols |= {k: d.default for k, d in pump.declarations.items() if isinstance(d, Input)}
    e = pump.evaluate(symbols | {"clock": clock, "RR": 0.9}).out["e"]
    curvature = ca.Function("c", [clock], [ca.hessian(e, clock)[0]])
    assert all(math.isfinite(float(curvature(t))) for t in (0.0, 0.1, 0.16, 0.1601, 0.3, 0.9))


def test_three_ventricles_share_their_ports():
    common = {"p_ext", "dVdt", "length_growth", "mass_growth", "viable", "collagen"}
    outputs = {"p", "p_transmural", "sigma_f", "wall_stretch", "stretch", "stretch_rate"}
    for cls in small.VENTRICLES.values():
        assert common <= set(cls.declarations) and outputs <= set(cls.declarations)


def test_atrium_contracts_once_and_relaxes_within_the_beat():
    atrium = Atrium("la", t_delay=0.02)
    beat = dict(RR=0.9, V=50.0)
    duration = at(atrium, clock=0.0, active=0.0, **beat)["t_active"]
    assert duration == pytest.approx(0.25 * math.sqrt(0.9))  # Heldt2004
    e = [at(atrium, clock=t, active=1.0, **beat)["e"] for t in (0.02, 0.02 + duration / 2, 0.02 + duration)]
    assert e == pytest.approx([0, 1, 0], abs=1e-12)
    assert at(atrium, clock=0.7, active=0.0, **beat)["e"] == 0
    assert isinstance(Atrium.declarations["t_active"], Held)
    assert 0.08 + 0.5 * math.sqrt(0.4) < 0.4  # at the bounds of delay and duration, RR 0.4 s


# -- around the heart --------------------------------------------------------------------------------------------------


def test_pericardium_is_slack_at_its_volume_and_stiff_beyond():
    p = lambda V, **k: at(  # noqa: E731
        Pericardium("pericardium", V0=330.0), V_lv=V / 3, V_rv=V / 3, V_la=V / 6, V_ra=V / 6, **k
    )["p"]
    assert p(330.0) == pytest.approx(-4.0)  # pleural pressure
    assert p(380.0) + 4 == pytest.approx(0.5003 * math.expm1(0.75))
    assert p(530.0) - p(430.0) > 3 * (p(430.0) - p(330.0))
    assert p(380.0, growth=1.2) < p(380.0) < p(380.0, fluid=100.0)


def test_pleural_pressure_swings_about_its_mean():
    assert at(Thorax("thorax"))["p_pleural"] == -4.0
    assert at(Thorax("thorax"), swing=30.0)["p_pleural"] == 26.0


# -- declarations and the loop -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", COMPONENTS)
def test_every_parameter_has_finite_bounds_and_a_source(cls):
    for key, d in cls("x").of(Param).items():
        assert d.source.strip() and all(map(math.isfinite, d.bounds)), key


@pytest.mark.parametrize("cls", COMPONENTS)
def test_second_derivatives_are_finite_at_the_start_values(cls):
    component = cls("x")
    free, values = [], {}
    for key, d in component.declarations.items():
        if isinstance(d, Param):
            values[key] = d.value
        elif isinstance(d, Input | State):
            symbol = ca.SX.sym(key)
            start = d.value if isinstance(d, State) else (d.default if d.default is not None else 0.3)
            free.append((symbol, start))
            values[key] = symbol
    result = component.evaluate(values)
    total = ca.sum1(ca.vertcat(*result.ddt.values(), *result.out.values()))
    x = ca.vertcat(*(s for s, _ in free))
    hessian = ca.Function("h", [x], [ca.hessian(total, x)[0]])
    assert np.all(np.isfinite(np.array(hessian([v for _, v in free]))))


class Recorder:
    """Stands for a circuit: keeps what it is given."""

    def __init__(self):
        self.items, self.flows, self.signals = {}, {}, {}

    def add(self, *items):
        self.items |= {i.name: i for i in items}

    def flow(self, edge, a, b):
        self.items[edge.name] = edge
        self.flows[edge.name] = (a, b)

    def signal(self, source, to):
        self.signals |= {t: source for t in ([to] if isinstance(to, str) else to)}

    def gate(self, destination, *, start, duration):
        self.signals[destination] = (start, duration)


def record(**options):
    loop = Recorder()
    small.small_loop(loop, **options)
    return loop


def test_loop_is_closed_and_starts_with_the_blood_volume_of_the_body():
    for sex, tbv in (("male", 5300), ("female", 4200)):
        loop = record(sex=sex)
        nodes = [i for i in loop.items.values() if i.kind == "node"]
        assert sum(n.declarations["V"].value for n in nodes) == pytest.approx(tbv)
        for n in nodes:  # one way in, one way out at least
            assert any(b == n.name for _, b in loop.flows.values())
            assert any(a == n.name for a, _ in loop.flows.values())


def test_woman_s_walls_have_the_masses_of_the_table():
    loop = record(sex="female")
    masses = [loop.items[k].declarations["Vw"].value * small.DENSITY for k in ("lv", "rv")]
    assert masses == pytest.approx([83, 48])
    assert "83 g" in loop.items["lv"].declarations["Vw"].source


def test_heavier_body_has_larger_vessels_and_less_resistance():
    a, b = record(), record(weight_kg=95.0)
    for name, key, more in (("systemic", "R", False), ("arteries", "C", True), ("lv", "V_ref", True)):
        assert (b.items[name].declarations[key].value > a.items[name].declarations[key].value) is more


def test_loop_takes_values_and_refuses_unknown_ones():
    assert record(values={"systemic": {"R": 1.5}}).items["systemic"].declarations["R"].value == 1.5
    with pytest.raises(ParameterError, match="Did you mean 'systemic'"):
        record(values={"sistemic": {"R": 1.5}})
    with pytest.raises(ParameterError, match="outside"):
        record(values={"systemic": {"R": 900.0}})
    with pytest.raises(ParameterError, match="no parameter"):
        record(values={"systemic": {"Q": 1.0}})
    with pytest.raises(ParameterError, match="ventricle"):
        record(ventricle="piston")
    with pytest.raises(ParameterError, match="sex"):
        record(sex="m")


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("ventricle", list(small.VENTRICLES))
def test_every_table_value_lies_inside_its_bounds_and_names_a_source(sex, ventricle):
    for item in record(sex=sex, ventricle=ventricle).items.values():
        for key, d in item.declarations.items():
            if isinstance(d, Param | State):
                assert d.bounds[0] <= d.value <= d.bounds[1], (item.name, key)
            if isinstance(d, Param):
                assert d.source.strip()
