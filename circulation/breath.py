"""Lungs that breathe: a tidal volume moved by muscles, dead space on the way, and the swing of pleural pressure.

Mechanics and dead space after Albanese (2016), with one compartment for lungs and chest and a dead space of three mixed
stretches in series; the gas side is that of `lungs.py`. Respiratory muscles pull the volume along a smooth curve whose
inspiration takes `T_I` of the breath; airways delay it. Gas volumes are STPD, lung volumes and flows BTPS; pressures of
gas in mmHg, of the mechanics in cmH2O.
"""

from __future__ import annotations

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import contents
from .lungs import P_STPD, P_WATER

CMH2O = 0.73556  # mmHg per cmH2O
_ALB = "Albanese2016, lung table (traced)"


def volume_pull(c, s, T_I):
    """Where the muscles pull the volume, -1 at the end of expiration and 1 at the end of inspiration.

    (c, s) runs around the unit circle once a breath and is (1, 0) in the middle of inspiration. A Moebius map of the
    circle turns equal angles into a rise that takes the part `T_I` of the time; the mean over the breath stays 0.
    """
    t = ca.tan(ca.pi * T_I / 2)
    r = (1 - t) / (1 + t)
    return (1 - r**2) * s / (1 - 2 * r * c + r**2)


class TidalLungs(Component):
    """Breathing lungs for the slot of `Lungs`: the same gas exchange, with air that comes and goes.

    A breath is not in step with the heart, so nobody with these lungs has a steady beat. On average over breaths they
    ventilate the alveoli a little less than (VT - VD) rate: the airways hold the volume back behind the muscles' pull.
    """

    VT = Input("mL", "tidal volume that the muscles pull", default=500.0)
    rate = Input("1/min", "breaths per minute", default=12.0)
    q = Input("mL/s", "pulmonary blood flow")
    c_O2_v = Input("mL/mL", "oxygen content of the blood that arrives")
    c_CO2_v = Input("mL/mL", "carbon dioxide content of the blood that arrives")
    capacity = Input("mL/mL", "oxygen that haemoglobin can bind")

    c = State(1.0, "1", "place in the breath, cosine of its angle", bounds=(-1.2, 1.2))
    s = State(0.0, "1", "place in the breath, sine of its angle", bounds=(-1.2, 1.2))
    V_L = State(2400.0, "mL", "alveolar volume", bounds=(100, 12000))
    O2 = State(289.0, "mL", "oxygen in the alveoli", bounds=(0, 20000))
    CO2 = State(111.0, "mL", "carbon dioxide in the alveoli", bounds=(0, 5000))
    PDO2_1 = State(150.0, "mmHg", "PO2 of the dead space, next to the mouth", bounds=(0, 1500))
    PDO2_2 = State(140.0, "mmHg", "PO2 of the dead space, in the middle", bounds=(0, 1500))
    PDO2_3 = State(120.0, "mmHg", "PO2 of the dead space, next to the alveoli", bounds=(0, 1500))
    PDCO2_1 = State(1.0, "mmHg", "PCO2 of the dead space, next to the mouth", bounds=(-1, 200))
    PDCO2_2 = State(5.0, "mmHg", "PCO2 of the dead space, in the middle", bounds=(-1, 200))
    PDCO2_3 = State(20.0, "mmHg", "PCO2 of the dead space, next to the alveoli", bounds=(-1, 200))

    FiO2 = Param(0.2104, "1", "inspired oxygen, dry fraction", bounds=(0.05, 1), source=_ALB)
    FiCO2 = Param(0.00042, "1", "inspired carbon dioxide, dry fraction", bounds=(0, 0.12), source=_ALB)
    P_b = Param(760.0, "mmHg", "barometric pressure", bounds=(230, 3000), source="definition of sea level")
    V_A = Param(2400.0, "mL", "alveolar volume, mean over the breath", bounds=(300, 8000), scale="log",
                source="Albanese2016, FRC 2.4 L (traced)")  # fmt: skip
    VD = Param(150.0, "mL", "dead space", bounds=(1, 600),
               source="assumed; 2 mL per kg of body weight (recalled)")  # fmt: skip
    shunt = Param(0.017, "1", "part of the blood that meets no alveolus", bounds=(0, 0.8), source=_ALB)
    T_I = Param(0.375, "1", "part of the breath that inspiration takes", bounds=(0.2, 0.8),
                source="Albanese2016, inspiration over expiration 0.6 (computed)")  # fmt: skip
    R_aw = Param(1.746e-3, "cmH2O s/mL", "resistance of the airways", bounds=(1e-4, 0.05), scale="log",
                 source="Albanese2016, four stretches in series (computed)")  # fmt: skip
    C_L = Param(200.0, "mL/cmH2O", "compliance of the lungs", bounds=(10, 500), scale="log", source=_ALB)
    C_cw = Param(244.5, "mL/cmH2O", "compliance of the chest wall", bounds=(10, 500), scale="log", source=_ALB)
    tau_c = Param(0.5, "s", "return of the place in the breath to its circle", bounds=(0.05, 5),
                  source="assumed: a numerical guard without effect on the circle itself")  # fmt: skip
    w_F = Param(5.0, "mL/s", "rounding of the turn of the air", bounds=(0.5, 50), source="assumed")

    PAO2 = Output("mmHg", "alveolar PO2")
    PACO2 = Output("mmHg", "alveolar PCO2")
    VA = Output("mL/s", "air into the lungs, negative on its way out")
    c_O2 = Output("mL/mL", "oxygen content of the blood that leaves")
    c_CO2 = Output("mL/mL", "carbon dioxide content of the blood that leaves")
    uptake_O2 = Output("mL/s", "oxygen from gas to blood")
    output_CO2 = Output("mL/s", "carbon dioxide from blood to gas")
    air_O2 = Output("mL/s", "oxygen taken from the air at the mouth")
    air_CO2 = Output("mL/s", "carbon dioxide given to the air at the mouth")
    held_O2 = Output("mL", "oxygen in alveoli and dead space")
    held_CO2 = Output("mL", "carbon dioxide in alveoli and dead space")
    swing = Output("mmHg", "pleural pressure above its mean")

    def equations(
        self, VT, rate, q, c_O2_v, c_CO2_v, capacity, c, s, V_L, O2, CO2, PDO2_1, PDO2_2, PDO2_3, PDCO2_1, PDCO2_2,
        PDCO2_3, FiO2, FiCO2, P_b, V_A, VD, shunt, T_I, R_aw, C_L, C_cw, tau_c, w_F,
    ):  # fmt: skip
        # the muscles' pull against the elastance of lungs and chest, through the airways
        omega = 2 * ca.pi * rate / 60
        off = (1 - c**2 - s**2) / tau_c
        pull = VT / 2 * volume_pull(c, s, T_I)
        stretch = V_L - V_A
        dV = (pull - stretch) * (1 / C_L + 1 / C_cw) / R_aw

        PAO2, PACO2 = O2 * P_STPD / V_L, CO2 * P_STPD / V_L
        c_O2_c, c_CO2_c = contents(PAO2, PACO2, capacity)  # end-capillary blood
        perfusing = (1 - shunt) * q
        uptake_O2 = perfusing * (c_O2_c - c_O2_v)
        output_CO2 = perfusing * (c_CO2_v - c_CO2_c)

        dry = P_b - P_WATER
        F = dV + (uptake_O2 - output_CO2) * P_STPD / dry  # air at the mouth: nitrogen keeps its amount
        F_in = smooth.pos(F, w_F)
        F_out = F_in - F
        v = VD / 3

        def gas(P_mouth, P_1, P_2, P_3, P_A, leaves):
            """Rates of the three stretches (mmHg/s) and of the alveoli (mL/s), and the gas in at the mouth (mL/s)."""
            return (
                (F_in * (P_mouth - P_1) + F_out * (P_2 - P_1)) / v,
                (F_in * (P_1 - P_2) + F_out * (P_3 - P_2)) / v,
                (F_in * (P_2 - P_3) + F_out * (P_A - P_3)) / v,
                (F_in * P_3 - F_out * P_A) / P_STPD - leaves,
                (F_in * P_mouth - F_out * P_1) / P_STPD,
            )

        dO2_1, dO2_2, dO2_3, dO2_A, air_O2 = gas(FiO2 * dry, PDO2_1, PDO2_2, PDO2_3, PAO2, uptake_O2)
        dCO2_1, dCO2_2, dCO2_3, dCO2_A, air_CO2 = gas(FiCO2 * dry, PDCO2_1, PDCO2_2, PDCO2_3, PACO2, -output_CO2)
        return Equations(
            ddt=dict(
                c=-omega * s + off * c,
                s=omega * c + off * s,
                V_L=dV,
                O2=dO2_A,
                CO2=dCO2_A,
                PDO2_1=dO2_1,
                PDO2_2=dO2_2,
                PDO2_3=dO2_3,
                PDCO2_1=dCO2_1,
                PDCO2_2=dCO2_2,
                PDCO2_3=dCO2_3,
            ),
            out=dict(
                PAO2=PAO2,
                PACO2=PACO2,
                VA=F,
                c_O2=(1 - shunt) * c_O2_c + shunt * c_O2_v,
                c_CO2=(1 - shunt) * c_CO2_c + shunt * c_CO2_v,
                uptake_O2=uptake_O2,
                output_CO2=output_CO2,
                air_O2=air_O2,
                air_CO2=-air_CO2,
                held_O2=O2 + v * (PDO2_1 + PDO2_2 + PDO2_3) / P_STPD,
                held_CO2=CO2 + v * (PDCO2_1 + PDCO2_2 + PDCO2_3) / P_STPD,
                swing=-CMH2O * (stretch / C_L + R_aw * dV),
            ),
        )
