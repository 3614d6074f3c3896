"""Atria: time-varying elastance, contracting after the sinus beat.

p = (E_b + E_a e(t)) (V - V0) - p_shut exp(-V/V_shut), as in the elastance chambers of the Heldt-type loops; e(t) is
a raised cosine whose duration follows the square root of the RR interval. The last term only keeps an empty atrium
from being drawn below zero volume. Units: mmHg, mL, s.
"""

from __future__ import annotations

import math

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Gate, Held, Input, Output, Param, Volume


class Atrium(Component):
    """Elastance chamber; the beat starts with its own stimulus, so its clock is the beat's clock.

    `active` is 1 from `t_delay` for `t_active`. Even at the upper bounds of `duration` and `t_delay` the contraction
    ends within a beat of 0.4 s; with the defaults, of 0.1 s.
    """

    kind = "node"

    p_ext = Input("mmHg", "pressure around the atrium (pericardial)", default=0.0)
    clock = Input("s", "time since the atrial stimulus")
    RR = Input("s", "length of this beat")
    active = Gate("1", "1 while the atrium contracts")

    V = Volume(60.0, "mL", "volume", bounds=(0, 500))

    E_b = Param(0.23, "mmHg/mL", "passive elastance", bounds=(0.02, 1), scale="log",
                source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    E_a = Param(0.11, "mmHg/mL", "elastance added at full contraction", bounds=(0.01, 1), scale="log",
                source="elastance calibrated with the Heldt2004 table (computed)")  # fmt: skip
    V0 = Param(4.0, "mL", "unstressed volume", bounds=(0, 60), source="Shi-Hose, LA and RA 4 mL (traced)")
    duration = Param(0.25, "s", "duration of contraction at RR = 1 s", bounds=(0.1, 0.5),
                     source="Heldt2004, atrial systole 0.25 sqrt(RR) (traced)")  # fmt: skip
    t_delay = Param(0.0, "s", "delay of contraction after the atrial stimulus", bounds=(0, 0.08))
    p_shut = Param(10.0, "mmHg", "suction that empties the cavity", bounds=(1, 60), scale="log")
    V_shut = Param(3.0, "mL", "volume over which the empty cavity resists", bounds=(0.5, 10), scale="log")
    contractility = Input("1", "multiplier of the active elastance", default=1.0)

    p = Output("mmHg", "pressure")
    p_transmural = Output("mmHg", "pressure above the surroundings")
    e = Output("1", "activation")
    t_active = Held("s", "duration of contraction in this beat")

    def equations(self, p_ext, clock, RR, active, V, E_b, E_a, V0, duration, t_delay, p_shut, V_shut, contractility):
        t_active = duration * ca.sqrt(RR)  # RR in s over 1 s
        e = active * 0.5 * (1 - ca.cos(2 * math.pi * (clock - t_delay) / t_active))
        p_transmural = (E_b + contractility * E_a * e) * (V - V0) - p_shut * ca.exp(-V / V_shut)
        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural, e=e, t_active=t_active))


class SlackAtrium(Atrium):
    """Atrium whose wall goes slack below the unstressed volume instead of pulling blood in.

    The spring law ends `V_slack` below V0; what little suction is left at an empty cavity is that of the `Atrium`.
    """

    V_slack = Param(4.0, "mL", "volume below V0 over which the wall still recoils", bounds=(0.5, 30), scale="log")

    def equations(  # type: ignore[override]
        self, p_ext, clock, RR, active, V, E_b, E_a, V0, duration, t_delay, p_shut, V_shut, contractility, V_slack,
    ):  # fmt: skip
        t_active = duration * ca.sqrt(RR)  # RR in s over 1 s
        e = active * 0.5 * (1 - ca.cos(2 * math.pi * (clock - t_delay) / t_active))
        stretch = smooth.softplus(V - V0 + V_slack, V_slack / 4) - V_slack
        p_transmural = (E_b + contractility * E_a * e) * stretch - p_shut * ca.exp(-V / V_shut)
        return Equations(out=dict(p=p_transmural + p_ext, p_transmural=p_transmural, e=e, t_active=t_active))
