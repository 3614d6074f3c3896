"""Blood as a whole: the volume that the closed loop holds, and its haemoglobin.

Units: mL. The loop conserves the sum of its volumes; on a steady beat that sum is `total`.
"""

from heartloop.component import Component, Equations, Input, Output, Param

HUEFNER = 1.34  # mL O2 per g of haemoglobin


class Blood(Component):
    """Prescribed blood volume of the steady beat: the person's own plus the slow change from salt and water.

    Haemoglobin is a given concentration; infusions do not dilute it.
    """

    expansion = Input("mL", "slow change of blood volume", default=0.0)

    V_total = Param(5300.0, "mL", "blood volume at rest", bounds=(1500, 9000), scale="log",
                    source="Ursino1998, 5300; Heldt2004, 5150 for 70 kg (traced)")  # fmt: skip

    Hb = Param(15.0, "g/dL", "haemoglobin", bounds=(3, 22), scale="log", source="Albanese2016, 15 g/dL (traced)")

    total = Output("mL", "blood volume")
    capacity = Output("mL/mL", "oxygen that haemoglobin can bind")

    def equations(self, expansion, V_total, Hb):
        return Equations(out=dict(total=V_total + expansion, capacity=HUEFNER * Hb / 100))
