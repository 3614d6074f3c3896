"""Straining against a closed airway: what expiratory effort adds to the pressures in thorax and abdomen (mmHg)."""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param


class Strain(Component):
    """Valsalva's manoeuvre: the pressure blown against the mouthpiece is that of the alveoli.

    The lungs' recoil is kept, so pleural pressure rises by as much; the diaphragm is slack between two cavities that
    the expiratory muscles press together, and abdominal pressure rises by nearly as much. What is missing holds blood
    back in the abdomen. A negative pressure is Mueller's manoeuvre. Ventilation during the strain is not stopped.
    """

    breath = Input("mmHg", "pleural pressure above its mean from breathing", default=0.0)
    recoil = Input("mmHg", "mean pleural pressure above that of quiet breathing", default=0.0)

    pressure = Param(0.0, "mmHg", "expiratory pressure at the mouth; 0 = none", bounds=(-60, 80), source="protocol")
    abdomen = Param(0.8, "1", "rise of abdominal over that of pleural pressure", bounds=(0, 2),
                    source="calibrated on stroke volume, half of control in ValsalvaFlow1966")  # fmt: skip

    swing = Output("mmHg", "pleural pressure above its mean")
    strain = Output("mmHg", "abdominal pressure above its mean")

    def equations(self, breath, recoil, pressure, abdomen):
        return Equations(out=dict(swing=breath + recoil + pressure, strain=abdomen * pressure))
