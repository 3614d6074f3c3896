"""Wiring: what fits is connected and checked, what does not is refused by name."""

import casadi as ca
import numpy as np
import pytest
import zoo

from heartloop.circuit import Circuit, match
from heartloop.component import Component, Equations, Feature, Group, Input, Output, Param, SlowState, State
from heartloop.errors import UnitError, UnknownNameError, WiringError


def test_volume_is_conserved_by_construction():
    g = zoo.loop().flatten()
    total = sum(r for e, r in zip(g.fast, g.rates, strict=True) if e.path in g.volumes)
    symbols = ca.symvar(total)
    f = ca.Function("f", symbols, [total])
    rng = np.random.default_rng(1)
    for _ in range(20):
        assert abs(float(f(*rng.uniform(0.5, 50, len(symbols))))) < 1e-9


def test_unconnected_inputs_are_listed():
    c = zoo.loop()
    del c._signals["sinus.p"]
    with pytest.raises(WiringError, match=r"sinus\.p.*sensed pressure"):
        c.flatten()


def test_unit_mismatch_is_refused_at_wiring_time():
    c = zoo.loop()
    with pytest.raises(UnitError, match="expects 'mmHg'"):
        c.signal("lv.V", to="sinus.p")


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda c: c.signal("arteries.pp", to="sinus.p"), "Did you mean 'p'"),
        (lambda c: c.signal("artries.p", to="sinus.p"), "Did you mean 'arteries'"),
        (lambda c: c.add(zoo.Vessel("veins")), "already has"),
        (lambda c: c.flow(zoo.Resistor("x"), "sinus", "veins"), "stores no volume"),
        (lambda c: c.replace("lvv", zoo.Vessel("lvv")), "no component 'lvv'"),
        (lambda c: c.replace("lv", zoo.Vessel("other")), "slot is 'lv'"),
        (lambda c: c.gate("lv.clock", start="sinus.t_v", duration="sinus.t_s"), "not a Gate"),
        (lambda c: c.beat("arteries.p"), "Held"),
        (lambda c: c.total("blood", "sinus.RR"), "not a volume"),
    ],
)
def test_bad_wires_are_refused(call, match):
    with pytest.raises(WiringError, match=match):
        call(zoo.loop())


class Follower(Component):
    x = Input("1", "in")
    y = Output("1", "out")

    def equations(self, x):
        return Equations(out=dict(y=2 * x))


def test_algebraic_loop_is_named():
    c = zoo.loop()
    c.add(Follower("a"), Follower("b"))
    c.signal("a.y", to="b.x")
    c.signal("b.y", to="a.x")
    with pytest.raises(WiringError, match=r"Algebraic loop.*a\.x"):
        c.flatten()


def test_node_without_flow_is_refused():
    c = zoo.loop()
    c.add(zoo.Vessel("lost"))
    with pytest.raises(WiringError, match="'lost' has no flow"):
        c.flatten()


def test_units_are_converted_along_a_wire():
    class InKilopascal(Component):
        p = Input("kPa", "pressure")
        z = State(0.0, "kPa", "copy")

        def equations(self, p, z):
            return Equations(ddt=dict(z=p - z))

    c = zoo.loop()
    c.add(InKilopascal("probe"))
    c.signal("arteries.p", to="probe.p")
    g = c.flatten()
    i = [e.path for e in g.fast].index("probe.z")
    V, C = (next(e.symbol for e in t if e.path == p) for t, p in ((g.fast, "arteries.V"), (g.params, "arteries.C")))
    others = [s for s in ca.symvar(g.rates[i]) if s.name() not in ("arteries.V", "arteries.C")]
    others = [s for s in ca.symvar(g.rates[i]) if s.name() not in ("arteries.V", "arteries.C")]
    slope = ca.Function("slope", [V, C, *others], [ca.jacobian(g.rates[i], V)])
    rest = [1.0] * (slope.n_in() - 2)
    assert float(slope(100.0, 1.5, *rest)) == pytest.approx(0.133322 / 1.5, rel=1e-5)


def test_group_members_see_each_other():
    class A(Component):
        Ca = State(1.0, "1", "calcium")
        k = Param(2.0, "1/s", "rate")

        def equations(self, Ca, k):
            return Equations(ddt=dict(Ca=-k * Ca))

    class B(Component):
        Ca = Input("1", "calcium")
        T = Output("1", "tension")

        def equations(self, Ca):
            return Equations(out=dict(T=3 * Ca))

    c = zoo.loop()
    c.add(Group.of("cell", [A, B]))
    g = c.flatten()
    assert "cell.T" in g.outputs
    assert [s.name() for s in ca.symvar(g.outputs["cell.T"])] == ["cell.Ca"]


def test_slow_output_with_a_feature_may_not_act_on_the_beat():
    class Direct(Component):
        time_unit = "day"
        MAP = Feature("mmHg", "mean pressure")
        s = SlowState(0.0, "1", "s")
        tone = Output("mL", "depends on a feature")

        def equations(self, MAP, s):
            return Equations(ddt=dict(s=-s), out=dict(tone=MAP + s))

    c = zoo.loop(slow=False)
    c.add(Direct("direct"))
    c.signal("direct.tone", to="blood.expansion")
    c.signal("blood.total", to=[])
    with pytest.raises(WiringError, match="features"):
        c.add(_Sensor("sensor"))
        c.signal("direct.tone", to="sensor.x")
        c.flatten()


class _Sensor(Component):
    x = Input("mL", "x")
    z = State(0.0, "mL", "z")

    def equations(self, x, z):
        return Equations(ddt=dict(z=x - z))


def test_paths_match_short_wild_and_suggest():
    known = ["lv.cell.serca", "rv.cell.serca", "systemic.R", "lv.E_max"]
    assert match("cell.serca", known) == ["lv.cell.serca", "rv.cell.serca"]
    assert match("*.R", known) == ["systemic.R"]
    with pytest.raises(UnknownNameError, match=r"Did you mean 'systemic\.R'"):
        match("sistemic.R", known)


def test_removed_component_takes_its_wires():
    c = zoo.loop()
    c.remove("kidney")
    g = c.flatten()
    assert not g.slow and "blood.expansion" in [e.path for e in g.params]


def test_empty_circuit_needs_a_beat():
    with pytest.raises(WiringError, match="sets the beat"):
        Circuit().flatten()
