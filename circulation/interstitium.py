"""Fluid that leaves the capillaries or comes back: slow exchange between blood and the tissue around it.

Starling's law about rest: filtration follows the rise of capillary pressure (taken in the veins behind) above its
resting value less the rise of tissue pressure, so both vanish at rest. Constants from the time course and the most
that filters in tilt (Heldt 2004: 276 s, 700 mL). The model knows no haematocrit: blood does not thicken by what
leaves it, and the gas in the fluid stays with the tissue (`tissue.WetTissue`). Units: mmHg, mL, s.
"""

from heartloop.component import Component, Equations, Input, Output, Param, Volume


class Interstitium(Component):
    """Fluid in the tissue above its resting amount; negative when the tissue has given fluid to the blood."""

    kind = "node"

    p_ext = Input("mmHg", "pressure around the tissue", default=0.0)

    V = Volume(0.0, "mL", "fluid above the resting amount", bounds=(-3000, 3000), scale=100.0)

    C = Param(10.0, "mL/mmHg", "compliance of the tissue and its lymph", bounds=(0.5, 200), scale="log",
              source="Heldt2004, most that filters in tilt (computed)")  # fmt: skip

    p = Output("mmHg", "pressure of the tissue above rest, and what is around it")

    def equations(self, p_ext, V, C):
        return Equations(out=dict(p=p_ext + V / C))


class Filtration(Component):
    """Flow from the blood into the tissue; `p_rest` is such that the tissue keeps its fluid on the resting orbit."""

    kind = "edge"

    p_in = Input("mmHg", "pressure of the veins behind the capillaries")
    p_out = Input("mmHg", "pressure of the tissue")

    K = Param(0.036, "mL/(mmHg s)", "filtration coefficient", bounds=(1e-4, 1), scale="log",
              source="Heldt2004, compliance of the tissue over 276 s (computed)")  # fmt: skip
    p_rest = Param(6.0, "mmHg", "venous pressure above the tissue's at rest", bounds=(-20, 60),
                   source="computed: calibration")  # fmt: skip

    q = Output("mL/s", "flow into the tissue")

    def equations(self, p_in, p_out, K, p_rest):
        return Equations(out=dict(q=K * (p_in - p_out - p_rest)))
