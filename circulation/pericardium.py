"""What surrounds the heart: pleural pressure and the pericardium. Units: mmHg, mL.

Chamber volumes are states, so the pressure this gives back to the chambers closes no algebraic loop.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param


class Thorax(Component):
    """Pleural pressure: its mean over the breath, plus a swing from breathing or straining if one is wired."""

    swing = Input("mmHg", "pleural pressure above its mean (breath, strain)", default=0.0)

    p_mean = Param(-4.0, "mmHg", "mean pleural pressure at rest", bounds=(-15, 40),
                   source="Heldt2004, -3.0 +- 0.5, and Albanese2016, -5 cmH2O (traced)")  # fmt: skip

    p_pleural = Output("mmHg", "pleural pressure")

    def equations(self, swing, p_mean):
        return Equations(out=dict(p_pleural=p_mean + swing))


class Pericardium(Component):
    """Exponential sac around all four chambers (Smith 2004, with the atria inside).

    p = p_pleural + P0 (exp(lambda (V_heart - V0)) - 1). Smith's lambda, 0.03/mL, belongs to the ventricles alone;
    total heart volume changes about twice as much, so half of it stands here. `growth` lets the sac grow with a
    heart that dilates over weeks; an effusion takes its volume from `fluid`.
    """

    V_lv = Input("mL", "volume of the left ventricle")
    V_rv = Input("mL", "volume of the right ventricle")
    V_la = Input("mL", "volume of the left atrium")
    V_ra = Input("mL", "volume of the right atrium")
    p_pleural = Input("mmHg", "pleural pressure", default=-4.0)
    growth = Input("1", "slow growth of the sac: multiplies V0", default=1.0)

    P0 = Param(0.5003, "mmHg", "pressure scale", bounds=(0.05, 5), scale="log", source="Smith2004, Table (traced)")
    lam = Param(0.015, "1/mL", "stiffness of the sac", bounds=(0.002, 0.06), scale="log",
                source="Smith2004, 0.030 for the ventricles, halved for four chambers (computed)")  # fmt: skip
    V0 = Param(330.0, "mL", "heart volume at which the sac carries nothing", bounds=(50, 2000), scale="log",
               source="calibrated: about 0.5 mmHg at rest (computed)")  # fmt: skip

    fluid = Param(0.0, "mL", "fluid in the sac above the normal", bounds=(0, 1500), source="protocol")

    p = Output("mmHg", "pressure around the heart")
    V_heart = Output("mL", "volume of the four cavities")

    def equations(self, V_lv, V_rv, V_la, V_ra, p_pleural, growth, P0, lam, V0, fluid):
        V_heart = V_lv + V_rv + V_la + V_ra
        sac = P0 * (ca.exp(lam * (V_heart + fluid - growth * V0)) - 1)
        return Equations(out=dict(p=p_pleural + sac, V_heart=V_heart))
