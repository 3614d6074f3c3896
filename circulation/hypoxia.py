"""Vessels that answer to the gases where they are: tissue arterioles open, lung arterioles close.

Contents in mL gas (STPD) per mL of blood, pressures in mmHg; the outputs multiply a resistance and are 1 at rest.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import contents, saturation


class GasDilation(Component):
    """Resistance of the tissues: powers of arterial oxygen content and saturation, and less with excess carbon dioxide.

    Both powers act when oxygen is lacking in the air, that of the content alone in anaemia, where the thin blood does
    the rest (`Blood.thickness`). Hypocapnia does nothing (Richardson 1966). The venous side is no part of it, so low
    flow alone opens no vessel. Valid for acute changes of minutes.
    """

    c_O2 = Input("mL/mL", "arterial oxygen content")
    SaO2 = Input("1", "arterial saturation")
    PaCO2 = Input("mmHg", "arterial PCO2")
    PaO2_rest = Input("mmHg", "arterial PO2 at rest")
    PaCO2_rest = Input("mmHg", "arterial PCO2 at rest")
    capacity_rest = Input("mL/mL", "oxygen that haemoglobin can bind at rest")

    oxygen = State(0.0, "1", "logarithm of the resistance that oxygen asks for", scale=0.1)
    excess = State(0.0, "mmHg", "arterial PCO2 above rest that the vessels have answered to", scale=5.0)

    power_c = Param(0.3, "1", "power of the relative content", bounds=(0, 2),
                    source="Weiskopf1998: 0.54 at 5 instead of 13 g/dL, of it viscosity 0.65 (computed)")  # fmt: skip
    power_S = Param(0.7, "1", "power of the relative saturation", bounds=(0, 2),
                    source="assumed; between Dorrington1997 and Richardson1966")  # fmt: skip
    tau_O2 = Param(10.0, "s", "time constant of oxygen", bounds=(1, 100), scale="log",
                   source="Albanese2016, tau_O2 (traced)")  # fmt: skip
    g_CO2 = Param(0.02, "1/mmHg", "fall of the logarithm of resistance per excess PCO2", bounds=(0, 0.1),
                  source="assumed; total resistance falls from 39 to 50 mmHg in Cullen1974")  # fmt: skip
    tau_CO2 = Param(20.0, "s", "time constant of carbon dioxide", bounds=(1, 100), scale="log",
                    source="Albanese2016, tau_CO2 (traced)")  # fmt: skip
    w_CO2 = Param(1.0, "mmHg", "rounding of the onset of that response", bounds=(0.1, 5))

    local = Output("1", "multiplier of the resistance of the tissues")

    def equations(
        self, c_O2, SaO2, PaCO2, PaO2_rest, PaCO2_rest, capacity_rest, oxygen, excess, power_c, power_S, tau_O2, g_CO2,
        tau_CO2, w_CO2,
    ):  # fmt: skip
        c_rest, _ = contents(PaO2_rest, PaCO2_rest, capacity_rest)
        S_rest = saturation(PaO2_rest, PaCO2_rest)
        asked = power_c * ca.log(c_O2 / c_rest) + power_S * ca.log(SaO2 / S_rest)
        return Equations(
            ddt=dict(oxygen=(asked - oxygen) / tau_O2, excess=(PaCO2 - PaCO2_rest - excess) / tau_CO2),
            out=dict(local=ca.exp(oxygen - g_CO2 * beyond(excess, w_CO2))),
        )


class HypoxicConstriction(Component):
    """Pulmonary resistance rises in proportion to alveolar PO2 below a threshold (the fast part, minutes)."""

    PAO2 = Input("mmHg", "alveolar PO2")

    PO2_on = Param(70.0, "mmHg", "alveolar PO2 below which the vessels close", bounds=(40, 100), source="assumed")
    gain = Param(0.03, "1/mmHg", "rise of relative resistance per PO2", bounds=(0, 0.2),
                 source="Dorrington1997: 1.23 to 1.77 mmHg min/L after half an hour at 50 mmHg (computed)")  # fmt: skip
    w_on = Param(10.0, "mmHg", "range over which it sets in", bounds=(1, 30))

    local = Output("1", "multiplier of the pulmonary resistance")

    def equations(self, PAO2, PO2_on, gain, w_on):
        return Equations(out=dict(local=1 + gain * beyond(PO2_on - PAO2, w_on)))


def beyond(x, width):
    """Exactly 0 below 0, a straight line of slope 1 from `width` on, C2 between."""
    t = x / width
    return width * ca.if_else(t < 0, 0.0, ca.if_else(t < 1, t**3 * (1 - t / 2), t - 0.5))
