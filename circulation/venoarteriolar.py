"""The veno-arteriolar reflex: full veins of a hanging limb narrow its arterioles, without the brain (mmHg, s)."""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param, State

from .hypoxia import beyond


class VenoArteriolar(Component):
    """Multiplier of a limb's resistance that follows the stretch of its veins; exactly 1 up to `p_onset`.

    In a limb that hangs 40 cm below the heart flow falls by nearly half at the same difference of pressure
    (Henriksen1977), under a suction of 40 mmHg to half (Yamada1954). Tilted, the leg is spared a large part of its
    constriction when a pressure from outside holds its veins against the column, and none of what the baroreflex does
    (TiltLegFlow). Between the strokes of a working muscle its veins are nearly empty, so the head that the muscle pump
    takes from them counts as stretch less.
    """

    p = Input("mmHg", "pressure of the veins above their surroundings")
    relief = Input("mmHg", "fall of that pressure between the strokes of the muscle pump", default=0.0)

    p_mean = State(7.0, "mmHg", "smoothed stretch of the veins", bounds=(-200, 300))

    gain = Param(0.8, "1", "rise of the limb's resistance with its veins at full stretch", bounds=(0, 3),
                 source="Henriksen1977, flow 40-50 % less 40 cm below the heart (recalled)")  # fmt: skip
    p_onset = Param(14.0, "mmHg", "pressure at which it sets in", bounds=(8, 60),
                    source="Henriksen1977, nothing at 10 mmHg more, all at 25 more (recalled)")  # fmt: skip
    p_half = Param(8.0, "mmHg", "pressure above that at half effect", bounds=(1, 60), scale="log",
                   source="Henriksen1977, nothing at 10 mmHg more, all at 25 more (recalled)")  # fmt: skip
    tau = Param(8.0, "s", "time constant", bounds=(1, 100), scale="log", source="assumed: half a minute in all")
    w_onset = Param(2.0, "mmHg", "rounding of the onset", bounds=(0.2, 10))

    veins = Output("1", "multiplier of the resistance of the limb")

    def equations(self, p, relief, p_mean, gain, p_onset, p_half, tau, w_onset):
        z = beyond(p_mean - p_onset, w_onset) ** 2
        return Equations(ddt=dict(p_mean=(p - relief - p_mean) / tau), out=dict(veins=1 + gain * z / (z + p_half**2)))
