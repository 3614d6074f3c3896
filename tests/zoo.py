"""Small circuits with known behaviour, shared by the tests of the numerics; a component's symbols on plain floats."""

from __future__ import annotations

import casadi as ca

from heartloop import smooth
from heartloop.circuit import Circuit
from heartloop.component import (
    Component,
    Equations,
    Feature,
    Gate,
    Held,
    Input,
    Output,
    Param,
    SlowState,
    State,
    Volume,
)


class Pacemaker(Component):
    """Rate falls as a slow reflex state rises."""

    p = Input("mmHg", "sensed pressure")
    tone = State(0.0, "1", "reflex tone", scale=1.0)
    rate = Param(70.0, "1/min", "rate at zero tone", bounds=(20, 200))
    gain = Param(0.004, "1/mmHg", "tone per pressure", bounds=(0, 1))
    p0 = Param(90.0, "mmHg", "set point", bounds=(40, 150))
    tau = Param(3.0, "s", "time constant", bounds=(0.1, 100))
    RR = Held("s", "RR interval")
    t_v = Held("s", "onset of ventricular activation")
    t_s = Held("s", "duration of ventricular activation")

    def equations(self, p, tone, rate, gain, p0, tau):
        RR = 60.0 / (rate * (1 - 0.5 * ca.tanh(tone)))
        return Equations(
            ddt=dict(tone=(gain * (p - p0) - tone) / tau),
            out=dict(RR=RR, t_v=0.15 * ca.sqrt(RR), t_s=0.4 * ca.sqrt(RR)),
        )


class Ventricle(Component):
    """Time-varying elastance, sine-squared activation."""

    kind = "node"
    V = Volume(120.0, "mL", "volume", scale=50.0)
    active = Gate("1", "systole")
    clock = Input("s", "time since onset")
    start = Input("s", "onset of systole")
    length = Input("s", "duration of systole")
    E_max = Param(2.5, "mmHg/mL", "maximal elastance", bounds=(0.2, 10), scale="log")
    E_min = Param(0.06, "mmHg/mL", "minimal elastance", bounds=(0.01, 1), scale="log")
    V0 = Param(10.0, "mL", "volume axis intercept", bounds=(0, 50))
    p = Output("mmHg", "pressure")

    def equations(self, V, active, clock, start, length, E_max, E_min, V0):
        e = active * ca.sin(ca.pi * (clock - start) / length) ** 2
        return Equations(out=dict(p=(E_min + (E_max - E_min) * e) * (V - V0)))


class Vessel(Component):
    """Linear compliance."""

    kind = "node"
    V = Volume(100.0, "mL", "volume", scale=100.0)
    C = Param(1.5, "mL/mmHg", "compliance", bounds=(0.1, 500), scale="log")
    V0 = Param(0.0, "mL", "unstressed volume", bounds=(-100, 5000))
    p = Output("mmHg", "pressure")

    def equations(self, V, C, V0):
        return Equations(out=dict(p=(V - V0) / C))


class Resistor(Component):
    kind = "edge"
    p_in = Input("mmHg", "inlet")
    p_out = Input("mmHg", "outlet")
    R = Param(1.0, "mmHg s/mL", "resistance", bounds=(1e-4, 100), scale="log")
    q = Output("mL/s", "flow")

    def equations(self, p_in, p_out, R):
        return Equations(out=dict(q=(p_in - p_out) / R))


class Diode(Component):
    kind = "edge"
    p_in = Input("mmHg", "inlet")
    p_out = Input("mmHg", "outlet")
    R = Param(0.02, "mmHg s/mL", "open resistance", bounds=(1e-4, 100), scale="log")
    w = Param(0.5, "mmHg", "rounding", bounds=(1e-3, 5))
    q = Output("mL/s", "flow")

    def equations(self, p_in, p_out, R, w):
        return Equations(out=dict(q=smooth.pos(p_in - p_out, w) / R))


class Blood(Component):
    V_total = Param(800.0, "mL", "blood volume", bounds=(100, 10000))
    expansion = Input("mL", "slow change", default=0.0)
    total = Output("mL", "prescribed total")

    def equations(self, V_total, expansion):
        return Equations(out=dict(total=V_total + expansion))


class Kidney(Component):
    """Slow clock: retains volume while mean pressure is below its rest value."""

    time_unit = "day"
    MAP = Feature("mmHg", "mean arterial pressure")
    MAP_rest = Feature("mmHg", "its value at rest")
    E = SlowState(0.0, "mL", "extra volume", scale=100.0)
    k = Param(5.0, "mL/(mmHg day)", "retention", bounds=(0, 100))
    tau = Param(30.0, "day", "escape", bounds=(1, 1000))

    def equations(self, MAP, MAP_rest, E, k, tau):
        return Equations(ddt=dict(E=k * (MAP_rest - MAP) - E / tau))


def loop(slow: bool = True) -> Circuit:
    """One ventricle, arteries, veins, a rate reflex and a kidney."""
    c = Circuit("toy")
    c.add(Pacemaker("sinus"), Ventricle("lv"), Vessel("arteries", V=150.0, V0=0.0), Blood("blood"))
    c.add(Vessel("veins", C=60.0, V=530.0, V0=20.0))
    c.flow(Diode("aortic_valve"), "lv", "arteries")
    c.flow(Resistor("systemic"), "arteries", "veins")
    c.flow(Diode("mitral_valve", R=0.015), "veins", "lv")
    c.signal("arteries.p", to="sinus.p")
    c.signal("sinus.t_v", to="lv.start")
    c.signal("sinus.t_s", to="lv.length")
    c.signal("beat.clock", to="lv.clock")
    c.gate("lv.active", start="sinus.t_v", duration="sinus.t_s")
    c.beat("sinus.RR")
    c.measure("MAP", "arteries.p")
    c.measure("CO", "aortic_valve.q")
    c.total("blood", "blood.total")
    if slow:
        c.add(Kidney("kidney"))
        c.signal("kidney.E", to="blood.expansion")
    return c


class Timer(Component):
    """Beats of fixed length."""

    period = Param(0.5, "s", "RR interval", bounds=(0.2, 2))
    RR = Held("s", "RR interval")

    def equations(self, period):
        return Equations(out=dict(RR=period))


class Restitution(Component):
    """Amplitude that moves during a beat towards a target set at onset: its beat map is a quadratic map.

    With e = exp(-k RR) and target 1 - r a^2, a' = (1 - e) (1 - r a^2) + e a.
    """

    a = State(0.4, "1", "amplitude", bounds=(-2, 2))
    goal = Input("1", "target of this beat")
    r = Param(1.0, "1", "fall of the target with the amplitude", bounds=(0, 3))
    k = Param(8.0, "1/s", "rate", bounds=(1, 100))
    target = Held("1", "target of this beat")

    def equations(self, a, goal, r, k):
        return Equations(ddt=dict(a=k * (goal - a)), out=dict(target=1 - r * a**2))


class Squeezed(Component):
    """Linear compliance under an outside pressure that follows the amplitude."""

    kind = "node"
    V = Volume(200.0, "mL", "volume", scale=50.0)
    a = Input("1", "amplitude")
    C = Param(2.0, "mL/mmHg", "compliance", bounds=(0.1, 500), scale="log")
    push = Param(40.0, "mmHg", "outside pressure per amplitude", bounds=(0, 200))
    p = Output("mmHg", "pressure")

    def equations(self, V, a, C, push):
        return Equations(out=dict(p=V / C + push * a))


def alternating(slow: bool = False) -> Circuit:
    """Period doubling with a known answer, beside a conserved volume: the amplitude squeezes one of two vessels."""
    c = Circuit("alternating")
    c.add(Timer("timer"), Restitution("cell"), Squeezed("bag"), Vessel("tank", C=4.0, V=300.0), Blood("blood"))
    c.flow(Resistor("tube", R=0.2), "bag", "tank")
    c.signal("cell.target", to="cell.goal")
    c.signal("cell.a", to="bag.a")
    c.beat("timer.RR")
    c.total("blood", "blood.total")
    c.measure("amplitude", "cell.a")
    c.measure("pressure", "tank.p")
    if slow:
        c.add(Kidney("kidney"))
        c.measure("MAP", "tank.p")
        c.signal("kidney.E", to="blood.expansion")
    return c


ROLES = {
    "lv": "lv",
    "lv_onset": "lv.active",
    "arterial": "arteries.p",
    "aortic_valve": "aortic_valve",
    "mitral_valve": "mitral_valve",
}


def symbols(component: Component, **values: float) -> dict[str, float]:
    """Start values, parameters and input defaults of a component, with changes."""
    found = {}
    for key, d in component.declarations.items():
        if isinstance(d, Param | State):
            found[key] = d.value
        elif isinstance(d, Input):
            found[key] = 0.0 if d.default is None else d.default
    return {**found, **values}
