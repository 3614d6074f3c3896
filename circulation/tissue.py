"""Tissues of a vascular bed: they use oxygen, make carbon dioxide and are in equilibrium with their venous blood.

Gas volumes in mL STPD, blood in mL, time in s.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State


class Tissue(Component):
    """One well-mixed store a gas: venous blood of the bed and the tissue behind it, at one content.

    Tissue stores are given as the blood volume that would hold as much, so their slope follows the blood's curve. What
    leaves the bed, bleeding included, leaves with the content of the store. Oxygen use falls when hardly any is left.
    """

    q = Input("mL/s", "blood flow into the bed")
    c_O2_a = Input("mL/mL", "arterial oxygen content")
    c_CO2_a = Input("mL/mL", "arterial carbon dioxide content")
    V = Input("mL", "venous blood volume of the bed")
    dV = Input("mL/s", "rate of that volume")
    demand = Input("1", "oxygen demand over rest", default=1.0)

    O2 = State(300.0, "mL", "oxygen in venous blood and tissue", bounds=(0, 1e5))
    CO2 = State(18e3, "mL", "carbon dioxide in venous blood and tissue", bounds=(0, 1e6))

    VO2 = Param(123.0, "mL/min", "oxygen use at rest", bounds=(5, 2000), scale="log",
                source="Albanese2016, tissue table (traced)")  # fmt: skip
    RQ = Param(0.84, "1", "carbon dioxide made per oxygen used", bounds=(0.65, 1.2),
               source="Albanese2016, tissue table (traced)")  # fmt: skip
    V_O2 = Param(300.0, "mL", "blood volume that holds as much oxygen as the tissue", bounds=(0, 1e5),
                 source="assumed; some 45 mL dissolved in all tissue, myoglobin stays full (recalled)")  # fmt: skip
    V_CO2 = Param(2673.0, "mL", "blood volume that holds as much carbon dioxide as the tissue", bounds=(0, 1e5),
                  source="Albanese2016, tissue volume (traced)")  # fmt: skip
    c_crit = Param(0.01, "mL/mL", "venous oxygen content at which use has fallen to 63 %", bounds=(0.001, 0.1),
                   source="assumed; use holds to an extraction of 0.8 (recalled)")  # fmt: skip

    c_O2 = Output("mL/mL", "oxygen content of the venous blood")
    c_CO2 = Output("mL/mL", "carbon dioxide content of the venous blood")
    use_O2 = Output("mL/s", "oxygen use")
    made_CO2 = Output("mL/s", "carbon dioxide made")

    def equations(self, q, c_O2_a, c_CO2_a, V, dV, demand, O2, CO2, VO2, RQ, V_O2, V_CO2, c_crit):
        c_O2, c_CO2 = O2 / (V + V_O2), CO2 / (V + V_CO2)
        use_O2 = demand * VO2 / 60 * (1 - ca.exp(-c_O2 / c_crit))
        made_CO2 = RQ * use_O2
        return Equations(
            ddt=dict(
                O2=q * c_O2_a - (q - dV) * c_O2 - use_O2,
                CO2=q * c_CO2_a - (q - dV) * c_CO2 + made_CO2,
            ),
            out=dict(c_O2=c_O2, c_CO2=c_CO2, use_O2=use_O2, made_CO2=made_CO2),
        )


class WetTissue(Tissue):
    """Tissue whose fluid comes from the blood and returns to it: that fluid belongs to the store and keeps its gas."""

    V_fluid = Input("mL", "fluid in the tissue above rest")
    dV_fluid = Input("mL/s", "rate of that fluid")

    def equations(  # type: ignore[override]
        self, q, c_O2_a, c_CO2_a, V, dV, V_fluid, dV_fluid, demand, O2, CO2, VO2, RQ, V_O2, V_CO2, c_crit,
    ):  # fmt: skip
        return super().equations(
            q, c_O2_a, c_CO2_a, V + V_fluid, dV + dV_fluid, demand, O2, CO2, VO2, RQ, V_O2, V_CO2, c_crit
        )
