"""Control of breathing: depth and rate from the peripheral and the central chemoreceptors.

Albanese (2016), ventilation control: each receptor adds to respiratory effort and rate through a gain and a slow lag.
The paper's delays (7 and 8 s) are the way from the lung to the receptors; here blood takes that time, so they are not
put in twice. Units: mmHg, mL, 1/min, spikes/s, cmH2O.
"""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import corner, lag_rate

_ALB = "Albanese2016, ventilation control (traced)"


class Ventilation(Component):
    """Mean breath: tidal volume and rate; the rest values answer for resting gases.

    `VT_rest` is the one rest parameter of this loop: it is set such that arterial PCO2 is `PaCO2_rest` on the person's
    resting orbit. Effort becomes volume through the compliance of lungs and chest.
    """

    chemo = Input("spikes/s", "peripheral chemoreceptor firing less rest", default=0.0)
    PaCO2 = Input("mmHg", "arterial PCO2", default=40.0)
    PaCO2_rest = Input("mmHg", "arterial PCO2 at which the central chemoreceptor is at rest", default=40.0)

    effort_peripheral = State(0.0, "cmH2O", "effort from the peripheral chemoreceptor", scale=5.0)
    rate_peripheral = State(0.0, "1/min", "breaths from the peripheral chemoreceptor", scale=5.0)
    effort_central = State(0.0, "cmH2O", "effort from the central chemoreceptor", scale=5.0)
    rate_central = State(0.0, "1/min", "breaths from the central chemoreceptor", scale=5.0)

    VT_rest = Param(520.0, "mL", "tidal volume at rest", bounds=(100, 3000), scale="log",
                    source="computed: calibration")  # fmt: skip
    rate_rest = Param(12.0, "1/min", "breaths per minute at rest", bounds=(6, 30),
                      source="Albanese2016, 12/min (traced)")  # fmt: skip
    C_rs = Param(100.0, "mL/cmH2O", "tidal volume per respiratory effort", bounds=(10, 250), scale="log",
                 source="Albanese2016, 0.5 L at 5 cmH2O; lung and chest in series 0.11 L/cmH2O (computed)")  # fmt: skip
    G_pA = Param(1.31, "cmH2O", "effort per peripheral spike/s", bounds=(0, 5), source=_ALB)
    G_pf = Param(0.8735, "1/min", "breaths per peripheral spike/s", bounds=(0, 4), source=_ALB)
    G_cA = Param(0.85, "cmH2O/mmHg", "effort per arterial PCO2, central", bounds=(0, 4), source=_ALB)
    G_cf = Param(0.9, "1/(min mmHg)", "breaths per arterial PCO2, central", bounds=(0, 4), source=_ALB)
    tau_pA = Param(83.0, "s", "lag of peripheral effort", bounds=(5, 400), scale="log", source=_ALB)
    tau_pf = Param(147.8, "s", "lag of the peripheral rate", bounds=(5, 600), scale="log", source=_ALB)
    tau_cA = Param(105.0, "s", "lag of central effort", bounds=(5, 600), scale="log", source=_ALB)
    tau_cf = Param(400.0, "s", "lag of the central rate", bounds=(5, 1200), scale="log", source=_ALB)
    G_peripheral = Param(1.0, "1", "link peripheral chemoreceptor -> breathing, 1 = intact, 0 = cut", bounds=(0, 5))
    G_central = Param(1.0, "1", "link central chemoreceptor -> breathing, 1 = intact, 0 = cut", bounds=(0, 5))
    VT_max = Param(3500.0, "mL", "largest breath", bounds=(500, 8000), scale="log",
                   source="assumed; three quarters of a vital capacity of 4.8 L")  # fmt: skip
    rate_max = Param(50.0, "1/min", "fastest breathing", bounds=(20, 80), source="assumed")
    rate_min = Param(2.0, "1/min", "slowest breathing", bounds=(0, 8))
    w_VT = Param(100.0, "mL", "rounding of the limits of tidal volume", bounds=(5, 400))
    w_rate = Param(2.0, "1/min", "rounding of the limits of the rate", bounds=(0.2, 6))

    VT = Output("mL", "tidal volume")
    rate = Output("1/min", "breaths per minute")
    VE = Output("L/min", "ventilation at the mouth")
    error = Output("mmHg", "arterial PCO2 less its rest value; zero on average at rest")

    def equations(
        self, chemo, PaCO2, PaCO2_rest, effort_peripheral, rate_peripheral, effort_central, rate_central, VT_rest,
        rate_rest, C_rs, G_pA, G_pf, G_cA, G_cf, tau_pA, tau_pf, tau_cA, tau_cf, G_peripheral, G_central, VT_max,
        rate_max, rate_min, w_VT, w_rate,
    ):  # fmt: skip
        error = PaCO2 - PaCO2_rest
        peripheral, central = G_peripheral * chemo, G_central * error
        VT = within(VT_rest + C_rs * (effort_peripheral + effort_central), 0.0, VT_max, w_VT)
        rate = within(rate_rest + rate_peripheral + rate_central, rate_min, rate_max, w_rate)
        return Equations(
            ddt=dict(
                effort_peripheral=lag_rate(G_pA * peripheral, effort_peripheral, tau_pA),
                rate_peripheral=lag_rate(G_pf * peripheral, rate_peripheral, tau_pf),
                effort_central=lag_rate(G_cA * central, effort_central, tau_cA),
                rate_central=lag_rate(G_cf * central, rate_central, tau_cf),
            ),
            out=dict(VT=VT, rate=rate, VE=VT * rate / 1000, error=error),
        )


def within(x, low, high, width):
    """`x` between two limits, rounded beyond `width`/2 of them and exact further inside."""
    x = high - corner(high - x + width / 2, width)
    return low + corner(x - low + width / 2, width)
