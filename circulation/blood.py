"""Blood as a whole: the volume that the closed loop holds, its haemoglobin, and how that thickens it.

Viscosity after Pries et al. (1992), Am J Physiol 263:H1770. Units: mL. The loop conserves the sum of its volumes; on a
steady beat that sum is `total`.
"""

from heartloop.component import Component, Equations, Input, Output, Param

HUEFNER = 1.34  # mL O2 per g of haemoglobin
MCHC = 33.3  # g/dL, haemoglobin in red cells


def viscosity(Hb, eta_45, C):
    """Viscosity of blood over plasma's: 1 at no red cells, `eta_45` at a haematocrit of 0.45 (Pries 1992)."""
    H = Hb / MCHC
    return 1 + (eta_45 - 1) * ((1 - H) ** C - 1) / ((1 - 0.45) ** C - 1)


class Blood(Component):
    """Prescribed blood volume of the steady beat: the person's own plus the slow change from salt and water.

    Haemoglobin is a given concentration; infusions do not dilute it.
    """

    expansion = Input("mL", "slow change of blood volume", default=0.0)

    V_total = Param(5300.0, "mL", "blood volume at rest", bounds=(1500, 9000), scale="log",
                    source="Ursino1998, 5300; Heldt2004, 5150 for 70 kg (traced)")  # fmt: skip

    Hb = Param(15.0, "g/dL", "haemoglobin", bounds=(3, 22), scale="log", source="Albanese2016, 15 g/dL (traced)")

    Hb_ref = Param(15.0, "g/dL", "haemoglobin at which the resistances of the loop hold", bounds=(8, 20),
                   source="choice: that of a healthy adult")  # fmt: skip
    eta_45 = Param(2.2, "1", "viscosity at a haematocrit of 0.45 over plasma's, in resistance vessels", bounds=(1.2, 4),
                   source="Pries1992, 1.8 in tubes of 30 um to 3.2 in wide ones (recalled)")  # fmt: skip
    C_visc = Param(-0.8, "1", "curvature of viscosity over haematocrit", bounds=(-1.5, -0.3),
                   source="Pries1992, wide tubes (recalled)")  # fmt: skip

    total = Output("mL", "blood volume")
    thickness = Output("1", "viscosity over that at Hb_ref: multiplies the resistance of the beds")
    capacity = Output("mL/mL", "oxygen that haemoglobin can bind")

    def equations(self, expansion, V_total, Hb, Hb_ref, eta_45, C_visc):
        return Equations(
            out=dict(
                total=V_total + expansion,
                capacity=HUEFNER * Hb / 100,
                thickness=viscosity(Hb, eta_45, C_visc) / viscosity(Hb_ref, eta_45, C_visc),
            )
        )
