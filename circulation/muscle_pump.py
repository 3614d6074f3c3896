"""The muscle pump: what contracting legs add to the pressure that drives their venous blood home (mmHg)."""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param

from .hypoxia import beyond


class MusclePump(Component):
    """Head between the veins of a limb and their way out, the mean over many strokes.

    Valves let a stroke press blood only homeward, and between strokes the veins fill again at a low pressure; on the
    mean the pump adds a head to the outflow, as a pump does, and does not hold the inflow back, as the same pressure
    around the veins at all times would. It needs something to press: the head fades as the veins empty.
    """

    p_veins = Input("mmHg", "pressure of the limb's veins as their outflow sees it")
    p_transmural = Input("mmHg", "pressure of those veins above their surroundings")
    head = Input("mmHg", "mean pressure of the strokes", default=0.0)

    p_full = Param(4.0, "mmHg", "transmural pressure at which the pump has 63 % of its head", bounds=(0.5, 30),
                   scale="log", source="assumed")  # fmt: skip
    w_full = Param(1.0, "mmHg", "rounding of emptiness", bounds=(0.1, 5))

    p = Output("mmHg", "pressure at the inlet of the outflow")
    lift = Output("mmHg", "head that the pump adds")

    def equations(self, p_veins, p_transmural, head, p_full, w_full):
        lift = head * (1 - ca.exp(-beyond(p_transmural, w_full) / p_full))
        return Equations(out=dict(p=p_veins + lift, lift=lift))
