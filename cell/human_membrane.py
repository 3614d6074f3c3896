"""Membrane potential of the human myocyte: the sum of its currents. Units: mV, ms, A/F.

Intracellular potassium is fixed, so that the stimulus leaves no neutral charge mode. No chloride currents.
"""

from heartloop.component import Component, Equations, Gate, Input, Output, Param, State


class HumanMembrane(Component):
    """Potential per membrane capacity, and the current that sodium carries."""

    time_unit = "ms"

    stimulus = Gate("1", "window in which the stimulus flows")
    I_Na = Input("A/F", "fast Na current")
    I_NaL = Input("A/F", "late Na current")
    I_K = Input("A/F", "sum of the K channels' currents")
    I_CaL = Input("A/F", "L-type current, all ions")
    I_CaL_Na = Input("A/F", "sodium part of the L-type current")
    I_NaK = Input("A/F", "Na/K pump current")
    I_NCX = Input("A/F", "Na/Ca exchange current")
    I_pCa = Input("A/F", "sarcolemmal Ca pump current")
    I_CaB = Input("A/F", "background Ca current")
    I_NaB = Input("A/F", "background Na current")

    V = State(-87.0, "mV", "membrane potential", bounds=(-110, 80), scale=30.0)

    I_stim = Param(-40.0, "A/F", "stimulus current", bounds=(-100, -10), source="assumed")

    I_Na_total = Output("A/F", "sum of the currents carried by Na")

    def equations(
        self, stimulus, I_Na, I_NaL, I_K, I_CaL, I_CaL_Na, I_NaK, I_NCX, I_pCa, I_CaB, I_NaB, I_stim
    ):  # fmt: skip
        total = I_Na + I_NaL + I_K + I_CaL + I_NaK + I_NCX + I_pCa + I_CaB + I_NaB
        return Equations(
            ddt=dict(V=-(total + I_stim * stimulus)),
            out=dict(I_Na_total=I_Na + I_NaL + I_NaB + I_CaL_Na + 3 * I_NaK + 3 * I_NCX),
        )
