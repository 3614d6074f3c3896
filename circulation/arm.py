"""The artery of the arm, where a cuff reads: waves run on into it and come back from its end. Units: mmHg, s."""

from __future__ import annotations

import math

from heartloop.component import Component, Equations, Input, Param, State


class BrachialArtery(Component):
    """Pressure in the brachial artery as a resonance of that in the arteries at the root of the arm.

    A tube that reflects at its far end amplifies what swings near a quarter of its wavelength: the transfer function
    from the aorta rises from 1 to 2.5 at 5 Hz and falls beyond (Karamanoglu 1993). Here it is the first resonance, of
    second order; higher ones and the time of travel are left out. The mean passes unchanged. Faster and more peaked
    pulses are amplified more, so an arm shows more of the systolic rise of exercise than the aorta has (Rowell 1968).
    The half millilitre that swings into the arm with each beat is counted as blood of the arteries.
    """

    p_root = Input("mmHg", "pressure in the arteries at the root of the arm")

    p = State(90.0, "mmHg", "pressure", bounds=(-300, 600), scale=100.0)
    rate = State(0.0, "mmHg/s", "rate of the pressure", scale=500.0)

    frequency = Param(5.2, "1/s", "natural frequency", bounds=(2, 20), scale="log",
                      source="Karamanoglu1993, greatest at 5 Hz (computed)")  # fmt: skip
    damping = Param(0.204, "1", "damping, 1 = critical", bounds=(0.05, 1),
                    source="Karamanoglu1993, 2.5 at the greatest (computed)")  # fmt: skip

    def equations(self, p_root, p, rate, frequency, damping):
        omega = 2 * math.pi * frequency
        return Equations(ddt=dict(p=rate, rate=omega**2 * (p_root - p) - 2 * damping * omega * rate))
