"""Lungs: dead space, one alveolar space, pulmonary capillaries in equilibrium with it, and a shunt.

After Albanese (2016) with the mean ventilation of the breath: alveolar ventilation is what passes the dead space,
(VT - VD) rate. Gas volumes are STPD, lung volumes and ventilation BTPS; pressures in mmHg.
"""

from __future__ import annotations

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .dissociation import contents

P_STPD = 760.0 * 310.0 / 273.0  # mmHg: a BTPS volume at partial pressure P holds P/P_STPD of its volume in STPD gas
P_WATER = 47.0  # mmHg, saturated at 37 degrees
_ALB = "Albanese2016, lung table (traced)"


class Lungs(Component):
    """Alveolar gas of a constant mean volume; blood leaves as equilibrated capillary blood mixed with shunted blood.

    Expired volume is what is inspired less the net uptake of gas, so that nitrogen keeps its amount (this is the term
    that turns P_I - P_A into the full alveolar gas equation). Diffusion limits nothing here.
    """

    VT = Input("mL", "tidal volume", default=500.0)
    rate = Input("1/min", "breaths per minute", default=12.0)
    q = Input("mL/s", "pulmonary blood flow")
    c_O2_v = Input("mL/mL", "oxygen content of the blood that arrives")
    c_CO2_v = Input("mL/mL", "carbon dioxide content of the blood that arrives")
    capacity = Input("mL/mL", "oxygen that haemoglobin can bind")

    PAO2 = State(104.0, "mmHg", "alveolar PO2", bounds=(0, 1500))
    PACO2 = State(40.0, "mmHg", "alveolar PCO2", bounds=(0, 200))

    FiO2 = Param(0.2104, "1", "inspired oxygen, dry fraction", bounds=(0.05, 1), source=_ALB)
    FiCO2 = Param(0.00042, "1", "inspired carbon dioxide, dry fraction", bounds=(0, 0.12), source=_ALB)
    P_b = Param(760.0, "mmHg", "barometric pressure", bounds=(230, 3000), source="definition of sea level")
    V_A = Param(2400.0, "mL", "alveolar volume, mean over the breath", bounds=(300, 8000), scale="log",
                source="Albanese2016, FRC 2.4 L (traced)")  # fmt: skip
    VD = Param(150.0, "mL", "dead space", bounds=(0, 600),
               source="assumed; 2 mL per kg of body weight (recalled)")  # fmt: skip
    shunt = Param(0.017, "1", "part of the blood that meets no alveolus", bounds=(0, 0.8), source=_ALB)
    w_VT = Param(20.0, "mL", "rounding where a breath only moves dead space", bounds=(1, 200))

    VA = Output("mL/s", "alveolar ventilation, expired")
    c_O2 = Output("mL/mL", "oxygen content of the blood that leaves")
    c_CO2 = Output("mL/mL", "carbon dioxide content of the blood that leaves")
    uptake_O2 = Output("mL/s", "oxygen from gas to blood")
    output_CO2 = Output("mL/s", "carbon dioxide from blood to gas")
    air_O2 = Output("mL/s", "oxygen taken from the air at the mouth")
    air_CO2 = Output("mL/s", "carbon dioxide given to the air at the mouth")

    def equations(
        self, VT, rate, q, c_O2_v, c_CO2_v, capacity, PAO2, PACO2, FiO2, FiCO2, P_b, V_A, VD, shunt, w_VT,
    ):  # fmt: skip
        c_O2_c, c_CO2_c = contents(PAO2, PACO2, capacity)  # end-capillary blood
        perfusing = (1 - shunt) * q
        uptake_O2 = perfusing * (c_O2_c - c_O2_v)
        output_CO2 = perfusing * (c_CO2_v - c_CO2_c)

        VA = smooth.pos(VT - VD, w_VT) * rate / 60
        inspired = VA + (uptake_O2 - output_CO2) * P_STPD / (P_b - P_WATER)
        dry = P_b - P_WATER
        air_O2 = (inspired * FiO2 * dry - VA * PAO2) / P_STPD
        air_CO2 = (VA * PACO2 - inspired * FiCO2 * dry) / P_STPD
        return Equations(
            ddt=dict(
                PAO2=(air_O2 - uptake_O2) * P_STPD / V_A,
                PACO2=(output_CO2 - air_CO2) * P_STPD / V_A,
            ),
            out=dict(
                VA=VA,
                c_O2=(1 - shunt) * c_O2_c + shunt * c_O2_v,
                c_CO2=(1 - shunt) * c_CO2_c + shunt * c_CO2_v,
                uptake_O2=uptake_O2,
                output_CO2=output_CO2,
                air_O2=air_O2,
                air_CO2=air_CO2,
            ),
        )
