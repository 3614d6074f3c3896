"""Blood as a whole: the volume that the closed loop holds.

Units: mL. The loop conserves the sum of its volumes; on a steady beat that sum is `total`.
"""

from heartloop.component import Component, Equations, Input, Output, Param


class Blood(Component):
    """Prescribed blood volume of the steady beat: the person's own plus the slow change from salt and water."""

    expansion = Input("mL", "slow change of blood volume", default=0.0)

    V_total = Param(5300.0, "mL", "blood volume at rest", bounds=(1500, 9000), scale="log",
                    source="Ursino1998, 5300; Heldt2004, 5150 for 70 kg (traced)")  # fmt: skip

    total = Output("mL", "blood volume")

    def equations(self, expansion, V_total):
        return Equations(out=dict(total=V_total + expansion))
