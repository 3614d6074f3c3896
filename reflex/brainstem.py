"""What lack of oxygen and excess of carbon dioxide do to sympathetic neurons themselves.

Magosso and Ursino (2001) and Ursino and Magosso (2000), as in Albanese (2016): each raises sympathetic outflow after a
lag. Pressures in mmHg, excitation in spikes/s, time in s.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import corner, lag_rate

_ALB = "Albanese2016, sympathetic table (traced)"


class Brainstem(Component):
    """Direct excitation of the sympathetic targets, nothing at rest.

    Deviation from the papers: carbon dioxide excites only above its rest value. Hypocapnia left the circulation alone
    in volunteers (Richardson 1966), where the papers' straight line would calm it.
    """

    PaO2 = Input("mmHg", "arterial PO2", default=95.0)
    PaCO2 = Input("mmHg", "arterial PCO2", default=40.0)
    PaO2_rest = Input("mmHg", "arterial PO2 at rest", default=95.0)
    PaCO2_rest = Input("mmHg", "arterial PCO2 at rest", default=40.0)

    lack_heart = State(0.0, "1", "lack of oxygen at the neurons of the heart", bounds=(-0.2, 1), scale=0.1)
    lack_vessels = State(0.0, "1", "lack of oxygen at the neurons of the vessels", bounds=(-0.2, 1), scale=0.1)
    excess = State(0.0, "mmHg", "arterial PCO2 above rest", scale=5.0)

    chi_heart = Param(53.0, "spikes/s", "excitation of the heart without oxygen", bounds=(0, 100), source=_ALB)
    chi_vessels = Param(6.0, "spikes/s", "excitation of the vessels without oxygen", bounds=(0, 100), source=_ALB)
    PO2_heart = Param(45.0, "mmHg", "PO2 of half excitation, heart", bounds=(20, 60), source=_ALB)
    PO2_vessels = Param(30.0, "mmHg", "PO2 of half excitation, vessels", bounds=(20, 60), source=_ALB)
    k_heart = Param(6.0, "mmHg", "width of that response, heart", bounds=(1, 15), source=_ALB)
    k_vessels = Param(2.0, "mmHg", "width of that response, vessels", bounds=(0.5, 15), source=_ALB)
    tau_lack = Param(30.0, "s", "lag of the response to oxygen", bounds=(2, 200), scale="log", source=_ALB)
    g_heart = Param(1.0, "spikes/(s mmHg)", "excitation of the heart per PCO2", bounds=(0, 5), source=_ALB)
    g_arterioles = Param(1.5, "spikes/(s mmHg)", "excitation of arterioles per PCO2", bounds=(0, 5), source=_ALB)
    tau_excess = Param(20.0, "s", "lag of the response to carbon dioxide", bounds=(2, 200), scale="log", source=_ALB)
    w_excess = Param(1.0, "mmHg", "rounding of the onset of that response", bounds=(0.1, 5))

    heart = Output("spikes/s", "excitation of the heart")
    arterioles = Output("spikes/s", "excitation of the arterioles")
    veins = Output("spikes/s", "excitation of the veins")

    def equations(
        self, PaO2, PaCO2, PaO2_rest, PaCO2_rest, lack_heart, lack_vessels, excess, chi_heart, chi_vessels,
        PO2_heart, PO2_vessels, k_heart, k_vessels, tau_lack, g_heart, g_arterioles, tau_excess, w_excess,
    ):  # fmt: skip
        def lack(PO2_mid, k):
            return 0.5 * (ca.tanh((PaO2_rest - PO2_mid) / (2 * k)) - ca.tanh((PaO2 - PO2_mid) / (2 * k)))

        above = corner(excess, w_excess)
        return Equations(
            ddt=dict(
                lack_heart=lag_rate(lack(PO2_heart, k_heart), lack_heart, tau_lack),
                lack_vessels=lag_rate(lack(PO2_vessels, k_vessels), lack_vessels, tau_lack),
                excess=lag_rate(PaCO2 - PaCO2_rest, excess, tau_excess),
            ),
            out=dict(
                heart=chi_heart * lack_heart + g_heart * above,
                arterioles=chi_vessels * lack_vessels + g_arterioles * above,
                veins=chi_vessels * lack_vessels,
            ),
        )
