"""Energetics of the myocyte within minutes: phosphocreatine against work, and the reactive oxygen of respiration.

One balance: oxidative phosphorylation refills what SERCA, Na/K pump, Ca pump and cross-bridges spend, and is driven by
ADP, which creatine kinase ties to phosphocreatine (Chance et al. 1985: Michaelis-Menten in ADP). Fatty acids yield less
ATP per oxygen than glucose (2.33 against 2.58 mol ATP per O), so that reliance on them costs capacity; respiration and
fatty acids both make reactive oxygen (weights assumed). The slow state of the energy supply (`energy`) multiplies the
free energy of ATP; the phosphocreatine of the beat adds what rate and load do to it. A healthy heart has a PCr/ATP near
1.9, a failing one 1.0 to 1.6 (Neubauer 2007).

Units: ms, umol per litre cytosol; fractions and ratios to health.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .human_constants import CURRENT_TO_FLUX


class Energetics(Component):
    """Phosphocreatine and mitochondrial reactive oxygen."""

    time_unit = "ms"

    j_up = Input("umol/L/ms", "SERCA flux")
    I_NaK = Input("A/F", "Na/K pump current")
    I_pCa = Input("A/F", "sarcolemmal Ca pump current")
    XS = Input("1", "fraction of strongly bound cross-bridges")
    energy = Input("1", "energy state (ATP free energy) relative to health", default=1.0)
    ros_slow = Input("1", "reactive oxygen relative to health, slow part", default=1.0)

    PCr = State(0.70, "1", "phosphorylated part of creatine", bounds=(0.01, 0.99), scale=0.7)
    ros_mito = State(1.0, "1", "mitochondrial reactive oxygen relative to health", bounds=(0, 20))

    fatty_acid = Param(0.7, "1", "part of ATP made from fatty acids", bounds=(0, 1),
                       source="assumed: healthy human heart, 60 to 90 percent")
    fatty_acid_0 = Param(0.7, "1", "part of ATP made from fatty acids in health", bounds=(0, 1), source="definition")
    c_fatty_acid = Param(0.107, "1", "capacity lost per part of fatty acids: 1 - 2.33/2.58 in ATP per oxygen",
                         bounds=(0, 0.5), source="computed")
    V_ox = Param(0.83, "umol/L/ms", "oxidative phosphorylation at saturating ADP", bounds=(0.1, 10), scale="log",
                 source="assumed: about five times the resting turnover")
    K_adp = Param(4.0, "1", "ADP at half the maximal rate, relative to rest", bounds=(0.1, 10), scale="log",
                  source="assumed; form of Chance1985")
    PCr_0 = Param(0.70, "1", "phosphorylated part of creatine at rest", bounds=(0.3, 0.9),
                  source="assumed: PCr/ATP 1.9 with 27 mmol/L creatine and 10 mmol/L ATP")
    creatine = Param(27000.0, "umol/L", "creatine, free and phosphorylated", bounds=(5000, 60000),
                     source="assumed: human heart, 25 to 30 mmol per kg wet weight")
    ATP = Param(10000.0, "umol/L", "ATP", bounds=(3000, 12000), source="assumed")
    PCr_low = Param(0.02, "1", "phosphorylated part of creatine at which spending is halved", bounds=(1e-3, 0.2),
                    source="assumed")
    k_basal = Param(0.1, "umol/L/ms", "ATP spent on everything else", bounds=(0, 1), source="assumed")
    k_xb = Param(7.0, "umol/L/ms", "ATP spent per strongly bound cross-bridge: sites x detachment rate",
                 bounds=(0.1, 50), scale="log", source="assumed: 150 umol/L of heads at 0.05 per ms")
    tau_ros = Param(2e4, "ms", "turnover of mitochondrial reactive oxygen", bounds=(1e2, 1e6), scale="log",
                    source="assumed")
    e_ros_work = Param(0.2, "1", "exponent of reactive oxygen in respiration", bounds=(0, 2), source="assumed")
    e_ros_fatty = Param(1.0, "1", "logarithmic rise of reactive oxygen per part of fatty acids", bounds=(0, 5),
                        source="assumed")
    ros = Param(1.0, "1", "reactive oxygen, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    respiration_0 = Param(0.1735, "umol/L/ms", "oxidative phosphorylation of the healthy cell at 1 Hz",
                          bounds=(0.01, 5), scale="log", source="computed")
    current_to_flux = CURRENT_TO_FLUX

    oxidation = Output("1", "reactive oxygen relative to health, all sources")
    energy_state = Output("1", "free energy of ATP relative to health")
    PCr_ATP = Output("1", "phosphocreatine over ATP")
    respiration = Output("umol/L/ms", "oxidative phosphorylation")

    def equations(
        self, j_up, I_NaK, I_pCa, XS, energy, ros_slow, PCr, ros_mito,
        fatty_acid, fatty_acid_0, c_fatty_acid, V_ox, K_adp, PCr_0, creatine, ATP, PCr_low, k_basal, k_xb, tau_ros,
        e_ros_work, e_ros_fatty, ros, respiration_0, current_to_flux,
    ):  # fmt: skip
        # one ATP moves two Ca by SERCA, one charge by the Na/K pump, one Ca by the sarcolemmal pump
        spent = k_basal + 0.5 * j_up + 2 * current_to_flux * I_NaK + current_to_flux * I_pCa + k_xb * XS
        spent = spent * PCr / (PCr + PCr_low)  # nothing is spent that is not there
        adp = (1 - PCr) / PCr / ((1 - PCr_0) / PCr_0)
        respiration = V_ox * (1 - c_fatty_acid * (fatty_acid - fatty_acid_0)) * adp / (adp + K_adp)
        made = (respiration / respiration_0) ** e_ros_work * ca.exp(e_ros_fatty * (fatty_acid - fatty_acid_0))
        energy_state = energy * PCr / PCr_0
        return Equations(
            ddt=dict(PCr=(respiration - spent) / creatine, ros_mito=(made - ros_mito) / tau_ros),
            out=dict(
                oxidation=ros * ros_slow * ros_mito,
                energy_state=energy_state,
                PCr_ATP=energy * PCr * creatine / ATP,
                respiration=respiration,
            ),
        )
