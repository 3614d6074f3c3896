"""Vessels that answer to the gases where they are: tissue arterioles open, lung arterioles close.

Contents in mL gas (STPD) per mL of blood, pressures in mmHg; the outputs multiply a resistance and are 1 at rest.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import contents


class GasDilation(Component):
    """Resistance of the tissues: a power of the oxygen content that arrives, and less with excess carbon dioxide.

    The reference is the content at the person's resting arterial gases with normal haemoglobin, whatever the reason for
    a change. Thinner blood, which flows more easily, is part of the power. Hypocapnia does nothing (Richardson 1966).
    Valid for acute changes of minutes.
    """

    c_O2 = Input("mL/mL", "arterial oxygen content")
    PaCO2 = Input("mmHg", "arterial PCO2")
    PaO2_rest = Input("mmHg", "arterial PO2 at rest")
    PaCO2_rest = Input("mmHg", "arterial PCO2 at rest")
    capacity_rest = Input("mL/mL", "oxygen that haemoglobin can bind at rest")

    c_seen = State(0.198, "mL/mL", "content that the arterioles have answered to", bounds=(0, 0.5), scale=0.2)
    excess = State(0.0, "mmHg", "arterial PCO2 above rest that they have answered to", scale=5.0)

    power = Param(0.8, "1", "power of the relative content", bounds=(0, 2),
                  source="Weiskopf1998: resistance 0.54 at 5 instead of 13 g/dL, nerves intact (computed)")  # fmt: skip
    tau_O2 = Param(10.0, "s", "time constant of oxygen", bounds=(1, 100), scale="log",
                   source="Albanese2016, tau_O2 (traced)")  # fmt: skip
    g_CO2 = Param(0.02, "1/mmHg", "fall of the logarithm of resistance per excess PCO2", bounds=(0, 0.1),
                  source="assumed; total resistance falls from 39 to 50 mmHg in Cullen1974")  # fmt: skip
    tau_CO2 = Param(20.0, "s", "time constant of carbon dioxide", bounds=(1, 100), scale="log",
                    source="Albanese2016, tau_CO2 (traced)")  # fmt: skip
    w_CO2 = Param(1.0, "mmHg", "rounding of the onset of that response", bounds=(0.1, 5))

    local = Output("1", "multiplier of the resistance of the tissues")

    def equations(
        self, c_O2, PaCO2, PaO2_rest, PaCO2_rest, capacity_rest, c_seen, excess, power, tau_O2, g_CO2, tau_CO2, w_CO2,
    ):  # fmt: skip
        c_rest, _ = contents(PaO2_rest, PaCO2_rest, capacity_rest)
        return Equations(
            ddt=dict(c_seen=(c_O2 - c_seen) / tau_O2, excess=(PaCO2 - PaCO2_rest - excess) / tau_CO2),
            out=dict(local=ca.exp(power * ca.log(c_seen / c_rest) - g_CO2 * beyond(excess, w_CO2))),
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
