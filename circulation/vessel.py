"""Vessels: compliances, resistances, inertial segments, collapsible veins.

Nodes store volume and give pressure, edges see two pressures and give flow (positive from `p_in` to `p_out`).
Units: mmHg, mL, s. `p_ext` is the pressure around the vessel (pleural, abdominal, atmospheric = 0); transmural
pressure is `p - p_ext`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State, Volume


def waterfall(p_in, p_out, p_close, width):
    """Pressure (mmHg) that drives blood through vessels which close below `p_close`, smooth over `width`.

    Above the closing pressure at both ends the difference, with the outlet below it whatever the outlet, with both
    below nothing. In a Starling tube `p_close` is the pressure around it.
    """
    return smooth.softplus(p_in - p_close, width) - smooth.softplus(p_out - p_close, width)


def tangent(y, line, width):
    """tan(y), continued by its tangent lines beyond -`line` and `line`, the corners rounded over `width`."""
    y_in = smooth.max(smooth.min(y, line, width), -line, width)
    return ca.tan(y_in) + (y - y_in) / math.cos(line) ** 2


_AGE = "Langewouters1984, thoracic aorta of men"
_HALF = f"{_AGE}, 76 - 0.89 age at 26 years (recalled)"
_WIDTH = f"{_AGE}, 57 - 0.44 age at 26 years (recalled)"


class Compliance(Component):
    """Linear elastic compartment: transmural pressure rises with stressed volume."""

    kind = "node"

    p_ext = Input("mmHg", "pressure around the vessel", default=0.0)
    stiffening = Input("1", "slow structural change: divides the compliance", default=1.0)

    V = Volume(100.0, "mL", "volume", bounds=(0, 5000))

    C = Param(1.0, "mL/mmHg", "compliance", bounds=(0.01, 300), scale="log", source="Heldt2004, Table A.1 (traced)")
    V0 = Param(50.0, "mL", "unstressed volume", bounds=(0, 4000), source="Heldt2004, Table A.1 (traced)")

    p = Output("mmHg", "pressure")
    p_transmural = Output("mmHg", "pressure above the surroundings")

    def equations(self, p_ext, stiffening, V, C, V0):
        p_transmural = (V - V0) * stiffening / C
        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural))


class Artery(Compliance):
    """Muscular artery: its compliance falls as one over pressure (plus a constant).

    That is what an artery of constant stiffness parameter does (Hayashi 1980: the logarithm of pressure is a straight
    line over diameter), but for `p_zero`, which keeps the volume finite where pressure vanishes:
    P = (p_ref + p_zero) exp((V - V_ref)/(C (p_ref + p_zero))) - p_zero, with the unstressed volume where P is 0.
    """

    C = Param(1.0, "mL/mmHg", "compliance at `p_ref`", bounds=(0.01, 300), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip
    p_ref = Param(95.0, "mmHg", "transmural pressure at which the compliance is C", bounds=(40, 180),
                  source="definition: mean pressure at rest")  # fmt: skip
    p_zero = Param(10.0, "mmHg", "pressure added to the stretching one", bounds=(3, 500), scale="log",
                   source="assumed; 0 for a constant stiffness parameter, large for a straight line")  # fmt: skip

    def equations(self, p_ext, stiffening, V, C, V0, p_ref, p_zero):  # type: ignore[override]
        p_transmural = p_zero * ca.expm1((V - V0) * stiffening / (C * (p_ref + p_zero)))
        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural))


class AorticRoot(Compliance):
    """Aorta: it stiffens as it is stretched, and its wall resists the rate of filling.

    Arctangent law of Langewouters (1984): V = V_min + V_span (1/2 + atan((P - p_half)/p_width)/pi), P the transmural
    pressure; compliance is greatest at `p_half` and half of that `p_width` away from it. Given here by its compliance
    `C` at `p_ref` and its unstressed volume: V_span = pi C p_width (1 + ((p_ref - p_half)/p_width)^2). Beyond 92 % of
    the way to either pole the curve goes on as a straight line (from 410 mmHg upward at the default constants), so that
    pressure stays finite; the rounding of that corner shifts it by less than 0.5 mmHg elsewhere.

    The viscous term (Kelvin-Voigt) stands for the characteristic impedance: the pressure rises with the inflow before
    the volume has followed. Every flow into it must be a state (valve, inertial vessel), else pressure and flow would
    form an algebraic loop.
    """

    dVdt = Input("mL/s", "rate of volume")

    C = Param(0.4, "mL/mmHg", "compliance at `p_ref`", bounds=(0.01, 300), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip
    p_ref = Param(95.0, "mmHg", "transmural pressure at which the compliance is C", bounds=(40, 180),
                  source="definition: mean pressure at rest")  # fmt: skip
    p_half = Param(52.9, "mmHg", "transmural pressure of the greatest compliance", bounds=(-20, 120), source=_HALF)
    p_width = Param(45.6, "mmHg", "distance from it at which compliance is half of the greatest", bounds=(5, 150),
                    scale="log", source=_WIDTH)  # fmt: skip
    w_fill = Param(0.02, "1", "rounding of the limits of distension, of the angle in the arctangent",
                   bounds=(0.005, 0.2))  # fmt: skip
    eta = Param(0.04, "mmHg s/mL", "wall viscosity", bounds=(1e-4, 0.5), scale="log",
                source="assumed: impedance of the human aorta 0.04-0.08 mmHg s/mL (recalled)")  # fmt: skip

    def equations(  # type: ignore[override]
        self, p_ext, stiffening, dVdt, V, C, V0, p_ref, p_half, p_width, w_fill, eta,
    ):  # fmt: skip
        steepest = C * (1 + ((p_ref - p_half) / p_width) ** 2)  # mL/mmHg, at p_half
        y = (V - V0) * stiffening / (steepest * p_width) - ca.atan(p_half / p_width)
        p_elastic = p_half + p_width * tangent(y, 0.92 * math.pi / 2, w_fill)
        p_transmural = p_elastic + eta * dVdt
        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural))


AGE = 26.0  # years, of the default arteries


def aged_arteries(age_y: float, values: Mapping[str, float]) -> dict[str, float]:
    """Parameters of the arteries at an age (years) from those at 26 (`values`, by path: those of the default body).

    The aorta by Langewouters (1984): with the years its curve is steepest at a lower pressure and bends more sharply,
    while the area that it can span stays. Muscular arteries lose 0.6 % of their compliance a year (assumed; half of the
    total arterial compliance is lost between 25 and 75) and hold as much blood at `p_ref`.
    """
    years = age_y - AGE
    p_ref, p_half, p_width = (values[f"aorta.{k}"] for k in ("p_ref", "p_half", "p_width"))
    then = {"aorta.p_half": p_half - 0.89 * years, "aorta.p_width": p_width - 0.44 * years}

    def slope(middle: float, width: float) -> float:
        return 1 / (width * (1 + ((p_ref - middle) / width) ** 2))

    then["aorta.C"] = values["aorta.C"] * slope(*then.values()) / slope(p_half, p_width)
    for node in ("arteries", "lower_arteries"):
        if f"{node}.C" in values:
            C, p_rest, p_zero = (values[f"{node}.{k}"] for k in ("C", "p_ref", "p_zero"))
            then[f"{node}.C"] = C * (1 - 0.006 * years)
            stretch = (p_rest + p_zero) * math.log((p_rest + p_zero) / p_zero)  # mmHg: held at p_ref, over C
            then[f"{node}.V0"] = values[f"{node}.V0"] + stretch * (C - then[f"{node}.C"])
    return then


class Vein(Component):
    """Distensible, collapsible vein whose unstressed volume the reflexes shift.

    Filled: Heldt (2004), V = V0 + (2 V_max/pi) atan(pi C P/(2 V_max)), straightened beyond 85 % of V_max so that
    pressure stays finite. Below V0 the wall folds at a nearly constant `p_collapse` under the outside pressure
    instead of pulling (a straight line would make suction), until the last `V_shut` millilitres resist emptying.
    """

    kind = "node"

    p_ext = Input("mmHg", "pressure around the vein", default=0.0)
    dV0 = Input("mL", "shift of unstressed volume asked of all veins together; negative is constriction", default=0.0)

    V = Volume(1500.0, "mL", "volume", bounds=(0, 5000))

    C = Param(50.0, "mL/mmHg", "compliance at the unstressed volume", bounds=(0.1, 300), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip
    V0 = Param(1026.0, "mL", "unstressed volume", bounds=(1, 4000), source="Heldt2004, Table A.1 (traced)")
    V_max = Param(1500.0, "mL", "greatest distending volume", bounds=(50, 5000), scale="log",
                  source="Heldt2004, Table A.1 (traced)")  # fmt: skip
    share = Param(1.0, "1", "part of the asked shift that this vein takes", bounds=(0, 1),
                  source="Heldt2004, venous gains by region (traced)")  # fmt: skip
    p_collapse = Param(2.0, "mmHg", "outside excess at which the folded vein empties", bounds=(0.2, 20), scale="log")
    p_shut = Param(10.0, "mmHg", "suction that empties the folded vein", bounds=(1, 60), scale="log")
    V_shut = Param(10.0, "mL", "volume over which the emptied vein resists", bounds=(0.5, 100), scale="log")
    w_fill = Param(0.02, "1", "rounding of the limits of distension, of the angle in the arctangent",
                   bounds=(0.005, 0.2))  # fmt: skip

    p = Output("mmHg", "pressure")
    p_transmural = Output("mmHg", "pressure above the surroundings")
    V_stressed = Output("mL", "volume above the unstressed volume")

    def equations(self, p_ext, dV0, V, C, V0, V_max, share, p_collapse, p_shut, V_shut, w_fill):
        V_stressed = V - V0 - share * dV0

        # filled: the inverse of the arctangent law, its poles replaced by tangent lines
        y = math.pi * V_stressed / (2 * V_max)
        p_filled = 2 * V_max / (math.pi * C) * tangent(y, 0.85 * math.pi / 2, w_fill)

        # folded: levels off at -p_collapse; the last term holds the final millilitres
        p_folded = smooth.softplus(p_filled + p_collapse, p_collapse / 4) - p_collapse
        p_transmural = p_folded - p_shut * ca.exp(-V / V_shut)

        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural, V_stressed=V_stressed))


class Resistance(Component):
    """Linear resistance.

    `local` (blood gases), `structure` (rarefaction, wall thickening) and `thickness` (viscosity) multiply; all are 1 at
    rest.
    """

    kind = "edge"

    p_in = Input("mmHg", "pressure at the inlet")
    p_out = Input("mmHg", "pressure at the outlet")
    local = Input("1", "multiplier of the resistance from local regulation", default=1.0)
    structure = Input("1", "multiplier of the resistance from slow structural change", default=1.0)
    thickness = Input("1", "viscosity of the blood over the normal", default=1.0)

    R = Param(1.0, "mmHg s/mL", "resistance at rest", bounds=(0.001, 50), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip

    q = Output("mL/s", "flow")

    def equations(self, p_in, p_out, local, structure, thickness, R):
        return Equations(out=dict(q=(p_in - p_out) / (R * local * structure * thickness)))


class Arterioles(Resistance):
    """Resistance vessels that close below a pressure of their own, the more tone the higher.

    Arteries do not empty into the veins when the heart stops. The tension of the wall's muscle, which sets the
    resistance, holds against the pressure, so `tone_R` (nerves, drugs) and what the organ asks for multiply resistance
    and closing pressure alike; `structure` and `thickness` multiply the resistance alone. The closing pressure is that
    at the level of the heart: in a limb that hangs the arterioles hold against the column as well (myogenically).
    """

    p_ext = Input("mmHg", "pressure around the vessels", default=0.0)
    tone_R = Input("1", "multiplier of resistance and closing pressure from reflex tone", default=1.0)

    p_close = Param(26.5, "mmHg", "closing pressure at rest", bounds=(0, 70),
                    source="ZeroFlowPressure2018, 20 studies of arrest: 26.5 (23.4 to 29.5), 15.1 above the filling "
                           "pressure (traced)")  # fmt: skip
    w_close = Param(3.0, "mmHg", "range of closing pressures among the vessels", bounds=(0.3, 15), source="assumed")

    def equations(self, p_in, p_out, p_ext, tone_R, local, structure, thickness, R, p_close, w_close):  # type: ignore[override]
        tone = tone_R * local
        driving = waterfall(p_in, p_out, p_ext + p_close * tone, w_close)
        return Equations(out=dict(q=driving / (R * tone * structure * thickness)))


class InertialVessel(Component):
    """Segment with blood inertia and resistance; its flow is a state."""

    kind = "edge"

    p_in = Input("mmHg", "pressure at the inlet")
    p_out = Input("mmHg", "pressure at the outlet")

    q = State(90.0, "mL/s", "flow", scale=100.0)

    R = Param(0.02, "mmHg s/mL", "resistance", bounds=(1e-4, 5), scale="log", source="Heldt2004, Table A.1 (traced)")
    L = Param(3e-4, "mmHg s^2/mL", "inertance", bounds=(1e-5, 0.1), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip

    def equations(self, p_in, p_out, q, R, L):
        return Equations(ddt=dict(q=(p_in - p_out - R * q) / L))


class CollapsibleVessel(Component):
    """Starling tube: conductance fades where the transmural pressure along the tube falls below zero.

    With local conductance G(p) = (1/R) / (1 + exp(-(p - p_ext)/w)) the flow is its integral from `p_out` to `p_in`:
    R q = w ln[(1 + exp((p_in - p_ext)/w)) / (1 + exp((p_out - p_ext)/w))]. Open, this is Ohm's law; with the outlet
    collapsed it is the waterfall (p_in - p_ext)/R, whatever the outlet; with both collapsed nothing flows.
    """

    kind = "edge"

    p_in = Input("mmHg", "pressure at the inlet")
    p_out = Input("mmHg", "pressure at the outlet")
    p_ext = Input("mmHg", "pressure around the tube", default=0.0)

    R = Param(0.05, "mmHg s/mL", "resistance of the open tube", bounds=(0.001, 5), scale="log",
              source="Heldt2004, Table A.1 (traced)")  # fmt: skip
    w_tube = Param(0.5, "mmHg", "range of transmural pressure over which the tube closes", bounds=(0.05, 5))

    q = Output("mL/s", "flow")

    def equations(self, p_in, p_out, p_ext, R, w_tube):
        conducted = waterfall(p_in, p_out, p_ext, w_tube)
        return Equations(out=dict(q=conducted / R))


class ValvedVessel(CollapsibleVessel):
    """Collapsible vein with valves, as in the limbs: blood that wants to come back finds the way nearly shut.

    The conductance is that of the open tube while the pressure drives forward and `leak` of it backward.
    """

    leak = Param(0.005, "1", "conductance backward over forward", bounds=(1e-4, 1), scale="log",
                 source="assumed; 1 = incompetent valves")  # fmt: skip
    w_valve = Param(0.1, "mmHg", "rounding of the valve's closing", bounds=(0.01, 1))

    def equations(self, p_in, p_out, p_ext, R, w_tube, leak, w_valve):  # type: ignore[override]
        conducted = waterfall(p_in, p_out, p_ext, w_tube)
        return Equations(out=dict(q=conducted / R * (leak + (1 - leak) * smooth.step(conducted, w_valve))))


class Bed(Arterioles):
    """Microcirculation of one organ; arterial blood gases and a muscle that was tense set its tone as well.

    `local` is what the organ itself does: autoregulation, work.
    """

    gases = Input("1", "multiplier of the tone from the arterial blood gases", default=1.0)
    contraction = Input("1", "multiplier of the tone after a contraction of the muscle", default=1.0)

    def equations(  # type: ignore[override]
        self, p_in, p_out, p_ext, tone_R, local, gases, contraction, structure, thickness, R, p_close, w_close,
    ):  # fmt: skip
        own = local * gases * contraction
        return super().equations(p_in, p_out, p_ext, tone_R, own, structure, thickness, R, p_close, w_close)


class LimbBed(Bed):
    """Bed of a limb, whose arterioles answer to the stretch of its own veins as well."""

    veins = Input("1", "multiplier of the tone from the stretch of the limb's veins", default=1.0)

    def equations(  # type: ignore[override]
        self, p_in, p_out, p_ext, tone_R, local, gases, contraction, veins, structure, thickness, R, p_close, w_close,
    ):  # fmt: skip
        return super().equations(
            p_in, p_out, p_ext, tone_R, local * veins, gases, contraction, structure, thickness, R, p_close, w_close
        )


class CerebralBed(Resistance):
    """Bed inside the skull: a waterfall over the intracranial pressure, which never sucks blood backward.

    The cerebrospinal fluid is absorbed into the dural veins, so its pressure stays `p_csf` above theirs (Davson); when
    the jugular veins collapse in the upright, that of the dural veins and with it the intracranial pressure follow the
    column from neck to head (Qvarlander 2013). Seconds of delay by the stores of the fluid are left out. No nerve and
    no closing pressure of its own: the brain regulates its flow.
    """

    gases = Input("1", "multiplier of the resistance from the arterial blood gases", default=1.0)

    p_csf = Param(3.0, "mmHg", "intracranial pressure above that of the dural veins: absorption of what is formed",
                  bounds=(0, 200), source="Qvarlander2013, R_out 8 mmHg min/mL x 0.35 mL/min (recalled)")  # fmt: skip
    w_skull = Param(0.5, "mmHg", "range over which the flow ceases", bounds=(0.05, 5))

    def equations(  # type: ignore[override]
        self, p_in, p_out, local, gases, structure, thickness, R, p_csf, w_skull,
    ):  # fmt: skip
        driving = smooth.softplus(p_in - p_out - p_csf, w_skull)
        return Equations(out=dict(q=driving / (R * local * gases * structure * thickness)))
