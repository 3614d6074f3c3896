"""Slowly adapting lung stretch receptors: they fire in proportion to the breath and inhibit vagus and vessels.

Ursino and Magosso (2000), Am J Physiol 279:H149, as in Albanese (2016). Firing in spikes/s, volumes in mL.
"""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param


class LungStretch(Component):
    """Mean firing over the breath; the paper's lag of 2 s is short against everything that moves the mean breath."""

    VT = Input("mL", "tidal volume", default=520.0)
    VT_rest = Input("mL", "tidal volume at rest", default=520.0)

    G_ap = Param(0.01176, "spikes/(s mL)", "firing per tidal volume", bounds=(0, 0.05),
                 source="Albanese2016, 11.76 spikes/s per L (traced)")  # fmt: skip

    error = Output("spikes/s", "firing less its rest value; zero at rest")

    def equations(self, VT, VT_rest, G_ap):
        return Equations(out=dict(error=G_ap * (VT - VT_rest)))
