"""A servo at the carotid sinus: it holds the mean pressure there and lets the pulse through (mmHg, s).

What opens the loop in a perfused sinus or a neck chamber that follows the pulse. The clamp of the baroreceptor itself
shows a steady pressure, whose sigmoid is steeper than that of a pulse.
"""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import lag_rate


class CarotidServo(Component):
    """Stands between artery and sinus: adds what is missing between the given and the person's own mean pressure."""

    p = Input("mmHg", "the person's own pressure at the sinus")

    p_mean = State(94.0, "mmHg", "the person's own mean pressure", bounds=(-50, 300))

    hold = Param(0.0, "1", "1 = the mean is P_hold, 0 = the person's own pressure", bounds=(0, 1), source="protocol")
    P_hold = Param(94.0, "mmHg", "mean pressure that a held sinus sees", bounds=(20, 300), source="protocol")
    tau = Param(4.0, "s", "smoothing of the person's own pressure", bounds=(1, 30), scale="log",
                source="assumed; long against a beat, short against a step of the protocol")  # fmt: skip

    p_sinus = Output("mmHg", "pressure at the sinus")

    def equations(self, p, p_mean, hold, P_hold, tau):
        return Equations(ddt=dict(p_mean=lag_rate(p, p_mean, tau)), out=dict(p_sinus=p + hold * (P_hold - p_mean)))
