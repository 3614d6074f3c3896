"""Metabolic reflex of working muscle: what collects in it when its oxygen runs short excites the sympathetic nerves.

Alam and Smirk (1937) stopped the flow to a working arm or leg: pressure rose, and stayed up as long as the blood was
held. In dogs on a treadmill the reflex is silent in mild work while flow is ample, and acts all the time in hard work
(Augustyniak et al. 2001). With the flow of the hind legs cut by 60 % in mild work pressure rises by 55 mmHg, rate by
42/min and output by 2.5 L/min (Spranger et al. 2013), so heart and veins have their part. In heart failure muscle is
short of flow at small loads and the reflex comes early. It sits between brainstem and central command.
Excitation in spikes/s, contents in mL gas (STPD) per mL of blood, time in s.
"""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import corner, lag_rate


class Metaboreflex(Component):
    """Excitation by metabolites of the working bed; exactly nothing at rest, whatever its oxygen.

    Metabolites are those of work: the shortage, 0 to 1, is that of the venous oxygen below `c_O2_on`, times the part of
    the oxygen use that is work.
    """

    c_O2 = Input("mL/mL", "venous oxygen content of the working bed")
    demand = Input("1", "oxygen demand of the working bed over rest", default=1.0)
    gas_heart = Input("spikes/s", "excitation of the heart by the blood gases", default=0.0)
    gas_arterioles = Input("spikes/s", "excitation of the arterioles by the blood gases", default=0.0)
    gas_veins = Input("spikes/s", "excitation of the veins by the blood gases", default=0.0)

    metabolites = State(0.0, "1", "metabolites at the muscle's endings", bounds=(-0.1, 1.5), scale=0.3)

    c_O2_on = Param(0.04, "mL/mL", "venous content below which metabolites collect", bounds=(0.02, 0.15),
                    source="assumed; a saturation of 0.2, what hard work leaves in the femoral vein")  # fmt: skip
    w_O2 = Param(0.1, "1", "rounding of that onset, over c_O2_on", bounds=(0.01, 0.5))
    tau = Param(20.0, "s", "time in which they collect and leave", bounds=(2, 120), scale="log",
                source="assumed; pressure follows stopped flow within half a minute")  # fmt: skip
    G_heart = Param(1.5, "spikes/s", "excitation of the heart, no oxygen left", bounds=(0, 60), source="assumed")
    G_arterioles = Param(20.0, "spikes/s", "excitation of the arterioles, no oxygen left", bounds=(0, 100),
                         source="assumed")  # fmt: skip
    G_veins = Param(8.0, "spikes/s", "excitation of the veins, no oxygen left", bounds=(0, 100), source="assumed")
    G_metabolic = Param(1.0, "1", "link muscle -> sympathetic, 1 = intact, 0 = cut", bounds=(0, 3))

    heart = Output("spikes/s", "excitation of the heart, by gases and muscle")
    arterioles = Output("spikes/s", "excitation of the arterioles, by gases and muscle")
    veins = Output("spikes/s", "excitation of the veins, by gases and muscle")

    def equations(
        self, c_O2, demand, gas_heart, gas_arterioles, gas_veins, metabolites, c_O2_on, w_O2, tau, G_heart,
        G_arterioles, G_veins, G_metabolic,
    ):  # fmt: skip
        shortage = (1 - 1 / demand) * corner(1 - c_O2 / c_O2_on, w_O2)
        felt = G_metabolic * metabolites
        return Equations(
            ddt=dict(metabolites=lag_rate(shortage, metabolites, tau)),
            out=dict(
                heart=gas_heart + G_heart * felt,
                arterioles=gas_arterioles + G_arterioles * felt,
                veins=gas_veins + G_veins * felt,
            ),
        )
